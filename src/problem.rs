//! What is wrong with a scoring model or a condition, for the person who must mend it.

use crate::condition::case::lower_case;
use crate::condition::number::push_whole;
use crate::value::{Object, ToValue, Value, fields, serialize_as_value};
use core::fmt;

/// What is wrong, in words: `format!` where there are any. The module that pages download says code and place only (`warmlead/check` has the
/// words), since all these texts would be a third of it.
#[cfg(feature = "check")]
macro_rules! words {
    ($($text:tt)*) => { ::std::fmt::format(::std::format_args!($($text)*)) };
}

/// No words, but checked like those of other builds.
#[cfg(not(feature = "check"))]
macro_rules! words {
    ($($text:tt)*) => {{
        if false {
            let _ = ::std::format_args!($($text)*);
        }
        $crate::problem::Words
    }};
}

pub(crate) use words;

/// What `words!` makes, and takes: a text.
#[cfg(feature = "check")]
pub type Words = String;

/// Nothing, which needs no code to be handed on either.
#[cfg(not(feature = "check"))]
#[derive(Clone, Copy, Debug)]
pub struct Words;

#[cfg(not(feature = "check"))]
impl fmt::Display for Words {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

#[cfg(not(feature = "check"))]
impl From<&str> for Words {
    fn from(_: &str) -> Words {
        Words
    }
}

/// What is said, as a text.
#[cfg(feature = "check")]
pub(crate) fn text_of(words: Words) -> String {
    words
}

/// The text of no words: none.
#[cfg(not(feature = "check"))]
pub(crate) fn text_of(_: Words) -> String {
    String::new()
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What kind of mistake it is, in capitals: stable, for programs. `docs/errors.md` lists them.
    pub code: &'static str,
    /// Where it is: a JSON pointer (RFC 6901) into the model; empty for the whole.
    pub path: String,
    /// What was wrong and what would be right, in one lower-case line; what the user wrote stands in backticks.
    pub message: String,
    /// A guess at what was meant.
    pub hint: Option<String>,
}

/// What people are told: the words; in a module without them the code and the place.
pub(crate) fn told(message: &str, code: &str, path: &str) -> Value {
    if !message.is_empty() {
        return message.into();
    }
    let mut told = code.to_owned();
    if !path.is_empty() {
        told.push_str(" at ");
        told.push_str(path);
    }
    told.push_str("; `warmlead/check` says more");
    told.into()
}

impl ToValue for Problem {
    fn to_value(&self) -> Value {
        let mut problem: Object =
            fields([("code", self.code.into()), ("path", (&self.path).into()), ("message", told(&self.message, self.code, &self.path))]);
        if let Some(hint) = &self.hint {
            problem.insert("hint", hint);
        }
        problem.into()
    }
}

serialize_as_value!(Problem);

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "/" } else { &self.path };
        write!(f, "{path}: {} [{}]", self.message, self.code)?;
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// Where a step down leads.
#[derive(Clone, Copy, Debug)]
pub enum Key<'a> {
    /// To an object's key.
    Name(&'a str),
    /// To a list's index.
    Index(usize),
}

impl<'a> From<&'a str> for Key<'a> {
    fn from(name: &'a str) -> Key<'a> {
        Key::Name(name)
    }
}

impl<'a> From<&'a String> for Key<'a> {
    fn from(name: &'a String) -> Key<'a> {
        Key::Name(name)
    }
}

impl From<usize> for Key<'_> {
    fn from(index: usize) -> Self {
        Key::Index(index)
    }
}

/// Problems as they are found, with the place being read. All of them are kept: a person mends a model once, not ten times.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
    path: String,
    /// What the regular expressions weigh that have been read so far.
    pub(crate) patterns: u64,
}

impl Problems {
    /// Nothing found yet, at the root.
    pub fn new() -> Problems {
        Problems::default()
    }

    /// Runs `read` one step down, at an object's key or a list's index.
    pub fn at<'k, T>(&mut self, key: impl Into<Key<'k>>, read: impl FnOnce(&mut Problems) -> T) -> T {
        let length = self.step_down(key.into());
        let result = read(self);
        self.step_up(length);
        result
    }

    /// Apart from `at`, as its twin.
    #[inline(never)]
    fn step_up(&mut self, length: usize) {
        self.path.truncate(length);
    }

    /// Answers how long the path was. Apart from `at`, of which there are dozens of compiled copies.
    #[inline(never)]
    fn step_down(&mut self, key: Key<'_>) -> usize {
        let length = self.path.len();
        self.path.push('/');
        match key {
            Key::Name(name) if name.bytes().any(|byte| matches!(byte, b'~' | b'/')) => push_escaped(&mut self.path, name),
            Key::Name(name) => self.path.push_str(name),
            Key::Index(index) => push_whole(index as u64, &mut self.path),
        }
        length
    }

    /// The JSON pointer of the place being read.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Adds a problem at the place being read.
    pub fn add(&mut self, code: &'static str, message: impl Into<Words>) {
        self.add_with_hint(code, message, None);
    }

    /// Adds a problem with a guess at what was meant.
    pub fn add_with_hint(&mut self, code: &'static str, message: impl Into<Words>, hint: Option<Words>) {
        self.push(self.path.clone(), code, message.into(), hint);
    }

    /// Adds a problem at a place that was read earlier.
    pub fn add_at(&mut self, path: &str, code: &'static str, message: impl Into<Words>, hint: Option<Words>) {
        self.push(path.to_owned(), code, message.into(), hint);
    }

    fn push(&mut self, path: String, code: &'static str, message: Words, hint: Option<Words>) {
        self.found.push(Problem { code, path, message: text_of(message), hint: hint.map(text_of) });
    }

    /// Adds those that were found elsewhere.
    pub fn append(&mut self, mut others: Problems) {
        self.found.append(&mut others.found);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.found.iter()
    }

    /// All of them, in the order in which they were found.
    pub fn into_vec(self) -> Vec<Problem> {
        self.found
    }
}

/// Writes a key that has characters which mean something in a pointer. Hardly any has.
#[cold]
fn push_escaped(path: &mut String, name: &str) {
    for char in name.chars() {
        match char {
            '~' => path.push_str("~0"),
            '/' => path.push_str("~1"),
            char => path.push(char),
        }
    }
}

/// “did you mean `x`?”, if one of the known words is close to what was written.
#[cfg(feature = "check")]
pub fn did_you_mean<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<Words> {
    let near = nearest(written, known).filter(|near| is_slip(written, near));
    near.map(|word| format!("did you mean `{word}`?"))
}

/// No guess: it would be in words.
#[cfg(not(feature = "check"))]
pub fn did_you_mean<'a>(_: &str, _: impl IntoIterator<Item = &'a str>) -> Option<Words> {
    None
}

/// Whether one word may be a slip of the other: at most a third of its letters. In a short word two are too many: `end` is not `seed`.
#[cfg(feature = "check")]
fn is_slip(written: &str, near: &str) -> bool {
    3 * distance(written, near) <= written.chars().count().max(3)
}

/// The known word that is closest to what was written, if one is close.
pub(crate) fn nearest<'a>(written: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let allowed = match written.chars().count() {
        0..=2 => 1,
        3..=6 => 2,
        _ => 3,
    };
    known
        .into_iter()
        .map(|word| (distance(written, word), word))
        .filter(|(distance, word)| *distance <= allowed && *distance < word.chars().count())
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// How many insertions, deletions, substitutions and swaps of neighbours lead from one word to the other,
/// upper and lower case being the same.
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let from: Vec<char> = lower_case(from).chars().take(64).collect();
    let to: Vec<char> = lower_case(to).chars().take(64).collect();
    let cell = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(usize::MAX / 2);
    let (mut before, mut last): (Vec<usize>, Vec<usize>) = (Vec::new(), (0..=to.len()).collect());
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let mut best = (cell(&last, j + 1) + 1).min(cell(&row, j) + 1).min(cell(&last, j) + usize::from(a != b));
            let swapped = i > 0 && j > 0 && from.get(i - 1) == Some(b) && to.get(j - 1) == Some(a);
            if swapped {
                best = best.min(cell(&before, j - 1) + 1);
            }
            row.push(best);
        }
        before = core::mem::replace(&mut last, row);
    }
    cell(&last, to.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped_and_restored() {
        let mut problems = Problems::new();
        problems.at("a/b", |problems| problems.at(1_305_usize, |problems| problems.at("c~d", |problems| problems.add("X", "wrong"))));
        problems.add("Y", "worse");
        let paths: Vec<_> = problems.into_vec().into_iter().map(|problem| problem.path).collect();
        assert_eq!(paths, ["/a~1b/1305/c~0d", ""]);
    }

    #[test]
    fn near_words_are_suggested() {
        let known = ["points", "decay", "limit", "on"];
        assert_eq!(did_you_mean("ponits", known), Some("did you mean `points`?".into()));
        assert_eq!(did_you_mean("Decay", known), Some("did you mean `decay`?".into()));
        assert_eq!(did_you_mean("xyz", known), None);
        assert_eq!(did_you_mean("no", known), Some("did you mean `on`?".into()));
        assert_eq!(did_you_mean("", known), None);
        // In a short word two letters are too many to be a slip.
        assert_eq!(did_you_mean("end", ["seed", "id"]), None);
        assert_eq!(did_you_mean("sed", ["seed", "id"]), Some("did you mean `seed`?".into()));
    }
}

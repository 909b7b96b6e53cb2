//! Reading JSON with all problems at once: objects with known keys, and typed values at the place where they stand.

use super::meant;
use crate::condition::number::number_to_text;
use crate::engine::Points;
use crate::problem::{Problems, Words, did_you_mean, words};
use crate::value::{Object, Value};

/// Sums saturate here, so that every sum of points is exact in a double, too.
pub const MAX_MILLI: i64 = 9_000_000_000_000_000;

/// Number of points → whole milli-points, half away from zero, saturated.
pub fn milli(points: f64) -> i64 {
    // A cast saturates and has no NaN to fear: numbers are finite on input.
    ((points * 1000.0).round() as i64).clamp(-MAX_MILLI, MAX_MILLI)
}

/// An object being read.
pub struct Reader<'a, 'p> {
    object: &'a Object,
    /// Where problems go.
    pub problems: &'p mut Problems,
}

/// Reads an object whose keys are all known; others are problems.
pub fn object<'a, T>(
    value: &'a Value,
    keys: &[&str],
    what: &str,
    problems: &mut Problems,
    read: impl FnOnce(&mut Reader<'a, '_>) -> Option<T>,
) -> Option<T> {
    let object = members(value, what, keys, problems)?;
    report_unknown(object, keys, what, problems);
    read(&mut Reader { object, problems })
}

/// Apart from `object`, of which there is a copy for each kind of object.
#[inline(never)]
fn report_unknown(object: &Object, keys: &[&str], what: &str, problems: &mut Problems) {
    for key in object.keys() {
        if !keys.contains(&key) {
            let hint = meant::hint(|| meant::key(key, object, keys)).or_else(|| did_you_mean(key, keys.iter().copied()));
            problems.at(key, |problems| {
                problems.add_with_hint("UNKNOWN_KEY", words!("unknown key `{key}`; {what} has {}", listed(keys)), hint)
            });
        }
    }
}

/// The object that a value must be, with these keys; with any, if there are none.
fn members<'a>(value: &'a Value, what: &str, keys: &[&str], problems: &mut Problems) -> Option<&'a Object> {
    let object = value.as_object();
    if object.is_none() {
        let hint = meant::hint(|| meant::rewritten(value, what));
        problems.add_with_hint("WRONG_TYPE", words!("expected {what}, found {}{}", value.kind(), described(keys)), hint);
    }
    object
}

/// What an object is, to follow what is found in its place; of one with many keys no more than that.
fn described(keys: &[&str]) -> String {
    const MANY: usize = 7;
    match keys.len() {
        0 => String::new(),
        1 => format!("; it is an object with the key {}", listed(keys)),
        2..MANY => format!("; it is an object with keys among {}", listed(keys)),
        _ => "; it is an object".to_owned(),
    }
}

/// “`a`, `b` and `c`”.
pub fn listed(words: &[&str]) -> String {
    match words {
        [] => "none".into(),
        [only] => format!("`{only}`"),
        [first @ .., last] => format!("{} and `{last}`", first.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")),
    }
}

/// Adds a `WRONG_TYPE` problem.
pub fn wrong_type(value: &Value, wanted: &str, problems: &mut Problems) {
    let hint = meant::hint(|| meant::rewritten(value, wanted));
    problems.add_with_hint("WRONG_TYPE", words!("expected {wanted}, found {}", value.kind()), hint);
}

impl<'a> Reader<'a, '_> {
    /// A key's value as it stands there, read or not.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.object.get(key)
    }

    /// Whether a key is there.
    pub fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Reads a key's value where it stands, if it is there.
    pub fn read<T>(&mut self, key: &str, read: impl FnOnce(&'a Value, &mut Problems) -> Option<T>) -> Option<T> {
        let value = self.object.get(key)?;
        self.problems.at(key, |problems| read(value, problems))
    }

    /// Reads a key's value; its absence is a problem of this object.
    pub fn require<T>(&mut self, key: &str, what: &str, read: impl FnOnce(&'a Value, &mut Problems) -> Option<T>) -> Option<T> {
        if !self.has(key) {
            self.problems.add("MISSING_KEY", words!("`{key}` is missing: {what}"));
        }
        self.read(key, read)
    }

    /// Reads each item of a list; what can't be read is left out.
    pub fn list<T>(&mut self, key: &str, what: &str, read: impl FnMut(&'a Value, &mut Problems) -> Option<T>) -> Vec<T> {
        self.read(key, |value, problems| list(value, what, problems, read)).unwrap_or_default()
    }

    /// Reads each key and value of an object; what can't be read is left out.
    pub fn entries<T>(&mut self, key: &str, what: &str, mut read: impl FnMut(&'a str, &'a Value, &mut Problems) -> Option<T>) -> Vec<T> {
        let mut entries = Vec::new();
        self.each_entry(key, what, &mut |key, value, problems| entries.extend(read(key, value, problems)));
        entries
    }

    /// Apart from `entries`, as [`each`] is from `list`.
    #[inline(never)]
    fn each_entry(&mut self, key: &str, what: &str, read: &mut dyn FnMut(&'a str, &'a Value, &mut Problems)) {
        self.read(key, |value, problems| {
            for (key, value) in members(value, what, &[], problems)?.iter() {
                problems.at(key, |problems| read(key, value, problems));
            }
            Some(())
        });
    }

    /// Checks what only people read.
    #[inline(never)]
    pub fn description(&mut self) {
        self.read("description", string);
    }

    /// Adds a problem at a key that must not stand here.
    pub fn refuse(&mut self, key: &str, code: &'static str, message: impl Into<Words>) {
        if self.has(key) {
            self.problems.at(key, |problems| problems.add(code, message));
        }
    }
}

/// Reads each item of a list; what can't be read is left out.
pub fn list<'a, T>(
    value: &'a Value,
    what: &str,
    problems: &mut Problems,
    mut read: impl FnMut(&'a Value, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let mut found = Vec::new();
    each(value, what, problems, &mut |item, problems| found.extend(read(item, problems))).then_some(found)
}

/// Apart from `list`, of which there is a copy for each kind of item. Answers whether it is a list.
#[inline(never)]
fn each<'a>(value: &'a Value, what: &str, problems: &mut Problems, read: &mut dyn FnMut(&'a Value, &mut Problems)) -> bool {
    let Some(items) = value.as_array() else {
        wrong_type(value, what, problems);
        return false;
    };
    for (index, item) in items.iter().enumerate() {
        problems.at(index, |problems| read(item, problems));
    }
    true
}

/// A string.
pub fn string<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a str> {
    string_of(value, "a string", problems)
}

/// A string that says something.
pub fn string_of<'a>(value: &'a Value, what: &str, problems: &mut Problems) -> Option<&'a str> {
    let string = value.as_str();
    if string.is_none() {
        wrong_type(value, what, problems);
    }
    string
}

/// A string that is not empty.
pub fn text<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a str> {
    let text = string(value, problems)?;
    if text.is_empty() {
        problems.add("EMPTY_STRING", words!("expected a string with at least one character"));
        return None;
    }
    Some(text)
}

/// A string that is not empty, to be kept.
pub fn owned_text(value: &Value, problems: &mut Problems) -> Option<String> {
    text(value, problems).map(str::to_owned)
}

/// A name: `[A-Za-z_][A-Za-z0-9_-]*`.
pub fn name<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a str> {
    let name = string_of(value, "a name", problems)?;
    check_name(name, problems).then_some(name)
}

/// Whether a key is a name; a problem if not.
pub fn check_name(name: &str, problems: &mut Problems) -> bool {
    let good = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if !good {
        problems.add_with_hint(
            "INVALID_NAME",
            words!("`{name}` is no name; a name has letters from a to z, digits, `_` and `-`, and starts with a letter or `_`"),
            meant::hint(|| meant::name(name)),
        );
    }
    good
}

/// A finite number.
pub fn number(value: &Value, problems: &mut Problems) -> Option<f64> {
    number_of(value, "a number", problems)
}

/// A finite number that says something.
fn number_of(value: &Value, what: &str, problems: &mut Problems) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        other => {
            wrong_type(other, what, problems);
            None
        }
    }
}

/// A share: a number from 0 to 1.
pub fn share(value: &Value, problems: &mut Problems) -> Option<f64> {
    let number = number_of(value, meant::SHARE, problems)?;
    if !(0.0..=1.0).contains(&number) {
        let message = words!("{} is out of range; it must be between 0 and 1", number_to_text(number));
        problems.add_with_hint("OUT_OF_RANGE", message, meant::hint(|| meant::share(number)));
        return None;
    }
    Some(number)
}

/// The largest whole number that may be written where things are counted.
const MAX_COUNT: f64 = 1e9;

/// A whole number, at least 1.
pub fn count(value: &Value, problems: &mut Problems) -> Option<usize> {
    let number = number(value, problems)?;
    if number.trunc() != number || !(1.0..=MAX_COUNT).contains(&number) {
        problems
            .add("OUT_OF_RANGE", words!("{} is out of range; it must be a whole number from 1 to 1,000,000,000", number_to_text(number)));
        return None;
    }
    Some(number as usize)
}

/// A number of points, in milli-points.
pub fn points(value: &Value, problems: &mut Problems) -> Option<Points> {
    number(value, problems).map(|number| Points(milli(number)))
}

//! Reading a regular expression: what is in the subset, what is not, and why. Every message says where, counting characters from 1.

use super::Node;
use super::class::{Class, DIGITS, LINE_ENDS, SPACE, WORD};
use crate::problem::{Words, words};

/// How many code points, ranges and empty places a pattern may come to with its repetitions written out.
const MAX_SIZE: u64 = 10_000;
/// How much all patterns of a model may weigh together: each is compiled, natively into so many times 150 bytes at most.
const MAX_WEIGHT: u64 = 1_000_000;
/// How deep groups may nest.
const MAX_NESTING: usize = 32;

/// Reads a pattern; with `ignore_case`, ASCII letters stand for both of their cases.
///
/// # Errors
/// What is wrong with it and why, in one lower-case line that continues “the regular expression …”.
pub(super) fn parse(pattern: &str, ignore_case: bool) -> Result<Node, Words> {
    let mut parser = Parser { pattern, place: 0, ignore_case, nesting: 0, names: Vec::new() };
    let node = parser.choice()?;
    if parser.peek().is_some() {
        return parser.fail(words!("`)` closes no group; a parenthesis itself is `\\)`"));
    }
    if size(&node) > MAX_SIZE {
        return Err(words!("is too large: with its repetitions written out it has more than {MAX_SIZE} parts"));
    }
    Ok(node)
}

/// Adds what a pattern weighs to what those before it weigh.
///
/// # Errors
/// If that is too much, as [`parse`] words it.
pub(super) fn add_weight(node: &Node, weight: &mut u64) -> Result<(), Words> {
    // Beyond ASCII, a range of code points is several sequences of bytes.
    let own = measure(node, |class| class.ranges().iter().map(|(_, end)| if end.is_ascii() { 1 } else { 8 }).sum());
    *weight = weight.saturating_add(own);
    if *weight > MAX_WEIGHT {
        return Err(words!(
            "is too much: with those before it, and with repetitions written out, it comes to more than {MAX_WEIGHT} parts"
        ));
    }
    Ok(())
}

/// How large a tree is with its repetitions written out.
fn size(node: &Node) -> u64 {
    measure(node, |class| class.ranges().len() as u64)
}

fn measure(node: &Node, of: fn(&Class) -> u64) -> u64 {
    match node {
        Node::One(class) => of(class).max(1),
        Node::Start | Node::End | Node::Boundary | Node::NotBoundary => 1,
        Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().fold(1, |sum, node| measure(node, of).saturating_add(sum)),
        Node::Repeat { node, min, max, .. } => measure(node, of).saturating_mul(u64::from(max.unwrap_or(*min).max(1))).saturating_add(1),
    }
}

struct Parser<'a> {
    pattern: &'a str,
    /// In bytes
    place: usize,
    ignore_case: bool,
    nesting: usize,
    names: Vec<&'a str>,
}

/// What an escape stands for.
enum Escape {
    Char(char),
    Class(Class),
    Boundary,
    NotBoundary,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.pattern.get(self.place..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.place += char.len_utf8();
        Some(char)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.place += text.len();
        }
        found
    }

    /// An error at the place being read.
    fn fail<T>(&self, what: Words) -> Result<T, Words> {
        self.fail_at(self.place, what)
    }

    fn fail_at<T>(&self, place: usize, what: Words) -> Result<T, Words> {
        let character = self.pattern.get(..place).unwrap_or_default().chars().count() + 1;
        Err(words!("is wrong at character {character}: {what}"))
    }

    fn choice(&mut self) -> Result<Node, Words> {
        let first = self.sequence()?;
        let mut choices = vec![first];
        while self.eat("|") {
            choices.push(self.sequence()?);
        }
        Ok(if choices.len() > 1 { Node::Choice(choices) } else { choices.pop().unwrap_or(Node::Sequence(Vec::new())) })
    }

    fn sequence(&mut self) -> Result<Node, Words> {
        let mut nodes = Vec::new();
        while let Some(char) = self.peek()
            && char != '|'
            && char != ')'
        {
            let node = self.atom()?;
            nodes.push(self.quantified(node, char == '(')?);
        }
        Ok(match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            last => Node::Sequence(nodes.into_iter().chain(last).collect()),
        })
    }

    fn atom(&mut self) -> Result<Node, Words> {
        let start = self.place;
        let node = match self.next() {
            Some('^') => Node::Start,
            Some('$') => Node::End,
            Some('.') => Node::One(Class::new(LINE_ENDS).negated()),
            Some('(') => return self.group(start),
            Some('[') => Node::One(self.class(start)?),
            Some('\\') => match self.escape(start)? {
                Escape::Char(char) => self.literal(char),
                Escape::Class(class) => Node::One(class),
                Escape::Boundary => Node::Boundary,
                Escape::NotBoundary => Node::NotBoundary,
            },
            Some(char @ ('*' | '+' | '?')) => {
                return self.fail_at(start, words!("`{char}` has nothing to repeat; the character itself is `\\{char}`"));
            }
            Some('{') => return self.fail_at(start, words!("`{{` opens no repetition; a brace itself is `\\{{`")),
            Some(char) => self.literal(char),
            None => Node::Sequence(Vec::new()),
        };
        Ok(node)
    }

    fn literal(&self, char: char) -> Node {
        Node::One(self.cased(Class::single(char)))
    }

    fn cased(&self, class: Class) -> Class {
        if self.ignore_case { class.ignoring_case() } else { class }
    }

    /// A group, behind its parenthesis.
    fn group(&mut self, start: usize) -> Result<Node, Words> {
        if self.eat("?") {
            self.group_kind(start)?;
        }
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.fail_at(start, words!("groups nest deeper than {MAX_NESTING}"));
        }
        let node = self.choice()?;
        if !self.eat(")") {
            return self.fail_at(start, words!("`(` is never closed; a parenthesis itself is `\\(`"));
        }
        self.nesting -= 1;
        Ok(node)
    }

    /// What stands behind `(?`: nothing but `:` and a name mean the same everywhere.
    fn group_kind(&mut self, start: usize) -> Result<(), Words> {
        if self.eat(":") {
            return Ok(());
        }
        for look in ["=", "!", "<=", "<!"] {
            if self.eat(look) {
                return self
                    .fail_at(start, words!("`(?{look}` looks around, which linear-time engines cannot; combine two conditions instead"));
            }
        }
        if !self.eat("<") {
            return self
                .fail_at(start, words!("behind `(?` only `:` and `<name>` are known; there are no flags, and `$regexi` ignores case"));
        }
        let rest = self.rest();
        let name = rest.split_once('>').map_or(rest, |(name, _)| name);
        let is_name = name.starts_with(|char: char| char.is_ascii_alphabetic() || char == '_')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !is_name {
            return self.fail_at(
                start,
                words!(
                    "a group's name is made of `A` to `Z`, `a` to `z`, `0` to `9` and `_`, does not start with a digit, and ends at `>`"
                ),
            );
        }
        if self.names.contains(&name) {
            return self.fail_at(start, words!("two groups are called `{name}`"));
        }
        self.names.push(name);
        self.place += name.len();
        if self.eat(">") { Ok(()) } else { self.fail_at(start, words!("the group's name does not end; it would with `>`")) }
    }

    /// The repetition behind a node, if there is one.
    fn quantified(&mut self, node: Node, is_group: bool) -> Result<Node, Words> {
        let start = self.place;
        let (min, max) = if self.eat("*") {
            (0, None)
        } else if self.eat("+") {
            (1, None)
        } else if self.eat("?") {
            (0, Some(1))
        } else if self.peek() == Some('{') {
            match self.counts() {
                Some(counts) => counts,
                None => {
                    return self.fail(words!("`{{` opens no repetition such as `{{2}}`, `{{2,}}` or `{{2,5}}`; a brace itself is `\\{{`"));
                }
            }
        } else {
            return Ok(node);
        };
        if max.is_some_and(|max| max < min) {
            return self.fail_at(start, words!("a repetition from {min} down to {} is empty", max.unwrap_or_default()));
        }
        if !is_group && matches!(node, Node::Start | Node::End | Node::Boundary | Node::NotBoundary) {
            return self.fail_at(start, words!("`^`, `$`, `\\b` and `\\B` cannot be repeated"));
        }
        let lazy = self.eat("?");
        if let Some(char @ ('*' | '+' | '?')) = self.peek() {
            let possessive = if char == '+' { ", and there are no possessive ones" } else { "" };
            return self.fail(words!("`{char}` repeats a repetition{possessive}; group it with `(?:…)`"));
        }
        if self.peek() == Some('{') {
            return self.fail(words!("`{{` repeats a repetition; group it with `(?:…)`"));
        }
        Ok(Node::Repeat { node: Box::new(node), min, max, lazy })
    }

    /// `{n}`, `{n,}` or `{n,m}`.
    fn counts(&mut self) -> Option<(u32, Option<u32>)> {
        let (counts, _) = self.rest().strip_prefix('{')?.split_once('}')?;
        let count = |digits: &str| {
            let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            // What does not fit is too large anyway.
            plain.then(|| digits.parse().unwrap_or(u32::MAX))
        };
        let (min, max) = match counts.split_once(',') {
            None => (count(counts)?, Some(count(counts)?)),
            Some((min, "")) => (count(min)?, None),
            Some((min, max)) => (count(min)?, Some(count(max)?)),
        };
        self.place += counts.len() + "{}".len();
        Some((min, max))
    }

    /// A class, behind its bracket.
    fn class(&mut self, start: usize) -> Result<Class, Words> {
        let negated = self.eat("^");
        if self.peek() == Some(']') {
            return self.fail_at(
                start,
                words!("an empty class is read in different ways; a bracket itself is `\\]`, any character at all is `[\\s\\S]`"),
            );
        }
        let mut ranges = Vec::new();
        while !self.eat("]") {
            let item = self.place;
            let first = self.class_item(start)?;
            let is_range = self.peek() == Some('-') && !self.rest().starts_with("-]") && !self.rest().starts_with("--");
            if !is_range {
                ranges.extend_from_slice(first.ranges());
                continue;
            }
            self.eat("-");
            let last = self.class_item(start)?;
            match (first.ranges(), last.ranges()) {
                ([(low, same_low)], [(high, same_high)]) if low == same_low && high == same_high => {
                    if low > high {
                        return self.fail_at(item, words!("the range from `{low}` to `{high}` is the wrong way round"));
                    }
                    ranges.push((*low, *high));
                }
                _ => {
                    return self.fail_at(
                        item,
                        words!("a range goes from one character to another, not to or from a class; a minus itself is `\\-`"),
                    );
                }
            }
        }
        let class = self.cased(Class::new(&ranges));
        Ok(if negated { class.negated() } else { class })
    }

    /// A character or an escape in the class that opened at `start`.
    fn class_item(&mut self, start: usize) -> Result<Class, Words> {
        let place = self.place;
        for doubled in ["&&", "--", "~~"] {
            if self.rest().starts_with(doubled) {
                return self.fail(words!("`{doubled}` in a class is a set operation to some engines; escape it with `\\`"));
            }
        }
        match self.next() {
            None => self.fail_at(start, words!("`[` is never closed; a bracket itself is `\\[`")),
            Some('[') => self.fail_at(place, words!("`[` in a class opens another one to some engines; a bracket itself is `\\[`")),
            Some('\\') => match self.escape(place)? {
                Escape::Char(char) => Ok(Class::single(char)),
                Escape::Class(class) => Ok(class),
                Escape::Boundary => self.fail_at(place, words!("`\\b` in a class is read in different ways; a backspace is `\\x08`")),
                Escape::NotBoundary => self.fail_at(place, words!("`\\B` is no character")),
            },
            Some(char) => Ok(Class::single(char)),
        }
    }

    /// An escape, behind the backslash that stands at `start`.
    fn escape(&mut self, start: usize) -> Result<Escape, Words> {
        let class = |ranges: &[(char, char)]| Ok(Escape::Class(Class::new(ranges)));
        let negated = |ranges: &[(char, char)]| Ok(Escape::Class(Class::new(ranges).negated()));
        match self.next() {
            Some('d') => class(DIGITS),
            Some('D') => negated(DIGITS),
            Some('w') => class(WORD),
            Some('W') => negated(WORD),
            Some('s') => class(SPACE),
            Some('S') => negated(SPACE),
            Some('b') => Ok(Escape::Boundary),
            Some('B') => Ok(Escape::NotBoundary),
            Some('t') => Ok(Escape::Char('\t')),
            Some('n') => Ok(Escape::Char('\n')),
            Some('v') => Ok(Escape::Char('\u{b}')),
            Some('f') => Ok(Escape::Char('\u{c}')),
            Some('r') => Ok(Escape::Char('\r')),
            Some('x') => match self.hex(2).and_then(char::from_u32) {
                Some(char) => Ok(Escape::Char(char)),
                None => self.fail_at(start, words!("`\\x` wants two hexadecimal digits")),
            },
            Some('u') => match self.code_point() {
                Some(char) => Ok(Escape::Char(char)),
                None => self.fail_at(start, words!("`\\u` wants four hexadecimal digits, or some in braces, that are a character")),
            },
            Some('p' | 'P') => {
                self.fail_at(start, words!("`\\p` depends on an engine's version of Unicode; write the characters or their ranges"))
            }
            Some('k' | '1'..='9') => self.fail_at(start, words!("back-references are more than linear-time engines can do")),
            Some('0') => self.fail_at(start, words!("`\\0` is read in different ways; the null character is `\\x00`")),
            Some(char) if char.is_ascii_punctuation() || char == ' ' => Ok(Escape::Char(char)),
            Some(char) => self.fail_at(start, words!("`\\{char}` is no known escape; the character itself is `{char}`")),
            None => self.fail_at(start, words!("ends in a lone `\\`; a backslash itself is `\\\\`")),
        }
    }

    /// `HHHH`, `{H…}`, or the two halves of a surrogate pair.
    fn code_point(&mut self) -> Option<char> {
        if self.eat("{") {
            let (digits, _) = self.rest().split_once('}')?;
            let code = hex_value(digits)?;
            self.place += digits.len() + 1;
            return char::from_u32(code);
        }
        let code = self.hex(4)?;
        if !(0xd800..0xdc00).contains(&code) {
            return char::from_u32(code);
        }
        let low = if self.eat("\\u") { self.hex(4)? } else { return None };
        (0xdc00..0xe000).contains(&low).then(|| char::from_u32(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00)))?
    }

    fn hex(&mut self, length: usize) -> Option<u32> {
        let value = hex_value(self.rest().get(..length)?)?;
        self.place += length;
        Some(value)
    }
}

fn hex_value(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    if plain { u32::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_in_the_subset_is_refused_with_its_place() {
        for (pattern, place, word) in [
            ("a(?=b)", 2, "looks around"),
            ("(?!b)", 1, "looks around"),
            ("(?<=b)", 1, "looks around"),
            ("(?<!b)", 1, "looks around"),
            ("(?i)a", 1, "no flags"),
            ("(?i:a)", 1, "no flags"),
            ("(?P<n>a)", 1, "only `:` and `<name>`"),
            ("(?>a)", 1, "only `:` and `<name>`"),
            ("(?<1>a)", 1, "name"),
            ("(?<a>b)(?<a>c)", 8, "two groups"),
            (r"(a)\1", 4, "back-references"),
            (r"(?<a>b)\k<a>", 8, "back-references"),
            (r"\p{L}", 1, "Unicode"),
            (r"\0", 1, "\\x00"),
            (r"é\é", 2, "no known escape"),
            (r"\e", 1, "no known escape"),
            (r"\A", 1, "no known escape"),
            (r"\z", 1, "no known escape"),
            (r"\c", 1, "no known escape"),
            ("a\\", 2, "lone"),
            (r"\x4", 1, "two hexadecimal"),
            (r"\x+4", 1, "two hexadecimal"),
            (r"\u12", 1, "four hexadecimal"),
            (r"\ud83d", 1, "four hexadecimal"),
            (r"\ud83d\u0041", 1, "four hexadecimal"),
            (r"\ude00", 1, "four hexadecimal"),
            (r"\u{110000}", 1, "four hexadecimal"),
            (r"\u{}", 1, "four hexadecimal"),
            ("*a", 1, "nothing to repeat"),
            ("a|+", 3, "nothing to repeat"),
            ("(?:?)", 4, "nothing to repeat"),
            ("a**", 3, "repeats a repetition"),
            ("a*+", 3, "possessive"),
            ("a{2}+", 5, "possessive"),
            ("a+??", 4, "repeats a repetition"),
            ("a{2}{3}", 5, "repeats a repetition"),
            ("^*", 2, "cannot be repeated"),
            (r"\b+", 3, "cannot be repeated"),
            (r"${2}", 2, "cannot be repeated"),
            ("a{3,2}", 2, "is empty"),
            ("{", 1, "opens no repetition"),
            ("a{", 2, "opens no repetition"),
            ("a{,3}", 2, "opens no repetition"),
            ("a{b}", 2, "opens no repetition"),
            ("a{+1}", 2, "opens no repetition"),
            ("(a", 1, "never closed"),
            ("a)", 2, "closes no group"),
            ("[a", 1, "never closed"),
            ("[", 1, "never closed"),
            ("[a\\]", 1, "never closed"),
            ("[]", 1, "empty class"),
            ("[^]", 1, "empty class"),
            ("[]a]", 1, "empty class"),
            ("[[]", 2, "another one"),
            ("[[:alpha:]]", 2, "another one"),
            ("[a&&b]", 3, "set operation"),
            ("[a--b]", 3, "set operation"),
            ("[+--]", 3, "set operation"),
            ("[a~~b]", 3, "set operation"),
            ("[!-&&]", 4, "set operation"),
            ("[z-a]", 2, "wrong way round"),
            (r"[\d-z]", 2, "not to or from a class"),
            (r"[a-\w]", 2, "not to or from a class"),
            (r"[\b]", 2, "backspace"),
            (r"[\B]", 2, "no character"),
        ] {
            let error = parse(pattern, false).unwrap_err();
            assert!(error.contains(word), "{pattern}: {error}");
            assert!(error.contains(&format!("at character {place}:")), "{pattern}: {error}");
        }
    }

    #[test]
    fn size_and_nesting_are_bounded() {
        assert!(parse("a{9999}", false).is_ok());
        assert!(parse("a{10000}", false).is_err());
        assert!(parse("(?:a{100}){100}", false).is_err());
        assert!(parse("(?:(?:a{1000}){1000}){1000}", false).is_err());
        assert!(parse("a{99999999999999999999}", false).is_err());
        assert!(parse("a{10000,}", false).is_err());
        assert!(parse(&"a".repeat(9_999), false).is_ok());
        assert!(parse(&"a".repeat(10_000), false).is_err());
        let nested = |depth: usize| "(".repeat(depth) + "a" + &")".repeat(depth);
        assert!(parse(&nested(MAX_NESTING), false).is_ok());
        assert!(parse(&nested(MAX_NESTING + 1), false).is_err());
        assert!(parse("[a-a]", false).is_ok(), "a range may be of one");
        assert!(parse(&"(a)".repeat(2 * MAX_NESTING), false).is_ok(), "side by side, they don't nest");
        assert!(parse(&nested(100_000), false).is_err());
    }

    #[test]
    fn case_is_ignored_before_a_class_is_negated() {
        assert_eq!(parse("[^a]", true), parse("[^aA]", false));
        assert_eq!(parse("[^b-d]", true), parse("[^b-dB-D]", false));
        assert_eq!(parse(r"\x61.", true), parse("[aA].", false));
    }
}

//! JSON text, natively. In JavaScript hosts the host reads and prints JSON itself.

mod fault;

use crate::value::Value;
use core::fmt;
use serde::Serialize;

/// Text that is no JSON, and where it stops being it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// From 1.
    pub line: usize,
    /// In bytes, from 1.
    pub column: usize,
    /// What is wrong, in one lower-case line.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at line {} column {}", self.message, self.line, self.column)
    }
}

impl std::error::Error for JsonError {}

/// Reads JSON text. Escaped lone surrogates become U+FFFD, as in every string that enters.
///
/// # Errors
/// [`JsonError`] if the text is no JSON or nests deeper than [`crate::value::MAX_DEPTH`].
pub fn parse(text: &str) -> Result<Value, JsonError> {
    serde_json::from_str(&replace_lone_surrogates(text)).map_err(|error| fault::told(text, &error))
}

/// Compact JSON text.
pub fn print(value: &impl Serialize) -> String {
    // Nothing that this crate serializes can fail: keys are strings and numbers finite.
    serde_json::to_string(value).unwrap_or_default()
}

/// Replaces `\ud800` and the like, where they stand alone, by `\ufffd`: same length, so places stay what they are.
fn replace_lone_surrogates(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains("\\u") {
        return text.into();
    }
    let surrogate = |at: usize| {
        let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(hex, 16).ok().filter(|code| (0xd800..0xe000).contains(code))
    };
    let mut fixed = String::new();
    let (mut copied, mut place) = (0, 0);
    while let Some(found) = text.get(place..).and_then(|rest| rest.find('\\')) {
        let at = place + found;
        place = at + 2;
        match surrogate(at) {
            Some(0xd800..0xdc00) if matches!(surrogate(at + 6), Some(0xdc00..0xe000)) => place = at + 12,
            Some(_) => {
                fixed.push_str(text.get(copied..at).unwrap_or_default());
                fixed.push_str("\\ufffd");
                copied = at + 6;
                place = at + 6;
            }
            // The character after a backslash may be longer than a byte only in malformed text; step past it.
            None => {
                while !text.is_char_boundary(place) && place < text.len() {
                    place += 1
                }
            }
        }
    }
    if copied == 0 {
        return text.into();
    }
    fixed.push_str(text.get(copied..).unwrap_or_default());
    fixed.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lone_surrogates_become_the_replacement_character() {
        let read = |text: &str| parse(text).unwrap().as_str().unwrap().to_owned();
        assert_eq!(read(r#""a\ud83d\ude00b""#), "a😀b");
        assert_eq!(read(r#""a\ud83db""#), "a\u{fffd}b");
        assert_eq!(read(r#""\ude00\ud83d\ud83d\ude00""#), "\u{fffd}\u{fffd}😀");
        assert_eq!(read(r#""\\ud83d""#), "\\ud83d");
        assert!(parse("\"\\é\"").is_err());
        assert!(parse("\"\\").is_err());
    }

    #[test]
    fn what_is_no_json_is_told_in_words() {
        for (text, said) in [
            ("", "the text ends where a value should stand"),
            ("[1,", "the text ends where a value should stand"),
            ("[1", "the text ends within a list, which begins at 1:1; `]` is missing"),
            ("{\"a\": 1", "the text ends within an object, which begins at 1:1; `}` is missing"),
            ("{\n  \"ü\": [1], \"b\": { \"c\": {}\n", "the text ends within an object, which begins at 2:18; `}` is missing"),
            ("{\"a", "the text ends within a string, which begins at 1:2; `\"` is missing"),
            ("{\"a\": [{\"b\": \"]\"]}", "`}` is missing before this, for the object that begins at 1:8"),
            ("{\"a\": [1}", "`]` is missing before this, for the list that begins at 1:7"),
            ("[{\"a\": 1, {\"a\": 2}]", "a key should stand here, in double quotes; or `}` is missing, for the object that begins at 1:2"),
            ("{\"a\": 1,}", "behind a comma something should follow; take the comma before this out"),
            ("[1,]", "behind a comma something should follow; take the comma before this out"),
            ("{} {}", "there is something behind the end of the value"),
            ("{a: 1}", "a key should stand here, in double quotes"),
            ("{'a': 1}", "text stands in straight double quotes: `\"`"),
            ("{\"a\": “b”}", "text stands in straight double quotes: `\"`"),
            ("{ // why\n}", "a comment can't stand here, or anywhere in JSON"),
            ("{\"a\": 1 # why\n}", "a comment can't stand here, or anywhere in JSON"),
            ("{\"a\": truth}", "a word without quotes is `true`, `false` or `null`"),
            ("{\"a\" 1}", "`:` should stand here, between a key and its value"),
            ("[1 2]", "`,` or `]` should stand here"),
            ("{\"a\": 1 \"b\": 2}", "`,` or `}` should stand here"),
            ("01", "this is no number as JSON writes them, such as `-1.5` or `0.5`"),
            ("1e999", "the number is too large"),
            ("\"\\d\"", "`\\` can't stand before this character; a backslash itself is `\\\\`"),
            ("\"a\nb\"", "a string goes over one line, without tabs; a line break is `\\n`, a tab `\\t`"),
        ] {
            assert_eq!(parse(text).unwrap_err().message, said, "{text}");
        }
        assert!(parse("{\"a\": yes}").unwrap_err().message.starts_with("a value should stand here: text in double quotes"));
    }

    #[test]
    fn numbers_as_people_write_them_are_told_where_they_stand() {
        const NUMBER: &str = "a number has a point, as in `40.5`, and nothing between its thousands, as in `1000`";
        const PLUS: &str = "a number has no `+` before it";
        for (text, said, column) in [
            ("{\"a\": 40,5}", NUMBER, 10),
            ("{\"a\": 1.000,50, \"b\": 1}", NUMBER, 13),
            ("{\"a\": 1.000.000}", NUMBER, 12),
            ("[1.000.000]", NUMBER, 7),
            ("{\"a\": +30}", PLUS, 7),
            ("[+30]", PLUS, 2),
            // A key without quotes, and a value behind a text.
            ("{\"a\": 40, 5: 1}", "a key should stand here, in double quotes", 11),
            ("{\"a\": \"4\",5}", "a key should stand here, in double quotes", 11),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.line, error.column), (said, 1, column), "{text}");
        }
    }

    #[test]
    fn characters_that_look_like_others_are_named() {
        const SPACE: &str = "a non-breaking space (U+00A0) stands here, which looks like a space and is none to JSON; type it anew";
        const QUOTE: &str = "`”` is a curly quote, which ends no text; write a straight one: `\"`";
        for (text, said, place) in [
            ("{\u{a0}\"a\": 1}", SPACE, (1, 2)),
            ("{\"a\":\n \u{a0}1}", SPACE, (2, 2)),
            ("{\"a\"\u{a0}: 1}", SPACE, (1, 5)),
            ("{\"a\": 1,\n\u{a0}\"b\": 1}", SPACE, (2, 1)),
            ("{\"a\": 1\u{a0}}", SPACE, (1, 8)),
            ("[1]\u{a0}", SPACE, (1, 4)),
            (
                "[\u{200b}1]",
                "a character that can't be seen (U+200B) stands here, which looks like a space and is none to JSON; type it anew",
                (1, 2),
            ),
            ("{\"a\": \"chat”, \"b\": 1}", QUOTE, (1, 12)),
            ("{\n\"a\": \"chat”,\n\"b\": 1}", QUOTE, (2, 11)),
            ("{\"a”: 1, \"b\": 1}", QUOTE, (1, 4)),
            ("[\"a”]", QUOTE, (1, 4)),
            ("[\"a“]", "`“` is a curly quote, which ends no text; write a straight one: `\"`", (1, 4)),
            // Quotes within a text are its own.
            ("[\"“a” b\" 1]", "`,` or `]` should stand here", (1, 14)),
            ("[\"“a” b", "the text ends within a string, which begins at 1:2; `\"` is missing", (1, 11)),
        ] {
            let error = parse(text).unwrap_err();
            assert_eq!((error.message.as_str(), (error.line, error.column)), (said, place), "{text}");
        }
    }

    #[test]
    fn numbers_are_read_and_printed_as_in_javascript() {
        for text in ["0", "-5", "12.5", "9007199254740991", "0.1", "5e-324", "1e300"] {
            assert_eq!(parse(text).unwrap().as_number(), text.parse().ok(), "{text}");
        }
        assert_eq!(print(&parse("[1.0, -0.0, 2.50, null]").unwrap()), "[1,0,2.5,null]");
        let JsonError { line, column, message } = parse("{\n \"a\": }").unwrap_err();
        assert_eq!((line, column, message.starts_with("a value should stand here")), (2, 7, true));
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}

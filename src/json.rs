//! JSON text, natively. In JavaScript hosts the host reads and prints JSON itself.

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
    serde_json::from_str(&replace_lone_surrogates(text)).map_err(|error| {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or_default().to_owned();
        JsonError { line: error.line(), column: error.column(), message }
    })
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
    fn numbers_are_read_and_printed_as_in_javascript() {
        for text in ["0", "-5", "12.5", "9007199254740991", "0.1", "5e-324", "1e300"] {
            assert_eq!(parse(text).unwrap().as_number(), text.parse().ok(), "{text}");
        }
        assert_eq!(print(&parse("[1.0, -0.0, 2.50, null]").unwrap()), "[1,0,2.5,null]");
        assert_eq!(parse("{\n \"a\": }").unwrap_err(), JsonError { line: 2, column: 7, message: "expected value".into() });
        assert!(parse(&"[".repeat(100_000)).is_err());
    }
}

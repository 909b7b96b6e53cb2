//! What is wrong with text that is no JSON, for people who don't know the parser: in words, and where the mistake is rather than where the
//! parser noticed it.

use super::JsonError;

/// What the parser says, in words.
pub fn told(text: &str, error: &serde_json::Error) -> JsonError {
    let (line, column) = (error.line(), error.column());
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let place = if error.is_eof() { text.len() } else { start + column.saturating_sub(1) };
    let (before, rest) = text.split_at_checked(place).unwrap_or((text, ""));
    let around = Around::of(before);
    if let Some((place, quote)) = curly_end(before, &around) {
        let (line, column) = line_and_byte(before, place);
        return JsonError { line, column, message: format!("`{quote}` is a curly quote, which ends no text; write a straight one: `\"`") };
    }
    let message = in_words(said, before, rest.chars().next(), &around).unwrap_or_else(|| said.to_owned());
    JsonError { line, column, message }
}

/// `written` is the character that the parser stumbled over, `before` what stands before it.
fn in_words(said: &str, before: &str, written: Option<char>, around: &Around) -> Option<String> {
    let syntax = matches!(
        said,
        "expected value" | "key must be a string" | "trailing characters" | "expected `:`" | "expected `,` or `]`" | "expected `,` or `}`"
    );
    let begins = |place: Option<usize>| {
        let before = before.get(..place.unwrap_or_default()).unwrap_or_default();
        let line = before.rsplit('\n').next().unwrap_or_default();
        format!("{}:{}", before.matches('\n').count() + 1, line.chars().count() + 1)
    };
    let opened = || begins(around.open.last().copied());
    Some(match (said, written) {
        (_, Some('\u{a0}')) if syntax => {
            "a non-breaking space (U+00A0) stands here, which looks like a space and is none to JSON; type it anew".to_owned()
        }
        (_, Some(char)) if syntax && is_unseen(char) => format!(
            "a character that can't be seen (U+{:04X}) stands here, which looks like a space and is none to JSON; type it anew",
            u32::from(char)
        ),
        ("key must be a string", Some('0'..='9')) if ends_in_number(before.strip_suffix(',').unwrap_or_default()) => NUMBER.to_owned(),
        ("expected `,` or `]`" | "expected `,` or `}`", Some('.')) if ends_in_number(before) => NUMBER.to_owned(),
        ("expected value", Some('+')) => "a number has no `+` before it".to_owned(),
        ("EOF while parsing a list", _) => format!("the text ends within a list, which begins at {}; `]` is missing", opened()),
        ("EOF while parsing an object", _) => format!("the text ends within an object, which begins at {}; `}}` is missing", opened()),
        ("EOF while parsing a string", _) => {
            format!("the text ends within a string, which begins at {}; `\"` is missing", begins(around.string.map(|(start, _)| start)))
        }
        ("expected `,` or `}`", Some(']')) => format!("`}}` is missing before this, for the object that begins at {}", opened()),
        ("expected `,` or `]`", Some('}')) => format!("`]` is missing before this, for the list that begins at {}", opened()),
        ("key must be a string", Some('{')) => {
            format!("a key should stand here, in double quotes; or `}}` is missing, for the object that begins at {}", opened())
        }
        (said, written) => plainly(said, written)?.to_owned(),
    })
}

const NUMBER: &str = "a number has a point, as in `40.5`, and nothing between its thousands, as in `1000`";

/// What needs no look at what stands around it.
fn plainly(said: &str, written: Option<char>) -> Option<&'static str> {
    Some(match (said, written) {
        ("EOF while parsing a value", _) => "the text ends where a value should stand",
        (
            "expected value" | "key must be a string" | "trailing characters" | "expected `,` or `]`" | "expected `,` or `}`",
            Some('/' | '#'),
        ) => "a comment can't stand here, or anywhere in JSON",
        ("expected value" | "key must be a string", Some('\'' | '‘' | '’' | '“' | '”' | '„')) => {
            "text stands in straight double quotes: `\"`"
        }
        ("expected value", _) => "a value should stand here: text in double quotes, a number, `true`, `false`, `null`, a list or an object",
        ("expected ident", _) => "a word without quotes is `true`, `false` or `null`",
        ("key must be a string", _) => "a key should stand here, in double quotes",
        ("expected `:`", _) => "`:` should stand here, between a key and its value",
        ("expected `,` or `]`", _) => "`,` or `]` should stand here",
        ("expected `,` or `}`", _) => "`,` or `}` should stand here",
        ("trailing comma", _) => "behind a comma something should follow; take the comma before this out",
        ("trailing characters", _) => "there is something behind the end of the value",
        ("invalid number", _) => "this is no number as JSON writes them, such as `-1.5` or `0.5`",
        ("number out of range", _) => "the number is too large",
        ("invalid escape", _) => "`\\` can't stand before this character; a backslash itself is `\\\\`",
        ("recursion limit exceeded", _) => "lists and objects nest too deep",
        (control, _) if control.starts_with("control character") => {
            "a string goes over one line, without tabs; a line break is `\\n`, a tab `\\t`"
        }
        _ => return None,
    })
}

/// Spaces that JSON does not know, and what has no width at all.
fn is_unseen(char: char) -> bool {
    !char.is_ascii() && (char.is_whitespace() || matches!(char, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'))
}

fn ends_in_number(text: &str) -> bool {
    text.ends_with(|char: char| char.is_ascii_digit())
}

/// What the end of a text stands in.
#[derive(Default)]
struct Around {
    /// Where the objects and lists begin that are still open, the innermost last.
    open: Vec<usize>,
    /// Where the last string begins and where it ends: behind its quote, or with the text.
    string: Option<(usize, usize)>,
}

impl Around {
    fn of(text: &str) -> Around {
        let mut around = Around::default();
        let mut bytes = text.bytes().enumerate();
        while let Some((start, byte)) = bytes.next() {
            match byte {
                b'{' | b'[' => around.open.push(start),
                b'}' | b']' => _ = around.open.pop(),
                b'"' => {
                    let mut end = text.len();
                    while let Some((place, byte)) = bytes.next() {
                        match byte {
                            b'"' => {
                                end = place + 1;
                                break;
                            }
                            b'\\' => _ = bytes.next(),
                            _ => {}
                        }
                    }
                    around.string = Some((start, end));
                }
                _ => {}
            }
        }
        around
    }
}

/// The curly quote that was to end the string in which, or directly behind which, a text stops being JSON. One within a text has another
/// before it, or words behind it.
fn curly_end(before: &str, around: &Around) -> Option<(usize, char)> {
    let (start, end) = around.string?;
    if !before.get(end..)?.trim().is_empty() {
        return None;
    }
    let string = before.get(start..end)?;
    let (place, quote) = string.char_indices().find(|(_, char)| matches!(char, '“' | '”' | '„' | '‟'))?;
    let behind = string.get(place + quote.len_utf8()..)?.trim_start_matches([' ', '\t']);
    (behind.is_empty() || behind.starts_with([',', ':', '}', ']', '\r', '\n'])).then_some((start + place, quote))
}

/// The line and the column, in bytes, both from 1.
fn line_and_byte(text: &str, place: usize) -> (usize, usize) {
    let before = text.get(..place).unwrap_or(text);
    (before.matches('\n').count() + 1, before.len() - before.rfind('\n').map_or(0, |end| end + 1) + 1)
}

//! Keys that stand twice in an object of a JSON text. JSON lets the last of them count, so that a second signal of a name, or a list of rules
//! pasted once more, makes the first one disappear. Once the text is read nobody can tell.
//!
//! It expects text that has been read as JSON, and knows nothing of models.

use std::collections::HashMap;

/// A key that stands there once more.
#[derive(Debug, PartialEq, Eq)]
pub struct Twice {
    /// The JSON pointer of what does count.
    pub path: String,
    /// The key.
    pub key: String,
    /// Where the key stands that does not count, in bytes from the start.
    pub place: usize,
}

/// An object or a list around the place being read.
enum Around {
    /// Where the object's keys stand so far, and the one whose value is being read.
    Object(HashMap<String, usize>, String),
    /// The index of the item being read.
    List(usize),
}

/// All keys of a text that are overridden by a later one of the same object.
pub fn keys_that_stand_twice(text: &str) -> Vec<Twice> {
    let mut found = Vec::new();
    let mut around: Vec<Around> = Vec::new();
    // Whether the next string is a key.
    let mut key_comes = false;
    let mut rest = text.char_indices();
    while let Some((start, char)) = rest.next() {
        match char {
            '{' => around.push(Around::Object(HashMap::new(), String::new())),
            '[' => around.push(Around::List(0)),
            '}' | ']' => _ = around.pop(),
            ',' => {
                if let Some(Around::List(index)) = around.last_mut() {
                    *index += 1;
                }
            }
            '"' => {
                let end = end_of_string(&mut rest).unwrap_or(text.len());
                let key = text.get(start..end).filter(|_| key_comes).and_then(|written| serde_json::from_str::<String>(written).ok());
                if let (Some(key), Some(Around::Object(keys, current))) = (key, around.last_mut()) {
                    current.clone_from(&key);
                    if let Some(place) = keys.insert(key.clone(), start) {
                        found.push(Twice { path: pointer(&around), key, place });
                    }
                }
            }
            _ => {}
        }
        key_comes = match char {
            '{' => true,
            ',' => matches!(around.last(), Some(Around::Object(..))),
            char => key_comes && char.is_ascii_whitespace(),
        };
    }
    found
}

/// Steps behind the end of a string whose beginning has been read.
fn end_of_string(rest: &mut std::str::CharIndices<'_>) -> Option<usize> {
    loop {
        match rest.next()? {
            (end, '"') => return Some(end + 1),
            (_, '\\') => _ = rest.next(),
            _ => {}
        }
    }
}

/// The JSON pointer of what is being read.
fn pointer(around: &[Around]) -> String {
    let step = |around: &Around| match around {
        Around::Object(_, key) => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Around::List(index) => format!("/{index}"),
    };
    around.iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_stand_twice_are_found_where_they_stand() {
        let found = |text: &str| -> Vec<(String, usize)> {
            keys_that_stand_twice(text).into_iter().map(|twice| (twice.path, twice.place)).collect()
        };
        for (text, expected) in [
            (r#"{"a": 1, "b": 2}"#, vec![]),
            (r#"{"a": 1, "a": 2}"#, vec![("/a", 1)]),
            (r#"{"a": 1, "a": 2, "a": 3}"#, vec![("/a", 1), ("/a", 9)]),
            (r#"{"a": {"b": 1}, "b": {"a": 1}}"#, vec![]),
            (r#"{"x": [0, {"a": ["a", "a"], "\u0061": {}}], "y": "x"}"#, vec![("/x/1/a", 11)]),
            (r#"[{"a": "\"a\": {", "b": ["a"]}, {"a": 1}]"#, vec![]),
            (r#"{ "é/~" : 1, "c": "é/~", "é/~" : 2 }"#, vec![("/é~1~0", 2)]),
            (r#"[["a", "a"], "a", "a"]"#, vec![]),
            ("{\"a", vec![]),
            ("}],\"\\", vec![]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(|(path, place)| (path.to_owned(), place)).collect();
            assert_eq!(found(text), expected, "{text}");
        }
    }
}

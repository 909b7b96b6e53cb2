//! From a JSON pointer to the place in the text, so that a problem can be shown where it stands. It expects text that has
//! been read as JSON already, and finds nothing (rather than failing) in other text.

/// Where a value stands, in bytes from the start of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its key, if it is a member of an object.
    pub key: Option<usize>,
    /// The value itself.
    pub value: usize,
}

/// Finds what a JSON pointer (RFC 6901) points at.
pub fn locate(text: &str, pointer: &str) -> Option<Place> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.skip_space();
    let mut place = Place { key: None, value: scanner.at };
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        scanner.at = place.value;
        place = match scanner.peek()? {
            b'{' => scanner.member(&step)?,
            b'[' => Place { key: None, value: scanner.item(step.parse().ok()?)? },
            _ => return None,
        };
    }
    Some(place)
}

/// The line and the column, both from 1, the column in characters, of a place in bytes.
pub fn line_and_column(text: &str, place: usize) -> (usize, usize) {
    let before = text.get(..place).unwrap_or(text);
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Steps over a mark such as `:` and the space around it, if it stands here.
    fn skip_mark(&mut self, mark: u8) -> bool {
        self.skip_space();
        let found = self.peek() == Some(mark);
        if found {
            self.at += 1;
            self.skip_space();
        }
        found
    }

    /// Steps over a string; gives back its text with the quotes.
    fn string(&mut self) -> Option<&str> {
        let start = self.at;
        self.at += 1;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        std::str::from_utf8(self.bytes.get(start..self.at)?).ok()
    }

    /// Steps over a value.
    fn skip_value(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            match self.peek() {
                Some(b'"') => _ = self.string()?,
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                Some(b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(_) => {
                    while !matches!(self.peek(), None | Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\n' | b'\r')) {
                        self.at += 1;
                    }
                }
                None => return None,
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A member of the object that begins here: the last of equal keys, as it is the one that counts.
    fn member(&mut self, name: &str) -> Option<Place> {
        let mut found = None;
        self.skip_mark(b'{');
        while self.peek()? == b'"' {
            let start = self.at;
            let key: Option<String> = self.string().and_then(|key| serde_json::from_str(key).ok());
            self.skip_mark(b':');
            if key.as_deref() == Some(name) {
                found = Some(Place { key: Some(start), value: self.at });
            }
            self.skip_value()?;
            if !self.skip_mark(b',') {
                break;
            }
        }
        found
    }

    /// An item of the array that begins here.
    fn item(&mut self, index: usize) -> Option<usize> {
        self.skip_mark(b'[');
        for _ in 0..index {
            self.skip_value()?;
            if !self.skip_mark(b',') {
                return None;
            }
        }
        (self.peek()? != b']').then_some(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_find_their_place() {
        let text = r#" {"a": [1, {"b/c": "x\"}]", "é~": -1.5e3}, []], "a\u0062" : {"a": null}, "e": {}}"#;
        let found = |pointer: &str| locate(text, pointer).map(|place| text[place.value..].chars().take(4).collect::<String>());
        let table = [
            ("", Some("{\"a\"")),
            ("/a", Some("[1, ")),
            ("/a/0", Some("1, {")),
            ("/a/1/b~1c", Some("\"x\\\"")),
            ("/a/1/é~0", Some("-1.5")),
            ("/a/2", Some("[]],")),
            ("/ab/a", Some("null")),
            ("/a/3", None),
            ("/a/2/0", None),
            ("/e/x", None),
            ("/a/0/x", None),
            ("/missing", None),
        ];
        for (pointer, expected) in table {
            assert_eq!(found(pointer).as_deref(), expected, "{pointer}");
        }
        assert_eq!(locate(r#"{"a":1,"a":2}"#, "/a"), Some(Place { key: Some(7), value: 11 }), "the last of equal keys counts");
        for broken in ["", "{", "{\"a", "[1,", "]", "{\"a\":}", "\"\\"] {
            for pointer in ["", "/a", "/0", "/1"] {
                locate(broken, pointer);
            }
        }
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(line_and_column("a\nüb", 4), (2, 2));
        assert_eq!(line_and_column("", 0), (1, 1));
        assert_eq!(line_and_column("a\n", 2), (2, 1));
    }
}

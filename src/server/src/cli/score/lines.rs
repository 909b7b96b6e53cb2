//! Lines of a stream, in bounded memory: a line that is too long is stepped over, not held.

use std::io::{self, BufRead};

/// The longest line, in bytes, its end not counted.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// What came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// A line; its bytes are in the buffer.
    Whole,
    /// A line that is too long; it has been stepped over.
    TooLong,
    /// Nothing more.
    End,
}

/// Reads lines one by one, and numbers them.
pub struct Lines<R> {
    from: R,
    /// Whether a line goes on after its end while a quote is open, as a row of a CSV table does.
    quoted: bool,
    /// How many lines have ended.
    ended: u64,
}

impl<R: BufRead> Lines<R> {
    /// At the beginning.
    pub fn new(from: R) -> Lines<R> {
        Lines { from, quoted: false, ended: 0 }
    }

    /// From the next line on, an end inside of quotes is part of the line.
    pub fn quoted(&mut self) {
        self.quoted = true;
    }

    /// Reads the next line into `buffer`, without its end, and gives its number, from 1: that of its first, if it goes over several.
    pub fn next(&mut self, buffer: &mut Vec<u8>) -> io::Result<(Line, u64)> {
        buffer.clear();
        let number = self.ended + 1;
        let (mut something, mut too_long, mut open) = (false, false, false);
        loop {
            let available = match self.from.fill_buf() {
                Ok(available) => available,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            something |= !available.is_empty();
            let over = available.is_empty();
            let end = available.iter().position(|byte| *byte == b'\n');
            let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
            open ^= self.quoted && part.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
            too_long |= buffer.len() + part.len() > MAX_LINE_BYTES;
            if !too_long {
                buffer.extend_from_slice(part);
            }
            let used = part.len() + usize::from(end.is_some());
            self.from.consume(used);
            self.ended += u64::from(end.is_some() || over && something);
            // A quote that was never closed must not swallow the rest.
            if end.is_some() && open && !too_long {
                buffer.push(b'\n');
            } else if end.is_some() || over {
                let line = match (something, too_long) {
                    (false, _) => Line::End,
                    (true, true) => Line::TooLong,
                    (true, false) => Line::Whole,
                };
                return Ok((line, number));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    #[test]
    fn lines_come_one_by_one_and_long_ones_are_stepped_over() {
        let long = "x".repeat(MAX_LINE_BYTES);
        let text = format!("a\n\n{long}\n{long}x\nb\r\nlast");
        let mut from = Lines::new(BufReader::with_capacity(7, text.as_bytes()));
        let mut buffer = Vec::new();
        let mut seen = Vec::new();
        loop {
            match from.next(&mut buffer).unwrap().0 {
                Line::End => break,
                Line::TooLong => seen.push("too long".to_owned()),
                Line::Whole => seen.push(String::from_utf8_lossy(&buffer).into_owned()),
            }
            assert!(buffer.capacity() <= 2 * MAX_LINE_BYTES);
        }
        assert_eq!(seen, ["a", "", long.as_str(), "too long", "b\r", "last"]);
        assert_eq!(from.next(&mut buffer).unwrap().0, Line::End);
    }

    #[test]
    fn a_row_goes_on_while_a_quote_is_open_and_one_that_stays_open_does_not_swallow_the_rest() {
        let text = format!("a,\"b\nc \"\" d\",e\nf\n\"{}\ng\nh", "x".repeat(MAX_LINE_BYTES));
        let mut from = Lines::new(BufReader::with_capacity(5, text.as_bytes()));
        from.quoted();
        let mut buffer = Vec::new();
        let mut seen = Vec::new();
        loop {
            match from.next(&mut buffer).unwrap() {
                (Line::End, _) => break,
                (Line::TooLong, number) => seen.push((number, "too long".to_owned())),
                (Line::Whole, number) => seen.push((number, String::from_utf8_lossy(&buffer).into_owned())),
            }
        }
        let expected = [(1, "a,\"b\nc \"\" d\",e"), (3, "f"), (4, "too long"), (5, "g"), (6, "h")];
        assert_eq!(seen, expected.map(|(number, line)| (number, line.to_owned())));
    }
}

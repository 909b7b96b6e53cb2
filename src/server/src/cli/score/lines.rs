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

/// Reads the next line into `buffer`, without its end.
pub fn next(from: &mut impl BufRead, buffer: &mut Vec<u8>) -> io::Result<Line> {
    buffer.clear();
    let (mut something, mut too_long) = (false, false);
    loop {
        let available = match from.fill_buf() {
            Ok(available) => available,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        something |= !available.is_empty();
        let end = available.iter().position(|byte| *byte == b'\n');
        let part = available.get(..end.unwrap_or(available.len())).unwrap_or_default();
        too_long |= buffer.len() + part.len() > MAX_LINE_BYTES;
        if !too_long {
            buffer.extend_from_slice(part);
        }
        let (used, ended) = (part.len() + usize::from(end.is_some()), end.is_some() || available.is_empty());
        from.consume(used);
        if ended {
            return Ok(match (something, too_long) {
                (false, _) => Line::End,
                (true, true) => Line::TooLong,
                (true, false) => Line::Whole,
            });
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
        let mut from = BufReader::with_capacity(7, text.as_bytes());
        let mut buffer = Vec::new();
        let mut seen = Vec::new();
        loop {
            match next(&mut from, &mut buffer).unwrap() {
                Line::End => break,
                Line::TooLong => seen.push("too long".to_owned()),
                Line::Whole => seen.push(String::from_utf8_lossy(&buffer).into_owned()),
            }
            assert!(buffer.capacity() <= 2 * MAX_LINE_BYTES);
        }
        assert_eq!(seen, ["a", "", long.as_str(), "too long", "b\r", "last"]);
        assert_eq!(next(&mut from, &mut buffer).unwrap(), Line::End);
    }
}

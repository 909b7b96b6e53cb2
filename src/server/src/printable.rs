//! What strangers have named, made fit for a terminal: ids, keys and file names may hold characters that move the cursor, begin a
//! line that looks like one of ours, or turn the direction of writing. They are shown as JSON would escape them.

use std::fmt::{self, Display, Formatter, Write};

/// Shows something with every such character escaped.
pub fn printable<T: Display>(name: T) -> Printable<T> {
    Printable(name)
}

/// See [`printable`].
pub struct Printable<T>(T);

impl<T: Display> Display for Printable<T> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut Formatter<'f>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(place) = rest.find(steers) {
            let (plain, from) = rest.split_at(place);
            self.0.write_str(plain)?;
            let mut after = from.chars();
            if let Some(char) = after.next() {
                write!(self.0, "\\u{:04x}", u32::from(char))?;
            }
            rest = after.as_str();
        }
        self.0.write_str(rest)
    }
}

/// Whether a terminal does something else with it than to show it.
pub fn steers(char: char) -> bool {
    char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn what_would_steer_a_terminal_is_escaped() {
        let table = [
            ("plain, ünïcode 😀 \\u", "plain, ünïcode 😀 \\u"),
            ("\u{1b}[2J\u{7}", "\\u001b[2J\\u0007"),
            ("a\r\nb\tc\0", "a\\u000d\\u000ab\\u0009c\\u0000"),
            ("\u{7f}\u{9b}2J", "\\u007f\\u009b2J"),
            ("\u{202a}\u{202e}x\u{2066}\u{2069}", "\\u202a\\u202ex\\u2066\\u2069"),
            ("\u{2029}\u{202f}\u{2065}", "\u{2029}\u{202f}\u{2065}"),
        ];
        for (given, expected) in table {
            assert_eq!(printable(given).to_string(), expected);
        }
    }
}

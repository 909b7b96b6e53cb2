//! Text in lower case by Unicode, as JavaScript's `toLowerCase` and Rust's `to_lowercase` have it, from a table of our own: the standard library's takes ten times
//! the room in a module that pages download, and a browser's is that of whatever version of Unicode it knows, so that scores might differ from one to another.
//!
//! The table, `case.table`, is made by the tests below, which hold it against the standard library's, character by character. It is three lists of numbers, each
//! of which takes a byte for every 7 of its bits, the last ones first; the top bit says that more come. Each list begins with how many entries it has, and each entry with how far it
//! begins behind the end of the one before:
//! - what is lowered: how many characters follow the first, twice, plus 1 if only every other of them is meant; how far off the lower ones are, twice, less 1 if they come before;
//! - what is cased, and does not count as in between (below): how many characters follow the first;
//! - what counts as in between when the end of a word is looked for: the same.

/// The text in lower case.
pub(crate) fn lower_case(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut lower = String::with_capacity(text.len());
    for (place, char) in text.char_indices() {
        match char {
            // The only one that becomes two.
            'İ' => lower.push_str("i\u{307}"),
            'Σ' if ends_word(text, place) => lower.push('ς'),
            _ if char.is_ascii() => lower.push(char.to_ascii_lowercase()),
            _ => lower.push(lowered(char)),
        }
    }
    lower
}

/// A character beyond ASCII in lower case.
fn lowered(char: char) -> char {
    let (code, mut reader, mut end) = (u32::from(char), Reader(TABLE), 0);
    for _ in 0..reader.number() {
        let start = end + reader.number();
        let (length, offset) = (reader.number(), reader.number());
        end = start + length / 2;
        if code <= end {
            let is_meant = code >= start && (length % 2 == 0 || (code - start) % 2 == 0);
            let lower = if offset % 2 == 0 { code + offset / 2 } else { code.saturating_sub(offset / 2 + 1) };
            return char::from_u32(lower).filter(|_| is_meant).unwrap_or(char);
        }
    }
    char
}

/// Whether a sigma at this place is the last letter of a word: what is cased comes before, and not behind (Unicode, section 3.13, `Final_Sigma`).
fn ends_word(text: &str, place: usize) -> bool {
    let (before, behind) = text.split_at_checked(place).unwrap_or_default();
    comes_cased(&mut before.chars().rev()) && !comes_cased(&mut behind.chars().skip(1))
}

/// Whether the first character that does not count as in between is cased.
fn comes_cased(chars: &mut dyn Iterator<Item = char>) -> bool {
    let mut kinds = chars.map(kind);
    kinds.find(|kind| *kind != Kind::Between) == Some(Kind::Cased)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Cased,
    Between,
    Other,
}

fn kind(char: char) -> Kind {
    let (code, mut reader) = (u32::from(char), Reader(TABLE));
    for _ in 0..3 * reader.number() {
        reader.number();
    }
    for kind in [Kind::Cased, Kind::Between] {
        let mut end = 0;
        for _ in 0..reader.number() {
            let start = end + reader.number();
            end = start + reader.number();
            if (start..=end).contains(&code) {
                return kind;
            }
        }
    }
    Kind::Other
}

const TABLE: &[u8] = include_bytes!("case.table");

/// What is left of the table.
struct Reader(&'static [u8]);

impl Reader {
    fn number(&mut self) -> u32 {
        let (mut number, mut shift) = (0, 0);
        while let Some((byte, rest)) = self.0.split_first() {
            self.0 = rest;
            number |= u32::from(byte & 127) << shift;
            if *byte < 128 {
                break;
            }
            shift += 7;
        }
        number
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// All characters.
    fn all() -> impl Iterator<Item = char> {
        (0..=u32::from(char::MAX)).filter_map(char::from_u32)
    }

    fn push(number: u32, table: &mut Vec<u8>) {
        match number {
            0..128 => table.push(number as u8),
            _ => {
                table.push(number as u8 | 128);
                push(number >> 7, table);
            }
        }
    }

    /// The first and the last of characters of which this holds, one after another.
    fn ranges(holds: impl Fn(char) -> bool) -> Vec<(u32, u32)> {
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for code in all().filter(|char| holds(*char)).map(u32::from) {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == code => *last = code,
                _ => ranges.push((code, code)),
            }
        }
        ranges
    }

    /// The table, from what the standard library does.
    fn table() -> Vec<u8> {
        // First, last, whether every other, how far off.
        let mut runs: Vec<(u32, u32, bool, i32)> = Vec::new();
        for char in all().filter(|char| !char.is_ascii() && *char != 'İ') {
            let lower: Vec<char> = char.to_lowercase().collect();
            assert_eq!(lower.len(), 1, "{char} becomes {lower:?}");
            let (code, offset) = (u32::from(char), lower[0] as i32 - char as i32);
            match runs.last_mut() {
                _ if offset == 0 => {}
                Some((first, last, other, own)) if *own == offset && code - *last == if *other { 2 } else { 1 } && first != last => {
                    *last = code
                }
                Some((first, last, other, own)) if *own == offset && code - *last <= 2 && first == last => {
                    (*last, *other) = (code, code - *last == 2)
                }
                _ => runs.push((code, code, false, offset)),
            }
        }
        let mut table = Vec::new();
        push(runs.len() as u32, &mut table);
        let mut end = 0;
        for (first, last, other, offset) in runs {
            push(first - end, &mut table);
            push((last - first) * 2 + u32::from(other), &mut table);
            push(if offset < 0 { (-offset * 2 - 1) as u32 } else { offset as u32 * 2 }, &mut table);
            end = last;
        }
        let ends = |text: String| text.to_lowercase().ends_with('ς');
        let cased = ranges(|char| ends(format!("{char}Σ")));
        let between = ranges(|char| ends(format!("a{char}Σ")) && !ends(format!("{char}Σ")));
        for ranges in [cased, between] {
            push(ranges.len() as u32, &mut table);
            let mut end = 0;
            for (first, last) in ranges {
                push(first - end, &mut table);
                push(last - first, &mut table);
                end = last;
            }
        }
        table
    }

    #[test]
    fn the_table_is_that_of_the_standard_library() {
        let (right, beside) = (table(), std::env::temp_dir().join("case.table"));
        if right != TABLE {
            std::fs::write(&beside, right).unwrap();
            panic!("src/condition/case.table is out of date; the right one is {}", beside.display());
        }
    }

    #[test]
    fn every_character_is_lowered_as_by_the_standard_library() {
        for char in all() {
            let text = char.to_string();
            assert_eq!(lower_case(&text), text.to_lowercase());
        }
    }

    #[test]
    fn a_word_ends_where_it_does_for_the_standard_library() {
        // All at the ends of what the table has, and some of the others.
        let near = |(first, last): (u32, u32)| [first.saturating_sub(1), first, last, last + 1];
        let ends = |text: String| text.to_lowercase().ends_with('ς');
        let edges = ranges(|char| ends(format!("a{char}Σ"))).into_iter().chain(ranges(|char| ends(format!("{char}Σ")))).flat_map(near);
        for char in edges.filter_map(char::from_u32).chain(all().step_by(331)) {
            for text in [format!("a{char}Σ"), format!("{char}Σ"), format!("aΣ{char}"), format!("aΣ{char}b"), format!("aΣ{char}1")] {
                assert_eq!(lower_case(&text), text.to_lowercase(), "{text}");
            }
        }
    }

    #[test]
    fn texts_are_lowered() {
        for (text, lower) in [
            ("ÄÖÜ ẞ", "äöü ß"),
            ("ΟΔΟΣ ΣΊΣΥΦΟΣ", "οδος σίσυφος"),
            ("İstanbul", "i̇stanbul"),
            ("ΑΣ.Β Σ", "ασ.β σ"),
            ("日本", "日本"),
            ("ДЖУНГЛИ", "джунгли"),
        ] {
            assert_eq!(lower_case(text), lower);
            assert_eq!(text.to_lowercase(), lower);
        }
    }
}

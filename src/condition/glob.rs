//! Globs: `*` is any run of characters, `?` one code point, `\` takes the next character as it is; the whole text must match.
//! A slash is a character like any other: these are for paths in URLs as much as for names.

/// A glob, read.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Glob {
    pieces: Vec<Piece>,
    ignore_case: bool,
    /// The characters before the first wildcard; none if case is ignored.
    prefix: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Piece {
    Run,
    One,
    Char(char),
}

impl Glob {
    /// Reads a glob; with `ignore_case`, the letters A to Z are those a to z.
    ///
    /// # Errors
    /// What is wrong, if it ends in the middle of an escape.
    pub(crate) fn parse(text: &str, ignore_case: bool) -> Result<Glob, &'static str> {
        let mut pieces = Vec::new();
        let mut chars = text.chars();
        while let Some(char) = chars.next() {
            let piece = match char {
                '*' => Piece::Run,
                '?' => Piece::One,
                '\\' => match chars.next() {
                    Some(escaped) => Piece::Char(fold(escaped, ignore_case)),
                    None => return Err("ends in a lone `\\`; a backslash itself is `\\\\`"),
                },
                char => Piece::Char(fold(char, ignore_case)),
            };
            // Two runs are one run.
            if piece != Piece::Run || pieces.last() != Some(&Piece::Run) {
                pieces.push(piece);
            }
        }
        let literal = |piece: &Piece| match piece {
            Piece::Char(char) if !ignore_case => Some(*char),
            _ => None,
        };
        let prefix = pieces.iter().map_while(literal).collect();
        Ok(Glob { pieces, ignore_case, prefix })
    }

    /// How every text that matches must begin, unless case is ignored or nothing is said of that; and whether whatever begins so matches.
    pub(crate) fn prefix(&self) -> Option<(&str, bool)> {
        if self.prefix.is_empty() {
            None
        } else {
            Some((&self.prefix, self.pieces.len() == self.prefix.chars().count() + 1 && self.pieces.last() == Some(&Piece::Run)))
        }
    }

    /// Whether every text matches.
    #[cfg(feature = "check")]
    pub(crate) fn matches_all(&self) -> bool {
        self.pieces == [Piece::Run]
    }

    /// A text that matches: what it says outright, nothing for a run, an `x` for one code point.
    pub(crate) fn example(&self) -> String {
        let literal = |piece: &Piece| match piece {
            Piece::Run => None,
            Piece::One => Some('x'),
            Piece::Char(char) => Some(*char),
        };
        self.pieces.iter().filter_map(literal).collect()
    }

    /// Whether the whole text matches. Takes at most (length of the glob) × (length of the text) steps: a run that stops matching
    /// takes one character more, and what came before the last run is never asked again.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let (mut rest, mut place) = (text.chars(), 0);
        let mut last_run = None;
        loop {
            let before = rest.clone();
            match (self.pieces.get(place), rest.next()) {
                (None, None) => return true,
                (Some(Piece::Run), _) => {
                    place += 1;
                    rest = before.clone();
                    last_run = Some((before, place));
                    continue;
                }
                (Some(Piece::One), Some(_)) => {
                    place += 1;
                    continue;
                }
                (Some(Piece::Char(wanted)), Some(char)) if *wanted == fold(char, self.ignore_case) => {
                    place += 1;
                    continue;
                }
                _ => {}
            }
            let Some((mut longer, behind)) = last_run else { return false };
            if longer.next().is_none() {
                return false;
            }
            rest = longer.clone();
            place = behind;
            last_run = Some((longer, behind));
        }
    }
}

fn fold(char: char, ignore_case: bool) -> char {
    if ignore_case { char.to_ascii_lowercase() } else { char }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, text: &str) -> bool {
        Glob::parse(glob, false).unwrap().is_match(text)
    }

    #[test]
    fn globs_match_whole_texts() {
        for (glob, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("*", "a/b\nc", true),
            ("**", "ab", true),
            ("/pricing*", "/pricing", true),
            ("/pricing*", "/pricing/teams", true),
            ("/pricing*", "/en/pricing", false),
            ("*.pdf", "/a.pdf.pdf", true),
            ("*.pdf", "/a.pdf?", false),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("a?c", "a😀c", true),
            ("?", "", false),
            ("*?", "", false),
            ("*?", "é", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXcYb", false),
            ("*ab*ab", "ab", false),
            ("*ab*ab", "abab", true),
            (r"\*", "*", true),
            (r"\*", "a", false),
            (r"a\?", "a?", true),
            (r"\\*", r"\x", true),
            (r"\a", "a", true),
            ("[a]", "a", false),
            ("[a]", "[a]", true),
            ("ä*", "äh", true),
            ("A", "a", false),
        ] {
            assert_eq!(matches(glob, text), expected, "{glob} {text}");
        }
    }

    #[test]
    fn case_is_ignored_for_ascii_only() {
        let ignoring = |glob: &str, text: &str| Glob::parse(glob, true).unwrap().is_match(text);
        assert!(ignoring("/PRI*", "/pricing"));
        assert!(ignoring("/pri*", "/PRICING"));
        assert!(!ignoring("É", "é"));
        assert!(!ignoring("k", "\u{212a}"));
    }

    #[test]
    fn a_lone_backslash_at_the_end_is_an_error() {
        assert!(Glob::parse("a\\", false).is_err());
        assert!(Glob::parse("a\\\\", false).is_ok());
    }

    #[test]
    fn many_runs_stay_fast() {
        let glob = "*a".repeat(500) + "b";
        assert!(!matches(&glob, &"a".repeat(5000)));
    }
}

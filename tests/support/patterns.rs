//! Random regular expressions of the subset of docs/model.md, section 3, and texts to try them on. Half of the texts are made along with the
//! pattern: what it matches, or nearly so, which random texts seldom are.

#![allow(dead_code, missing_docs, clippy::indexing_slicing)]

/// SplitMix64.
pub struct Random(pub u64);

/// A pattern, whether case is ignored, and texts to try it on.
#[derive(Debug)]
pub struct Trial {
    pub pattern: String,
    pub ignoring: bool,
    pub texts: Vec<String>,
}

/// A piece of a pattern, and a text that it matches, assertions aside.
type Piece = (String, String);

const CHARS: [&str; 17] =
    ["a", "b", "A", "B", "z", "0", "7", "_", "-", " ", "\n", "\r", "\u{e9}", "\u{1f600}", "\u{4e00}", "\u{ffff}", "\u{2028}"];
const ATOMS: [(&str, &str); 24] = [
    ("a", "a"),
    ("b", "b"),
    ("A", "A"),
    ("z", "z"),
    ("0", "0"),
    ("_", "_"),
    ("-", "-"),
    (",", ","),
    (r"\n", "\n"),
    (r"\r", "\r"),
    (r"\t", "\t"),
    (r"\v", "\u{b}"),
    (r"\f", "\u{c}"),
    (r"\/", "/"),
    (r"\.", "."),
    (r"\$", "$"),
    (r"\x61", "a"),
    (r"\u0062", "b"),
    (r"\u{1f600}", "\u{1f600}"),
    (r"\ud83d\ude00", "\u{1f600}"),
    ("\u{e9}", "\u{e9}"),
    ("\u{1f600}", "\u{1f600}"),
    ("\u{2028}", "\u{2028}"),
    ("\u{ffff}", "\u{ffff}"),
];
const SETS: [(&str, &str); 7] = [(".", "-"), (r"\d", "7"), (r"\D", "z"), (r"\w", "_"), (r"\W", " "), (r"\s", "\n"), (r"\S", "\u{4e00}")];
const MEMBERS: [(&str, &str); 24] = [
    ("a", "a"),
    ("b", "b"),
    ("B", "B"),
    ("0", "0"),
    ("_", "_"),
    (r"\-", "-"),
    (r"\^", "^"),
    (r"\]", "]"),
    (r"\n", "\n"),
    (".", "."),
    ("$", "$"),
    ("(", "("),
    ("a-c", "b"),
    ("A-z", "B"),
    ("0-7", "7"),
    (r"\d", "0"),
    (r"\D", "a"),
    (r"\W", " "),
    (r"\w", "z"),
    (r"\S", "A"),
    (r"\s", " "),
    ("\u{e9}", "\u{e9}"),
    (r"\u{4e00}-\u{1f600}", "\u{1f600}"),
    ("\u{4e00}-\u{ffff}", "\u{4e00}"),
];
const TIMES: [(&str, usize, usize); 12] = [
    ("*", 0, 3),
    ("+", 1, 3),
    ("?", 0, 1),
    ("*?", 0, 3),
    ("+?", 1, 3),
    ("??", 0, 1),
    ("{2}", 2, 2),
    ("{0}", 0, 0),
    ("{1,}", 1, 3),
    ("{0,2}", 0, 2),
    ("{1,3}?", 1, 3),
    ("{2,}?", 2, 4),
];

impl Trial {
    /// The trial of a seed, with so many texts.
    pub fn random(seed: u64, texts: usize) -> Trial {
        let mut random = Random(seed);
        let ignoring = random.below(4) == 0;
        let (pattern, sample) = random.pattern(3);
        let texts = (0..texts).map(|place| if place % 2 == 0 { random.text() } else { random.near(&sample) }).collect();
        Trial { pattern, ignoring, texts }
    }
}

impl Random {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    pub fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn text(&mut self) -> String {
        (0..self.below(9)).map(|_| self.one_of(&CHARS)).collect()
    }

    /// A text that matches, or from which little is missing.
    fn near(&mut self, sample: &str) -> String {
        let mut chars: Vec<String> = sample.chars().take(40).map(String::from).collect();
        if self.below(2) == 0 && !chars.is_empty() {
            let place = self.below(chars.len());
            chars[place] = if self.below(2) == 0 { self.one_of(&CHARS).to_owned() } else { String::new() };
        }
        for place in [0, chars.len()] {
            if self.below(3) == 0 {
                chars.insert(place.min(chars.len()), self.one_of(&CHARS).to_owned());
            }
        }
        chars.concat()
    }

    fn pattern(&mut self, depth: usize) -> Piece {
        let choices: Vec<Piece> = (0..1 + self.below(8) / 6).map(|_| self.sequence(depth)).collect();
        let (_, sample) = choices[self.below(choices.len())].clone();
        (choices.into_iter().map(|(pattern, _)| pattern).collect::<Vec<_>>().join("|"), sample)
    }

    fn sequence(&mut self, depth: usize) -> Piece {
        (0..self.below(4)).map(|_| self.item(depth)).unzip()
    }

    fn item(&mut self, depth: usize) -> Piece {
        let (atom, sample) = match self.below(12) {
            0 => return (self.one_of(&["^", "$", r"\b", r"\B"]).to_owned(), String::new()),
            1 | 2 if depth > 0 => {
                let group = self.one_of(&["(", "(?:", "(?:"]);
                let (pattern, sample) = self.pattern(depth - 1);
                (format!("{group}{pattern})"), sample)
            }
            3 | 4 => self.class(),
            5 | 6 => owned(self.one_of(&SETS)),
            _ => owned(self.one_of(&ATOMS)),
        };
        if self.below(3) > 0 {
            return (atom, sample);
        }
        let (times, least, most) = self.one_of(&TIMES);
        (atom + times, sample.repeat(least + self.below(most - least + 1)))
    }

    fn class(&mut self) -> Piece {
        let members: Vec<(&str, &str)> = (0..1 + self.below(3)).map(|_| self.one_of(&MEMBERS)).collect();
        let items: String = members.iter().map(|(item, _)| *item).collect();
        if self.below(3) == 0 { (format!("[^{items}]"), "\u{e9}".into()) } else { (format!("[{items}]"), members[0].1.into()) }
    }
}

fn owned((pattern, sample): (&str, &str)) -> Piece {
    (pattern.into(), sample.into())
}

//! The two engines against each other: random patterns of the subset on random texts, natively, and in Node both as we print them
//! and as they were written. It is seeded, so a difference comes back; `WARMLEAD_FUZZ=100000` makes it that many patterns.

use super::engine::Pattern;
use super::parse::parse;
use super::print::{Dialect, print};
use crate::json;
use crate::value::{Object, Value};
use std::io::Write;
use std::process::{Command, Stdio};

const PATTERNS: u64 = 600;
const TEXTS: usize = 12;

/// Answers each line `{ written, printed, ignoring, texts }` with what `RegExp` finds: a list for the pattern as it was written
/// (`null` if that is no pattern) and one for the pattern as we print it.
const SCRIPT: &str = r#"
    const find = (pattern, flags, texts) => { const regex = new RegExp(pattern, flags); return texts.map((text) => regex.test(text)); };
    const attempt = (read) => { try { return read(); } catch { return null; } };
    const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n").map(JSON.parse);
    console.log(JSON.stringify(lines.map(({ written, printed, ignoring, texts }) =>
        [attempt(() => find(written, ignoring ? "iu" : "u", texts)), find(printed, "u", texts)])));
"#;

#[test]
fn both_engines_find_the_same() {
    let patterns = std::env::var("WARMLEAD_FUZZ").ok().and_then(|number| number.parse().ok()).unwrap_or(PATTERNS);
    let cases: Vec<Case> = (0..patterns).map(Case::random).collect();
    let Some(found) = in_node(&cases) else {
        println!("skipped: this test needs node");
        return;
    };
    let (mut hits, mut as_written) = (0, 0);
    for (case, found) in cases.iter().zip(found.as_array().unwrap()) {
        let native: Vec<bool> = case.texts.iter().map(|text| case.native.is_match(text)).collect();
        assert_eq!(found.at("1"), Some(&Value::from(native.clone())), "as printed, {case:?}");
        // What is written is no measure where V8 errs: it lets `\B` hold between the surrogates of a code point.
        let measured = !case.written.contains(r"\B") || !case.texts.iter().any(|text| text.contains('\u{1f600}'));
        if let Some(written @ Value::Array(_)) = found.at("0")
            && measured
        {
            assert_eq!(*written, Value::from(native.clone()), "as written, {case:?}");
            as_written += 1;
        }
        hits += native.iter().filter(|hit| **hit).count();
    }
    // The test is worth something only if patterns are read by RegExp as they are, and match neither always nor never.
    let share = hits as f64 / (cases.len() * TEXTS) as f64;
    assert!(
        (0.2..0.8).contains(&share) && as_written * 10 > cases.len() * 8,
        "{share} of the texts match, {as_written} patterns as written"
    );
}

#[derive(Debug)]
struct Case {
    written: String,
    ignoring: bool,
    texts: Vec<String>,
    native: Pattern,
}

impl Case {
    fn random(seed: u64) -> Case {
        let mut random = Random(seed);
        let ignoring = random.below(4) == 0;
        let written = random.pattern(3);
        let native = Pattern::new(&written, ignoring).unwrap_or_else(|error| panic!("{written} {error}"));
        // `\s` is of ASCII here and of Unicode there, so no other space occurs with it; nor do letters ever whose case is ignored beyond ASCII.
        let spaces = written.contains(r"\s") || written.contains(r"\S");
        Case { written, ignoring, texts: (0..TEXTS).map(|_| random.text(!spaces)).collect(), native }
    }

    fn to_json(&self) -> String {
        let printed = print(&parse(&self.written, self.ignoring).unwrap(), Dialect::JavaScript);
        let mut object = Object::new();
        object.insert("written", self.written.as_str());
        object.insert("printed", printed);
        object.insert("ignoring", self.ignoring);
        object.insert("texts", self.texts.clone());
        json::print(&object)
    }
}

fn in_node(cases: &[Case]) -> Option<Value> {
    let mut node = Command::new("node").args(["-e", SCRIPT]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().ok()?;
    let lines: Vec<_> = cases.iter().map(Case::to_json).collect();
    node.stdin.take()?.write_all(lines.join("\n").as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    Some(json::parse(core::str::from_utf8(&output.stdout).unwrap()).unwrap())
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit as u64) as usize
    }

    fn one_of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    fn text(&mut self, line_separators: bool) -> String {
        let chars = ["a", "b", "A", "B", "z", "0", "7", "_", "-", " ", "\n", "\u{e9}", "\u{1f600}", "\u{4e00}", "\u{2028}"];
        let known = if line_separators { &chars[..] } else { &chars[..chars.len() - 1] };
        (0..self.below(9)).map(|_| self.one_of(known)).collect()
    }

    fn pattern(&mut self, depth: usize) -> String {
        let choices = 1 + self.below(8) / 6;
        (0..choices).map(|_| self.sequence(depth)).collect::<Vec<_>>().join("|")
    }

    fn sequence(&mut self, depth: usize) -> String {
        let length = self.below(4);
        (0..length).map(|_| self.item(depth)).collect()
    }

    fn item(&mut self, depth: usize) -> String {
        let atom = match self.below(12) {
            0 => return self.one_of(&["^", "$", r"\b", r"\B"]).to_owned(),
            1 | 2 if depth > 0 => {
                let group = self.one_of(&["(", "(?:"]);
                format!("{group}{})", self.pattern(depth - 1))
            }
            3 | 4 => self.class(),
            5 | 6 => self.one_of(&[".", r"\d", r"\D", r"\w", r"\W", r"\s", r"\S"]).to_owned(),
            _ => self
                .one_of(&[
                    "a",
                    "b",
                    "A",
                    "z",
                    "0",
                    "_",
                    "-",
                    r"\n",
                    r"\/",
                    r"\.",
                    r"\x61",
                    r"\u0062",
                    r"\u{1f600}",
                    r"\ud83d\ude00",
                    "\u{e9}",
                    "\u{1f600}",
                ])
                .to_owned(),
        };
        let quantifier =
            if self.below(3) == 0 { self.one_of(&["*", "+", "?", "*?", "+?", "??", "{2}", "{0}", "{1,}", "{0,2}", "{1,3}?"]) } else { "" };
        atom + quantifier
    }

    fn class(&mut self) -> String {
        let negation = self.one_of(&["", "^"]);
        let length = 1 + self.below(3);
        let items: String = (0..length)
            .map(|_| {
                self.one_of(&[
                    "a",
                    "b",
                    "B",
                    "0",
                    "_",
                    r"\-",
                    "a-c",
                    "A-z",
                    "0-7",
                    r"\d",
                    r"\W",
                    r"\w",
                    r"\S",
                    r"\s",
                    "\u{e9}",
                    "\u{4e00}-\u{1f600}",
                    r"\n",
                    r"\]",
                ])
            })
            .collect();
        format!("[{negation}{items}]")
    }
}

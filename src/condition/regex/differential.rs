//! All who know regular expressions against each other: random patterns of the subset on random texts, natively, by the judge, and in Node both
//! as we print them and as they were written. And the warning of patterns that explode, against how often the judge has to go back. It is seeded,
//! so a difference comes back; `WARMLEAD_FUZZ=100000` makes it that many patterns. `tests/vectors_conditions.rs` compares the engine as it is
//! compiled for JavaScript hosts.

use super::backtrack::may_explode;
use super::engine::Pattern;
use super::judge;
use super::parse::parse;
use super::patterns::{Random, Trial};
use super::print::{Dialect, print};
use crate::json;
use crate::value::{Object, Value};
use std::io::Write;
use std::process::{Command, Stdio};

const PATTERNS: u64 = 2_000;
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

fn patterns() -> u64 {
    std::env::var("WARMLEAD_FUZZ").ok().and_then(|number| number.parse().ok()).unwrap_or(PATTERNS)
}

#[test]
fn both_engines_find_the_same() {
    let cases: Vec<Case> = (0..patterns()).map(Case::random).collect();
    let mut hits = 0;
    for case in &cases {
        let node = parse(&case.trial.pattern, case.trial.ignoring).unwrap();
        for (text, found) in case.trial.texts.iter().zip(&case.native) {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(judge::is_match(&node, &chars), *found, "{text:?} in {case:?}");
            hits += usize::from(*found);
        }
    }
    // The test is worth something only if patterns match neither always nor never.
    let share = hits as f64 / (cases.len() * TEXTS) as f64;
    assert!((0.2..0.8).contains(&share), "{share} of the texts match");
    let Some(found) = in_node(&cases) else {
        println!("skipped: this test needs node");
        return;
    };
    let mut as_written = 0;
    for (case, found) in cases.iter().zip(found.as_array().unwrap()) {
        let native = Value::from(case.native.clone());
        assert_eq!(found.at("1"), Some(&native), "as printed, {case:?}");
        if let Some(written @ Value::Array(_)) = found.at("0")
            && case.is_measure()
        {
            assert_eq!(*written, native, "as written, {case:?}");
            as_written += 1;
        }
    }
    assert!(as_written * 10 > cases.len() * 6, "RegExp reads {as_written} of {} patterns as they are", cases.len());
}

#[derive(Debug)]
struct Case {
    trial: Trial,
    native: Vec<bool>,
}

impl Case {
    fn random(seed: u64) -> Case {
        let trial = Trial::random(seed, TEXTS);
        let native = Pattern::new(&trial.pattern, trial.ignoring, &mut 0).unwrap_or_else(|error| panic!("{} {error}", trial.pattern));
        let native = trial.texts.iter().map(|text| native.is_match(text)).collect();
        Case { trial, native }
    }

    /// Whether what is written means here what it means there: `\s` is of ASCII here and of Unicode there; and V8 errs in that it lets `\B` hold
    /// between the surrogates of a code point.
    fn is_measure(&self) -> bool {
        let Trial { pattern, texts, .. } = &self.trial;
        let has = |char: char| texts.iter().any(|text| text.contains(char));
        let spaces = pattern.contains(r"\s") || pattern.contains(r"\S");
        !(spaces && has('\u{2028}') || pattern.contains(r"\B") && has('\u{1f600}'))
    }

    fn to_json(&self) -> String {
        let printed = print(&parse(&self.trial.pattern, self.trial.ignoring).unwrap(), Dialect::JavaScript);
        let mut object = Object::new();
        object.insert("written", self.trial.pattern.as_str());
        object.insert("printed", printed);
        object.insert("ignoring", self.trial.ignoring);
        object.insert("texts", self.trial.texts.clone());
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

/// A pattern of repetitions within repetitions, of two letters.
fn nested(random: &mut Random, depth: usize) -> String {
    (0..1 + random.below(2))
        .map(|_| {
            let atom = match random.below(4) {
                0 | 1 if depth > 0 => format!("({})", nested(random, depth - 1)),
                2 if depth > 0 => format!("({}|{})", nested(random, depth - 1), nested(random, depth - 1)),
                _ => random.one_of(&["a", "b", "[ab]", "."]).to_owned(),
            };
            atom + random.one_of(&["", "", "*", "+", "?", "*?"])
        })
        .collect()
}

/// What is not warned of does not explode. Twice the text takes 2ⁿ times the steps if n repetitions stand one after the other, which are seven at
/// most here; it takes more if the steps double with each character.
#[test]
fn what_explodes_is_warned_of() {
    const FEW: usize = 8;
    const TIMES: usize = 200;
    const LIMIT: usize = 1_000_000;
    let (mut exploded, mut warned) = (0, 0);
    for seed in 0..patterns() / 2 {
        let random = &mut Random(seed);
        // What follows must be able to fail, or nobody goes back.
        let pattern = format!("^{}x$", nested(random, 2));
        let node = parse(&pattern, false).unwrap();
        let warns = may_explode(&pattern, false);
        warned += u64::from(warns);
        for word in ["a", "ab"] {
            let text = |count: usize| -> Vec<char> { word.chars().cycle().take(count).collect() };
            let few = judge::steps(&node, &text(FEW), LIMIT);
            let twice = judge::steps(&node, &text(2 * FEW), LIMIT);
            if twice >= few * TIMES {
                assert!(warns, "{pattern} takes {few} steps for {FEW} characters of `{word}`, and {twice} for twice as many");
                exploded += 1;
                break;
            }
        }
    }
    let all = patterns() / 2;
    assert!(exploded * 10 > all && warned * 10 < all * 9, "of {all} patterns {exploded} explode, {warned} are warned of");
}

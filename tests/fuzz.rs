//! The fuzz targets on stable: each over its corpus, and over mutations of that, the same ones every time. `make fuzz` looks further.
//!
//! `WARMLEAD_MUTATIONS` says how many mutations of each target are tried, `WARMLEAD_SEED` which; an input that fails is printed.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "fuzz/src/lib.rs"]
mod targets;

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use targets::choices::{bytes, number};

/// Tries every input of a target's corpus, and mutations of them.
fn replay(name: &str) {
    let (_, target) = targets::TARGETS.into_iter().find(|(own, _)| *own == name).unwrap();
    let corpus = corpus(name);
    for input in &corpus {
        attempt(name, target, input);
    }
    let (count, first) = (number("WARMLEAD_MUTATIONS", 5_000), number("WARMLEAD_SEED", 0));
    let words = words();
    for seed in first..first + count {
        attempt(name, target, &mutation(&corpus, &words, seed));
    }
}

fn attempt(name: &str, target: targets::Target, input: &[u8]) {
    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| target(input))) {
        eprintln!("target {name}, input \"{}\"", input.escape_ascii());
        std::panic::resume_unwind(panic);
    }
}

macro_rules! targets {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                replay(stringify!($name));
            }
        )*

        #[test]
        fn every_target_is_replayed() {
            assert_eq!(targets::TARGETS.map(|(name, _)| name), [$(stringify!($name)),*]);
        }
    };
}

targets! { condition engine events model packed snapshot sync translate }

/// A target's inputs, by name; models that ship are inputs, too.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut folders = vec![tests.join("fuzz/corpus").join(name)];
    if name == "model" {
        folders.extend([tests.join("models"), tests.join("../src/models")]);
    }
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap()).map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files.filter(|path| path.extension().is_none_or(|extension| extension != "rs")).collect();
    files.sort();
    assert!(!files.is_empty());
    files.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The words of `words.dict`.
fn words() -> Vec<Vec<u8>> {
    let lines = include_str!("fuzz/words.dict").lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'));
    lines.map(|word| word.replace("\\\\", "\\").into_bytes()).collect()
}

/// An input in which a few things were changed: a bit, a run of bytes, a word, a number, or a piece of another input.
fn mutation(corpus: &[Vec<u8>], words: &[Vec<u8>], seed: u64) -> Vec<u8> {
    let random = bytes(seed);
    let mut random = random.chunks_exact(2).map(|pair| usize::from(pair[0]) << 8 | usize::from(pair[1])).cycle();
    let mut below = |count: usize| random.next().unwrap_or(0) % count.max(1);
    let mut input = corpus[below(corpus.len())].clone();
    for _ in 0..1 + below(4) {
        let from = below(input.len() + 1);
        let to = (from + 1 + below(12)).min(input.len());
        match below(6) {
            0 if from < input.len() => input[from] ^= 1 << below(8),
            1 => drop(input.drain(from..to)),
            2 => drop(input.splice(from..from, words[below(words.len())].clone())),
            3 => drop(input.splice(from..word_end(&input, from), words[below(words.len())].clone())),
            4 => {
                let copy = input[from..to].to_vec();
                let at = below(input.len() + 1);
                drop(input.splice(at..at, copy));
            }
            _ => {
                let other = &corpus[below(corpus.len())];
                let start = below(other.len() + 1);
                let piece = other[start..(start + below(60)).min(other.len())].to_vec();
                drop(input.splice(from..to, piece));
            }
        }
    }
    input
}

/// Where a word ends that begins here.
fn word_end(input: &[u8], from: usize) -> usize {
    from + input[from..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.$+:*/".contains(byte)).count()
}

//! Which mutant is active in a woven build: the one whose number is in the environment. It becomes `src/mutant.rs` of the woven project.
#![allow(missing_docs)]

use std::io::Write;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};

const UNKNOWN: u32 = u32::MAX;
const RECORDING: u32 = u32::MAX - 1;
/// More than there are mutants.
const PLACES: usize = 1 << 16;

static ACTIVE: AtomicU32 = AtomicU32::new(UNKNOWN);
static REACHED: [AtomicBool; PLACES] = [const { AtomicBool::new(false) }; PLACES];

/// The number of the active mutant, or one that is no mutant's. `place` is the first number of those that are at the place that asks.
#[inline(always)]
pub fn active(place: u32) -> u32 {
    let active = ACTIVE.load(Relaxed);
    if active < RECORDING { active } else { look(place) }
}

/// Finds out which mutant is active or, if it is to be known which places are reached, notes those in a file.
#[cold]
#[inline(never)]
fn look(place: u32) -> u32 {
    if REACHED[place as usize].swap(true, Relaxed) && ACTIVE.load(Relaxed) == RECORDING {
        return 0;
    }
    if let Some(file) = std::env::var_os("MUTANTS_REACHED") {
        ACTIVE.store(RECORDING, Relaxed);
        let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file).expect("MUTANTS_REACHED names a file");
        file.write_all(format!("{place}\n").as_bytes()).expect("MUTANTS_REACHED can be written");
        return 0;
    }
    let number = std::env::var("MUTANT").map_or(0, |number| number.parse().expect("MUTANT is a number"));
    ACTIVE.store(number, Relaxed);
    number
}

//! The JavaScript boundary: conversions, and nothing else. What a score is, the engine says; what a page sees
//! (`score`, `Scorer`, `WarmleadError`) `pkg-config/entry/` builds from what is exported here.
//!
//! Calls in are never nested: a getter or `toJSON` of the data that is being read can't call back in (the entry sees to it),
//! so a trap can always be answered by a fresh instance.

#[cfg(feature = "check")]
mod check;
mod decode;
mod encode;
mod failure;
#[cfg(feature = "page")]
mod scorer;
#[cfg(feature = "page")]
mod sync;
#[cfg(feature = "page")]
mod translate;
#[cfg(feature = "trap")]
mod trap;
#[cfg(feature = "page")]
mod visitor;

use crate::event::read_time;
use crate::time::Time;
use failure::Failure;
use wasm_bindgen::prelude::*;

/// Makes the next call start on a fresh instance: for the entry to call after a trap. Every handle made before is then void.
#[wasm_bindgen]
pub fn restart() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Does nothing, and so is a safe next call: one with strings would still place them in the instance that is going.
#[wasm_bindgen]
pub fn settle() {}

/// Reads the time of an assessment: a number, a `Date`, or ISO 8601.
fn read_now(now: &JsValue) -> Result<Time, Failure> {
    let fail = |message: String| Failure::new("INVALID_INPUT", "/now", message);
    let value = decode::time(now).map_err(|error| fail(error.message("`now`")))?;
    read_time(Some(&value), "now").map_err(|(_, message)| fail(message))
}

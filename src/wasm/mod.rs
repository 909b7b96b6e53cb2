//! The JavaScript boundary: conversions, and nothing else. What a score is, the engine says; what a page sees
//! (`score`, `Scorer`, `WarmleadError`) `pkg-config/entry/` builds from what is exported here.
//!
//! Calls in are never nested: a getter or `toJSON` of the data that is being read can't call back in (the entry sees to it),
//! so a trap can always be answered by a fresh instance.

mod decode;
mod encode;
mod failure;
mod scorer;
mod sync;
mod translate;
mod visitor;

use wasm_bindgen::prelude::*;

/// Makes the next call start on a fresh instance: for the entry to call after a trap. Every handle made before is then void.
#[wasm_bindgen]
pub fn restart() {
    wasm_bindgen::handler::schedule_reinit();
}

/// Does nothing, and so is a safe next call: one with strings would still place them in the instance that is going.
#[wasm_bindgen]
pub fn settle() {}

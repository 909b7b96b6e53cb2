//! The JavaScript boundary: conversions, and nothing else. What a score is, the engine says; what a page sees
//! (`score`, `Scorer`, `WarmleadError`) `pkg-config/entry/` builds from what is exported here.
//!
//! Calls in are never nested: a getter or `toJSON` of the data that is being read can't call back in (the entry sees to it),
//! so a trap can always be answered by a fresh instance.

#[cfg(feature = "check")]
mod check;
mod encode;
mod failure;
#[cfg(feature = "page")]
mod gather;
mod given;
mod memory;
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
use crate::value::Value;
use failure::Failure;
use given::Given;
use wasm_bindgen::prelude::*;

#[global_allocator]
static MEMORY: memory::Memory = memory::Memory::new();

/// Reads the time of a question that was given: a `Date`'s number, or ISO 8601.
///
/// # Errors
/// `INVALID_INPUT`.
#[wasm_bindgen]
pub fn time() -> Result<f64, JsValue> {
    let now = Given::take().value().map_err(|error| bad_now(error.message("`now`")))?;
    Ok(read_now(&now)? as f64)
}

/// The time of a question, in milliseconds. A clock may show parts of one: there are pages whose `Date.now` is a stand-in that does.
fn at(now: f64) -> Result<Time, Failure> {
    read_now(&Value::number(now.floor()))
}

fn read_now(now: &Value) -> Result<Time, Failure> {
    read_time(Some(now), "now").map_err(|(_, message)| bad_now(message))
}

fn bad_now(message: String) -> Failure {
    Failure::new("INVALID_INPUT", "/now", message)
}

//! The sender in JavaScript's hands: the browser client tells it what happens, and does what it says (`crate::sync`).

use super::encode;
use super::given::Given;
use crate::sync::{self, Answer, Batch, Limits, Outcome, Verdict, Waiting};
use crate::time::{MAX_TIME, Time};
use crate::value::{Value, fields, list};
use wasm_bindgen::prelude::*;

/// Decides what to send and when.
#[wasm_bindgen]
pub struct Sender {
    state: sync::Sender,
}

#[wasm_bindgen]
impl Sender {
    /// With nothing known to be waiting.
    #[wasm_bindgen(constructor)]
    #[allow(clippy::new_without_default)]
    pub fn new() -> Sender {
        Sender { state: sync::Sender::new(Limits::default()) }
    }

    /// How many of the oldest events that wait `next` and `parting` want to see.
    pub fn rows() -> usize {
        Limits::default().events
    }

    /// How many of the oldest events must go if so many wait.
    pub fn excess(&self, waiting: usize) -> usize {
        self.state.excess(waiting)
    }

    /// What happened: an event was stored (0), somebody wants what waits to be sent now (1), the network is back (2), another tab is sending (3).
    pub fn happened(&mut self, what: u32, now: f64) {
        let now = time(now);
        match what {
            0 => self.state.recorded(now),
            1 => self.state.hurry(now),
            2 => self.state.online(now),
            _ => self.state.busy(now),
        }
    }

    /// When to call `next`; `undefined`: not before something happens.
    pub fn due(&self) -> Option<f64> {
        self.state.due().map(|due| due as f64)
    }

    /// Until when it waits after a failure; `undefined` if it doesn't.
    pub fn retry_at(&self, now: f64) -> Option<f64> {
        self.state.retry_at(time(now)).map(|until| until as f64)
    }

    /// The batch to send now to the visitor whose id was given, as `{ ids, messages, last, unreadable }`; `null` if there is none. What waits was given
    /// before, as `{ id, event }`, oldest first.
    pub fn next(&mut self, more: bool, now: f64) -> JsValue {
        let (waiting, visitor) = read();
        write_batch(self.state.next(&waiting, more, &visitor, time(now)))
    }

    /// The batch to send while the page is being hidden; `null` if there is none.
    pub fn parting(&self, more: bool, now: f64) -> JsValue {
        let (waiting, visitor) = read();
        write_batch(self.state.parting(&waiting, more, &visitor, time(now)))
    }

    /// What the answer to a batch means, as `{ done, acknowledged, refused, missing, verdict }`. The batch's ids were given, then the answer's body. `status` is 0
    /// if nothing came back, `retry_at` what `Retry-After` says, as a time, or NaN.
    pub fn answered(&mut self, status: u16, retry_at: f64, now: f64, random: f64) -> JsValue {
        let mut given = Given::take();
        let count = given.list().unwrap_or_default();
        let ids: Vec<String> = (0..count).map(|_| given.text()).collect();
        let body = given.value().unwrap_or(Value::Null);
        let retry_at = if retry_at.is_nan() { None } else { Some(time(retry_at)) };
        let answer = if status == 0 { Answer::Unreachable } else { Answer::Response { status, retry_at, body: &body } };
        write_outcome(self.state.answered(&ids, answer, time(now), random))
    }
}

fn time(millis: f64) -> Time {
    (millis as Time).clamp(0, MAX_TIME)
}

/// What waits, and the visitor's id.
fn read() -> (Vec<Waiting>, String) {
    let mut given = Given::take();
    let count = given.list().unwrap_or_default();
    let waiting = (0..count).map(|_| match given.value() {
        Ok(row) => Waiting {
            id: row.at("id").and_then(Value::as_str).unwrap_or_default().to_owned(),
            event: row.at("event").cloned().unwrap_or_default(),
        },
        // What can't be read is no event, and the sender sets it aside.
        Err(error) => Waiting { id: error.name("id").unwrap_or_default(), event: Value::Null },
    });
    (waiting.collect(), given.text())
}

fn write_batch(batch: Option<Batch>) -> JsValue {
    let Some(Batch { ids, messages, last, unreadable }) = batch else { return encode::value(&Value::Null) };
    let members = [("ids", Value::from(ids)), ("messages", messages.into()), ("last", last.into()), ("unreadable", unreadable.into())];
    encode::value(&fields(members).into())
}

fn write_outcome(outcome: Outcome) -> JsValue {
    let Outcome { done, acknowledged, refused, missing, verdict } = outcome;
    let members = [
        ("done", Value::from(done)),
        ("acknowledged", (acknowledged as i64).into()),
        ("refused", refused.into()),
        ("missing", list(&missing)),
        ("verdict", verdict.map(Verdict::as_str).into()),
    ];
    encode::value(&fields(members).into())
}

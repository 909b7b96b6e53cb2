//! What the collector's answer to a batch means: which events are done with, which ones the visitor lacks, what it says of the score.

use crate::event::Event;
use crate::time::Time;
use crate::value::Value;

/// What came back for a batch.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Nothing: no network, no server, no answer in time.
    Unreachable,
    /// An HTTP response.
    Response {
        /// Its status code.
        status: u16,
        /// Its `Retry-After`, as a point in time.
        retry_at: Option<Time>,
        /// Its body; `Null` if that is no JSON.
        body: &'a Value,
    },
}

/// What the collector says of the score that was sent along, having replayed the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// `same`: it arrives at the same.
    Same,
    /// `fewer events`: it has events that the page lacks, and arrives at something else.
    FewerEvents,
    /// `refuted`: it arrives at something else from the same events.
    Refuted,
}

impl Verdict {
    const ALL: [Verdict; 3] = [Verdict::Same, Verdict::FewerEvents, Verdict::Refuted];

    /// As it is written in an answer.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Same => "same",
            Verdict::FewerEvents => "fewer events",
            Verdict::Refuted => "refuted",
        }
    }
}

/// What follows from an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// The events that are done with: to be deleted from what waits.
    pub done: Vec<String>,
    /// How many of them the collector has.
    pub acknowledged: usize,
    /// Those of them that the collector will never take: to be counted as dropped, and to be forgotten by the page's own
    /// score, too, because the collector's has to go without them.
    pub refused: Vec<String>,
    /// Events of the visitor that the page lacks.
    pub missing: Vec<Event>,
    /// What the collector says of the score; `None` if it was sent none.
    pub verdict: Option<Verdict>,
}

/// How an answer is to be dealt with.
pub enum Meaning {
    /// The collector took the batch.
    Taken(Outcome),
    /// The batch is larger than it takes.
    TooLarge,
    /// Something in the batch is not as it should be.
    Malformed,
    /// It is not about the batch, and may pass.
    Later,
    /// It is not about the batch, and won't pass soon: a wrong address, a missing permission.
    MuchLater,
}

/// Reads the answer to a batch of these ids.
pub fn read(answer: Answer<'_>, ids: &[String]) -> Meaning {
    match answer {
        Answer::Unreachable => Meaning::Later,
        Answer::Response { status: 200..=299, body, .. } => taken(body, ids).map_or(Meaning::Later, Meaning::Taken),
        Answer::Response { status: 413, .. } => Meaning::TooLarge,
        // The collector's word for a connection that broke off.
        Answer::Response { status: 400, body, .. } if body.at("code").and_then(Value::as_str) == Some("INCOMPLETE_BODY") => Meaning::Later,
        Answer::Response { status: 400 | 422, .. } => Meaning::Malformed,
        Answer::Response { status: 408 | 425 | 429, .. } => Meaning::Later,
        Answer::Response { status: 400..=499, .. } => Meaning::MuchLater,
        Answer::Response { .. } => Meaning::Later,
    }
}

/// `None` if it is no answer of a collector, as when a hotel's login page answers in its place, or if it settles no event.
fn taken(body: &Value, ids: &[String]) -> Option<Outcome> {
    let body = body.as_object()?;
    if body.get("success") != Some(&Value::Bool(true)) {
        return None;
    }
    let mut outcome = Outcome::default();
    // One result per event: what is beyond is not about this batch.
    for result in body.get("results")?.as_array()?.iter().take(ids.len()) {
        let Some(id) = id(result, ids).filter(|id| !outcome.done.contains(id)) else { continue };
        match result.at("status").and_then(Value::as_str) {
            Some("stored" | "duplicate") => outcome.acknowledged += 1,
            Some("rejected") => outcome.refused.push(id.clone()),
            _ => continue,
        }
        outcome.done.push(id);
    }
    if outcome.done.is_empty() && !ids.is_empty() {
        return None;
    }
    if let Some(verdict) = body.get("verdict") {
        let word = verdict.at("verdict").and_then(Value::as_str);
        outcome.verdict = Verdict::ALL.into_iter().find(|verdict| word == Some(verdict.as_str()));
        let missing = verdict.at("missing").and_then(Value::as_array).unwrap_or_default();
        let read = missing.iter().filter_map(|event| Event::read(event, String::new).ok());
        outcome.missing = read.filter(|event| !event.id.is_empty()).collect();
    }
    Some(outcome)
}

/// The event that a result is about: the one it names, else the one at its index.
fn id(result: &Value, ids: &[String]) -> Option<String> {
    match result.at("id") {
        Some(Value::String(id)) => ids.iter().find(|own| *own == id).cloned(),
        _ => ids.get(result.at("index")?.as_number()? as usize).cloned(),
    }
}

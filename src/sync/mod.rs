//! What to send to the collector, when to try again, and what its answer means: a state machine without I/O.
//!
//! The shell (a browser tab) keeps the events that wait, has a clock, a source of randomness and a network. It tells a
//! [`Sender`] what happens and does what the sender says:
//!
//! 1. an event was stored → [`Sender::recorded`]; [`Sender::due`] says when to look again;
//! 2. it is due, and nothing is on its way → [`Sender::next`] picks the batch from the oldest events that wait;
//! 3. the collector answered, or didn't → [`Sender::answered`] says which events are done with, and the next moment is due.
//!
//! Correctness rests on two things only: an event is forgotten when the collector names its id, never before, and the collector
//! counts an id once. So tabs may send the same events at the same time, an answer may get lost, a page may close at any moment.

mod answer;
mod batch;
mod pause;
mod sender;
#[cfg(test)]
mod tests;

pub use answer::{Answer, Outcome, Verdict};
pub use batch::{Batch, Waiting};
pub use sender::{Limits, Sender};

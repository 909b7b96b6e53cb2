//! From events to an assessment, event by event: what an event costs depends on what it touches.
//!
//! The set of events ([`Visitor`]) is the only source of truth; everything else follows from it. `program` is the compiled model,
//! `state` what follows from the events so far, `assess` what there is to say about it, `actions` what to do now.
//! `tests/reference/` says the same from scratch, and the two are held against each other.

mod actions;
pub(crate) mod assess;
pub mod assessment;
pub(crate) mod digest;
mod forget;
pub(crate) mod hash;
mod ids;
pub mod intake;
pub(crate) mod program;
pub(crate) mod state;
mod traits;
mod visitor;

pub use assess::Glance;
pub use assessment::{Assessment, Digest, ModelName, Points, ScoreValue, Show, Transition};
pub use forget::Forgotten;
pub use hash::{bucket, fnv64};
pub use visitor::{Recorded, Scored, Visitor, full_message, position_id, score, score_list};

//! From events to an assessment: one clear evaluator that works from scratch each time.
//!
//! The set of events is the only source of truth. [`history`] finds what follows from them whatever the moment, [`facts`] what is true
//! at a moment ([`signals`], [`points`]), [`moment`] and [`stages`] fold that over time, [`actions`] judges what to do now.

mod actions;
mod assess;
pub mod assessment;
mod facts;
mod forget;
pub(crate) mod hash;
mod history;
mod moment;
mod points;
mod signals;
mod stages;
mod traits;
mod visitor;

pub use assessment::{Assessment, ModelName, Points, ScoreValue, Show, Transition};
pub use forget::Forgotten;
pub use hash::{bucket, fnv64};
pub use visitor::{Recorded, Scored, Visitor, full_message, position_id, score};

//! From events to an assessment.

pub mod assessment;
mod visitor;

pub use assessment::{Assessment, ModelName, Points, ScoreValue, Show, Transition};
pub use visitor::{Recorded, Scored, Visitor, score};

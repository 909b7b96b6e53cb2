//! Other vocabularies: what they say, as events. A file for each; what their names for event types mean, [`super::types`] says.

pub mod segment;

//! The condition language (MODEL.md, section 3).

use crate::problem::{Problem, Problems};
use crate::value::Value;

/// A condition, read once and asked often.
#[derive(Clone, Debug)]
pub struct Condition {}

impl Condition {
    /// Reads a condition.
    pub fn parse(_value: &Value, _problems: &mut Problems) -> Option<Condition> {
        None
    }
    /// The document paths it reads.
    pub fn paths(&self) -> &[(String, String)] {
        &[]
    }
    /// Whether it holds.
    pub fn matches(&self, _document: &Value) -> bool {
        false
    }
}

/// Whether a condition holds on a document.
pub fn matches(_condition: &Value, _document: &Value) -> Result<bool, Vec<Problem>> {
    Err(Vec::new())
}

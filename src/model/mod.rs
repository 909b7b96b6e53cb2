//! The scoring model.

use crate::problem::Problem;
use crate::value::Value;

/// A scoring model, checked and ready.
#[derive(Clone, Debug)]
pub struct Model {
    id: String,
    version: String,
}

impl Model {
    /// Reads a model from its JSON form.
    ///
    /// # Errors
    /// All problems at once.
    pub fn load(_value: &Value) -> Result<Model, Vec<Problem>> {
        Err(Vec::new())
    }
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }
    /// Its version.
    pub fn version(&self) -> &str {
        &self.version
    }
}

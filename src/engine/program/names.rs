//! The names of a model's parts, made once and shared by all that is said of its visitors.

use crate::engine::ModelName;
use crate::model::Model;
use crate::model::stage::VISITOR;
use std::sync::Arc;

/// Names that are shared.
#[derive(Clone, Debug)]
pub struct Names {
    pub model: Arc<ModelName>,
    /// Of the scores, in file order.
    pub scores: Vec<Arc<str>>,
    /// Of the stages, in file order.
    stages: Vec<Arc<str>>,
    /// What the stage is before the first of them.
    visitor: Arc<str>,
}

impl Default for Names {
    fn default() -> Names {
        let model = Arc::new(ModelName { id: String::new(), version: String::new() });
        Names { model, scores: Vec::new(), stages: Vec::new(), visitor: VISITOR.into() }
    }
}

impl Names {
    /// Those of a model.
    pub fn of(model: &Model) -> Names {
        Names {
            model: Arc::new(ModelName { id: model.id.clone(), version: model.version.clone() }),
            scores: model.scores.iter().map(|score| score.name.as_str().into()).collect(),
            stages: model.stages.iter().map(|stage| stage.id.as_str().into()).collect(),
            visitor: VISITOR.into(),
        }
    }

    /// That of a stage, by place; `None` is before the first.
    pub fn stage(&self, place: Option<usize>) -> Arc<str> {
        place.and_then(|place| self.stages.get(place)).unwrap_or(&self.visitor).clone()
    }
}

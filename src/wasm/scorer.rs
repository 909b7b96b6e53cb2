//! A compiled scoring model in JavaScript's hands: scoring lists of events, making visitors; and the condition language alone.

use super::failure::Failure;
use super::gather::gathered;
use super::given::Given;
use super::{at, encode};
use crate::condition;
use crate::engine::{self, position_id};
use crate::model::Model;
use crate::model::stage::VISITOR;
use crate::models;
use crate::value::{Object, ToValue, Value};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A scoring model, checked and ready.
#[wasm_bindgen]
pub struct Scorer {
    pub(super) model: Rc<Model>,
}

#[wasm_bindgen]
impl Scorer {
    /// Reads the model that was given.
    ///
    /// # Errors
    /// `INVALID_MODEL` with all `problems`.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Result<Scorer, JsValue> {
        let value = Given::take().value().map_err(|error| Failure::model(vec![error.problem("the scoring model")]))?;
        let model = Model::load(&value).map_err(Failure::model)?;
        Ok(Scorer { model: Rc::new(model) })
    }

    /// Scores the events that were gathered, of the visitor whose id was given, with traits. What can't be read is among the rejections and harms nothing beside it.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the whole can't be used: bad traits, a bad `now`.
    pub fn score(&self, now: f64, explain: bool) -> Result<JsValue, JsValue> {
        let mut events = gathered();
        let mut given = Given::take();
        let visitor = given.text();
        let traits = read_traits(&mut given)?;
        for (event, place) in events.events.iter_mut().zip(&events.places) {
            if event.id.is_empty() {
                event.id = position_id(*place);
            }
        }
        Ok(encode::value(&engine::score_list(&self.model, &visitor, traits, events, at(now)?, explain).to_value()))
    }

    /// The ids of stages, lowest first, and the names of scores.
    pub fn names(&self) -> JsValue {
        let stages = Value::Array(
            core::iter::once(VISITOR).chain(self.model.stages.iter().map(|stage| stage.id.as_str())).map(Value::from).collect(),
        );
        let scores = Value::Array(self.model.score_names().map(Value::from).collect());
        encode::value(&Value::Array(vec![stages, scores]))
    }
}

/// The scoring model that is used where none is given.
#[wasm_bindgen]
pub fn shipped_model() -> JsValue {
    encode::parsed(models::PAGES_DEFAULT)
}

/// Whether the condition that was given holds on the document.
///
/// # Errors
/// `INVALID_CONDITION` with all `problems`; `INVALID_INPUT` if the document can't be read.
#[wasm_bindgen]
pub fn matches() -> Result<bool, JsValue> {
    let mut given = Given::take();
    let condition = given.value().map_err(|error| Failure::condition(vec![error.problem("the condition")]))?;
    let document = given
        .value()
        .map_err(|error| Failure::new("INVALID_INPUT", format!("/document{}", error.path()), error.message("the document")))?;
    Ok(condition::matches(&condition, &document).map_err(Failure::condition)?)
}

fn read_traits(given: &mut Given) -> Result<Option<Object>, Failure> {
    let fail = |path: String, message: String| Failure::new("INVALID_INPUT", format!("/traits{path}"), message);
    match given.value().map_err(|error| fail(error.path(), error.message("`traits`")))? {
        Value::Null => Ok(None),
        Value::Object(traits) => Ok(Some(traits)),
        other => Err(fail(String::new(), format!("`traits` is {}; it must be an object", other.kind()))),
    }
}

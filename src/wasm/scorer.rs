//! A compiled scoring model in JavaScript's hands: scoring lists of events, making visitors; and the condition language alone.

use super::decode::{self, MAX_BYTES, refusal};
use super::failure::Failure;
use super::visitor::Visitor;
use super::{encode, read_now};
use crate::condition;
use crate::engine;
use crate::event::{MAX_EVENT_BYTES, Rejection};
use crate::model::Model;
use crate::model::stage::VISITOR;
use crate::models;
use crate::value::{Object, ToValue, Value};
use js_sys::{Array, Reflect};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A scoring model, checked and ready.
#[wasm_bindgen]
pub struct Scorer {
    model: Rc<Model>,
}

#[wasm_bindgen]
impl Scorer {
    /// Reads a model; the shipped default if it is `undefined`.
    ///
    /// # Errors
    /// `INVALID_MODEL` with all `problems`.
    #[wasm_bindgen(constructor)]
    pub fn new(model: &JsValue) -> Result<Scorer, JsValue> {
        let value = match model.is_undefined() {
            true => js_sys::JSON::parse(models::B2B_SAAS).map(|model| decode::value(&model, MAX_BYTES)),
            false => Ok(decode::value(model, MAX_BYTES)),
        }?;
        let value = value.map_err(|error| Failure::model(vec![error.problem("the scoring model")]))?;
        let model = Model::load(&value).map_err(Failure::model)?;
        Ok(Scorer { model: Rc::new(model) })
    }

    /// Scores a list of events. What can't be read is among the rejections and harms nothing beside it.
    ///
    /// # Errors
    /// `INVALID_INPUT` if the whole can't be used: no list, bad traits, a bad `now`.
    pub fn score(&self, events: &JsValue, visitor: &str, traits: &JsValue, now: &JsValue, explain: bool) -> Result<JsValue, JsValue> {
        let now = read_now(now)?;
        let traits = read_traits(traits)?;
        let Some(events) = events.dyn_ref::<Array>() else {
            return Err(Failure::new("INVALID_INPUT", "/events", "`events` must be an array of events").into());
        };
        let mut refused = Vec::new();
        let mut values = Vec::new();
        for index in 0..events.length() {
            let event = Reflect::get_u32(events, index).unwrap_or(JsValue::NULL);
            values.push(decode::event(&event, MAX_EVENT_BYTES).unwrap_or_else(|error| {
                let (code, message) = refusal(&error);
                refused.push(Rejection { index: index as usize, id: decode::id(&event), code, message });
                // In its place stands what the engine refuses too, so that positions stay what they are.
                Value::Null
            }));
        }
        let mut scored = engine::score(&self.model, visitor, traits, &values, now, explain);
        for refused in refused {
            if let Some(rejection) = scored.rejected.iter_mut().find(|rejection| rejection.index == refused.index) {
                *rejection = refused;
            }
        }
        Ok(encode::value(&scored.to_value()))
    }

    /// The ids of stages, lowest first, and the names of scores.
    pub fn names(&self) -> JsValue {
        let stages = Value::Array(
            core::iter::once(VISITOR).chain(self.model.stages.iter().map(|stage| stage.id.as_str())).map(Value::from).collect(),
        );
        let scores = Value::Array(self.model.score_names().map(Value::from).collect());
        encode::value(&Value::Array(vec![stages, scores]))
    }

    /// A visitor with the events of a snapshot; without events if there is none.
    ///
    /// # Errors
    /// `INVALID_SNAPSHOT`.
    pub fn visitor(&self, id: &str, snapshot: Option<Vec<u8>>) -> Result<Visitor, JsValue> {
        Ok(Visitor::new(Rc::clone(&self.model), id, snapshot.as_deref())?)
    }
}

/// The scoring model that is used where none is given, as JSON text.
#[wasm_bindgen]
pub fn shipped_model() -> String {
    models::B2B_SAAS.to_owned()
}

/// Whether a condition holds on a document.
///
/// # Errors
/// `INVALID_CONDITION` with all `problems`; `INVALID_INPUT` if the document can't be read.
#[wasm_bindgen]
pub fn matches(condition: &JsValue, document: &JsValue) -> Result<bool, JsValue> {
    let condition = decode::value(condition, MAX_BYTES).map_err(|error| Failure::condition(vec![error.problem("the condition")]))?;
    let document = decode::value(document, MAX_BYTES)
        .map_err(|error| Failure::new("INVALID_INPUT", format!("/document{}", error.path()), error.message("the document")))?;
    Ok(condition::matches(&condition, &document).map_err(Failure::condition)?)
}

fn read_traits(traits: &JsValue) -> Result<Option<Object>, Failure> {
    let fail = |path: String, message: String| Failure::new("INVALID_INPUT", format!("/traits{path}"), message);
    match decode::value(traits, MAX_EVENT_BYTES).map_err(|error| fail(error.path(), error.message("`traits`")))? {
        Value::Null => Ok(None),
        Value::Object(traits) => Ok(Some(traits)),
        other => Err(fail(String::new(), format!("`traits` is {}; it must be an object", other.kind()))),
    }
}

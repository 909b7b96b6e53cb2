//! What `warmlead/check` asks: what is wrong, in words; what is hardly meant; what a new model changes. Plain objects in and out, since
//! nobody asks often.

use super::decode::{self, MAX_BYTES, Unreadable, refusal};
use super::failure::Failure;
use super::{encode, read_now};
use crate::check::warnings;
use crate::condition::Condition;
use crate::engine::position_id;
use crate::event::{Event, MAX_EVENT_BYTES, Rejection};
use crate::explain::diff::{Diff, Person};
use crate::model::Model;
use crate::problem::{Problem, Problems};
use crate::value::{Value, fields, list};
use js_sys::{Array, Reflect};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What is wrong with a model, and what in it is hardly meant: `{ ok, problems, warnings }`.
#[wasm_bindgen]
pub fn check(model: &JsValue) -> JsValue {
    let (problems, warnings) = match decode::value(model, MAX_BYTES) {
        Err(error) => (vec![error.problem("the scoring model")], Vec::new()),
        Ok(value) => match Model::load(&value) {
            Ok(model) => (Vec::new(), warnings(&model, &value)),
            Err(problems) => (problems, Vec::new()),
        },
    };
    let report = fields(&mut [("ok", problems.is_empty().into()), ("problems", list(&problems)), ("warnings", list(&warnings))]);
    encode::value(&report.into())
}

/// What is wrong with a condition: a list of problems.
#[wasm_bindgen]
pub fn check_condition(condition: &JsValue) -> JsValue {
    let problems: Vec<Problem> = match decode::value(condition, MAX_BYTES) {
        Err(error) => vec![error.problem("the condition")],
        Ok(value) => {
            let mut problems = Problems::new();
            Condition::parse(&value, &mut problems);
            problems.into_vec()
        }
    };
    encode::value(&list(&problems))
}

/// Which events of a list would be refused, and why: a list of rejections.
///
/// # Errors
/// `INVALID_INPUT` if it is no list.
#[wasm_bindgen]
pub fn check_events(events: &JsValue) -> Result<JsValue, JsValue> {
    Ok(encode::value(&list(&read_events(events, "/events")?.1)))
}

/// Who changes stage if the model `to` takes the place of `from`. `visitors` are `{ visitor, traits?, events }`.
///
/// # Errors
/// `INVALID_MODEL`, with the path beginning `/from` or `/to`; `INVALID_INPUT` for visitors or a `now` that can't be used.
#[wasm_bindgen]
pub fn diff(from: &JsValue, to: &JsValue, visitors: &Array, now: &JsValue) -> Result<JsValue, JsValue> {
    let now = read_now(now)?;
    let (from, to) = (load(from)?, load(to)?);
    let mut diff = Diff::new(&from, &to);
    for (place, visitor) in visitors.iter().enumerate() {
        let part = |key: &str| Reflect::get(&visitor, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
        let id = part("visitor").as_string().unwrap_or_else(|| position_id(place));
        let traits = match decode::value(&part("traits"), MAX_EVENT_BYTES) {
            Ok(Value::Object(traits)) => Some(traits),
            Ok(Value::Null) => None,
            _ => return Err(invalid(format!("/visitors/{place}/traits"), "`traits` must be an object of at most 32 KiB".into()).into()),
        };
        let (events, _) = read_events(&part("events"), &format!("/visitors/{place}/events"))?;
        diff.add(&from, &to, Person { id: &id, traits: traits.as_ref(), events: &events }, now);
    }
    // Nothing in it can fail to be written.
    Ok(diff.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL))
}

fn load(model: &JsValue) -> Result<Model, Failure> {
    let value = decode::value(model, MAX_BYTES).map_err(|error| Failure::model(vec![error.problem("the scoring model")]))?;
    Model::load(&value).map_err(Failure::model)
}

fn invalid(path: String, message: String) -> Failure {
    Failure::new("INVALID_INPUT", path, message)
}

/// The events of a list, and those that are none.
fn read_events(events: &JsValue, path: &str) -> Result<(Vec<Event>, Vec<Rejection>), Failure> {
    let Some(events) = events.dyn_ref::<Array>() else { return Err(invalid(path.into(), "`events` must be an array of events".into())) };
    let (mut good, mut rejected) = (Vec::new(), Vec::new());
    for (index, event) in events.iter().enumerate() {
        let read = decode::event(&event, MAX_EVENT_BYTES).map_err(|error: Unreadable| refusal(&error));
        match read.and_then(|value| Event::read(&value, || position_id(index))) {
            Ok(event) => good.push(event),
            Err((code, message)) => rejected.push(Rejection { index, id: decode::id(&event), code, message }),
        }
    }
    Ok((good, rejected))
}

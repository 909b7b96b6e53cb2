//! What `warmlead/check` asks: what is wrong, in words; what is hardly meant; what a new model changes. Plain objects in and out, since
//! nobody asks often.

use super::failure::Failure;
use super::given::Given;
use super::{at, encode};
use crate::check::warnings;
use crate::condition::Condition;
use crate::engine::position_id;
use crate::event::list::List;
use crate::explain::diff::{Diff, Person};
use crate::model::Model;
use crate::problem::{Problem, Problems};
use crate::value::{Value, fields, list};
use serde::Serialize;
use wasm_bindgen::prelude::*;

/// What is wrong with the model that was given, and what in it is hardly meant: `{ ok, problems, warnings }`.
#[wasm_bindgen]
pub fn check() -> JsValue {
    let (problems, warnings) = match Given::take().value() {
        Err(error) => (vec![error.problem("the scoring model")], Vec::new()),
        Ok(value) => match Model::load(&value) {
            Ok(model) => (Vec::new(), warnings(&model, &value)),
            Err(problems) => (problems, Vec::new()),
        },
    };
    let report = fields([("ok", problems.is_empty().into()), ("problems", list(&problems)), ("warnings", list(&warnings))]);
    encode::value(&report.into())
}

/// What is wrong with the condition that was given: a list of problems.
#[wasm_bindgen]
pub fn check_condition() -> JsValue {
    let problems: Vec<Problem> = match Given::take().value() {
        Err(error) => vec![error.problem("the condition")],
        Ok(value) => {
            let mut problems = Problems::new();
            Condition::parse(&value, &mut problems);
            problems.into_vec()
        }
    };
    encode::value(&list(&problems))
}

/// Which events of the list that was given would be refused, and why: a list of rejections.
///
/// # Errors
/// `INVALID_INPUT` if it is no list.
#[wasm_bindgen]
pub fn check_events() -> Result<JsValue, JsValue> {
    Ok(encode::value(&list(&read_events(&mut Given::take(), "/events")?.rejected)))
}

/// Who changes stage if the model that was given second takes the place of the first. Of each of so many visitors were given then: id, traits, events.
///
/// # Errors
/// `INVALID_MODEL`, with the path beginning `/from` or `/to`; `INVALID_INPUT` for visitors or a `now` that can't be used.
#[wasm_bindgen]
pub fn diff(visitors: usize, now: f64) -> Result<JsValue, JsValue> {
    let now = at(now)?;
    let mut given = Given::take();
    let (from, to) = (load(&mut given)?, load(&mut given)?);
    let mut diff = Diff::new(&from, &to);
    for place in 0..visitors {
        let id = match given.value() {
            Ok(Value::String(id)) => id,
            _ => position_id(place),
        };
        let traits = match given.value() {
            Ok(Value::Object(traits)) => Some(traits),
            Ok(Value::Null) => None,
            _ => return Err(invalid(format!("/visitors/{place}/traits"), "`traits` must be an object of at most 32 KiB".into()).into()),
        };
        let events = read_events(&mut given, &format!("/visitors/{place}/events"))?.events;
        diff.add(&from, &to, Person { id: &id, traits: traits.as_ref(), events: &events }, now);
    }
    // Nothing in it can fail to be written.
    Ok(diff.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL))
}

fn load(given: &mut Given) -> Result<Model, Failure> {
    let value = given.value().map_err(|error| Failure::model(vec![error.problem("the scoring model")]))?;
    Model::load(&value).map_err(Failure::model)
}

fn invalid(path: String, message: String) -> Failure {
    Failure::new("INVALID_INPUT", path, message)
}

/// The events of the list that was given.
fn read_events(given: &mut Given, path: &str) -> Result<List, Failure> {
    let Some(count) = given.list() else { return Err(invalid(path.into(), "`events` must be an array of events".into())) };
    let mut events = List::default();
    for index in 0..count {
        match given.value() {
            Ok(event) => events.read(&event, || position_id(index)),
            Err(error) => events.refuse(error.refusal(), error.name("id")),
        }
    }
    Ok(events)
}

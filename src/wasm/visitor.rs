//! A visitor in JavaScript's hands: its events stay on this side, questions are answered with scalars or plain objects.

use super::failure::Failure;
use super::scorer::{read_now, refusal};
use super::{decode, encode};
use crate::engine::{self, Forgotten, Recorded};
use crate::event::{Event, MAX_EVENT_BYTES};
use crate::model::Model;
use crate::problem::did_you_mean;
use crate::time::{MAX_TIME, Time};
use crate::value::{Object, Value};
use js_sys::{Array, Function, Reflect};
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// The version of the snapshot's form.
const SNAPSHOT: f64 = 1.0;

/// A visitor under a scoring model.
#[wasm_bindgen]
pub struct Visitor {
    model: Rc<Model>,
    // Borrowed for changing only while the engine changes it, so that the events can still be read after a trap elsewhere.
    state: RefCell<engine::Visitor>,
}

impl Visitor {
    /// A visitor with the events of a snapshot, if there is one.
    pub fn new(model: Rc<Model>, id: &str, snapshot: &JsValue) -> Result<Visitor, Failure> {
        let mut visitor = engine::Visitor::new(id);
        if !snapshot.is_undefined() {
            let (events, forgotten) = read_snapshot(snapshot)?;
            visitor.extend(&model, events);
            visitor.add_forgotten(forgotten);
        }
        Ok(Visitor { model, state: RefCell::new(visitor) })
    }

    fn state(&self) -> Result<Ref<'_, engine::Visitor>, Failure> {
        self.state.try_borrow().map_err(|_| interrupted())
    }

    fn state_mut(&self) -> Result<RefMut<'_, engine::Visitor>, Failure> {
        self.state.try_borrow_mut().map_err(|_| interrupted())
    }
}

#[wasm_bindgen]
impl Visitor {
    /// Records one event; says whether that changed anything visible at `now`. `fresh_id` is called for an event without an id.
    ///
    /// # Errors
    /// The code of a rejection, such as `INVALID_TIME`; `VISITOR_FULL`. Nothing is changed then.
    pub fn record(&self, event: &JsValue, now: &JsValue, fresh_id: &Function) -> Result<bool, JsValue> {
        let now = read_now(now)?;
        let fresh_id = || fresh_id.call0(&JsValue::UNDEFINED).ok().and_then(|id| id.as_string()).unwrap_or_default();
        let event = decode::event(event, MAX_EVENT_BYTES).map_err(|error| {
            let (code, message) = refusal(&error);
            Failure::new(code, error.path(), message)
        })?;
        let event = Event::read(&event, fresh_id).map_err(|(code, message)| Failure::new(code, "", message))?;
        let before = self.state()?.glance(&self.model, now);
        let recorded = self.state_mut()?.record(&self.model, event);
        match recorded {
            Recorded::Added => Ok(self.state()?.glance(&self.model, now) != before),
            Recorded::Known => Ok(false),
            Recorded::Full => Err(Failure::new("VISITOR_FULL", "", engine::full_message(&self.model)).into()),
        }
    }

    /// The stage at `now`.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a bad `now`, as everywhere below.
    pub fn stage(&self, now: &JsValue) -> Result<String, JsValue> {
        Ok(self.state()?.stage(&self.model, read_now(now)?).to_owned())
    }

    /// Whether the visitor is an MQL at `now`.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn mql(&self, now: &JsValue) -> Result<bool, JsValue> {
        Ok(self.state()?.mql(&self.model, read_now(now)?))
    }

    /// The value of a score at `now`, in points.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a score that the model doesn't have, too.
    pub fn value(&self, score: &str, now: &JsValue) -> Result<f64, JsValue> {
        match self.state()?.value(&self.model, score, read_now(now)?) {
            Some(points) => Ok(points.value()),
            None => {
                let hint = did_you_mean(score, self.model.score_names());
                let hint = hint.map(|hint| format!("; {hint}")).unwrap_or_default();
                Err(Failure::new("INVALID_INPUT", "/score", format!("the model has no score `{score}`{hint}")).into())
            }
        }
    }

    /// The assessment at `now`; if asked for, with how it came about and what comes next.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn assess(&self, now: &JsValue, explain: bool) -> Result<JsValue, JsValue> {
        let now = read_now(now)?;
        let state = self.state()?;
        let assessment = if explain { state.explain(&self.model, now) } else { state.assess(&self.model, now, false) };
        Ok(encode::serialize(&assessment))
    }

    /// The visitor document at `now` (MODEL.md, section 3).
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn document(&self, now: &JsValue) -> Result<JsValue, JsValue> {
        let now = read_now(now)?;
        Ok(encode::value(&self.state()?.document(&self.model, now)))
    }

    /// What is to be kept of the visitor, as a value: the entry makes bytes of it.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn snapshot(&self) -> Result<JsValue, JsValue> {
        let state = self.state()?;
        let mut snapshot = Object::new();
        snapshot.insert("warmlead", SNAPSHOT);
        snapshot.insert("visitor", state.id());
        snapshot.insert("events", Value::Array(state.events().iter().map(Event::to_value).collect()));
        if let Some(Forgotten { events, until }) = state.forgotten() {
            snapshot.insert("forgotten", Object::from_iter([("events", Value::number(events as f64)), ("until", Value::from(until))]));
        }
        Ok(encode::value(&Value::Object(snapshot)))
    }

    /// How many events it holds.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn size(&self) -> Result<usize, JsValue> {
        Ok(self.state()?.events().len())
    }

    /// Forgets so many events, detail first; says how many went.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn forget(&self, count: usize) -> Result<usize, JsValue> {
        Ok(self.state_mut()?.forget(&self.model, count))
    }

    /// Adds the events of a snapshot, of this visitor or of another who turned out to be the same person; says whether
    /// that changed anything visible at `now`.
    ///
    /// # Errors
    /// `INVALID_SNAPSHOT`. Nothing is changed then.
    pub fn merge(&self, snapshot: &JsValue, now: &JsValue) -> Result<bool, JsValue> {
        let now = read_now(now)?;
        let (events, forgotten) = read_snapshot(snapshot)?;
        let before = self.state()?.glance(&self.model, now);
        let mut state = self.state_mut()?;
        state.extend(&self.model, events);
        state.add_forgotten(forgotten);
        drop(state);
        Ok(self.state()?.glance(&self.model, now) != before)
    }
}

fn interrupted() -> Failure {
    Failure::new("INTERNAL", "", "the visitor was lost to an internal error")
}

/// The events of a snapshot, as the entry parsed it, and what was forgotten before it was made.
fn read_snapshot(snapshot: &JsValue) -> Result<(Vec<Event>, Option<Forgotten>), Failure> {
    let fail = |path: String, message: String| Failure::new("INVALID_SNAPSHOT", path, message);
    let get = |key: &str| Reflect::get(snapshot, &JsValue::from_str(key)).unwrap_or(JsValue::UNDEFINED);
    match get("warmlead").as_f64() {
        Some(SNAPSHOT) => {}
        Some(_) => return Err(fail("/warmlead".into(), "the snapshot was made by another version of warmlead".into())),
        None => return Err(fail(String::new(), "this is no snapshot of a visitor".into())),
    }
    let list = get("events");
    let Some(list) = list.dyn_ref::<Array>() else {
        return Err(fail("/events".into(), "the snapshot has no list of events".into()));
    };
    let mut events = Vec::new();
    for (index, event) in list.iter().enumerate() {
        let path = || format!("/events/{index}");
        let event = decode::event(&event, MAX_EVENT_BYTES).map_err(|error| fail(path() + &error.path(), refusal(&error).1))?;
        // Every event of a snapshot has an id: one without is not what `snapshot()` wrote.
        let event = Event::read(&event, String::new).map_err(|(_, message)| fail(path(), message))?;
        if event.id.is_empty() {
            return Err(fail(path(), "an event of the snapshot has no `id`".into()));
        }
        events.push(event);
    }
    let forgotten = get("forgotten");
    if forgotten.is_undefined() {
        return Ok((events, None));
    }
    let whole = |key: &str| match Reflect::get(&forgotten, &JsValue::from_str(key)).ok().and_then(|number| number.as_f64()) {
        Some(number) if number.trunc() == number && (0.0..=MAX_TIME as f64).contains(&number) => Ok(number as Time),
        _ => Err(fail(format!("/forgotten/{key}"), format!("`{key}` of what was forgotten is no whole number"))),
    };
    Ok((events, Some(Forgotten { events: whole("events")?.unsigned_abs(), until: whole("until")? })))
}

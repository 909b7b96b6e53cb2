//! A visitor in JavaScript's hands: its events stay on this side, questions are answered with scalars or plain objects.

use super::decode::refusal;
use super::failure::Failure;
use super::{decode, encode, read_now};
use crate::engine::{self, Recorded};
use crate::event::{Event, MAX_EVENT_BYTES, Rejection};
use crate::model::Model;
use crate::problem::{did_you_mean, words};
use crate::value::{ToValue, list};
use js_sys::{Array, Function};
use std::cell::{Ref, RefCell, RefMut};
use std::rc::Rc;
use wasm_bindgen::prelude::*;

/// A visitor under a scoring model.
#[wasm_bindgen]
pub struct Visitor {
    model: Rc<Model>,
    // Borrowed for changing only while the engine changes it, so that the events can still be read after a trap elsewhere.
    state: RefCell<engine::Visitor>,
}

impl Visitor {
    /// A visitor with the events of a snapshot, if there is one.
    pub fn new(model: Rc<Model>, id: &str, snapshot: Option<&[u8]>) -> Result<Visitor, Failure> {
        let mut visitor = engine::Visitor::new(id);
        if let Some(snapshot) = snapshot {
            visitor.merge(&model, read_snapshot(snapshot)?);
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
                let hint = hint.map(|hint| words!("; {hint}")).unwrap_or_default();
                Err(Failure::new("INVALID_INPUT", "/score", words!("the model has no score `{score}`{hint}")).into())
            }
        }
    }

    /// The assessment at `now`; with `detail` 1 how it came about (the receipt), with 2 what comes next, too.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn assess(&self, now: &JsValue, detail: u32) -> Result<JsValue, JsValue> {
        let now = read_now(now)?;
        let state = self.state()?;
        let assessment = if detail > 1 { state.explain(&self.model, now) } else { state.assess(&self.model, now, detail > 0) };
        Ok(encode::value(&assessment.to_value()))
    }

    /// The visitor document at `now` (MODEL.md, section 3).
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn document(&self, now: &JsValue) -> Result<JsValue, JsValue> {
        let now = read_now(now)?;
        Ok(encode::value(&self.state()?.document(&self.model, now)))
    }

    /// What is to be kept of the visitor.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn snapshot(&self) -> Result<Vec<u8>, JsValue> {
        Ok(self.state()?.snapshot())
    }

    /// The events, in canonical order.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn events(&self) -> Result<JsValue, JsValue> {
        Ok(encode::value(&list(self.state()?.events())))
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
    pub fn merge(&self, snapshot: &[u8], now: &JsValue) -> Result<bool, JsValue> {
        let now = read_now(now)?;
        let other = read_snapshot(snapshot)?;
        let before = self.state()?.glance(&self.model, now);
        self.state_mut()?.merge(&self.model, other);
        Ok(self.state()?.glance(&self.model, now) != before)
    }

    /// Adds many events at once, each with an id; answers those that can't be read, which harm nothing beside them. As in a merge, what a full visitor can't
    /// take is left out.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn learn(&self, events: &Array) -> Result<JsValue, JsValue> {
        let (mut good, mut rejected) = (Vec::new(), Vec::new());
        for (index, value) in events.iter().enumerate() {
            let event = decode::event(&value, MAX_EVENT_BYTES).map_err(|error| refusal(&error));
            match event.and_then(|event| Event::read(&event, String::new)) {
                Ok(event) if !event.id.is_empty() => good.push(event),
                Ok(_) => rejected.push(Rejection { index, id: None, code: "INVALID_ID", message: "`id` is missing".into() }),
                Err((code, message)) => rejected.push(Rejection { index, id: decode::id(&value), code, message }),
            }
        }
        self.state_mut()?.extend(&self.model, good);
        Ok(encode::value(&list(&rejected)))
    }
}

fn interrupted() -> Failure {
    Failure::new("INTERNAL", "", "the visitor was lost to an internal error")
}

fn read_snapshot(bytes: &[u8]) -> Result<engine::Visitor, Failure> {
    engine::Visitor::from_snapshot(bytes).map_err(|error| Failure::new("INVALID_SNAPSHOT", "", error.to_string()))
}

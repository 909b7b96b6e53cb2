//! A visitor in JavaScript's hands: its events stay on this side, questions are answered with scalars or plain objects.
//!
//! What is asked all the time crosses without being made into anything: a plain event comes packed, and what stays as it is for a while goes out as numbers,
//! both on the [`desk`].

use super::decode::refusal;
use super::failure::Failure;
use super::{decode, encode, read_now};
use crate::engine::assess::Present;
use crate::engine::intake::Intake;
use crate::engine::{self, Points, Recorded};
use crate::event::packed::MAX_PACKED_BYTES;
use crate::event::{Event, MAX_EVENT_BYTES, Rejection};
use crate::model::Model;
use crate::problem::did_you_mean;
use crate::time::{MAX_TIME, Time};
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
    state: RefCell<Intake>,
}

/// How many numbers have room on the desk, behind the packed event.
const NUMBERS: usize = 16;

thread_local! {
    static DESK: RefCell<Vec<u8>> = RefCell::new(vec![0; MAX_PACKED_BYTES + 8 * NUMBERS]);
}

/// Where the desk is in the module's memory: JavaScript lays packed events there ([`Visitor::record_packed`]), and finds numbers there ([`Visitor::look`]).
#[wasm_bindgen]
pub fn desk() -> *const u8 {
    DESK.with_borrow(|desk| desk.as_ptr())
}

/// The module's memory.
#[wasm_bindgen]
pub fn linear_memory() -> JsValue {
    wasm_bindgen::memory()
}

impl Visitor {
    /// A visitor with the events of a snapshot, if there is one.
    pub fn new(model: Rc<Model>, id: &str, snapshot: Option<&[u8]>) -> Result<Visitor, Failure> {
        let mut visitor = engine::Visitor::new(id);
        if let Some(snapshot) = snapshot {
            visitor.merge(&model, read_snapshot(snapshot)?);
        }
        Ok(Visitor { model, state: RefCell::new(Intake::new(visitor)) })
    }

    /// As it is, perhaps with packed events.
    fn intake(&self) -> Result<Ref<'_, Intake>, Failure> {
        self.state.try_borrow().map_err(|_| interrupted())
    }

    /// With all its events, to be asked.
    fn state(&self) -> Result<Ref<'_, engine::Visitor>, Failure> {
        drop(self.state_mut()?);
        Ok(Ref::map(self.intake()?, Intake::whole))
    }

    /// With all its events, to be changed.
    pub(super) fn state_mut(&self) -> Result<RefMut<'_, engine::Visitor>, Failure> {
        let state = self.state.try_borrow_mut().map_err(|_| interrupted())?;
        Ok(RefMut::map(state, Intake::visitor))
    }
}

/// Lays out numbers: the stage's place from 1 on (0 before the first), whether that makes an MQL, and the first scores.
fn lay_out(room: &mut [u8], present: &Present<'_, '_>) {
    for (place, room) in room.chunks_exact_mut(8).enumerate() {
        let number = match place {
            0 => present.stage_place().map_or(0, |place| place + 1) as f64,
            1 => f64::from(u8::from(present.mql())),
            score => match present.value(score - 2) {
                Some(points) => Points(points).value(),
                None => return,
            },
        };
        room.copy_from_slice(&number.to_le_bytes());
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

    /// Records the event of so many bytes that lies packed on the desk. Says until when what there is to see stays as it is if no
    /// event comes: negative if it changed now, and is then on the desk. NaN, and nothing is changed, if the event is to be given to [`Visitor::record`].
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing, as everywhere below.
    pub fn record_packed(&self, length: usize, now: f64) -> Result<f64, JsValue> {
        DESK.with_borrow_mut(|desk| {
            let (packed, room) = desk.split_at_mut_checked(MAX_PACKED_BYTES).unwrap_or_default();
            let packed = packed.get(..length).unwrap_or_default();
            let Some(now) = whole(now) else { return Ok(f64::NAN) };
            let Some(weighed) = self.intake()?.weigh(&self.model, packed, now, &mut |present| lay_out(room, present)) else {
                return Ok(f64::NAN);
            };
            self.state.try_borrow_mut().map_err(|_| interrupted())?.keep(packed, &weighed);
            Ok(until(weighed.until, now) * if weighed.changed { -1.0 } else { 1.0 })
        })
    }

    /// Lays on the desk what there is to see at `now`. Says until when that stays as it is if no event comes.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a bad `now`, as everywhere below.
    pub fn look(&self, now: &JsValue) -> Result<f64, JsValue> {
        let now = read_now(now)?;
        DESK.with_borrow_mut(|desk| {
            let (_, room) = desk.split_at_mut_checked(MAX_PACKED_BYTES).unwrap_or_default();
            let quiet = self.intake()?.look(&self.model, now, &mut |present| lay_out(room, present));
            match quiet {
                Some(quiet) => Ok(until(quiet, now)),
                None => {
                    self.state()?.present(&self.model, now, |present| lay_out(room, present));
                    Ok(now as f64 + 1.0)
                }
            }
        })
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
        Ok(self.intake()?.snapshot())
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
        Ok(self.intake()?.len())
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

/// A time that is one.
fn whole(time: f64) -> Option<Time> {
    if time.trunc() == time && (0.0..=MAX_TIME as f64).contains(&time) { Some(time as Time) } else { None }
}

/// When something that is quiet at `now` changes by itself: never is infinity.
fn until(quiet: Time, now: Time) -> f64 {
    if quiet > MAX_TIME { f64::INFINITY } else { quiet.max(now + 1) as f64 }
}

fn interrupted() -> Failure {
    Failure::new("INTERNAL", "", "the visitor was lost to an internal error")
}

fn read_snapshot(bytes: &[u8]) -> Result<engine::Visitor, Failure> {
    engine::Visitor::from_snapshot(bytes).map_err(|error| Failure::new("INVALID_SNAPSHOT", "", error.to_string()))
}

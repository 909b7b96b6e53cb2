//! A visitor in JavaScript's hands: its events stay on this side, questions are answered with scalars or plain objects.
//!
//! What is asked all the time crosses without being made into anything: a plain event comes packed, and what stays as it is for a while goes out as numbers,
//! both on the [`desk`].

use super::failure::Failure;
use super::gather::gathered;
use super::given::{Given, leave};
use super::scorer::Scorer;
use super::{at, encode};
use crate::engine::assess::Present;
use crate::engine::intake::Intake;
use crate::engine::{self, Points, Recorded};
use crate::event::packed::MAX_PACKED_BYTES;
use crate::event::{Event, Rejection};
use crate::model::Model;
use crate::time::{MAX_TIME, Time};
use crate::value::{ToValue, list};
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

/// The largest whole number that a double says for certain.
const MAX_SAFE: f64 = 9_007_199_254_740_991.0;

/// How many numbers have room on the desk, behind the packed event.
const NUMBERS: usize = 16;

thread_local! {
    // There from the start: if it were allocated, memory might grow while JavaScript asks where it is, and what JavaScript holds would no longer be that memory.
    static DESK: RefCell<[u8; MAX_PACKED_BYTES + 8 * NUMBERS]> = const { RefCell::new([0; MAX_PACKED_BYTES + 8 * NUMBERS]) };
}

/// Where the desk is in the module's memory: JavaScript lays packed events there ([`Visitor::record_packed`]), and finds numbers there ([`Visitor::look`]).
#[wasm_bindgen]
pub fn desk() -> *const u8 {
    DESK.with_borrow(|desk| desk.as_ptr())
}

/// Reads the event of so many bytes that lies on the desk.
pub(super) fn with_packed<T>(length: usize, read: impl FnOnce(&[u8]) -> T) -> T {
    DESK.with_borrow(|desk| read(desk.get(..length).filter(|_| length <= MAX_PACKED_BYTES).unwrap_or_default()))
}

impl Visitor {
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
    /// The visitor whose id was given, with the events of a snapshot if one was.
    ///
    /// # Errors
    /// `INVALID_SNAPSHOT`.
    #[wasm_bindgen(constructor)]
    pub fn new(scorer: &Scorer) -> Result<Visitor, JsValue> {
        let model = Rc::clone(&scorer.model);
        let mut given = Given::take();
        let mut visitor = engine::Visitor::new(given.text());
        if !given.is_over() {
            visitor.merge(&model, read_snapshot(&mut given)?);
        }
        Ok(Visitor { model, state: RefCell::new(Intake::new(visitor)) })
    }

    /// Records the event that was given, and after it the id that it gets if it has none; says whether that changed anything visible at `now`.
    ///
    /// # Errors
    /// The code of a rejection, such as `INVALID_TIME`; `VISITOR_FULL`. Nothing is changed then.
    pub fn record(&self, now: f64) -> Result<bool, JsValue> {
        let now = at(now)?;
        let mut given = Given::take();
        let event = given.value().map_err(|error| {
            let (code, message) = error.refusal();
            Failure::new(code, error.path(), message)
        })?;
        let event = Event::read(&event, || given.text()).map_err(|(code, message)| Failure::new(code, "", message))?;
        let before = self.state()?.glance(&self.model, now);
        let recorded = self.state_mut()?.record(&self.model, event);
        match recorded {
            Recorded::Added => Ok(self.state()?.glance(&self.model, now) != before),
            Recorded::Known => Ok(false),
            Recorded::Full => Err(Failure::new("VISITOR_FULL", "", engine::full_message(&self.model)).into()),
        }
    }

    /// Records the event of so many bytes that lies packed on the desk. Says until when what there is to see stays as it is if no
    /// event comes: negative if it changed now, and is then on the desk. NaN, and nothing is changed, if the event is to be given to [`Visitor::record`], which
    /// says what is wrong, if anything is. A number alone crosses at no cost; one that may be an error is a list in JavaScript.
    pub fn record_packed(&self, length: usize, now: f64) -> f64 {
        let taken = DESK.with_borrow_mut(|desk| {
            let (packed, room) = desk.split_at_mut_checked(MAX_PACKED_BYTES)?;
            let (packed, now) = (packed.get(..length)?, moment(now)?);
            let weighed = self.intake().ok()?.weigh(&self.model, packed, now, &mut |present| lay_out(room, present))?;
            self.state.try_borrow_mut().ok()?.keep(packed, &weighed);
            Some(until(weighed.until, now) * if weighed.changed { -1.0 } else { 1.0 })
        });
        taken.unwrap_or(f64::NAN)
    }

    /// Lays on the desk what there is to see at `now`. Says until when that stays as it is if no event comes.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a bad `now`, and `INTERNAL` if a trap struck while the visitor was changing, as everywhere below.
    pub fn look(&self, now: f64) -> Result<f64, JsValue> {
        let now = at(now)?;
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

    /// The value at `now`, in points, of the score whose name was given.
    ///
    /// # Errors
    /// `INVALID_INPUT` for a score that the model doesn't have, too.
    pub fn value(&self, now: f64) -> Result<f64, JsValue> {
        let score = Given::take().text();
        match self.state()?.value(&self.model, &score, at(now)?) {
            Some(points) => Ok(points.value()),
            None => {
                let names: Vec<&str> = self.model.score_names().collect();
                let message = format!("the model has no score `{score}`; it has: {}", names.join(", "));
                Err(Failure::new("INVALID_INPUT", "/score", message).into())
            }
        }
    }

    /// The assessment at `now`; with `detail` 1 how it came about (the receipt), with 2 what comes next, too.
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn assess(&self, now: f64, detail: u32) -> Result<JsValue, JsValue> {
        let now = at(now)?;
        let state = self.state()?;
        let assessment = if detail > 1 { state.explain(&self.model, now) } else { state.assess(&self.model, now, detail > 0) };
        Ok(encode::value(&assessment.to_value()))
    }

    /// The visitor document at `now` (docs/model.md, section 3).
    ///
    /// # Errors
    /// `INVALID_INPUT`.
    pub fn document(&self, now: f64) -> Result<JsValue, JsValue> {
        let now = at(now)?;
        Ok(encode::value(&self.state()?.document(&self.model, now)))
    }

    /// Leaves what is to be kept of the visitor in the room, and says where that is.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn snapshot(&self) -> Result<*const u8, JsValue> {
        Ok(leave(self.intake()?.snapshot()))
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
    /// `INVALID_INPUT` for a `count` that is none.
    pub fn forget(&self, count: f64) -> Result<usize, JsValue> {
        if count.trunc() != count || !(0.0..=MAX_SAFE).contains(&count) {
            return Err(Failure::new("INVALID_INPUT", "/count", "`count` must be a whole number that is not negative").into());
        }
        Ok(self.state_mut()?.forget(&self.model, count as usize))
    }

    /// Adds the events of the snapshot that was given, of this visitor or of another who turned out to be the same person; says whether
    /// that changed anything visible at `now`.
    ///
    /// # Errors
    /// `INVALID_SNAPSHOT`. Nothing is changed then.
    pub fn merge(&self, now: f64) -> Result<bool, JsValue> {
        let now = at(now)?;
        let other = read_snapshot(&mut Given::take())?;
        let before = self.state()?.glance(&self.model, now);
        self.state_mut()?.merge(&self.model, other);
        Ok(self.state()?.glance(&self.model, now) != before)
    }

    /// Adds the events that were gathered, each with an id; answers those that can't be read, which harm nothing beside them. As in a merge, what a full visitor can't
    /// take is left out.
    ///
    /// # Errors
    /// `INTERNAL` if a trap struck while the visitor was changing.
    pub fn learn(&self) -> Result<JsValue, JsValue> {
        let mut events = gathered();
        for (event, index) in events.events.iter().zip(&events.places) {
            if event.id.is_empty() {
                events.rejected.push(Rejection { index: *index, id: None, code: "INVALID_ID", message: "`id` is missing".into() });
            }
        }
        events.events.retain(|event| !event.id.is_empty());
        self.state_mut()?.extend(&self.model, events.events);
        Ok(encode::value(&list(&events.rejected)))
    }
}

/// The time of a question, if it is one: see [`at`].
fn moment(now: f64) -> Option<Time> {
    Some(now.floor()).filter(|now| (0.0..=MAX_TIME as f64).contains(now)).map(|now| now as Time)
}

/// When something that is quiet at `now` changes by itself: never is infinity.
fn until(quiet: Time, now: Time) -> f64 {
    if quiet > MAX_TIME { f64::INFINITY } else { quiet.max(now + 1) as f64 }
}

fn interrupted() -> Failure {
    Failure::new("INTERNAL", "", "the visitor was lost to an internal error")
}

/// The visitor of the snapshot that was given.
fn read_snapshot(given: &mut Given) -> Result<engine::Visitor, Failure> {
    let fail = |message: String| Failure::new("INVALID_SNAPSHOT", "", message);
    let bytes = given.bytes().ok_or_else(|| fail("a snapshot is a Uint8Array, as `snapshot()` returns it".into()))?;
    engine::Visitor::from_snapshot(&bytes).map_err(|error| fail(error.to_string()))
}

//! A visitor who takes in plain events one after another, looked at after each: the way of a page.
//!
//! Such events stay packed, as they came, until somebody wants them as events: what follows from them is known from what they were when they came in. Only what
//! comes in order, is new and right goes this way; everything else is the [`Visitor`]'s business, and so is every other question.

use super::assess::Present;
use super::hash::quick;
use super::visitor::{Running, Visitor};
use crate::bytes::is_less;
use crate::event::Event;
use crate::event::packed;
use crate::event::view::EventView;
use crate::model::Model;
use crate::time::Time;

/// A visitor, and packed events that came after those that it has.
#[derive(Debug)]
pub struct Intake {
    visitor: Visitor,
    tail: Tail,
}

/// What came of an event.
#[derive(Clone, Copy, Debug)]
pub struct Weighed {
    /// Whether it changed anything visible.
    pub changed: bool,
    /// Before this time nothing more changes by itself.
    pub until: Time,
    /// Of its id, if that is needed.
    hash: Option<u64>,
    time: Time,
}

/// Packed events in order, all of them after those of the visitor, whose running state has taken them in.
#[derive(Debug, Default)]
struct Tail {
    /// The length of each, in two bytes, and its bytes.
    bytes: Vec<u8>,
    count: usize,
    /// Where the last one begins.
    last: usize,
    /// When it happened.
    time: Time,
}

/// For so many bytes there is room at first: some five events.
const LITTLE: usize = 512;

impl Tail {
    fn push(&mut self, event: &[u8], time: Time) {
        self.last = self.bytes.len();
        self.count += 1;
        self.time = time;
        // Not in many small steps: whoever comes once comes again.
        if self.bytes.capacity() < self.bytes.len() + event.len() + 2 {
            self.bytes.reserve(self.bytes.len().max(LITTLE));
        }
        self.bytes.extend_from_slice(&(event.len() as u16).to_le_bytes());
        self.bytes.extend_from_slice(event);
    }

    /// The events from a place in the bytes on.
    fn from(&self, place: usize) -> impl Iterator<Item = EventView<'_>> {
        self.packed(place).filter_map(packed::read)
    }

    /// As [`Tail::from`], as they lie.
    fn packed(&self, place: usize) -> impl Iterator<Item = &[u8]> {
        let mut bytes = self.bytes.get(place..).unwrap_or_default();
        core::iter::from_fn(move || {
            let (length, rest) = bytes.split_first_chunk()?;
            let (event, rest) = rest.split_at_checked(usize::from(u16::from_le_bytes(*length)))?;
            bytes = rest;
            Some(event)
        })
    }

    /// Takes out all events.
    fn unpack(&mut self) -> Vec<Event> {
        let tail = core::mem::take(self);
        tail.from(0).map(|event| event.to_event()).collect()
    }
}

impl Intake {
    /// A visitor that has all its events.
    pub fn new(visitor: Visitor) -> Intake {
        Intake { visitor, tail: Tail::default() }
    }

    /// The visitor. It has all its events if there was no packed one since [`Intake::visitor`].
    pub fn whole(&self) -> &Visitor {
        &self.visitor
    }

    /// The visitor with all its events.
    pub fn visitor(&mut self) -> &mut Visitor {
        if self.tail.count > 0 {
            self.visitor.append(self.tail.unpack());
        }
        &mut self.visitor
    }

    /// How many events there are.
    #[allow(clippy::len_without_is_empty)] // Nobody asks.
    pub fn len(&self) -> usize {
        self.visitor.events().len() + self.tail.count
    }

    /// Lets a packed event take effect, and looks at what there is to see at `now` if that changed; the event is then to be kept. `None`, and nothing is changed, unless it is
    /// plain in every way.
    pub fn weigh(&self, model: &Model, packed: &[u8], now: Time, see: &mut dyn FnMut(&Present<'_, '_>)) -> Option<Weighed> {
        // Looked at where it is: it is large, and WebAssembly copies memory by a call to the outside.
        let Some(event) = &packed::read(packed) else { return None };
        let hash = self.visitor.hash_of(event.id);
        let size = self.len();
        // What became of actions is asked for later.
        let plain = event.time <= now && size < model.max_events && !event.r#type.starts_with("action_");
        if !plain || !self.is_last(event) || !self.is_new(event.id, hash) {
            return None;
        }
        let (events, visitor) = (self.visitor.events(), self.visitor.shared_id());
        self.visitor.with_running(model, size, |Running { state, glances: [before, after], glanced, .. }| {
            if state.clock > event.time {
                return None;
            }
            state.advance(model, visitor, event.time);
            if state.quiet() <= now {
                return None;
            }
            if model.actions.is_empty() && *glanced == Some((state.seen, state.quiet())) {
                // Nothing has happened since, nor has anything changed by itself: that would have moved the time at which it does.
                core::mem::swap(before, after);
            } else {
                Present { model, visitor, state, events, too_old: &[], now }.glance(before);
            }
            state.take_view(model, visitor, event);
            state.advance(model, visitor, now);
            let present = Present { model, visitor, state, events, too_old: &[], now };
            present.glance(after);
            *glanced = Some((state.seen, state.quiet()));
            let changed = before != after;
            if changed {
                see(&present);
            }
            Some(Weighed { changed, until: state.quiet(), hash, time: event.time })
        })
    }

    /// Keeps a packed event that has taken effect.
    pub fn keep(&mut self, packed: &[u8], weighed: &Weighed) {
        if let Some(hash) = weighed.hash {
            let Intake { visitor, tail } = self;
            visitor.know(hash, tail.count, &mut tail.packed(0).filter_map(packed::id_of).map(quick));
        }
        self.tail.push(packed, weighed.time);
    }

    /// Brings what follows from the events to a time, looks at it, and says before which time nothing changes by itself; `None` if it must be found anew.
    pub fn look(&self, model: &Model, now: Time, see: &mut dyn FnMut(&Present<'_, '_>)) -> Option<Time> {
        let (events, visitor) = (self.visitor.events(), self.visitor.shared_id());
        self.visitor.with_running(model, self.len(), |Running { state, .. }| {
            // It has taken in all events, so that none of them comes later either.
            if state.clock > now {
                return None;
            }
            state.advance(model, visitor, now);
            see(&Present { model, visitor, state, events, too_old: &[], now });
            Some(state.quiet())
        })
    }

    /// The visitor as bytes. Nothing is changed, so that it can be asked for after a trap.
    pub fn snapshot(&self) -> Vec<u8> {
        if self.tail.count == 0 {
            return self.visitor.snapshot();
        }
        let mut events = self.visitor.events().to_vec();
        events.extend(self.tail.from(0).map(|event| event.to_event()));
        Visitor::restored(self.visitor.id().to_owned(), events, self.visitor.forgotten()).snapshot()
    }

    /// Whether an event comes after all others.
    fn is_last(&self, event: &EventView<'_>) -> bool {
        if self.tail.count == 0 {
            return self.visitor.events().last().is_none_or(|last| (last.time, last.id.as_str()) < (event.time, event.id));
        }
        let is_greater = || self.tail.from(self.tail.last).any(|last| last.id < event.id);
        self.tail.time < event.time || (self.tail.time == event.time && is_greater())
    }

    /// Whether there is no event with this id, and it needs no other way of telling ids apart than those before it did.
    fn is_new(&self, id: &str, hash: Option<u64>) -> bool {
        match hash {
            Some(hash) => !(self.visitor.may_know(hash) && self.knows(id)),
            None if self.tail.count == 0 => self.visitor.ends_below(id),
            None => self.tail.packed(self.tail.last).all(|last| packed::id_of(last).is_some_and(|last| is_less(last, id.as_bytes()))),
        }
    }

    /// Whether there is an event with this id.
    fn knows(&self, id: &str) -> bool {
        self.visitor.events().iter().any(|event| event.id == id) || self.tail.packed(0).any(|event| packed::has_id(event, id))
    }
}

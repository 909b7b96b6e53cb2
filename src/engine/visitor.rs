//! A visitor: an id, perhaps traits given from outside, and the set of events, which is the only source of truth.

use super::assess::{Glance, Present};
use super::digest::Digested;
use super::forget::Forgotten;
use super::hash::quick;
use super::ids::Ids;
use super::state::{State, VisitorDocument};
use super::{Assessment, Points};
use crate::bytes::is_less;
use crate::event::list::List;
use crate::event::{Event, Rejection};
use crate::model::Model;
use crate::order::sort_by;
use crate::time::{Time, Unit, Units};
use crate::value::{Object, ToValue, Value, list, serialize_as_value};
use std::cell::{RefCell, RefMut};
use std::sync::Arc;

/// A visitor and their events.
///
/// The events are a set: the order in which they are recorded, and how often, does not show. What follows from them is kept from one
/// assessment to the next, as long as time goes on, events come in order and the model stays the same; else it is found anew.
#[derive(Clone, Debug)]
pub struct Visitor {
    id: Arc<str>,
    traits: Option<Object>,
    /// In canonical order; ids are unique.
    events: Vec<Event>,
    forgotten: Option<Forgotten>,
    /// Which ids there may be; `None` while each is greater than the one before it.
    ids: Option<Ids>,
    /// Whether there is no room for later activity, and for later events off site, under the model with this compiled form.
    full: Option<(usize, bool, bool)>,
    /// In a cell, because asking changes it, but nothing that could be seen.
    running: RefCell<Option<Box<Running>>>,
}

/// What follows from some of a visitor's events under a model.
#[derive(Clone, Debug)]
pub(super) struct Running {
    /// The model's compiled form.
    program: usize,
    /// The events before this one have ceased to exist.
    first: usize,
    pub(super) state: State,
    digested: Digested,
    /// Room for what is to be seen before and after an event.
    pub(super) glances: [Glance; 2],
    /// How many events there were, and when something was to change by itself, when the second of these was seen.
    pub(super) glanced: Option<(usize, Time)>,
}

/// What recording an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The set of events has changed.
    Added,
    /// The event was there already.
    Known,
    /// The visitor has as many earlier events as the model's `retention` allows (`VISITOR_FULL`).
    Full,
}

impl Visitor {
    /// A visitor without events.
    pub fn new(id: impl Into<Arc<str>>) -> Visitor {
        Visitor { id: id.into(), traits: None, events: Vec::new(), forgotten: None, ids: None, full: None, running: RefCell::default() }
    }

    /// A visitor as a snapshot has it: its events are in canonical order, with unique ids.
    pub(crate) fn restored(id: impl Into<Arc<str>>, events: Vec<Event>, forgotten: Option<Forgotten>) -> Visitor {
        let ids = Ids::of(&events);
        Visitor { id: id.into(), traits: None, events, forgotten, ids, full: None, running: RefCell::default() }
    }

    /// Sets traits from outside: they act as one more event that is always the last.
    pub fn set_traits(&mut self, traits: Option<Object>) {
        self.traits = traits;
        self.running = RefCell::default();
    }

    /// The visitor's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// As [`Visitor::id`], shared.
    pub(super) fn shared_id(&self) -> &Arc<str> {
        &self.id
    }

    /// The traits given from outside.
    pub fn traits(&self) -> Option<&Object> {
        self.traits.as_ref()
    }

    /// The events in canonical order: by time, then by id.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What has been forgotten, if anything was.
    pub fn forgotten(&self) -> Option<Forgotten> {
        self.forgotten
    }

    /// Says that these are missing: for a visitor that is read from where it was kept.
    pub fn add_forgotten(&mut self, forgotten: Option<Forgotten>) {
        self.forgotten = forgotten.map(|more| more.or(self.forgotten)).or(self.forgotten);
    }

    /// Keeps those events of which this holds, asked in order.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Event) -> bool) {
        self.events.retain(keep);
        self.full = None;
        self.running = RefCell::default();
    }

    /// Records one event.
    pub fn record(&mut self, model: &Model, event: Event) -> Recorded {
        let hash = quick(event.id.as_bytes());
        let known = self.find(&event.id, hash);
        if known.is_some_and(|own| (own.time, &own.r#type) <= (event.time, &event.r#type)) {
            return Recorded::Known;
        }
        // Mostly, an event is new and the last, and there is room for it.
        let is_last = self.events.last().is_none_or(|last| (last.time, &last.id) < (event.time, &event.id));
        if known.is_none() && is_last && self.events.len() < model.max_events {
            self.keep_running(|running| running.state.clock <= event.time);
            if self.ids.is_none() && !self.ends_below(&event.id) {
                self.ids = Some(Ids::listed(&self.events, 1));
            }
            self.know(hash, 0, &mut core::iter::empty());
            self.events.push(event);
            return Recorded::Added;
        }
        // Who is full is offered much more: a bot. That must not cost what taking it in would.
        if let Some((program, activity, offsite)) = self.full
            && (known.is_none(), is_last, program) == (true, true, model.program.serial)
            && if is_offsite(model, &event) { offsite } else { activity }
        {
            return Recorded::Full;
        }
        let refused = self.extend(model, vec![event]);
        if refused.is_empty() { Recorded::Added } else { Recorded::Full }
    }

    /// Records many events; gives back the places of those that were refused as `VISITOR_FULL`.
    pub fn extend(&mut self, model: &Model, events: Vec<Event>) -> Vec<usize> {
        let before = core::mem::take(&mut self.events);
        // What the state has taken in must stay where it is.
        let taken = self.running.get_mut().as_ref().map_or(0, |running| running.first + running.state.seen);
        let own = before.into_iter().enumerate().map(|(place, event)| (event, Source::Own(place)));
        let new = events.into_iter().enumerate().map(|(place, event)| (event, Source::New(place)));
        let mut all: Vec<(Event, Source)> = own.chain(new).collect();
        // Of events with equal ids the earliest is kept, of equally early ones the one with the smaller type.
        sort_by(&mut all, |(one, _), (other, _)| (&one.id, one.time, &one.r#type).cmp(&(&other.id, other.time, &other.r#type)));
        all.dedup_by(|(one, _), (kept, _)| one.id == kept.id);
        sort_by(&mut all, |(one, _), (other, _)| (one.time, &one.id).cmp(&(other.time, &other.id)));
        // The earliest of activity and the earliest off site are kept: what has happened stays as it was.
        let (mut activity, mut offsite, mut refused, mut in_place) = (0, 0, Vec::new(), 0);
        for (event, source) in all {
            let count = if is_offsite(model, &event) { &mut offsite } else { &mut activity };
            *count += 1;
            if *count <= model.max_events {
                in_place += usize::from(in_place == self.events.len() && source == Source::Own(in_place));
                self.events.push(event);
            } else if let Source::New(place) = source {
                refused.push(place);
            }
        }
        self.ids = Ids::of(&self.events);
        self.full = Some((model.program.serial, activity >= model.max_events, offsite >= model.max_events));
        let next = self.events.get(taken).map(|event| event.time);
        self.keep_running(|running| taken <= in_place && next.is_none_or(|next| running.state.clock <= next));
        refused
    }

    /// Takes over the events of another visitor: the union of both sets. What the other has forgotten is missing here, too.
    pub fn merge(&mut self, model: &Model, other: Visitor) {
        self.add_forgotten(other.forgotten);
        self.extend(model, other.events);
    }

    /// Assesses the visitor at a time; with `explain`, receipts are made. [`Visitor::explain`] says more.
    pub fn assess(&self, model: &Model, now: Time, explain: bool) -> Assessment {
        let forgotten = self.forgotten;
        Assessment { forgotten, ..self.present_digested(model, now, |present, digested| present.assess(digested, explain)) }
    }

    /// The visitor document (docs/model.md, section 3) at a time: what the conditions of actions see.
    pub fn document(&self, model: &Model, now: Time) -> Value {
        self.present(model, now, |present| {
            let stage_days = present.state.stage_days(present.model, now);
            let active = present.state.is_active(present.model, now);
            VisitorDocument { model: present.model, state: present.state, visitor: present.visitor, stage_days, active }.to_value()
        })
    }

    /// The event with this id.
    fn find(&self, id: &str, hash: u64) -> Option<&Event> {
        match &self.ids {
            Some(ids) if ids.may_have(hash) => self.events.iter().find(|own| own.id == id),
            Some(_) => None,
            None if self.ends_below(id) => None,
            None => self.events.binary_search_by(|own| own.id.as_str().cmp(id)).ok().and_then(|place| self.events.get(place)),
        }
    }

    /// Whether the last event's id is less than this one.
    pub(super) fn ends_below(&self, id: &str) -> bool {
        self.events.last().is_none_or(|last| is_less(last.id.as_bytes(), id.as_bytes()))
    }

    /// Remembers that there is an id with this hash, unless it is greater than all others and needs not be remembered. `more` are the hashes of the
    /// ids of events that are known and not yet among the visitor's, so many.
    pub(super) fn know(&mut self, hash: u64, count: usize, more: &mut dyn Iterator<Item = u64>) {
        if self.ids.as_ref().is_some_and(Ids::is_full) {
            let mut ids = Ids::listed(&self.events, count + 1);
            more.for_each(|hash| ids.add(hash));
            self.ids = Some(ids);
        }
        self.ids.iter_mut().for_each(|ids| ids.add(hash));
    }

    /// The hash of an id, if hashes are needed to tell ids apart: not while each is greater than the one before it.
    pub(super) fn hash_of(&self, id: &str) -> Option<u64> {
        self.ids.as_ref().map(|_| quick(id.as_bytes()))
    }

    /// Whether there may be an id with this hash.
    pub(super) fn may_know(&self, hash: u64) -> bool {
        self.ids.as_ref().is_some_and(|ids| ids.may_have(hash))
    }

    /// Adds events, later than all others, that the running state has taken in already, and whose ids are known.
    pub(super) fn append(&mut self, events: Vec<Event>) {
        self.events.extend(events);
    }

    /// Calls `look` with what follows from so many events, those of this visitor being the first of them; `None` if that is not known.
    pub(super) fn with_running<T>(&self, model: &Model, seen: usize, look: impl FnOnce(&mut Running) -> Option<T>) -> Option<T> {
        let mut running = self.running.try_borrow_mut().ok()?;
        let running = running.as_deref_mut()?;
        let fits = running.program == model.program.serial && model.max_age.is_none() && running.first == 0 && running.state.seen == seen;
        if fits { look(running) } else { None }
    }

    /// Lets go of what follows from the events unless it still does.
    fn keep_running(&mut self, fits: impl FnOnce(&Running) -> bool) {
        let running = self.running.get_mut();
        if !running.as_deref().is_some_and(fits) {
            *running = None;
        }
    }

    /// The id of the stage at a time.
    pub fn stage<'m>(&self, model: &'m Model, now: Time) -> &'m str {
        self.present(model, now, |present| present.stage())
    }

    /// Whether the visitor is an MQL at a time.
    pub fn mql(&self, model: &Model, now: Time) -> bool {
        self.present(model, now, |present| present.mql())
    }

    /// The value of a score at a time; `None` if the model has no such score.
    pub fn value(&self, model: &Model, score: &str, now: Time) -> Option<Points> {
        let place = model.scores.iter().position(|own| own.name == score)?;
        self.present(model, now, |present| present.value(place)).map(Points)
    }

    /// What a page would show or do at a time, to be compared with what it would after something has happened.
    pub fn glance(&self, model: &Model, now: Time) -> Glance {
        let mut glance = Glance::default();
        self.present(model, now, |present| present.glance(&mut glance));
        glance
    }

    /// Brings the state to a time, and looks at it.
    pub(crate) fn present<'m, T>(&self, model: &'m Model, now: Time, look: impl FnOnce(&Present<'m, '_>) -> T) -> T {
        self.present_digested(model, now, |present, _| look(present))
    }

    /// As [`Visitor::present`], with what is known of the digest of the events.
    pub(crate) fn present_digested<'m, T>(
        &self,
        model: &'m Model,
        now: Time,
        look: impl FnOnce(&Present<'m, '_>, &mut Digested) -> T,
    ) -> T {
        let Brought { mut running, events, too_old } = self.bring(model, now);
        let Running { state, digested, .. } = running.get();
        look(&Present { model, visitor: &self.id, state, events, too_old, now }, digested)
    }

    /// Brings the state to a time: in one piece, for all that is looked at then.
    #[inline(never)]
    fn bring(&self, model: &Model, now: Time) -> Brought<'_> {
        let Visitor { id, traits, events, .. } = self;
        let end = if events.last().is_some_and(|last| last.time > now) {
            events.partition_point(|event| event.time <= now)
        } else {
            events.len()
        };
        let first = match model.max_age {
            Some(count) => {
                let window = Units { count, unit: Unit::Day };
                events.partition_point(|event| event.time <= now && !model.utc_offset.within(event.time, now, window))
            }
            None => 0,
        };
        let (too_old, events) = (events.get(..first).unwrap_or_default(), events.get(first..end).unwrap_or_default());
        let fits = |running: &Running| {
            running.program == model.program.serial
                && running.first == first
                && running.state.seen <= events.len()
                && running.state.clock <= now
        };
        let fresh = || {
            Box::new(Running {
                program: model.program.serial,
                first,
                state: State::new(model, id, traits.as_ref()),
                digested: Digested::default(),
                glances: Default::default(),
                glanced: None,
            })
        };
        let kept = self.running.try_borrow_mut().ok().map(|mut kept| {
            if !kept.as_deref().is_some_and(fits) {
                *kept = None;
            }
            kept
        });
        if events.is_empty() {
            // `now` is the only moment, and whatever it changes is gone with it.
            let mut alone = fresh();
            alone.state.pass_alone(model, id, now);
            return Brought { running: Held::Lost(alone), events, too_old };
        }
        let kept = kept.and_then(|mut kept| {
            kept.get_or_insert_with(fresh);
            RefMut::filter_map(kept, Option::as_deref_mut).ok()
        });
        // After a trap in the middle of it, what was running is lost; the events are not.
        let mut running = kept.map_or_else(|| Held::Lost(fresh()), Held::Kept);
        let state = &mut running.get().state;
        for event in events.get(state.seen..).unwrap_or_default() {
            state.take(model, id, event);
        }
        state.advance(model, id, now);
        Brought { running, events, too_old }
    }
}

/// What follows from a visitor's events at a time.
struct Brought<'a> {
    running: Held<'a>,
    events: &'a [Event],
    too_old: &'a [Event],
}

/// Running state: kept for the next question, or not.
enum Held<'a> {
    Kept(RefMut<'a, Running>),
    Lost(Box<Running>),
}

impl Held<'_> {
    fn get(&mut self) -> &mut Running {
        match self {
            Held::Kept(running) => running,
            Held::Lost(running) => running,
        }
    }
}

/// Whether an event is off site, as far as retention goes.
fn is_offsite(model: &Model, event: &Event) -> bool {
    event.offsite || model.program.index.of_type(&event.r#type).is_some_and(|kind| kind.offsite)
}

/// Where an event comes from: its place among those that were there, or among the new ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    Own(usize),
    New(usize),
}

/// The assessment of a list of events, and those that were refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// The assessment of the valid events.
    pub assessment: Assessment,
    /// The events that were refused, in the order of the list.
    pub rejected: Vec<Rejection>,
}

impl ToValue for Scored {
    fn to_value(&self) -> Value {
        let mut scored = self.assessment.to_value();
        if let Value::Object(members) = &mut scored {
            members.insert("rejected", list(&self.rejected));
        }
        scored
    }
}

serialize_as_value!(Scored);

/// Scores a list of events as given. Bad events are refused one by one and lose nothing beside them.
///
/// ```
/// use warmlead::{engine::score, json, model::Model};
/// let model = Model::load(&json::parse(r#"{
///     "id": "tiny", "version": "1", "scores": { "engagement": {} },
///     "rules": [{ "id": "pricing", "on": "page_view", "where": { "path": "/pricing" }, "points": 10 }]
/// }"#).unwrap()).unwrap();
/// let events = json::parse(r#"[{ "type": "page_view", "time": 1769000000000, "url": "/pricing?a=1" }, { "type": "click" }]"#).unwrap();
/// let scored = score(&model, "v1", None, events.as_array().unwrap(), 1769000000000, false);
/// assert_eq!(scored.assessment.scores[0].1.value.value(), 10.0);
/// assert_eq!((scored.rejected[0].index, scored.rejected[0].code), (1, "INVALID_TIME"));
/// ```
///
/// With `explain`, the assessment also says how it came about and what comes next, as [`Visitor::explain`] does.
pub fn score(model: &Model, visitor: &str, traits: Option<Object>, events: &[Value], now: Time, explain: bool) -> Scored {
    let mut list = List::default();
    for value in events {
        let place = list.len();
        list.read(value, || position_id(place));
    }
    score_list(model, visitor, traits, list, now, explain)
}

/// As [`score`], of events that have been read.
pub fn score_list(model: &Model, visitor: &str, traits: Option<Object>, list: List, now: Time, explain: bool) -> Scored {
    let List { events, places, mut rejected } = list;
    let ids: Vec<String> = events.iter().map(|event| event.id.clone()).collect();
    let mut visitor = Visitor::new(visitor);
    visitor.set_traits(traits);
    for place in visitor.extend(model, events) {
        if let (Some(index), Some(id)) = (places.get(place), ids.get(place)) {
            rejected.push(Rejection { index: *index, id: Some(id.clone()), code: "VISITOR_FULL", message: full_message(model) });
        }
    }
    sort_by(&mut rejected, |one, other| one.index.cmp(&other.index));
    let assessment = if explain { visitor.explain(model, now) } else { visitor.assess(model, now, false) };
    Scored { assessment, rejected }
}

/// The id of an event that has none, in a list: `#` and its six-digit position.
pub fn position_id(index: usize) -> String {
    format!("#{index:06}")
}

/// Why an event was refused as `VISITOR_FULL`.
pub fn full_message(model: &Model) -> String {
    format!("the visitor has {} earlier events of this kind, as many as the model's `retention` allows", model.max_events)
}

//! A visitor: an id, perhaps traits given from outside, and the set of events, which is the only source of truth.

use super::Assessment;
use super::assess;
use super::forget::Forgotten;
use crate::event::{Event, Rejection};
use crate::model::Model;
use crate::time::Time;
use crate::value::{Object, Value};

/// A visitor and their events.
///
/// The events are a set: the order in which they are recorded, and how often, does not show.
#[derive(Clone, Debug, PartialEq)]
pub struct Visitor {
    id: String,
    traits: Option<Object>,
    /// In canonical order; ids are unique.
    pub(super) events: Vec<Event>,
    pub(super) forgotten: Option<Forgotten>,
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
    pub fn new(id: impl Into<String>) -> Visitor {
        Visitor { id: id.into(), traits: None, events: Vec::new(), forgotten: None }
    }

    /// Sets traits from outside: they act as one more event that is always the last.
    pub fn set_traits(&mut self, traits: Option<Object>) {
        self.traits = traits;
    }

    /// The visitor's id.
    pub fn id(&self) -> &str {
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

    /// Records one event.
    pub fn record(&mut self, model: &Model, event: Event) -> Recorded {
        let known = self.events.iter().position(|own| own.id == event.id);
        let known = known.and_then(|place| self.events.get(place));
        if known.is_some_and(|own| (own.time, &own.r#type) <= (event.time, &event.r#type)) {
            return Recorded::Known;
        }
        let refused = self.extend(model, vec![event]);
        if refused.is_empty() { Recorded::Added } else { Recorded::Full }
    }

    /// Records many events; gives back the places of those that were refused as `VISITOR_FULL`.
    pub fn extend(&mut self, model: &Model, events: Vec<Event>) -> Vec<usize> {
        let own = core::mem::take(&mut self.events).into_iter().map(|event| (event, None));
        let mut all: Vec<(Event, Option<usize>)> =
            own.chain(events.into_iter().enumerate().map(|(place, event)| (event, Some(place)))).collect();
        // Of events with equal ids the earliest is kept, of equally early ones the one with the smaller type.
        all.sort_by(|(one, _), (other, _)| (&one.id, one.time, &one.r#type).cmp(&(&other.id, other.time, &other.r#type)));
        all.dedup_by(|(one, _), (kept, _)| one.id == kept.id);
        all.sort_by(|(one, _), (other, _)| (one.time, &one.id).cmp(&(other.time, &other.id)));
        // The earliest of activity and the earliest off site are kept: what has happened stays as it was.
        let (mut activity, mut offsite, mut refused) = (0, 0, Vec::new());
        for (event, place) in all {
            let count = if event.offsite || model.is_offsite(&event.r#type) { &mut offsite } else { &mut activity };
            *count += 1;
            if *count <= model.max_events {
                self.events.push(event);
            } else {
                refused.extend(place);
            }
        }
        refused
    }

    /// Takes over the events of another visitor: the union of both sets. What the other has forgotten is missing here, too.
    pub fn merge(&mut self, model: &Model, other: Visitor) {
        self.add_forgotten(other.forgotten);
        self.extend(model, other.events);
    }

    /// Assesses the visitor at a time; with `explain`, receipts are made.
    pub fn assess(&self, model: &Model, now: Time, explain: bool) -> Assessment {
        assess::assess(model, self, now, explain)
    }

    /// The visitor document (MODEL.md, section 3) at a time: what the conditions of actions see.
    pub fn document(&self, model: &Model, now: Time) -> Value {
        assess::document(model, self, now)
    }
}

/// The assessment of a list of events, and those that were refused.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Scored {
    /// The assessment of the valid events.
    #[serde(flatten)]
    pub assessment: Assessment,
    /// The events that were refused, in the order of the list.
    pub rejected: Vec<Rejection>,
}

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
pub fn score(model: &Model, visitor: &str, traits: Option<Object>, events: &[Value], now: Time, explain: bool) -> Scored {
    let mut rejected = Vec::new();
    let (mut good, mut places) = (Vec::new(), Vec::new());
    for (index, value) in events.iter().enumerate() {
        match Event::read(value, || position_id(index)) {
            Ok(event) => {
                good.push(event);
                places.push(index);
            }
            Err((code, message)) => {
                let id = value.at("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
                rejected.push(Rejection { index, id, code, message });
            }
        }
    }
    let ids: Vec<String> = good.iter().map(|event| event.id.clone()).collect();
    let mut visitor = Visitor::new(visitor);
    visitor.set_traits(traits);
    for place in visitor.extend(model, good) {
        if let (Some(index), Some(id)) = (places.get(place), ids.get(place)) {
            rejected.push(Rejection { index: *index, id: Some(id.clone()), code: "VISITOR_FULL", message: full_message(model) });
        }
    }
    rejected.sort_by_key(|rejection| rejection.index);
    Scored { assessment: visitor.assess(model, now, explain), rejected }
}

/// The id of an event that has none, in a list: `#` and its six-digit position.
pub fn position_id(index: usize) -> String {
    format!("#{index:06}")
}

/// Why an event was refused as `VISITOR_FULL`.
pub fn full_message(model: &Model) -> String {
    format!("the visitor has {} earlier events of this kind, as many as the model's `retention` allows", model.max_events)
}

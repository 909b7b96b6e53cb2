//! A visitor: an id, perhaps traits given from outside, and the set of events.

use super::Assessment;
use crate::event::{Event, Rejection};
use crate::model::Model;
use crate::time::Time;
use crate::value::{Object, Value};

/// A visitor.
#[derive(Clone, Debug)]
pub struct Visitor {
    id: String,
    traits: Option<Object>,
    events: Vec<Event>,
}

/// What recording an event did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// The set has changed.
    Added,
    /// The event was there already.
    Known,
    /// The visitor is full (`VISITOR_FULL`).
    Full,
}

impl Visitor {
    /// A visitor without events.
    pub fn new(id: impl Into<String>) -> Visitor {
        Visitor { id: id.into(), traits: None, events: Vec::new() }
    }
    /// Traits given from outside.
    pub fn set_traits(&mut self, traits: Option<Object>) {
        self.traits = traits;
    }
    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }
    /// Its events in canonical order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }
    /// Records one event.
    pub fn record(&mut self, _model: &Model, _event: Event) -> Recorded {
        Recorded::Added
    }
    /// Records many; gives back the ids of those that were refused as `VISITOR_FULL`.
    pub fn extend(&mut self, _model: &Model, _events: Vec<Event>) -> Vec<String> {
        Vec::new()
    }
    /// Assesses the visitor at a time.
    pub fn assess(&self, _model: &Model, _now: Time, _explain: bool) -> Assessment {
        unimplemented!()
    }
    /// The visitor document (MODEL.md, section 3) at a time: what conditions see. For panels and debugging.
    pub fn document(&self, _model: &Model, _now: Time) -> Value {
        unimplemented!()
    }
}

/// The assessment of a list of events, and those that were refused.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Scored {
    /// The assessment of the valid events.
    #[serde(flatten)]
    pub assessment: Assessment,
    /// The events that were refused.
    pub rejected: Vec<Rejection>,
}

/// Scores a list of events as given.
pub fn score(_model: &Model, _visitor: &str, _traits: Option<Object>, _events: &[Value], _now: Time, _explain: bool) -> Scored {
    unimplemented!()
}

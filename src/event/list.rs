//! Events of a list, read one by one: the good ones with their places, the bad ones with reasons. It knows no visitor.

use super::{Event, Refusal, Rejection};
use crate::value::Value;

/// The events of a list.
#[derive(Debug, Default)]
pub struct List {
    /// Those that could be read, in the order of the list.
    pub events: Vec<Event>,
    /// The place of each.
    pub places: Vec<usize>,
    /// Those that could not.
    pub rejected: Vec<Rejection>,
}

impl List {
    /// How many events were added: the place of the next.
    #[allow(clippy::len_without_is_empty)] // Nobody asks.
    pub fn len(&self) -> usize {
        self.events.len() + self.rejected.len()
    }

    /// Adds an event.
    pub fn push(&mut self, event: Event) {
        self.places.push(self.len());
        self.events.push(event);
    }

    /// Adds what an event's JSON form says; `id` is called for one that has none.
    pub fn read(&mut self, value: &Value, id: impl FnOnce() -> String) {
        match Event::read(value, id) {
            Ok(event) => self.push(event),
            Err(refusal) => self.refuse(refusal, value.at("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned)),
        }
    }

    /// Adds one that can't be read, with its id, if that much can.
    pub fn refuse(&mut self, (code, message): Refusal, id: Option<String>) {
        self.rejected.push(Rejection { index: self.len(), id, code, message });
    }
}

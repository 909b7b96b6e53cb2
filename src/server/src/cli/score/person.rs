//! One visitor while their lines come: gives what `warmlead::engine::score` gives for the list of them, without holding the list.

use warmlead::engine::{Recorded, Scored, Visitor};
use warmlead::event::{Event, Rejection};
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// A visitor and what has been refused of them.
pub struct Person {
    visitor: Visitor,
    lines: usize,
    rejected: Vec<Rejection>,
}

impl Person {
    /// Nothing has come.
    pub fn new(id: &str, traits: Option<&Object>) -> Person {
        let mut visitor = Visitor::new(id);
        visitor.set_traits(traits.cloned());
        Person { visitor, lines: 0, rejected: Vec::new() }
    }

    /// Their next event, good or bad.
    pub fn add(&mut self, model: &Model, value: &Value) {
        let index = self.lines;
        self.lines += 1;
        let refused = match Event::read(value, || format!("#{index:06}")) {
            Ok(event) => {
                let id = event.id.clone();
                match self.visitor.record(model, event) {
                    Recorded::Full => Rejection { index, id: Some(id), code: "VISITOR_FULL", message: FULL.into() },
                    Recorded::Added | Recorded::Known => return,
                }
            }
            Err((code, message)) => {
                let id = value.at("id").and_then(Value::as_str).map(str::to_owned);
                Rejection { index, id, code, message }
            }
        };
        self.rejected.push(refused);
    }

    /// The assessment of what came.
    pub fn score(self, model: &Model, now: Time, explain: bool) -> Scored {
        Scored { assessment: self.visitor.assess(model, now, explain), rejected: self.rejected }
    }
}

const FULL: &str = "the visitor has as many events as the model's `retention` keeps";

//! One visitor while their lines come: gives what `warmlead::engine::score` gives for the list of them, without holding the list.

use serde::Serialize;
use std::collections::{HashMap, HashSet};
use warmlead::engine::{Scored, Visitor, full_message, position_id};
use warmlead::event::{Event, Rejection};
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// How many events are gathered before they join the visitor's: one by one, each would cost as much as all.
const GATHERED: usize = 4096;

/// How many rejections are listed for a visitor. Further ones are counted: a runaway bot must not fill the memory.
const LISTED: usize = 10_000;

/// A visitor and what has been refused of them.
pub struct Person {
    visitor: Visitor,
    /// How many lines have come.
    lines: usize,
    /// Events that have not joined yet, and their positions.
    gathered: (Vec<Event>, Vec<usize>),
    /// The positions of the events that the visitor keeps, by id.
    kept: HashMap<String, usize>,
    rejected: Vec<Rejection>,
    /// The ids of those listed that did not fit: when they come again, they are not listed again.
    full: HashSet<String>,
    unlisted: usize,
}

/// What is written for a visitor.
#[derive(Serialize)]
pub struct Result {
    #[serde(flatten)]
    scored: Scored,
    /// How many rejections are not listed, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_unlisted: Option<usize>,
}

impl Result {
    /// How many events were refused.
    pub fn refused(&self) -> usize {
        self.scored.rejected.len() + self.rejected_unlisted.unwrap_or_default()
    }
}

impl Person {
    /// Nothing has come.
    pub fn new(id: &str, traits: Option<&Object>) -> Person {
        let mut visitor = Visitor::new(id);
        visitor.set_traits(traits.cloned());
        Person {
            visitor,
            lines: 0,
            gathered: Default::default(),
            kept: HashMap::new(),
            rejected: Vec::new(),
            full: HashSet::new(),
            unlisted: 0,
        }
    }

    /// Their next event, good or bad.
    pub fn add(&mut self, model: &Model, value: &Value) {
        let index = self.lines;
        self.lines += 1;
        match Event::read(value, || position_id(index)) {
            Ok(event) => {
                self.gathered.0.push(event);
                self.gathered.1.push(index);
                if self.gathered.0.len() >= GATHERED {
                    self.join(model);
                }
            }
            Err((code, message)) => {
                let id = value.at("id").and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned);
                self.reject(Rejection { index, id, code, message });
            }
        }
    }

    /// Lets the gathered events join the visitor's.
    fn join(&mut self, model: &Model) {
        let (events, indices) = core::mem::take(&mut self.gathered);
        for (event, index) in events.iter().zip(indices) {
            self.kept.entry(event.id.clone()).or_insert(index);
        }
        self.visitor.extend(model, events);
        if self.kept.len() == self.visitor.events().len() {
            return;
        }
        // Some did not fit: of those that came now or, if earlier ones came now, of those before.
        let present: HashSet<&str> = self.visitor.events().iter().map(|event| event.id.as_str()).collect();
        let (kept, full): (HashMap<_, _>, HashMap<_, _>) =
            core::mem::take(&mut self.kept).into_iter().partition(|(id, _)| present.contains(id.as_str()));
        self.kept = kept;
        let mut full: Vec<(String, usize)> = full.into_iter().collect();
        full.sort_unstable_by_key(|(_, index)| *index);
        for (id, index) in full {
            if self.full.contains(&id) {
                continue;
            }
            if self.rejected.len() < LISTED {
                self.full.insert(id.clone());
            }
            self.reject(Rejection { index, id: Some(id), code: "VISITOR_FULL", message: full_message(model) });
        }
    }

    fn reject(&mut self, rejection: Rejection) {
        if self.rejected.len() < LISTED {
            self.rejected.push(rejection);
        } else {
            self.unlisted += 1;
        }
    }

    /// The assessment of what came.
    pub fn score(mut self, model: &Model, now: Time, explain: bool) -> Result {
        self.join(model);
        self.rejected.sort_by_key(|rejection| rejection.index);
        let assessment = if explain { self.visitor.explain(model, now) } else { self.visitor.assess(model, now, false) };
        let scored = Scored { assessment, rejected: self.rejected };
        Result { scored, rejected_unlisted: Some(self.unlisted).filter(|unlisted| *unlisted > 0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmlead::engine::score;
    use warmlead::json::{parse, print};

    #[test]
    fn lines_give_what_the_list_gives() {
        let model = r#"{ "id": "m", "version": "1", "retention": { "events": 5000 }, "scores": { "engagement": {} },
            "rules": [{ "id": "r", "on": "page_view", "points": 1 }] }"#;
        let model = Model::load(&parse(model).unwrap()).unwrap();
        // More than is gathered at once and more than is kept, out of order, some twice, some bad, some without an id.
        let events: Vec<Value> = (0..11_000)
            .map(|index: i64| match index {
                7 => Value::from("no event"),
                9 => parse(r#"{ "id": "bad", "type": "page_view" }"#).unwrap(),
                _ if index % 11 == 0 => parse(&format!(r#"{{ "type": "page_view", "time": {} }}"#, 1_000_000 - index * 13 % 7919)).unwrap(),
                _ => parse(&format!(r#"{{ "id": "e{}", "type": "page_view", "time": {} }}"#, index % 10_500, 1_000_000 - index % 10_500))
                    .unwrap(),
            })
            .collect();
        let expected = score(&model, "v", None, &events, 2_000_000, true);
        let mut person = Person::new("v", None);
        events.iter().for_each(|event| person.add(&model, event));
        let result = person.score(&model, 2_000_000, true);
        assert!(expected.rejected.len() > 5000);
        assert_eq!(print(&result.scored.assessment), print(&expected.assessment));
        let ids = |scored: &Scored| scored.rejected.iter().map(|rejection| (rejection.index, rejection.id.clone())).collect::<Vec<_>>();
        let differs = ids(&result.scored).into_iter().zip(ids(&expected)).find(|(one, other)| one != other);
        assert_eq!((differs, result.scored.rejected.len()), (None, expected.rejected.len()));
    }

    #[test]
    fn a_flood_of_bad_events_is_counted() {
        let model = Model::load(&parse(r#"{ "id": "m", "version": "1", "scores": {} }"#).unwrap()).unwrap();
        let mut person = Person::new("v", None);
        (0..LISTED + 5).for_each(|_| person.add(&model, &Value::Null));
        let result = person.score(&model, 0, false);
        assert_eq!((result.scored.rejected.len(), result.rejected_unlisted), (LISTED, Some(5)));
    }
}

//! Forgetting: what goes first when a visitor must fit where there is little room, such as a cookie. How much room there is, and how many
//! bytes an event takes, is the caller's business.

use super::visitor::Visitor;
use crate::event::Event;
use crate::model::Model;
use crate::time::Time;
use crate::value::{ToValue, Value, fields, serialize_as_value};

/// What a visitor has forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// How many events; after a merge, at least so many.
    pub events: u64,
    /// The time of the latest of them: from then on, everything is known.
    pub until: Time,
}

impl Forgotten {
    /// What is missing if both are. They may be the same events, so that merging twice is merging once.
    pub fn or(self, other: Option<Forgotten>) -> Forgotten {
        let Some(other) = other else { return self };
        Forgotten { events: self.events.max(other.events), until: self.until.max(other.until) }
    }
}

impl ToValue for Forgotten {
    fn to_value(&self) -> Value {
        fields([("events", (self.events as f64).into()), ("until", self.until.into())]).into()
    }
}

serialize_as_value!(Forgotten);

impl Visitor {
    /// Forgets `count` events, or all if there are fewer; says how many. Detail goes first, the oldest before the newer; only when there is
    /// none left go traits, what happened off site (consents, a salesperson's decisions) and what became of actions.
    ///
    /// ```
    /// # use warmlead::{engine::Visitor, event::Event, json, model::Model};
    /// # let model = Model::load(&json::parse(r#"{ "id": "m", "version": "1", "scores": { "s": {} } }"#).unwrap()).unwrap();
    /// let mut visitor = Visitor::new("v");
    /// for text in [r#"{ "id": "a", "type": "consent", "time": 1 }"#, r#"{ "id": "b", "type": "page_view", "time": 2 }"#] {
    ///     visitor.record(&model, Event::read(&json::parse(text).unwrap(), String::new).unwrap());
    /// }
    /// assert_eq!(visitor.forget(&model, 1), 1);
    /// assert_eq!(visitor.events()[0].id, "a");
    /// assert_eq!(visitor.forgotten().unwrap().until, 2);
    /// ```
    pub fn forget(&mut self, model: &Model, count: usize) -> usize {
        let count = count.min(self.events().len());
        // How many go of each kind, the oldest first: the events are in order.
        let detail = self.events().iter().filter(|event| is_detail(model, event)).count().min(count);
        let (mut detail, mut lasting) = (detail, count - detail);
        let mut until = None;
        self.retain(|event| {
            let left = if is_detail(model, event) { &mut detail } else { &mut lasting };
            let stays = *left == 0;
            if !stays {
                *left -= 1;
                until = until.max(Some(event.time));
            }
            stays
        });
        if let Some(until) = until {
            let before = self.forgotten().map_or(0, |forgotten| forgotten.events);
            self.add_forgotten(Some(Forgotten { events: before.saturating_add(count as u64), until }));
        }
        count
    }
}

/// Whether an event is one of the many that make up a visit, and not one that later questions rest on for long.
fn is_detail(model: &Model, event: &Event) -> bool {
    let lasting = event.traits.is_some() || event.offsite || model.is_offsite(&event.r#type) || event.r#type.starts_with("action_");
    !lasting
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::json;

    fn model() -> Model {
        let text = r#"{ "id": "m", "version": "1", "scores": { "engagement": {} }, "offsite": ["crm_note"],
            "rules": [{ "id": "view", "on": "page_view", "points": 1 }] }"#;
        Model::load(&json::parse(text).unwrap()).unwrap()
    }

    /// A visitor with one event of each type given, a millisecond apart; the ids are the types.
    fn visitor(types: &[&str]) -> Visitor {
        let mut visitor = Visitor::new("v");
        for (index, name) in types.iter().enumerate() {
            let (r#type, more) = match *name {
                "with traits" => ("page_view", r#", "traits": { "role": "chief" }"#),
                "said offsite" => ("call", r#", "offsite": true"#),
                other => (other.trim_end_matches(|last: char| last.is_ascii_digit()), ""),
            };
            let text = format!(r#"{{ "id": "{name}", "type": "{type}", "time": {}{more} }}"#, 1000 + index);
            visitor.record(&model(), Event::read(&json::parse(&text).unwrap(), String::new).unwrap());
        }
        visitor
    }

    fn left(visitor: &Visitor) -> Vec<&str> {
        visitor.events().iter().map(|event| event.id.as_str()).collect()
    }

    #[test]
    fn the_oldest_detail_goes_first() {
        let lasting = ["identify", "consent", "with traits", "said offsite", "crm_note", "email_click", "action_shown", "action_dismissed"];
        for kept in lasting {
            let mut visitor = visitor(&[kept, "page_view1", "chat_message", "page_view2"]);
            assert_eq!(visitor.forget(&model(), 2), 2);
            assert_eq!(left(&visitor), [kept, "page_view2"]);
            assert_eq!(visitor.forgotten(), Some(Forgotten { events: 2, until: 1002 }));
        }
    }

    #[test]
    fn when_no_detail_is_left_the_oldest_of_the_rest_goes() {
        let mut visitor = visitor(&["consent", "page_view", "identify", "action_shown"]);
        assert_eq!(visitor.forget(&model(), 3), 3);
        assert_eq!(left(&visitor), ["action_shown"]);
        assert_eq!(visitor.forgotten(), Some(Forgotten { events: 3, until: 1002 }));
    }

    #[test]
    fn what_is_forgotten_adds_up() {
        let mut visitor = visitor(&["page_view1", "page_view2", "page_view3"]);
        assert_eq!((visitor.forget(&model(), 0), visitor.forgotten()), (0, None));
        assert_eq!((visitor.forget(&model(), 1), visitor.forget(&model(), 9)), (1, 2));
        assert_eq!(visitor.forgotten(), Some(Forgotten { events: 3, until: 1002 }));
        assert_eq!((visitor.forget(&model(), 1), visitor.forgotten().unwrap().events), (0, 3));
    }

    #[test]
    fn an_assessment_says_that_it_rests_on_what_is_left() {
        let mut visitor = visitor(&["page_view1", "page_view2"]);
        assert_eq!(visitor.assess(&model(), 2000, false).forgotten, None);
        visitor.forget(&model(), 1);
        let assessment = visitor.assess(&model(), 2000, false);
        assert_eq!((assessment.events, assessment.forgotten), (1, Some(Forgotten { events: 1, until: 1000 })));
        let text = json::print(&json::parse(&serde_json::to_string(&assessment).unwrap()).unwrap());
        assert!(text.contains(r#""forgotten":{"events":1,"until":1000}"#), "{text}");
    }

    #[test]
    fn what_the_other_has_forgotten_is_missing_in_both_and_merging_twice_is_merging_once() {
        let (mut one, mut other) = (visitor(&["page_view1", "page_view2"]), visitor(&["page_view3", "page_view4", "page_view5"]));
        one.forget(&model(), 1);
        other.forget(&model(), 2);
        let (first, second) = (one.clone(), other.clone());
        one.merge(&model(), second.clone());
        one.merge(&model(), second);
        other.merge(&model(), first);
        assert_eq!(left(&one), ["page_view2", "page_view5"]);
        assert_eq!(one.forgotten(), Some(Forgotten { events: 2, until: 1001 }));
        assert_eq!(other.forgotten(), one.forgotten());
    }
}

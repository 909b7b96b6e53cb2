//! Places in a document: where a path of a model leads, found out once, when the model is compiled.

use super::premise::Subject;
use crate::event::session::{ENTRY_KEYS, SESSION_KEYS};
pub use crate::value_ref::{Found, dig, dig_value, number, text};

/// The rest of a path.
pub type Keys = Box<[Box<str>]>;

/// A place in the event document (docs/model.md, section 3).
#[derive(Clone, Debug, PartialEq)]
pub enum EventSlot {
    Type,
    Id,
    Time,
    Url,
    Host,
    Path,
    Title,
    Referrer,
    Offsite,
    Query(Keys),
    Properties(Keys),
    Traits(Keys),
    Session(SessionSlot),
    /// Where no document has anything.
    Nothing,
}

/// A place in the visitor document.
#[derive(Clone, Debug, PartialEq)]
pub enum VisitorSlot {
    Id,
    Traits(Keys),
    /// All signals.
    Signals,
    /// One, by place.
    Signal(usize, Keys),
    Session(SessionSlot),
    /// Of the first session.
    First(EntrySlot),
    /// Of the last.
    Last(EntrySlot),
    Consent(Keys),
    Scores,
    Score(usize),
    Grades,
    Grade(usize),
    JoinedGrade,
    Disqualified(Keys),
    StageDays,
    Stage,
    Mql,
    Nothing,
}

/// A place in a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionSlot {
    Whole,
    Number,
    Start,
    End,
    Seconds,
    Events,
    Pageviews,
    Active,
    Entry(EntrySlot),
    Nothing,
}

/// A place in what the first event of a session says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntrySlot {
    Whole,
    Source,
    Medium,
    Campaign,
    Channel,
    EntryPath,
    ReferrerHost,
    Nothing,
}

impl EventSlot {
    /// Whether what stands there depends on earlier events.
    pub fn looks_back(&self) -> bool {
        matches!(self, EventSlot::Traits(_) | EventSlot::Session(_))
    }

    /// What premises may be about it. It is taken out: they stand in its place.
    pub fn subject(&mut self) -> Option<Subject> {
        match self {
            EventSlot::Traits(keys) if !keys.is_empty() => Some(Subject::Trait(core::mem::take(keys))),
            _ => None,
        }
    }

    /// Where a path leads.
    pub fn of(path: &str) -> EventSlot {
        let (root, keys) = split(path);
        match (root, &*keys) {
            ("type", []) => EventSlot::Type,
            ("id", []) => EventSlot::Id,
            ("time", []) => EventSlot::Time,
            ("url", []) => EventSlot::Url,
            ("host", []) => EventSlot::Host,
            ("path", []) => EventSlot::Path,
            ("title", []) => EventSlot::Title,
            ("referrer", []) => EventSlot::Referrer,
            ("offsite", []) => EventSlot::Offsite,
            ("query", _) => EventSlot::Query(keys),
            ("properties", _) => EventSlot::Properties(keys),
            ("traits", _) => EventSlot::Traits(keys),
            ("session", keys) => EventSlot::Session(SessionSlot::of(keys)),
            _ => EventSlot::Nothing,
        }
    }
}

impl VisitorSlot {
    /// What premises may be about it. It is taken out: they stand in its place.
    pub fn subject(&mut self) -> Option<Subject> {
        match self {
            VisitorSlot::Traits(keys) if !keys.is_empty() => Some(Subject::Trait(core::mem::take(keys))),
            VisitorSlot::Signal(place, keys) if keys.is_empty() => Some(Subject::Signal(*place)),
            _ => None,
        }
    }

    /// Where a path leads, given where signals and scores stand.
    pub fn of(path: &str, signal: impl Fn(&str) -> Option<usize>, score: impl Fn(&str) -> Option<usize>) -> VisitorSlot {
        if let Some(path) = path.strip_prefix("signals.") {
            let (name, keys) = split(path);
            return signal(name).map_or(VisitorSlot::Nothing, |place| VisitorSlot::Signal(place, keys));
        }
        let (root, keys) = split(path);
        match (root, &*keys) {
            ("id", []) => VisitorSlot::Id,
            ("traits", _) => VisitorSlot::Traits(keys),
            ("signals", []) => VisitorSlot::Signals,
            ("session", keys) => VisitorSlot::Session(SessionSlot::of(keys)),
            ("first", keys) => VisitorSlot::First(EntrySlot::of(keys)),
            ("last", keys) => VisitorSlot::Last(EntrySlot::of(keys)),
            ("consent", _) => VisitorSlot::Consent(keys),
            ("scores", []) => VisitorSlot::Scores,
            ("scores", [name]) => score(name).map_or(VisitorSlot::Nothing, VisitorSlot::Score),
            ("grades", []) => VisitorSlot::Grades,
            ("grades", [name]) => score(name).map_or(VisitorSlot::Nothing, VisitorSlot::Grade),
            ("grade", []) => VisitorSlot::JoinedGrade,
            ("disqualified", _) => VisitorSlot::Disqualified(keys),
            ("stage_days", []) => VisitorSlot::StageDays,
            ("stage", []) => VisitorSlot::Stage,
            ("mql", []) => VisitorSlot::Mql,
            _ => VisitorSlot::Nothing,
        }
    }
}

impl SessionSlot {
    fn of(keys: &[Box<str>]) -> SessionSlot {
        let [key] = keys else { return if keys.is_empty() { SessionSlot::Whole } else { SessionSlot::Nothing } };
        match &**key {
            "number" => SessionSlot::Number,
            "start" => SessionSlot::Start,
            "end" => SessionSlot::End,
            "seconds" => SessionSlot::Seconds,
            "events" => SessionSlot::Events,
            "pageviews" => SessionSlot::Pageviews,
            "active" => SessionSlot::Active,
            key if SESSION_KEYS.contains(&key) => SessionSlot::Entry(EntrySlot::of(keys)),
            _ => SessionSlot::Nothing,
        }
    }
}

impl EntrySlot {
    fn of(keys: &[Box<str>]) -> EntrySlot {
        let [key] = keys else { return if keys.is_empty() { EntrySlot::Whole } else { EntrySlot::Nothing } };
        const SLOTS: [EntrySlot; 6] =
            [EntrySlot::Source, EntrySlot::Medium, EntrySlot::Campaign, EntrySlot::Channel, EntrySlot::EntryPath, EntrySlot::ReferrerHost];
        let found = ENTRY_KEYS.iter().zip(SLOTS).find(|(own, _)| ***own == **key);
        found.map_or(EntrySlot::Nothing, |(_, slot)| slot)
    }
}

/// The first part of a path, and the rest.
fn split(path: &str) -> (&str, Keys) {
    let mut parts = path.split('.');
    let root = parts.next().unwrap_or_default();
    (root, parts.map(Box::from).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::engine::Visitor;
    use crate::event::Event;
    use crate::json;
    use crate::model::Model;

    /// An action is shown if its condition holds; what a path leads to is in the visitor document, too.
    #[test]
    fn a_condition_sees_what_the_document_has() {
        let paths = [
            "id",
            "traits",
            "traits.role",
            "traits.company.size",
            "signals",
            "signals.views",
            "session",
            "session.number",
            "session.start",
            "session.end",
            "session.seconds",
            "session.events",
            "session.pageviews",
            "session.active",
            "session.source",
            "session.medium",
            "session.campaign",
            "session.channel",
            "session.entry_path",
            "session.referrer_host",
            "first",
            "first.medium",
            "last",
            "last.channel",
            "consent",
            "consent.chat",
            "scores",
            "scores.engagement",
            "grades",
            "grades.engagement",
            "grade",
            "disqualified",
            "stage",
            "stage_days",
            "mql",
        ];
        let text = r#"{ "id": "m", "version": "1", "scores": { "engagement": { "grades": [{ "from": 0, "label": "B" }] } }, "grade": ["engagement"],
            "signals": { "views": { "on": "page_view" } }, "rules": [{ "id": "r", "on": "*", "points": 5 }],
            "disqualify": [{ "id": "bot", "when": { "traits.role": "bot" } }],
            "stages": [{ "id": "lead", "when": { "scores.engagement": { "$gte": 5 } } }], "mql": "lead",
            "actions": [{ "id": "a", "when": {}, "do": { "type": "chat", "message": "m" } }] }"#;
        let plain = json::parse(text).unwrap();
        let events = r#"[{ "id": "a", "type": "page_view", "time": 1000, "url": "https://acme.example/a?utm_source=s&utm_medium=m&utm_campaign=c", "referrer": "https://t.co/x" },
            { "id": "b", "type": "identify", "time": 3000, "traits": { "role": "chief", "company": { "size": 9 } } },
            { "id": "c", "type": "consent", "time": 9000, "properties": { "chat": true } }]"#;
        let events = json::parse(events).unwrap();
        let events: Vec<Event> = events.as_array().unwrap().iter().map(|event| Event::read(event, String::new).unwrap()).collect();
        let visitor = |model: &Model| {
            let mut visitor = Visitor::new("v");
            visitor.extend(model, events.clone());
            visitor
        };
        let model = Model::load(&plain).unwrap();
        let document = visitor(&model).document(&model, 10_000);
        for path in paths {
            let found = path.split('.').try_fold(&document, |place, key| place.at(key));
            let found = found.unwrap_or_else(|| panic!("{path} is not in {document:?}"));
            let shown = |condition: String| {
                let model = Model::load(&json::parse(&text.replace(r#""when": {}"#, &format!(r#""when": {condition}"#))).unwrap()).unwrap();
                visitor(&model).assess(&model, 10_000, false).show.len()
            };
            assert_eq!(shown(format!(r#"{{ "{path}": {{ "$exists": true }} }}"#)), 1, "{path}");
            if found.as_object().is_none() && found.as_array().is_none() {
                assert_eq!(shown(format!(r#"{{ "{path}": {{ "$eq": {} }} }}"#, json::print(found))), 1, "{path}: {found:?}");
            }
        }
    }
}

//! The two documents of docs/model.md, section 3, asked place by place: neither is ever made as a whole unless somebody wants it whole.

use super::State;
use super::small::bits::Bits;
use crate::engine::Points;
use crate::engine::program::condition::Document;
use crate::engine::program::slot::{EntrySlot, EventSlot, Found, SessionSlot, VisitorSlot, dig, dig_value, number, text};
use crate::event::session::{Entry, Session};
use crate::event::url::{self, Parts};
use crate::event::view::EventView;
use crate::model::Model;
use crate::value::{Object, Value};
use crate::value_ref::ValueRef;
use std::cell::OnceCell;

/// An event, as of which traits and session are those of the state.
pub struct EventDocument<'a> {
    event: &'a EventView<'a>,
    offsite: bool,
    traits: &'a Object,
    premises: &'a Bits,
    session: Option<(&'a Session, &'a Entry)>,
    /// The parts of its address, once somebody asks for them.
    parts: OnceCell<Option<Parts>>,
}

impl<'a> EventDocument<'a> {
    /// The document of an event that the state has just taken in.
    pub fn new(event: &'a EventView<'a>, offsite: bool, state: &'a State) -> EventDocument<'a> {
        let session = state.session.as_ref().zip(state.entry.as_deref()).filter(|_| !offsite);
        EventDocument { event, offsite, traits: state.traits(), premises: &state.premises, session, parts: OnceCell::new() }
    }

    fn parts(&self) -> Option<&Parts> {
        self.parts.get_or_init(|| self.event.url.map(url::split)).as_ref()
    }
}

const NOTHING: Found<'static> = Found::Seen(ValueRef::Null);

impl Document<EventSlot> for EventDocument<'_> {
    fn at<'a>(&'a self, slot: &'a EventSlot) -> Found<'a> {
        let event = self.event;
        match slot {
            EventSlot::Type => text(event.r#type),
            EventSlot::Id => text(event.id),
            EventSlot::Time => number(event.time as f64),
            EventSlot::Url => event.url.into(),
            EventSlot::Title => event.title.into(),
            EventSlot::Referrer => event.referrer.into(),
            EventSlot::Offsite => Found::Seen(ValueRef::Bool(self.offsite)),
            EventSlot::Host => match event.host {
                Some(host) => text(host),
                None => self.parts().and_then(|parts| parts.host.as_deref()).into(),
            },
            EventSlot::Path => match event.path {
                Some(path) => text(path),
                None => event.url.map(url::path).into(),
            },
            EventSlot::Query(keys) => match event.query {
                Some(query) => query.dig(keys),
                None => dig(self.parts().map(|parts| &parts.query), keys),
            },
            EventSlot::Properties(keys) => event.properties.map_or(NOTHING, |properties| properties.dig(keys)),
            EventSlot::Traits(keys) => dig(Some(self.traits), keys),
            EventSlot::Session(slot) => match self.session {
                Some((session, entry)) => in_session(*slot, session, entry, None),
                None => NOTHING,
            },
            EventSlot::Nothing => NOTHING,
        }
    }

    fn premise(&self, place: u32) -> bool {
        self.premises.has(place as usize)
    }
}

/// A visitor at a time.
pub struct VisitorDocument<'a> {
    pub model: &'a Model,
    pub state: &'a State,
    pub visitor: &'a str,
    /// How long the stage has lasted, in days.
    pub stage_days: i64,
    /// Whether the last session has not run out.
    pub active: bool,
}

impl Document<VisitorSlot> for VisitorDocument<'_> {
    fn at<'a>(&'a self, slot: &'a VisitorSlot) -> Found<'a> {
        let state = self.state;
        match slot {
            VisitorSlot::Id => text(self.visitor),
            VisitorSlot::Traits(keys) => dig(Some(state.traits()), keys),
            VisitorSlot::Signals => Found::Made(self.signals().into()),
            VisitorSlot::Signal(place, keys) => match state.signals.get(*place).map(|own| own.value()) {
                Some(Found::Seen(ValueRef::Whole(value))) => dig_value(value, keys),
                Some(value) if keys.is_empty() => value,
                _ => NOTHING,
            },
            VisitorSlot::Session(slot) => match (&state.session, &state.entry) {
                (Some(session), Some(entry)) => in_session(*slot, session, entry, Some(self.active)),
                _ => NOTHING,
            },
            VisitorSlot::First(slot) => state.first_entry.as_ref().map_or(NOTHING, |entry| in_entry(*slot, entry)),
            VisitorSlot::Last(slot) => state.entry.as_ref().map_or(NOTHING, |entry| in_entry(*slot, entry)),
            VisitorSlot::Consent(keys) => dig(Some(&state.consent), keys),
            VisitorSlot::Scores => Found::Made(self.scores().into()),
            VisitorSlot::Score(place) => state.values.get(*place).map_or(NOTHING, |value| number(Points(*value).value())),
            VisitorSlot::Grades => Found::Made(self.grades().into()),
            VisitorSlot::Grade(place) => self.label(*place).into(),
            VisitorSlot::JoinedGrade => state.grade(self.model).map_or(NOTHING, |grade| Found::Made(grade.into())),
            VisitorSlot::Disqualified(keys) => {
                let list = Value::from(state.disqualified(self.model));
                Found::Made(keys.iter().try_fold(&list, |value, key| value.at(key)).cloned().unwrap_or_default())
            }
            VisitorSlot::StageDays => number(self.stage_days as f64),
            VisitorSlot::Stage => text(state.stages.id(self.model)),
            VisitorSlot::Mql => Found::Seen(ValueRef::Bool(state.stages.is_mql(self.model))),
            VisitorSlot::Nothing => NOTHING,
        }
    }

    fn premise(&self, place: u32) -> bool {
        self.state.premises.has(place as usize)
    }
}

impl VisitorDocument<'_> {
    /// The whole of it.
    pub fn to_value(&self) -> Value {
        let (model, state) = (self.model, self.state);
        let mut document = Object::new();
        document.insert("id", self.visitor);
        document.insert("traits", state.traits().clone());
        document.insert("signals", self.signals());
        if let (Some(session), Some(entry)) = (&state.session, &state.entry) {
            let mut last = session.document(entry);
            last.insert("active", self.active);
            document.insert("session", last);
            document.insert("first", state.first_entry.as_deref().map(Entry::document));
            document.insert("last", entry.document());
        }
        document.insert("consent", state.consent.clone());
        document.insert("scores", self.scores());
        document.insert("grades", self.grades());
        document.insert("grade", state.grade(model));
        document.insert("disqualified", state.disqualified(model));
        document.insert("stage", state.stages.id(model));
        document.insert("stage_days", self.stage_days);
        document.insert("mql", state.stages.is_mql(model));
        Value::Object(document)
    }

    fn signals(&self) -> Object {
        let named = self.model.signals.iter().zip(&self.state.signals);
        named.map(|(signal, own)| (signal.name.as_str(), own.value().get().to_value())).filter(|(_, value)| !value.is_null()).collect()
    }

    fn scores(&self) -> Object {
        let named = self.model.scores.iter().zip(&self.state.values);
        named.map(|(score, value)| (score.name.as_str(), Points(*value))).collect()
    }

    fn grades(&self) -> Object {
        let named = self.model.scores.iter().enumerate();
        named.map(|(place, score)| (score.name.as_str(), self.label(place).map(str::to_owned))).collect()
    }

    fn label(&self, place: usize) -> Option<&str> {
        self.model.scores.get(place)?.grade(*self.state.values.get(place)?)
    }
}

fn in_session<'a>(slot: SessionSlot, session: &Session, entry: &'a Entry, active: Option<bool>) -> Found<'a> {
    match slot {
        SessionSlot::Whole => {
            let mut object = session.document(entry);
            if let Some(active) = active {
                object.insert("active", active);
            }
            Found::Made(object.into())
        }
        SessionSlot::Number => number(session.number as f64),
        SessionSlot::Start => number(session.start as f64),
        SessionSlot::End => number(session.end as f64),
        SessionSlot::Seconds => number((session.end - session.start).div_euclid(1000) as f64),
        SessionSlot::Events => number(session.events as f64),
        SessionSlot::Pageviews => number(session.pageviews as f64),
        SessionSlot::Active => active.map_or(NOTHING, |active| Found::Seen(ValueRef::Bool(active))),
        SessionSlot::Entry(slot) => in_entry(slot, entry),
        SessionSlot::Nothing => NOTHING,
    }
}

fn in_entry(slot: EntrySlot, entry: &Entry) -> Found<'_> {
    match slot {
        EntrySlot::Whole => Found::Made(entry.document().into()),
        EntrySlot::Source => text(&entry.origin.source),
        EntrySlot::Medium => text(&entry.origin.medium),
        EntrySlot::Campaign => text(&entry.origin.campaign),
        EntrySlot::Channel => text(entry.origin.channel),
        EntrySlot::EntryPath => entry.path.as_deref().into(),
        EntrySlot::ReferrerHost => entry.referrer_host.as_deref().into(),
        EntrySlot::Nothing => NOTHING,
    }
}

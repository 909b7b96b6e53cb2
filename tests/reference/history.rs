//! What follows from the events alone, whatever the moment: sessions, traits, event documents, and which rule and signal each event matches.
//!
//! An event's document depends only on the events before it, so it is made once and serves every moment.

use super::condition::holds;
use super::points::worth;
use super::session::Session;
use super::traits;
use crate::event::Event;
use crate::event::session::{Entry, Page};
use crate::event::view::EventView;
use crate::model::Model;
use crate::model::rule::{Pattern, Rule, Trigger};
use crate::model::signal::{Measure, Signal, Source};
use crate::time::{Time, Unit};
use crate::value::{Object, Value};

/// A visitor's events that exist at `now`, in canonical order, and what follows from them.
pub struct History<'a> {
    pub model: &'a Model,
    pub visitor: &'a str,
    pub events: Vec<&'a Event>,
    /// For each event: the session of it or of the last activity before it, as of then.
    pub sessions: Vec<Option<Session>>,
    /// For each event: the number of its own session; `None` off site.
    pub session_of: Vec<Option<usize>>,
    /// What the first event of each session says of it.
    pub entries: Vec<Entry>,
    /// The traits before any event, and as of each event; those given from outside are always last.
    pub traits: Vec<Object>,
    /// The consents before any event, and as of each event.
    pub consents: Vec<Object>,
    /// Each event's document.
    pub documents: Vec<Value>,
    /// For each signal, what it looks at.
    pub signals: Vec<Observed>,
    /// For each signal, the events that its `since` matches.
    pub since: Vec<Vec<usize>>,
    /// For each rule, its matches in order.
    pub matches: Vec<Vec<Match>>,
    /// For each score, the events that reset it.
    pub resets: Vec<Vec<usize>>,
}

/// What a signal looks at.
pub enum Observed {
    /// The events it matches, with the field it measures.
    Events(Vec<Observation>),
    /// The completed sequences: their first and last event.
    Sequences(Vec<(usize, usize)>),
}

/// An event that a signal measures.
pub struct Observation {
    pub event: usize,
    /// The field's value; `Null` for measures without one.
    pub value: Value,
    /// Equal values have equal numbers.
    pub class: usize,
}

/// A match of a rule.
pub struct Match {
    pub time: Time,
    /// The event that matched; for an idle rule, the activity after which nothing came.
    pub event: usize,
    /// In milli-points.
    pub points: i64,
    /// Matches with equal numbers share a limit.
    pub class: usize,
}

impl<'a> History<'a> {
    /// Follows a visitor's events up to `now`; idle rules match up to there.
    pub fn new(model: &'a Model, visitor: &'a str, outside: Option<&Object>, events: Vec<&'a Event>, now: Time) -> History<'a> {
        let mut history = History {
            model,
            visitor,
            events,
            sessions: Vec::new(),
            session_of: Vec::new(),
            entries: Vec::new(),
            traits: Vec::new(),
            consents: Vec::new(),
            documents: Vec::new(),
            signals: Vec::new(),
            since: Vec::new(),
            matches: Vec::new(),
            resets: Vec::new(),
        };
        let documents = history.follow(outside);
        let matching = |pattern: &Pattern| -> Vec<usize> {
            let of_type = |event: &Event| pattern.types.as_ref().is_none_or(|types| types.contains(&event.r#type));
            let fits = |document: &Value| pattern.r#where.as_ref().is_none_or(|condition| holds(condition, document));
            let pairs = history.events.iter().zip(&documents).enumerate();
            pairs.filter(|(_, (event, document))| of_type(event) && fits(document)).map(|(index, _)| index).collect()
        };
        let signals = model.signals.iter().map(|signal| observe(signal, &matching, &history, &documents)).collect();
        let since = model.signals.iter().map(|signal| signal.since.as_ref().map(&matching).unwrap_or_default()).collect();
        let matches = model
            .rules
            .iter()
            .map(|rule| match &rule.trigger {
                Trigger::Event(pattern) => event_matches(rule, &matching(pattern), &history, &documents),
                Trigger::Idle(days) => history.idle_matches(rule, *days, now),
                Trigger::State => Vec::new(),
            })
            .collect();
        let resets = model.scores.iter().map(|score| match &score.source {
            crate::model::score::Source::Rules { reset: Some(pattern) } => matching(pattern),
            _ => Vec::new(),
        });
        let resets = resets.collect();
        History { documents, signals, since, matches, resets, ..history }
    }

    /// Walks the events once for sessions, traits and consents, and makes each event's document.
    fn follow(&mut self, outside: Option<&Object>) -> Vec<Value> {
        let with_outside = |known: &Object| {
            let mut known = known.clone();
            if let Some(outside) = outside {
                traits::merge(&mut known, outside);
            }
            known
        };
        let (mut known, mut consent, mut last) = (Object::new(), Object::new(), None::<Session>);
        self.traits.push(with_outside(&known));
        self.consents.push(consent.clone());
        let mut documents = Vec::new();
        for event in &self.events {
            let view = EventView::of(event);
            let page = Page::of(&view);
            let offsite = event.offsite || self.model.is_offsite(&event.r#type);
            if !offsite {
                let session = Session::next(last, event, self.model.session_timeout);
                if session.events == 1 {
                    self.entries.push(Entry::of(&view, &page, &self.model.channels));
                }
                last = Some(session);
            }
            if let Some(set) = &event.traits {
                traits::merge(&mut known, set);
            }
            if let Some(choices) = event.properties.as_ref().filter(|_| event.r#type == "consent") {
                choices.iter().for_each(|(key, choice)| consent.insert(key, choice.clone()));
            }
            let own = last.filter(|_| !offsite);
            self.sessions.push(last);
            self.session_of.push(own.map(|session| session.number));
            self.traits.push(with_outside(&known));
            self.consents.push(consent.clone());
            let session = own.and_then(|session| Some(session.document(self.entries.get(session.number.checked_sub(1)?)?)));
            documents.push(event_document(event, page, offsite, self.traits.last().cloned().unwrap_or_default(), session));
        }
        documents
    }

    /// The matches of an idle rule: for every activity, each boundary so many days after it, as long as no later activity has come strictly before.
    fn idle_matches(&self, rule: &Rule, days: i64, now: Time) -> Vec<Match> {
        let offset = self.model.utc_offset;
        let activity: Vec<(usize, Time)> = self
            .events
            .iter()
            .enumerate()
            .filter(|(index, _)| self.session_of.get(*index).is_some_and(Option::is_some))
            .map(|(index, event)| (index, event.time))
            .collect();
        let mut matches = Vec::new();
        for (place, (event, time)) in activity.iter().enumerate() {
            let until = activity.get(place + 1).map_or(now, |(_, next)| (*next).min(now));
            let mut boundary = offset.start(offset.number(*time, Unit::Day) + days, Unit::Day);
            while boundary <= until {
                matches.push(Match { time: boundary, event: *event, points: worth(rule, &Value::Null), class: 0 });
                boundary = boundary.saturating_add(days.saturating_mul(Unit::Day.millis()));
            }
        }
        matches
    }

    /// The last session as of the first `prefix` events.
    pub fn last_session(&self, prefix: usize) -> Option<Session> {
        prefix.checked_sub(1).and_then(|last| self.sessions.get(last).copied().flatten())
    }
}

fn event_matches(rule: &Rule, events: &[usize], history: &History<'_>, documents: &[Value]) -> Vec<Match> {
    let by = rule.limit.as_ref().and_then(|limit| limit.by.as_deref());
    let keys: Vec<&Value> = events.iter().map(|index| by.and_then(|by| documents.get(*index)?.at(by)).unwrap_or(&Value::Null)).collect();
    let matched = events.iter().zip(classes(&keys)).filter_map(|(index, class)| {
        let (event, document) = (history.events.get(*index)?, documents.get(*index)?);
        Some(Match { time: event.time, event: *index, points: worth(rule, document), class })
    });
    matched.collect()
}

fn observe(signal: &Signal, matching: &impl Fn(&Pattern) -> Vec<usize>, history: &History<'_>, documents: &[Value]) -> Observed {
    match &signal.source {
        Source::Sequence { steps, span } => {
            let steps: Vec<Vec<usize>> = steps.iter().map(matching).collect();
            let time = |index: usize| history.events.get(index).map_or(0, |event| event.time);
            Observed::Sequences(sequences(&steps, *span, time))
        }
        Source::Events { pattern, measure, of } => {
            let numeric = matches!(measure, Measure::Sum | Measure::Min | Measure::Max | Measure::Mean);
            let observed: Vec<(usize, Value)> = matching(pattern)
                .into_iter()
                .filter_map(|index| {
                    let Some(of) = of.as_deref().filter(|_| measure.needs_field()) else { return Some((index, Value::Null)) };
                    let value = documents.get(index)?.at(of)?;
                    let counts = if numeric { matches!(value, Value::Number(_)) } else { !value.is_null() };
                    counts.then(|| (index, value.clone()))
                })
                .collect();
            let values: Vec<&Value> = observed.iter().map(|(_, value)| value).collect();
            let classes = if *measure == Measure::Distinct { classes(&values) } else { vec![0; values.len()] };
            Observed::Events(observed.into_iter().zip(classes).map(|((event, value), class)| Observation { event, value, class }).collect())
        }
    }
}

/// The completed sequences, greedily from the left and without overlap; `steps` are the events that match each step.
fn sequences(steps: &[Vec<usize>], span: i64, time: impl Fn(usize) -> Time) -> Vec<(usize, usize)> {
    let after = |step: &[usize], event: Option<usize>| step.iter().copied().find(|index| event.is_none_or(|event| *index > event));
    let Some((first_step, later_steps)) = steps.split_first() else { return Vec::new() };
    let (mut found, mut behind) = (Vec::new(), None);
    while let Some(first) = after(first_step, behind) {
        let last = later_steps.iter().try_fold(first, |event, step| after(step, Some(event)));
        // If the steps run out of events from here, they do so from any later start.
        let Some(last) = last else { break };
        if time(last) - time(first) > span {
            behind = Some(first);
        } else {
            found.push((first, last));
            behind = Some(last);
        }
    }
    found
}

/// Numbers values so that equal ones have equal numbers.
fn classes(values: &[&Value]) -> Vec<usize> {
    let mut seen: Vec<&Value> = Vec::new();
    values
        .iter()
        .map(|value| {
            seen.iter().position(|own| own == value).unwrap_or_else(|| {
                seen.push(value);
                seen.len() - 1
            })
        })
        .collect()
}

/// What `where` is asked of.
fn event_document(event: &Event, page: Page, offsite: bool, traits: Object, session: Option<Object>) -> Value {
    let mut document = match event.to_value() {
        Value::Object(document) => document,
        _ => Object::new(),
    };
    for (key, value) in [("host", page.host), ("path", page.path)] {
        if let Some(value) = value {
            document.insert(key, value);
        }
    }
    if let Some(query) = page.query {
        document.insert("query", query);
    }
    document.insert("offsite", offsite);
    document.insert("traits", traits);
    if let Some(session) = session {
        document.insert("session", session);
    }
    Value::Object(document)
}

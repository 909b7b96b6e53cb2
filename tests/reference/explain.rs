//! What comes next (docs/model.md, section 10), by assessing from scratch: at later times, and with more events.
//!
//! What it takes from the engine's side: the events made from what a pattern says outright, and which thresholds a condition sets.

use super::assess::{assess, document, history};
use super::condition::holds;
use crate::engine::Visitor;
use crate::event::Event;
use crate::explain::{Addition, More, NextChange, sample, to_mql::thresholds};
use crate::model::Model;
use crate::model::rule::{Pattern, Trigger};
use crate::model::signal::Source;
use crate::time::{Time, Unit};
use crate::value::Value;

const DAYS: i64 = 400;

/// The visitor with the events that exist now, and more of them; `None` if not all fit.
fn with(model: &Model, visitor: &Visitor, now: Time, more: &[&Event]) -> Option<Visitor> {
    let mut then = Visitor::new(visitor.id());
    then.set_traits(visitor.traits().cloned());
    then.extend(model, visitor.events().iter().filter(|event| event.time <= now).cloned().collect());
    let more = more.iter().enumerate().map(|(place, event)| Event { id: format!("\u{10ffff}{place:02}"), time: now, ..(*event).clone() });
    then.extend(model, more.collect()).is_empty().then_some(then)
}

/// The first moment after now at which the stage is another, up to 400 days ahead.
pub fn next_change(model: &Model, visitor: &Visitor, now: Time) -> Option<NextChange> {
    let visitor = &with(model, visitor, now, &[])?;
    let then = |at: Time| assess(model, visitor, at, false);
    let before = then(now);
    if before.consent.is_some() {
        return None;
    }
    let end = now + DAYS * Unit::Day.millis();
    if model.max_age.is_some() {
        // Events cease to exist, so every time has a past of its own.
        let offset = model.utc_offset;
        let last = visitor.events().last()?.time;
        let gone = offset.start(offset.number(last, Unit::Day) + model.max_age? + 1, Unit::Day).min(end);
        let hours = (1..).map(|hours| offset.start(offset.number(now, Unit::Hour) + hours, Unit::Hour)).take_while(|at| *at <= gone);
        let days = (1..).map(|days| offset.start(offset.number(now, Unit::Day) + days, Unit::Day)).take_while(|at| *at <= gone);
        let ends = visitor.events().iter().map(|event| event.time + model.session_timeout);
        let mut times: Vec<Time> = hours.chain(days).chain(ends.filter(|at| (now + 1..=gone).contains(at))).collect();
        times.sort_unstable();
        times.dedup();
        let change = times.into_iter().map(|at| (at, then(at).stage)).find(|(_, stage)| *stage != before.stage);
        return change.map(|(at, stage)| NextChange { at, stage });
    }
    if visitor.events().is_empty() {
        return None;
    }
    // What is asked later is never different from what would have been seen then.
    let transitions = then(end).transitions;
    let later: Vec<_> = transitions.iter().filter(|transition| transition.at > now).collect();
    let last_of_moment = |place: usize| later.get(place + 1).map(|next| next.at) != later.get(place).map(|own| own.at);
    let mut changes = later.iter().enumerate().filter(|(place, own)| last_of_moment(*place) && own.to != before.stage);
    changes.next().map(|(_, own)| NextChange { at: own.at, stage: own.to.clone() })
}

/// A rule or signal, and the event that would be added.
struct Candidate {
    more: More,
    event: Event,
    gain: f64,
}

/// The smallest additions that make an MQL, by trying all that there are.
pub fn to_mql(model: &Model, visitor: &Visitor, now: Time) -> Vec<Addition> {
    let Some(goal) = model.mql.and_then(|mql| model.stages.get(mql)) else { return Vec::new() };
    let before = assess(model, visitor, now, false);
    if before.consent.is_some() || before.mql {
        return Vec::new();
    }
    let candidates = candidates(model, visitor, now, &thresholds(&goal.when.clause));
    let mut tried: Vec<Vec<(usize, usize)>> = Vec::new();
    (0..candidates.len()).for_each(|place| tried.extend((1..=20).map(|count| vec![(place, count)])));
    let mut best: Vec<usize> = (0..candidates.len()).collect();
    best.sort_by(|one, other| {
        let gain = |place: &usize| candidates.get(*place).map_or(0.0, |own| own.gain);
        gain(other).total_cmp(&gain(one))
    });
    best.truncate(8);
    best.sort_unstable();
    for (at, one) in best.iter().enumerate() {
        for other in best.iter().skip(at + 1) {
            (1..=3).for_each(|count| tried.extend((1..=3).map(|more| vec![(*one, count), (*other, more)])));
        }
    }
    tried.sort_by_key(|counts| (counts.iter().map(|(_, count)| count).sum::<usize>(), counts.len()));
    let mut found: Vec<Vec<(usize, usize)>> = Vec::new();
    for counts in tried {
        let holds_one =
            found.iter().any(|own| own.iter().all(|(place, least)| counts.iter().any(|(p, count)| p == place && count >= least)));
        let events = counts.iter().flat_map(|(place, count)| candidates.get(*place).map(|own| &own.event).into_iter().cycle().take(*count));
        if !holds_one && with(model, visitor, now, &events.collect::<Vec<_>>()).is_some_and(|then| assess(model, &then, now, false).mql) {
            found.push(counts);
            if found.len() == 5 {
                break;
            }
        }
    }
    let more = |(place, events): &(usize, usize)| Some(More { events: *events, ..candidates.get(*place)?.more.clone() });
    found.iter().map(|counts| Addition { add: counts.iter().filter_map(more).collect() }).collect()
}

fn candidates(model: &Model, visitor: &Visitor, now: Time, thresholds: &[(String, f64)]) -> Vec<Candidate> {
    let rules = model.rules.iter().filter_map(|rule| match &rule.trigger {
        Trigger::Event(pattern) => Some((More { rule: Some(rule.id.clone()), ..More::default() }, pattern)),
        _ => None,
    });
    let signals = model.signals.iter().filter_map(|signal| {
        let pattern = match &signal.source {
            Source::Events { pattern, .. } => pattern,
            Source::Sequence { steps, .. } => steps.last()?,
        };
        Some((More { signal: Some(signal.name.clone()), ..More::default() }, pattern))
    });
    let past = history(model, visitor, now);
    let latest = |pattern: &Pattern| {
        let mut matching = past.events.iter().zip(&past.documents).filter(|(event, document)| matches(pattern, event, document));
        matching.next_back().map(|(event, _)| (*event).clone())
    };
    let shares = |visitor: &Visitor| -> Vec<f64> {
        let document = document(model, visitor, now);
        let value = |path: &str| document.at(path).and_then(Value::as_number).unwrap_or(0.0);
        thresholds.iter().map(|(path, threshold)| value(path).clamp(0.0, *threshold) / threshold).collect()
    };
    let before = shares(visitor);
    let mut candidates: Vec<Candidate> = Vec::new();
    for (more, pattern) in rules.chain(signals) {
        let fitting = [latest(pattern), sample::sample(pattern)].into_iter().flatten().find_map(|event| {
            let event = Event { id: String::new(), time: 0, ..event };
            // Whether it would match does not depend on whether there is room for it.
            let roomy = Model { max_events: usize::MAX, ..model.clone() };
            let then = with(&roomy, visitor, now, &[&event])?;
            let after = history(&roomy, &then, now);
            let (own, document) = (after.events.last()?, after.documents.last()?);
            matches(pattern, own, document).then(|| {
                let gain = shares(&then).into_iter().zip(&before).map(|(after, before)| after - before).sum();
                Candidate { more: more.clone(), event, gain }
            })
        });
        candidates.extend(fitting.filter(|own| candidates.iter().all(|other| other.event != own.event)));
    }
    candidates
}

fn matches(pattern: &Pattern, event: &Event, document: &Value) -> bool {
    let of_type = pattern.types.as_ref().is_none_or(|types| types.contains(&event.r#type));
    of_type && pattern.r#where.as_ref().is_none_or(|condition| holds(condition, document))
}

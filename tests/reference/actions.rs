//! Which actions may be shown now, and which are held out (docs/model.md, section 7).

use super::condition::holds;
use super::history::History;
use crate::engine::Show;
use crate::engine::bucket;
use crate::event::Event;
use crate::model::action::Action;
use crate::model::rule::Per;
use crate::time::{Time, Unit};
use crate::value::Value;

/// The eligible actions, best first: those to show, and the ids of those held out.
pub fn actions(history: &History<'_>, now: Time, document: &Value) -> (Vec<Show>, Vec<String>) {
    let model = history.model;
    if blocked_by_policy(history, now) {
        return (Vec::new(), Vec::new());
    }
    let mut eligible: Vec<&Action> = model.actions.iter().filter(|action| is_eligible(action, history, now, document)).collect();
    // Stable: equal priorities stay in file order.
    eligible.sort_by(|one, other| other.priority.total_cmp(&one.priority));
    let (held_out, show): (Vec<&Action>, Vec<&Action>) = eligible.into_iter().partition(|action| is_held_out(action, history));
    let show = show.into_iter().map(|action| Show { id: action.id.clone(), priority: action.priority, r#do: action.r#do.clone() });
    (show.collect(), held_out.into_iter().map(|action| action.id.clone()).collect())
}

fn is_eligible(action: &Action, history: &History<'_>, now: Time, document: &Value) -> bool {
    let consents =
        |key: &String| document.at("consent").and_then(Value::as_object).and_then(|consent| consent.get(key)) == Some(&Value::Bool(true));
    let (minute, weekday) = history.model.utc_offset.minute_and_weekday(now);
    let open = |hours: &crate::model::action::Hours| {
        hours.days.as_ref().is_none_or(|days| days.contains(&weekday)) && (hours.from..hours.to).contains(&minute)
    };
    let within = |r#type: &str, span: i64| events_of(history, action, r#type).any(|event| is_recent(event.time, now, span));
    action.when.as_ref().is_none_or(|when| holds(when, document))
        && action.requires.iter().all(consents)
        && (action.hours.is_empty() || action.hours.iter().any(open))
        && action.limit.is_none_or(|(times, per)| count(history, now, per, |event| is_of(event, action)) < times)
        && !action.after_dismiss.is_some_and(|span| within("action_dismissed", span))
        && !action.after_convert.is_some_and(|span| within("action_converted", span))
}

/// Whether the cooldown, or the number per session, lets nothing through.
fn blocked_by_policy(history: &History<'_>, now: Time) -> bool {
    let policy = &history.model.policy;
    policy.cooldown.is_some_and(|span| count(history, now, Per::Span(span), |_| true) > 0)
        || policy.per_session.is_some_and(|times| count(history, now, Per::Session, |_| true) >= times)
}

/// How many of the shown and held out actions lie in the present span.
fn count(history: &History<'_>, now: Time, per: Per, which: impl Fn(&Event) -> bool) -> usize {
    let offset = history.model.utc_offset;
    let session = history.last_session(history.events.len()).filter(|session| now - session.end < history.model.session_timeout);
    let in_span = |time: Time| match per {
        Per::Ever => true,
        Per::Day => offset.age(time, now, Unit::Day) == 0,
        Per::Session => session.is_some_and(|session| time >= session.start),
        Per::Span(span) => is_recent(time, now, span),
    };
    history.events.iter().filter(|event| is_shown_or_held_out(event) && which(event) && in_span(event.time)).count()
}

/// Whether a time is in (now − span, now].
fn is_recent(time: Time, now: Time, span: i64) -> bool {
    time > now.saturating_sub(span)
}

fn is_shown_or_held_out(event: &Event) -> bool {
    matches!(event.r#type.as_str(), "action_shown" | "action_held_out")
}

/// Whether an event is about this action.
fn is_of(event: &Event, action: &Action) -> bool {
    event.properties.as_ref().and_then(|properties| properties.get("action")).and_then(Value::as_str) == Some(&action.id)
}

fn events_of<'h>(history: &'h History<'_>, action: &Action, r#type: &str) -> impl Iterator<Item = &'h Event> {
    history.events.iter().copied().filter(move |event| event.r#type == r#type && is_of(event, action))
}

/// Whether the visitor is in the action's control group: by the earliest evidence if there is any, else by its bucket.
fn is_held_out(action: &Action, history: &History<'_>) -> bool {
    let Some(share) = action.holdout else { return false };
    match history.events.iter().find(|event| is_shown_or_held_out(event) && is_of(event, action)) {
        Some(evidence) => evidence.r#type == "action_held_out",
        None => bucket(&action.seed, history.visitor) < share,
    }
}

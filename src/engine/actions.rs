//! Which actions may be shown now, and which are held out (docs/model.md, section 7).

use super::assessment::Show;
use super::hash::bucket;
use super::program::condition::Cond;
use super::program::slot::VisitorSlot;
use super::state::{State, VisitorDocument};
use crate::event::Event;
use crate::model::Model;
use crate::model::action::{Action, Hours};
use crate::model::rule::Per;
use crate::order::sort_by;
use crate::time::{Time, Unit};
use crate::value::Value;

/// What is known of the actions of a visitor at a time.
struct Actions<'a> {
    model: &'a Model,
    state: &'a State,
    visitor: &'a str,
    now: Time,
    /// The events about actions.
    events: Vec<&'a Event>,
}

/// The eligible actions, best first: those to show, and the ids of those held out. `events` are all that the state has taken in.
pub fn actions(model: &Model, state: &State, visitor: &str, events: &[Event], now: Time) -> (Vec<Show>, Vec<String>) {
    let (show, held_out) = eligible(model, state, visitor, events, now);
    let show = show.into_iter().map(|action| Show { id: action.id.clone(), priority: action.priority, r#do: action.r#do.clone() });
    (show.collect(), held_out.into_iter().map(|action| action.id.clone()).collect())
}

/// The eligible actions, best first: those to show, and those held out.
pub fn eligible<'m>(model: &'m Model, state: &State, visitor: &str, events: &[Event], now: Time) -> (Vec<&'m Action>, Vec<&'m Action>) {
    if model.actions.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let events = state.about_actions.iter().filter_map(|place| events.get(*place)).collect();
    let actions = Actions { model, state, visitor, now, events };
    if actions.blocked_by_policy() {
        return (Vec::new(), Vec::new());
    }
    let conditions = model.program.actions.iter();
    let mut eligible: Vec<&Action> = model
        .actions
        .iter()
        .zip(conditions)
        .filter(|(action, when)| actions.is_eligible(action, when.as_ref()))
        .map(|(action, _)| action)
        .collect();
    // Stable: equal priorities stay in file order.
    sort_by(&mut eligible, |one, other| other.priority.total_cmp(&one.priority));
    let (held_out, show) = eligible.into_iter().partition(|action| actions.is_held_out(action));
    (show, held_out)
}

impl Actions<'_> {
    fn is_eligible(&self, action: &Action, when: Option<&Cond<VisitorSlot>>) -> bool {
        let consents = |key: &String| self.state.consent.get(key) == Some(&Value::Bool(true));
        let (minute, weekday) = self.model.utc_offset.minute_and_weekday(self.now);
        let open =
            |hours: &Hours| hours.days.as_ref().is_none_or(|days| days.contains(&weekday)) && (hours.from..hours.to).contains(&minute);
        let stage_days = self.state.stage_days(self.model, self.now);
        let document = VisitorDocument {
            model: self.model,
            state: self.state,
            visitor: self.visitor,
            stage_days,
            active: self.state.is_active(self.model, self.now),
        };
        let lately = |r#type: &str, span: i64| {
            self.events.iter().any(|event| event.r#type == r#type && is_of(event, action) && is_recent(event.time, self.now, span))
        };
        when.is_none_or(|when| when.holds(&document))
            && action.requires.iter().all(consents)
            && (action.hours.is_empty() || action.hours.iter().any(open))
            && action.limit.is_none_or(|(times, per)| self.count(per, |event| is_of(event, action)) < times)
            && !action.after_dismiss.is_some_and(|span| lately("action_dismissed", span))
            && !action.after_convert.is_some_and(|span| lately("action_converted", span))
    }

    /// Whether the cooldown, or the number per session, lets nothing through.
    fn blocked_by_policy(&self) -> bool {
        let policy = &self.model.policy;
        policy.cooldown.is_some_and(|span| self.count(Per::Span(span), |_| true) > 0)
            || policy.per_session.is_some_and(|times| self.count(Per::Session, |_| true) >= times)
    }

    /// How many of the shown and held out actions lie in the present span.
    fn count(&self, per: Per, which: impl Fn(&Event) -> bool) -> usize {
        let session = self.state.session.filter(|_| self.state.is_active(self.model, self.now));
        let in_span = |time: Time| match per {
            Per::Ever => true,
            Per::Day => self.model.utc_offset.age(time, self.now, Unit::Day) == 0,
            Per::Session => session.is_some_and(|session| time >= session.start),
            Per::Span(span) => is_recent(time, self.now, span),
        };
        self.events.iter().filter(|event| is_shown_or_held_out(event) && which(event) && in_span(event.time)).count()
    }

    /// Whether the visitor is in the action's control group: by the earliest evidence if there is any, else by its bucket.
    fn is_held_out(&self, action: &Action) -> bool {
        let Some(share) = action.holdout else { return false };
        match self.events.iter().find(|event| is_shown_or_held_out(event) && is_of(event, action)) {
            Some(evidence) => evidence.r#type == "action_held_out",
            None => bucket(&action.seed, self.visitor) < share,
        }
    }
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

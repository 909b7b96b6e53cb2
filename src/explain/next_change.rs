//! When the stage changes next if no further event comes (docs/model.md, section 10): a copy of the running state passes the moments to come.

use crate::engine::assess::Present;
use crate::engine::state::{Memo, Pooled, Pools, Seen, State};
use crate::event::Event;
use crate::event::view::EventView;
use crate::model::Model;
use crate::time::{MAX_TIME, Time, Unit, Units};
use crate::value::{ToValue, Value, fields, serialize_as_value};
use std::sync::Arc;

/// How far ahead is looked: 400 days of 24 hours, the moment at their end included.
const AHEAD: i64 = 400 * 24 * 60 * 60 * 1000;

/// A change of stage that time alone will make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextChange {
    /// When.
    pub at: Time,
    /// The stage from then on.
    pub stage: Arc<str>,
}

impl ToValue for NextChange {
    fn to_value(&self) -> Value {
        fields([("at", self.at.into()), ("stage", (&*self.stage).into())]).into()
    }
}

serialize_as_value!(NextChange);

/// The first moment after now at which the stage is another, up to 400 days ahead.
pub fn next_change(present: &Present<'_, '_>) -> Option<NextChange> {
    if present.lacks_consent() || present.model.stages.is_empty() {
        return None;
    }
    let &Present { model, visitor, now, .. } = present;
    let end = now.saturating_add(AHEAD).min(MAX_TIME);
    let mut future = Future { state: present.state.clone(), events: present.events, known: None, days: forgets_stages(model).then_some(1) };
    // Without any event each later `now` is the only moment there is, and sees what this one sees.
    while !future.events.is_empty() {
        let forgets = future.forgets(model);
        let at = match future.state.pass_next(model, visitor, end.min(forgets.saturating_sub(1))) {
            Some(at) => at,
            None if forgets > end => return None,
            None => {
                future.forget(model, visitor, forgets);
                forgets
            }
        };
        let then = Present { state: &future.state, events: future.events, now: at, ..*present };
        if then.stage() != present.stage() {
            return Some(NextChange { at, stage: then.stage().into() });
        }
    }
    None
}

/// Whether it makes no difference, but for the stage, what the stages were before today.
fn forgets_stages(model: &Model) -> bool {
    let asks_days = model.program.stage_days.as_ref().is_none_or(|days| !days.is_empty());
    !asks_days && model.stages.iter().all(|stage| stage.reenter_after <= 1)
}

/// The visitor at a later time.
struct Future<'a> {
    state: State,
    /// The events that exist then.
    events: &'a [Event],
    /// What is known of these once they are taken in again.
    known: Option<Known<'a>>,
    /// How many days, up to that of the last event, decided the stage at the midnight before, whatever it was before them; `None` if it took all.
    days: Option<i64>,
}

/// What is known of the events.
struct Known<'a> {
    /// Of these, of which the first may have ceased to exist.
    events: &'a [Event],
    pools: Pools,
    memos: Vec<Memo>,
}

impl<'a> Future<'a> {
    /// The midnight at which the first of the events ceases to exist.
    fn forgets(&self, model: &Model) -> Time {
        match (model.max_age, self.events.first()) {
            (Some(age), Some(first)) => {
                let day = model.utc_offset.number(first.time, Unit::Day).saturating_add(age);
                model.utc_offset.start(day, Unit::Day)
            }
            _ => Time::MAX,
        }
    }

    /// Lets the events go that are too old at a time. What they did is undone, so the rest is followed from its beginning.
    fn forget(&mut self, model: &Model, visitor: &str, at: Time) {
        let window = Units { count: model.max_age.unwrap_or(i64::MAX), unit: Unit::Day };
        let gone = self.events.partition_point(|event| !model.utc_offset.within(event.time, at, window));
        self.events = self.events.get(gone..).unwrap_or_default();
        let pooled = self.state.followed();
        self.state = self.state.emptied(model, visitor);
        if self.events.is_empty() {
            return self.state.pass_alone(model, visitor, at);
        }
        self.follow(model, visitor, pooled, at);
    }

    /// Takes in the events that are left, up to a time, given what is known of rules.
    fn follow(&mut self, model: &Model, visitor: &str, pooled: Option<Pooled>, at: Time) {
        let events = self.events;
        // Then the next of them cease to exist, and all begins anew.
        let over = self.forgets(model);
        let known = self.known.get_or_insert_with(|| Known::new(model, events));
        let mut pooled = pooled.unwrap_or_else(|| Pooled::new(model, &known.pools, events));
        let gone = known.events.len() - events.len();
        known.look(model, self.state.emptied(model, visitor), gone, &mut pooled);
        let memos = known.memos.get(gone..).unwrap_or_default();
        let day = |event: Option<&Event>| event.map_or(0, |event| model.utc_offset.number(event.time, Unit::Day));
        loop {
            pooled.begin(gone);
            self.state.follow(pooled);
            let first = self.days.map(|days| day(events.last()) - days + 1).filter(|first| *first > day(events.first()));
            let midnight = first.map(|first| model.utc_offset.start(first, Unit::Day));
            if self.state.take_all_again(model, visitor, (events, memos), midnight, (at, over)) {
                return;
            }
            self.days = self.days.filter(|_| first.is_some()).map(|days| days * 2);
            let Some(again) = self.state.followed() else { return };
            pooled = again;
            self.state = self.state.emptied(model, visitor);
        }
    }
}

impl<'a> Known<'a> {
    fn new(model: &Model, events: &'a [Event]) -> Known<'a> {
        Known { events, pools: Pools::new(model, events.len()), memos: Vec::new() }
    }

    /// Finds out what the events do that are left: once, unless they look back at those before them.
    fn look(&mut self, model: &Model, mut state: State, gone: usize, pooled: &mut Pooled) {
        let is_new = self.memos.is_empty();
        if !is_new && model.program.back.is_empty() {
            return;
        }
        self.memos.resize_with(self.events.len(), Memo::default);
        let mut seen = Seen::default();
        for (place, (event, memo)) in self.events.iter().zip(&mut self.memos).enumerate().skip(gone) {
            if let Some(before) = state.foresee(model, &EventView::of(event), &self.pools, memo) {
                pooled.remove(model, place, &before);
                pooled.insert(model, place, memo.condensed());
            }
            if state.sees_the_same(model, event, memo, &mut seen) && !is_new {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::json;

    const DAY: i64 = 24 * 60 * 60 * 1000;

    /// With how many last days the stage is decided once the first of ten days is forgotten, each of which has two events.
    fn days_to_decide(stages: &str) -> Option<i64> {
        let model = format!(
            r#"{{ "id": "m", "version": "1", "retention": {{ "age": "10d" }}, "scores": {{ "engagement": {{}} }},
                "rules": [{{ "id": "busy", "on": "*", "points": 10, "when": {{ "session.active": true }} }}],
                "stages": {stages}, "mql": "busy" }}"#
        );
        let model = Model::load(&json::parse(&model).unwrap()).unwrap();
        let events: Vec<Event> = (0..20)
            .map(|place| Event { id: format!("e{place:02}"), r#type: "click".into(), time: place * DAY / 2, ..Event::default() })
            .collect();
        let state = State::new(&model, "v", None);
        let mut future = Future { state, events: &events, known: None, days: forgets_stages(&model).then_some(1) };
        let at = future.forgets(&model);
        future.forget(&model, "v", at);
        assert_eq!(future.events.len(), 18);
        future.days
    }

    #[test]
    fn the_last_day_decides_what_stage_it_is_if_nothing_before_matters() {
        let idle = r#""exit": { "session.active": false }"#;
        let lead = r#"{ "id": "lead", "when": { "scores.engagement": { "$gte": 1000 } } }"#;
        let stages = |busy: &str| format!(r#"[{lead}, {{ "id": "busy", "when": {{ "scores.engagement": {{ "$gte": 50 }} }}, {busy} }}]"#);
        assert_eq!(days_to_decide(&stages(idle)), Some(1));
        // For long, nobody knows whether it may be entered; for a day, it is known the next morning.
        assert_eq!(days_to_decide(&stages(&format!(r#"{idle}, "reenter_after": "2d""#))), None);
        assert_eq!(days_to_decide(&stages(r#""exit": { "stage_days": { "$gte": 3 } }"#)), None);
    }
}

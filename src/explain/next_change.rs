//! When the stage changes next if no further event comes (MODEL.md, section 10): a copy of the running state passes the moments to come.

use crate::engine::assess::Present;
use crate::engine::state::{Memo, Pooled, Pools, State};
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
        fields(&mut [("at", self.at.into()), ("stage", (&*self.stage).into())]).into()
    }
}

serialize_as_value!(NextChange);

/// The first moment after now at which the stage is another, up to 400 days ahead.
pub fn next_change(present: &Present<'_, '_>) -> Option<NextChange> {
    if present.lacks_consent() {
        return None;
    }
    let &Present { model, visitor, now, .. } = present;
    let end = now.saturating_add(AHEAD).min(MAX_TIME);
    let mut future = Future { state: present.state.clone(), events: present.events, known: None };
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

/// The visitor at a later time.
struct Future<'a> {
    state: State,
    /// The events that exist then.
    events: &'a [Event],
    /// What is known of these once they are taken in again.
    known: Option<Known>,
}

/// What is known of the events.
struct Known {
    pools: Pools,
    memos: Vec<Memo>,
}

impl Future<'_> {
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
        let Some(first) = self.events.first() else { return self.state.pass_alone(model, visitor, at) };
        let mut pooled = self.look(model, visitor).or(pooled).unwrap_or_default();
        pooled.begin(model, first.time);
        self.state.follow(pooled);
        for (event, memo) in self.events.iter().zip(self.known.iter().flat_map(|known| &known.memos)) {
            self.state.take_again(model, visitor, &EventView::of(event), Some(memo));
        }
        while self.state.pass_next(model, visitor, at).is_some() {}
    }

    /// Finds out what the events do: once, unless they look back at those before them. Gives back whom to follow together, if there is news.
    fn look(&mut self, model: &Model, visitor: &str) -> Option<Pooled> {
        let count = self.events.len();
        let (is_new, fresh) = (self.known.is_none(), || Known { pools: Pools::new(model, count), memos: vec![Memo::default(); count] });
        let known = self.known.get_or_insert_with(fresh);
        known.memos.drain(..known.memos.len().saturating_sub(count));
        if !is_new && model.program.back.is_empty() {
            return None;
        }
        let mut state = self.state.emptied(model, visitor);
        let mut is_news = false;
        for (event, memo) in self.events.iter().zip(&mut known.memos) {
            is_news |= state.foresee(model, &EventView::of(event), &known.pools, memo);
        }
        is_news.then(|| Pooled::new(model, &known.pools, self.events, &known.memos))
    }
}

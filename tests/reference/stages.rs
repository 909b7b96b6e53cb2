//! The stage: a fold over the visitor's moments (docs/model.md, section 6).

use super::history::History;
use super::moment::{self, Moment};
use crate::engine::Transition;
use crate::model::Model;
use crate::model::stage::VISITOR;
use crate::time::{Time, Unit};
use crate::value::Value;

/// Where the fold has come to.
pub struct Stages {
    /// The stage, by place; `None` before the first.
    pub stage: Option<usize>,
    /// Every change so far.
    pub transitions: Vec<Transition>,
    /// When the MQL stage was last reached from below.
    pub mql_at: Option<Time>,
    /// The time of the last change, or of the first event.
    pub since: Option<Time>,
    /// For each stage, the day on which it was last left.
    left: Vec<Option<i64>>,
}

/// Folds over all moments up to `now`.
pub fn stages(history: &History<'_>, now: Time) -> Stages {
    let model = history.model;
    let first = history.events.first().map(|event| event.time);
    let mut stages = Stages { stage: None, transitions: Vec::new(), mql_at: None, since: first, left: vec![None; model.stages.len()] };
    if !model.stages.is_empty() {
        moment::each(history, now, |moment| stages.pass(history, moment));
    }
    stages
}

impl Stages {
    /// The stage's id.
    pub fn id<'m>(&self, model: &'m Model) -> &'m str {
        id(model, self.stage)
    }

    /// Whether the stage is at or above the MQL stage.
    pub fn is_mql(&self, model: &Model) -> bool {
        model.mql.is_some_and(|mql| self.stage >= Some(mql))
    }

    /// How many days the stage has lasted at a time.
    pub fn days(&self, model: &Model, now: Time) -> i64 {
        self.since.map_or(0, |since| model.utc_offset.age(since, now, Unit::Day))
    }

    /// Passes a moment; says whether the stage changed.
    fn pass(&mut self, history: &History<'_>, moment: Moment) -> bool {
        let model = history.model;
        let mut sight = Sight::new(history, moment);
        let today = model.utc_offset.number(moment.time, Unit::Day);
        let mut touched = vec![false; model.stages.len()];
        let mut changed = false;
        loop {
            let began = self.stage;
            let days = self.days(model, moment.time);
            let dropped = self.exit(model, &mut sight, days, today, &mut touched);
            self.enter(model, &mut sight, began, if dropped { 0 } else { days }, today, &mut touched);
            if self.stage == began {
                return changed;
            }
            changed = true;
            self.since = Some(moment.time);
            if model.mql.is_some_and(|mql| began < Some(mql) && self.stage >= Some(mql)) {
                self.mql_at = Some(moment.time);
            }
            self.transitions.push(Transition {
                from: id(model, began).into(),
                to: id(model, self.stage).into(),
                at: moment.time,
                event: moment.event.and_then(|event| history.events.get(event)).map(|event| event.id.clone()),
            });
        }
    }

    /// Step 1: falls below the MQL stage if disqualified, and out of every stage whose `exit` holds. Says whether anything was dropped.
    fn exit(&mut self, model: &Model, sight: &mut Sight, days: i64, today: i64, touched: &mut [bool]) -> bool {
        let mut dropped = false;
        if sight.disqualified && self.is_mql(model) {
            self.stage = model.mql.and_then(|mql| mql.checked_sub(1));
            dropped = true;
        }
        while let Some(place) = self.stage {
            let exit = model.stages.get(place).and_then(|stage| stage.exit.as_ref());
            if !exit.is_some_and(|exit| sight.holds(exit, if dropped { 0 } else { days })) {
                break;
            }
            set(&mut self.left, place, Some(today));
            set(touched, place, true);
            self.stage = place.checked_sub(1);
            dropped = true;
        }
        dropped
    }

    /// Step 2: enters the highest stage above that may be entered.
    fn enter(&mut self, model: &Model, sight: &mut Sight, began: Option<usize>, days: i64, today: i64, touched: &mut [bool]) {
        for (place, stage) in model.stages.iter().enumerate().rev() {
            if Some(place) <= self.stage {
                return;
            }
            let left = self.left.get(place).copied().flatten();
            let barred = sight.disqualified && model.mql.is_some_and(|mql| place >= mql);
            let may_enter = !barred
                && touched.get(place) == Some(&false)
                && left.is_none_or(|left| today - left >= stage.reenter_after)
                && stage.from.as_ref().is_none_or(|from| from.contains(&began));
            if may_enter && sight.holds(&stage.when, days) && !stage.exit.as_ref().is_some_and(|exit| sight.holds(exit, 0)) {
                self.stage = Some(place);
                set(touched, place, true);
                return;
            }
        }
    }
}

fn id(model: &Model, stage: Option<usize>) -> &str {
    stage.and_then(|place| model.stages.get(place)).map_or(VISITOR, |stage| stage.id.as_str())
}

fn set<T>(items: &mut [T], place: usize, value: T) {
    if let Some(item) = items.get_mut(place) {
        *item = value;
    }
}

/// What stages see at a moment.
struct Sight {
    document: Value,
    disqualified: bool,
}

impl Sight {
    fn new(history: &History<'_>, moment: Moment) -> Sight {
        let facts = super::facts::Facts::at(history, moment.prefix, moment.time);
        Sight { disqualified: !facts.disqualified.is_empty(), document: Value::Object(facts.stage_document()) }
    }

    fn holds(&mut self, condition: &crate::condition::Condition, days: i64) -> bool {
        if let Value::Object(document) = &mut self.document {
            document.insert("stage_days", days);
        }
        super::condition::holds(condition, &self.document)
    }
}

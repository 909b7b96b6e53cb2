//! The stage: a fold over the visitor's moments (docs/model.md, section 6). What conditions hold, the state says; here is what follows.

use crate::engine::assessment::Transition;
use crate::model::Model;
use crate::model::stage::VISITOR;
use crate::time::{Time, Unit};
use std::sync::Arc;

/// Where the fold has come to.
#[derive(Clone, Debug, Default)]
pub struct Stages {
    /// The stage, by place; `None` before the first.
    pub stage: Option<usize>,
    /// Every change so far; there is such a list but while a moment is passed.
    transitions: Option<Arc<Vec<Transition>>>,
    /// When the MQL stage was last reached from below.
    pub mql_at: Option<Time>,
    /// The time of the last change, or of the first event.
    pub since: Option<Time>,
    /// For each stage, the day on which it was last left.
    left: Box<[Option<i64>]>,
}

/// What a moment shows to the stages.
pub struct Sight<'a> {
    pub time: Time,
    /// The event that the moment is; `None` at a boundary or time-out.
    pub event: Option<&'a str>,
    pub disqualified: bool,
    /// Whether a stage may be entered (by place), given how many days the present one has lasted.
    pub enters: &'a dyn Fn(usize, i64) -> bool,
    /// Whether a stage is left.
    pub exits: &'a dyn Fn(usize, i64) -> bool,
}

impl Stages {
    /// Before the first event.
    pub fn new(model: &Model) -> Stages {
        Stages { left: vec![None; model.stages.len()].into(), transitions: Some(Arc::default()), ..Stages::default() }
    }

    /// Every change so far.
    pub fn transitions(&self) -> Arc<Vec<Transition>> {
        self.transitions.clone().unwrap_or_default()
    }

    /// The stage's id.
    pub fn id<'m>(&self, model: &'m Model) -> &'m str {
        id(model, self.stage)
    }

    /// Whether the stage is at or above the MQL stage.
    pub fn is_mql(&self, model: &Model) -> bool {
        model.mql.is_some_and(|mql| self.stage >= Some(mql))
    }

    /// All else that the fold may have come to by midnight, beside [`Stages::new`], which is before the first stage: each stage, and none left today. (For models without a
    /// longer `reenter_after`, and where nobody asks how long a stage has lasted.)
    pub fn anywhere(model: &Model) -> impl Iterator<Item = Stages> {
        (0..model.stages.len()).map(|place| Stages { stage: Some(place), ..Stages::new(model) })
    }

    /// Whether all that is to come is the same as for another of these.
    pub fn is_like(&self, other: &Stages, today: i64) -> bool {
        let bars = |own: &Option<i64>| *own == Some(today);
        self.stage == other.stage && self.left.iter().zip(&other.left).all(|(own, other)| bars(own) == bars(other))
    }

    /// Whether a stage may not be entered on a day, since it was left.
    pub fn bars(&self, model: &Model, place: usize, day: i64) -> bool {
        let left = self.left.get(place).copied().flatten();
        left.is_some_and(|left| model.stages.get(place).is_some_and(|stage| day - left < stage.reenter_after))
    }

    /// How many days the stage has lasted at a time.
    pub fn days(&self, model: &Model, now: Time) -> i64 {
        self.since.map_or(0, |since| model.utc_offset.age(since, now, Unit::Day))
    }

    /// Passes a moment. Behind it, no stage changes before something else does, or a day has passed: what was left at this moment is not entered again today (a
    /// `reenter_after` is a day or more), which is all that keeps a round from being the same at the next moment.
    pub fn pass(&mut self, model: &Model, sight: &Sight<'_>) {
        let today = model.utc_offset.number(sight.time, Unit::Day);
        loop {
            let began = self.stage;
            let days = self.days(model, sight.time);
            let dropped = self.exit(model, sight, days, today);
            self.stage = self.entered(model, sight, began, if dropped { 0 } else { days }, today).or(self.stage);
            if self.stage == began {
                return;
            }
            self.since = Some(sight.time);
            if model.mql.is_some_and(|mql| began < Some(mql) && self.stage >= Some(mql)) {
                self.mql_at = Some(sight.time);
            }
            let transitions = Arc::make_mut(self.transitions.get_or_insert_default());
            // Mostly there are few, for each of many visitors: room for four at once would be empty.
            if transitions.len() == transitions.capacity() {
                transitions.reserve_exact(1 + transitions.len() / 2);
            }
            let names = &model.program.names;
            let event = sight.event.map(str::to_owned);
            transitions.push(Transition { from: names.stage(began), to: names.stage(self.stage), at: sight.time, event });
        }
    }

    /// The next day after `today` on which a stage may be entered again that could not be so far, of those that `enters` might let in.
    pub fn next_reentry(&self, model: &Model, today: i64, enters: impl Fn(usize) -> bool) -> Option<i64> {
        let stages = model.stages.iter().zip(&self.left).enumerate();
        let days = stages.filter_map(|(place, (stage, left))| Some((place, (*left)?.saturating_add(stage.reenter_after))));
        days.filter(|(place, day)| *day > today && enters(*place)).map(|(_, day)| day).min()
    }

    fn exit(&mut self, model: &Model, sight: &Sight<'_>, days: i64, today: i64) -> bool {
        let mut dropped = false;
        if sight.disqualified && self.is_mql(model) {
            self.stage = model.mql.and_then(|mql| mql.checked_sub(1));
            dropped = true;
        }
        while let Some(place) = self.stage.filter(|place| (sight.exits)(*place, if dropped { 0 } else { days })) {
            self.left.get_mut(place).into_iter().for_each(|left| *left = Some(today));
            self.stage = place.checked_sub(1);
            dropped = true;
        }
        dropped
    }

    /// The stage that is entered, if any is.
    fn entered(&self, model: &Model, sight: &Sight<'_>, began: Option<usize>, days: i64, today: i64) -> Option<usize> {
        let lowest = self.stage.map_or(0, |place| place + 1);
        let may_enter = |place: usize| -> Option<bool> {
            let stage = model.stages.get(place)?;
            let barred = sight.disqualified && model.mql.is_some_and(|mql| place >= mql);
            Some(
                !barred
                    && !self.bars(model, place, today)
                    && stage.from.as_ref().is_none_or(|from| from.contains(&began))
                    && (sight.enters)(place, days)
                    && !(sight.exits)(place, 0),
            )
        };
        (lowest..model.stages.len()).rev().find(|place| may_enter(*place) == Some(true))
    }
}

fn id(model: &Model, stage: Option<usize>) -> &str {
    stage.and_then(|place| model.stages.get(place)).map_or(VISITOR, |stage| stage.id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left_today_tells_stages_apart() {
        let at = |stage, left: [Option<i64>; 2]| Stages { stage, left: left.into(), ..Stages::default() };
        let own = at(Some(1), [None, Some(3)]);
        for like in [own.clone(), at(Some(1), [None, None]), at(Some(1), [Some(2), Some(1)])] {
            assert!(own.is_like(&like, 4) && like.is_like(&own, 4), "{like:?}");
        }
        for other in [at(None, [None, Some(3)]), at(Some(0), [None, Some(3)]), at(Some(1), [Some(4), None]), at(Some(1), [None, Some(4)])] {
            assert!(!own.is_like(&other, 4) && !other.is_like(&own, 4), "{other:?}");
        }
    }
}

//! Which boundaries can be passed without a look, although points fade there: those at which no score can come to where a stage's condition
//! changes its mind.
//!
//! Between two times the points of a match only shrink, so a score lies between two numbers that are known from both ends. If no condition asks
//! for anything between these, whatever lies between the times can be skipped; if not, the halves are looked at.

use super::State;
use super::fading::Left;
use crate::engine::Points;
use crate::engine::program::RulePlan;
use crate::model::Model;
use crate::model::rule::{Rule, Worth};
use crate::time::{Time, Unit};

/// By how much a sum may fall and rise if all that fades does, in milli-points.
#[derive(Clone, Copy, Debug, Default)]
pub struct Swing {
    fall: i128,
    rise: i128,
}

impl Swing {
    /// What a rule adds to it that contributes so many points. (It never has points of both signs that fade: see `Flow::mixed`.)
    pub fn of(rule: &Rule, plan: &RulePlan, points: i64) -> Swing {
        let faded = rule.bounded(0);
        match plan.decay {
            None => Swing::default(),
            // Nothing counts, or nothing is left: nothing will fade.
            Some(_) if points == 0 => Swing::default(),
            Some(_) if is_negative(rule) => Swing { fall: 0, rise: i128::from(faded.saturating_sub(points).max(0)) },
            Some(_) => Swing { fall: i128::from(points.saturating_sub(faded).max(0)), rise: 0 },
        }
    }

    /// A rule's share becomes another.
    pub fn replace(&mut self, old: Swing, new: Swing) {
        self.fall += new.fall - old.fall;
        self.rise += new.rise - old.rise;
    }
}

/// Whether the points of a rule are below zero if they are not above.
pub fn is_negative(rule: &Rule) -> bool {
    matches!(rule.worth, Worth::Fixed(Points(points)) if points < 0)
}

/// For each sum, how much of it fades: what is above zero, and what is below.
struct Part {
    up: Vec<i128>,
    down: Vec<i128>,
}

impl State {
    /// Whether no stage's condition changes its mind, whatever fades.
    pub(super) fn is_calm(&self, model: &Model) -> bool {
        let (low, high) = self.bounds();
        !self.flow.mixed && !self.may_pass(model, &low, &high)
    }

    /// Between what and what each sum stays, whatever fades.
    pub(super) fn bounds(&self) -> (Vec<i128>, Vec<i128>) {
        let sums = || self.sums.iter().zip(&self.swings);
        (sums().map(|(sum, swing)| sum - swing.fall).collect(), sums().map(|(sum, swing)| sum + swing.rise).collect())
    }

    /// Whether a condition may change its mind while the sums stay between these.
    pub(super) fn may_pass(&self, model: &Model, low: &[i128], high: &[i128]) -> bool {
        let scores = self.between(model, low, high);
        let mut watched = model.program.scores.iter().zip(&scores);
        watched.any(|(watchers, (low, high))| watchers.may_pass(Points(*low).value(), Points(*high).value()))
    }

    /// The first boundary, from one on and up to a time, at which a condition may change its mind because points fade. Nothing has faded since
    /// the boundary before the first.
    pub(super) fn first_stir(&mut self, model: &Model, first: Time, last: Time) -> Option<Time> {
        let hourly = self.flow.fading.first().is_some_and(|hours| hours.due < Time::MAX);
        let (unit, offset) = (if hourly { Unit::Hour } else { Unit::Day }, model.utc_offset);
        let (first, last) = (offset.number(first, unit), offset.number(last, unit));
        if first >= last || self.flow.mixed {
            return (first <= last).then(|| offset.start(first, unit));
        }
        let (before, end) = (self.fading_part(model, offset.start(first, unit) - 1), self.fading_part(model, offset.start(last, unit)));
        let rest: Vec<i128> = self.sums.iter().zip(before.up.iter().zip(&before.down)).map(|(sum, (up, down))| sum - up - down).collect();
        let found = self.first_between(model, unit, &rest, (first - 1, &before), (last, &end));
        found.map(|number| offset.start(number, unit))
    }

    /// The same, given what fades at both ends, and what does not.
    fn first_between(&mut self, model: &Model, unit: Unit, rest: &[i128], from: (i64, &Part), to: (i64, &Part)) -> Option<i64> {
        let sums = |up: &[i128], down: &[i128]| -> Vec<i128> {
            rest.iter().zip(up.iter().zip(down)).map(|(rest, (up, down))| rest + up + down).collect()
        };
        if !self.may_pass(model, &sums(&to.1.up, &from.1.down), &sums(&from.1.up, &to.1.down)) {
            return None;
        }
        let middle = from.0 + (to.0 - from.0) / 2;
        if middle == from.0 {
            return Some(to.0);
        }
        let part = self.fading_part(model, model.utc_offset.start(middle, unit));
        let first = self.first_between(model, unit, rest, from, (middle, &part));
        first.or_else(|| self.first_between(model, unit, rest, (middle, &part), to))
    }

    /// How much of each sum is from what fades, at a time.
    fn fading_part(&mut self, model: &Model, time: Time) -> Part {
        let program = &*model.program;
        let mut points = vec![0_i64; model.rules.len()];
        for (fading, unit) in self.flow.fading.iter().zip(super::flow::UNITS) {
            let mut left = Left::new(&program.decays, model.utc_offset.number(time, unit));
            for run in fading.runs(model) {
                let decay = program.rules.get(run.rule).and_then(|plan| plan.decay);
                if let (Some(decay), Some(points)) = (decay, points.get_mut(run.rule)) {
                    *points = points.saturating_add(left.of(decay, run));
                }
            }
        }
        if let Some(pooled) = &mut self.flow.pooled {
            for unit in super::flow::UNITS {
                for (rule, left) in pooled.left(&program.decays, unit, model.utc_offset.number(time, unit)) {
                    points.get_mut(rule).into_iter().for_each(|points| *points = points.saturating_add(left));
                }
            }
        }
        let mut part = Part { up: vec![0; self.sums.len()], down: vec![0; self.sums.len()] };
        for (place, own) in self.rules.iter() {
            let (Some(rule), Some(plan), Some(points)) = (model.rules.get(place), program.rules.get(place), points.get(place)) else {
                continue;
            };
            if plan.decay.is_none() || own.counted == 0 || !self.counts(plan) {
                continue;
            }
            let value = rule.bounded(super::contribution::saturated(*points));
            let sums = if is_negative(rule) { &mut part.down } else { &mut part.up };
            if let Some(sum) = sums.get_mut(plan.sum) {
                *sum += i128::from(value);
            }
        }
        part
    }

    /// Whether a rule's matches count now.
    pub(super) fn counts(&self, plan: &RulePlan) -> bool {
        plan.gate.is_none_or(|gate| self.truth.has(gate as usize))
    }
}

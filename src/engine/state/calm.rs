//! Which boundaries can be passed without a look, although points fade there: those at which no score can come to where a stage's condition
//! changes its mind.
//!
//! Between two times the points of a match only shrink, so a score lies between two numbers that are known from both ends. If no condition asks
//! for anything between these, whatever lies between the times can be skipped; if not, the halves are looked at.

use super::State;
use super::flow::UNITS;
use super::rules::fading::Fading;
use super::rules::lumps::{Lumps, Part};
use crate::engine::Points;
use crate::engine::program::RulePlan;
use crate::model::Model;
use crate::model::rule::{Rule, Worth};
use crate::time::{MAX_TIME, Time, Unit};

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

impl State {
    /// Whether no stage's condition changes its mind, whatever fades.
    pub(super) fn is_calm(&self, model: &Model) -> bool {
        let (low, high) = self.bounds();
        !self.flow.mixed && !self.may_pass(model, &low, &high, &|_| true)
    }

    /// Between what and what each sum stays, whatever fades.
    pub(super) fn bounds(&self) -> (Vec<i128>, Vec<i128>) {
        let sums = || self.sums.iter().zip(&self.swings);
        (sums().map(|(sum, swing)| sum - swing.fall).collect(), sums().map(|(sum, swing)| sum + swing.rise).collect())
    }

    /// The same up to a time, where all that feeds a sum fades by half-lives: of that, so much is left at the least.
    pub(super) fn bounds_until(&self, model: &Model, until: Time) -> (Vec<i128>, Vec<i128>) {
        // Each part of a sum is rounded by itself, now and then: by less than one each time.
        let parts =
            self.flow.fading.iter().map(Fading::most_runs).sum::<usize>() as i128 + self.flow.pooled.as_ref().map_or(0, |own| own.parts());
        let left = |half_lives: &[i64; 2]| {
            let units = self.flow.fading.iter().zip(UNITS).zip(half_lives);
            let left = units.map(|((fading, unit), half_life)| {
                // What fades now was last looked at less than one hour or day before it fades next.
                let number = |time: Time| model.utc_offset.number(time, unit);
                let age = if fading.due > until { 0 } else { number(until) - number(fading.due) + 1 };
                libm::exp2(-(age as f64) / *half_life as f64)
            });
            left.fold(1.0, f64::min)
        };
        let sums = self.sums.iter().zip(&self.swings).zip(&model.program.half_lives);
        let bounds = sums.map(|((sum, swing), half_lives)| {
            let moves = |all: i128| match half_lives {
                // What a rule is worth keeps so much of itself, or comes to a bound of the rule.
                Some((half_lives, stays)) => all.min(all + stays - ((all + stays) as f64 * left(half_lives)) as i128 + 2 * parts),
                None => all,
            };
            (sum - moves(swing.fall), sum + moves(swing.rise))
        });
        bounds.unzip()
    }

    /// Whether a condition may change its mind, of those of which this says so, while the sums stay between these.
    fn may_pass(&self, model: &Model, low: &[i128], high: &[i128], whose: &dyn Fn(u32) -> bool) -> bool {
        let scores = self.between(model, low, high);
        let mut watched = model.program.scores.iter().zip(&scores);
        watched.any(|(watchers, (low, high))| watchers.may_pass(Points(*low).value(), Points(*high).value(), whose))
    }

    /// Whether a condition may change its mind up to a time on which it depends that the stage stays.
    pub(super) fn may_move(&self, model: &Model, low: &[i128], high: &[i128], until: Time) -> bool {
        self.may_pass(model, low, high, &|node| self.matters(model, node, until))
    }

    /// Whether the stage may change if a condition of a stage changes its mind, up to a time.
    pub(super) fn matters(&self, model: &Model, node: u32, until: Time) -> bool {
        let (mut low, mut high) = (self.stages.stage, self.stages.stage);
        for other in self.alternatives() {
            (low, high) = (low.min(other.stage), high.max(other.stage));
        }
        let day = State::day(model, until);
        let own = |(which, (enter, exit)): (usize, &(u32, Option<u32>))| {
            let place = Some(which);
            // What may not be entered need not be asked at all; of what the stages may have come to, too, that is not known.
            if place > high && self.alternatives().is_empty() && self.stages.bars(model, which, day) {
                return false;
            }
            // What can't be entered need not be asked whether it would be left.
            let may_exit = || place <= high || self.may_hold(model, *enter);
            (place > low && *enter == node) || (place >= low && *exit == Some(node) && may_exit())
        };
        model.program.stages.iter().enumerate().any(own)
    }

    /// Whether a condition of a stage holds, as far as that is known.
    pub(super) fn may_hold(&self, model: &Model, node: u32) -> bool {
        self.truth.has(node as usize) || model.program.nodes.get(node as usize).is_some_and(|node| node.on_days)
    }

    /// The first boundary, from one on and up to a time, at which a condition may change its mind because points fade. Nothing has faded since
    /// the boundary before the first.
    pub(super) fn first_stir(&mut self, model: &Model, first: Time, last: Time) -> Option<Time> {
        let (low, high) = self.bounds_until(model, last);
        // What is barred is asked for, too: a day on which it may be entered again is known only if it was seen to hold.
        if !self.flow.mixed && !self.may_move(model, &low, &high, MAX_TIME) {
            return None;
        }
        let hourly = self.flow.fading.first().is_some_and(|hours| hours.due < Time::MAX);
        let (unit, offset) = (if hourly { Unit::Hour } else { Unit::Day }, model.utc_offset);
        let (first, last) = (offset.number(first, unit), offset.number(last, unit));
        if first == last || self.flow.mixed {
            return Some(offset.start(first, unit));
        }
        let lumps = Lumps::of(self, model);
        let (before, end) = (lumps.part(self, model, offset.start(first, unit) - 1), lumps.part(self, model, offset.start(last, unit)));
        let rest: Vec<i128> = self.sums.iter().zip(before.up.iter().zip(&before.down)).map(|(sum, (up, down))| sum - up - down).collect();
        let found = self.first_between(model, &lumps, (unit, &rest), (first - 1, &before), (last, &end));
        found.map(|number| offset.start(number, unit))
    }

    /// The same, given what fades at both ends, and what does not.
    fn first_between(
        &mut self,
        model: &Model,
        lumps: &Lumps,
        (unit, rest): (Unit, &[i128]),
        from: (i64, &Part),
        to: (i64, &Part),
    ) -> Option<i64> {
        let sums = |up: &[i128], down: &[i128]| -> Vec<i128> {
            rest.iter().zip(up.iter().zip(down)).map(|(rest, (up, down))| rest + up + down).collect()
        };
        if !self.may_move(model, &sums(&to.1.up, &from.1.down), &sums(&from.1.up, &to.1.down), MAX_TIME) {
            return None;
        }
        let middle = from.0 + (to.0 - from.0) / 2;
        if middle == from.0 {
            return Some(to.0);
        }
        let part = lumps.part(self, model, model.utc_offset.start(middle, unit));
        let first = self.first_between(model, lumps, (unit, rest), from, (middle, &part));
        first.or_else(|| self.first_between(model, lumps, (unit, rest), (middle, &part), to))
    }

    /// Whether a rule's matches count now.
    pub(super) fn counts(&self, plan: &RulePlan) -> bool {
        plan.gate.is_none_or(|gate| self.truth.has(gate as usize))
    }
}

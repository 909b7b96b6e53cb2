//! Time: when the next moment is that can change anything by itself (docs/model.md, section 6), and how it passes.
//!
//! Something happens suddenly (a signal's window, a session, idleness) or fades. What fades is brought to a time only if a stage may depend on it,
//! or somebody wants to look.

use super::again::pooled::Pooled;
use super::flow::{Live, NEVER, UNITS};
use super::rules::contribution::Match;
use super::rules::fading::Left;
use super::{State, window};
use crate::model::Model;
use crate::model::rule::{Limit, Per, Trigger};
use crate::time::{Time, Unit};
use crate::value_ref::ValueRef;

impl State {
    /// Without any event, `now` is the only moment.
    pub fn pass_alone(&mut self, model: &Model, visitor: &str, now: Time) {
        self.flow.need_pass();
        self.settle(model, visitor, now, None);
    }

    /// Passes all moments up to a time that can change anything, and brings everything to that time.
    pub fn advance(&mut self, model: &Model, visitor: &str, now: Time) {
        self.pass(model, visitor, now);
        if self.flow.fading.iter().any(|own| own.due <= now) {
            self.bring(model, visitor, now);
        }
    }

    /// Passes all moments up to a time that can change a stage. What fades is brought to that time only if a stage may come to depend on it.
    pub(super) fn pass(&mut self, model: &Model, visitor: &str, now: Time) {
        if now < self.flow.quiet {
            return;
        }
        while self.pass_next(model, visitor, now).is_some() {}
        self.happen(model, now);
        self.settle_values(model, visitor, now);
        if !self.flow.calm && self.flow.faded_until() <= now {
            self.bring(model, visitor, now);
        }
        self.flow.quiet = self.next_by_itself(model);
    }

    /// Passes the next moment that may change a stage, if there is one up to a time; says when it was.
    pub fn pass_next(&mut self, model: &Model, visitor: &str, end: Time) -> Option<Time> {
        let moment = self.next_moment(model, end)?;
        if !self.flow.calm {
            self.fade(model, moment);
        }
        self.happen(model, moment);
        self.settle(model, visitor, moment, None);
        Some(moment)
    }

    /// The next moment up to a time that may change a stage, if no event comes before it.
    fn next_moment(&mut self, model: &Model, end: Time) -> Option<Time> {
        while self.flow.wake <= end {
            let (sudden, fades) = (self.flow.sudden, if self.flow.calm { NEVER } else { self.flow.faded_until() });
            self.flow.wake = sudden.min(fades);
            if sudden <= fades {
                return Some(sudden).filter(|sudden| *sudden <= end);
            }
            if fades > end {
                return None;
            }
            if self.is_calm(model) {
                self.flow.calm = true;
                self.flow.wake = sudden;
                continue;
            }
            return self.first_stir(model, fades, sudden.min(end)).or(Some(sudden).filter(|sudden| *sudden <= end));
        }
        None
    }

    /// Brings what fades to a time at which no stage changes.
    pub(super) fn bring(&mut self, model: &Model, visitor: &str, now: Time) {
        self.fade(model, now);
        self.settle_values(model, visitor, now);
        self.flow.wake = self.flow.sudden.min(if self.flow.calm { NEVER } else { self.flow.faded_until() });
        self.flow.quiet = self.next_by_itself(model);
    }

    /// Finds out what is left at a time of all that fades.
    pub(super) fn fade(&mut self, model: &Model, now: Time) {
        let (program, offset) = (&*model.program, model.utc_offset);
        for (place, unit) in UNITS.into_iter().enumerate() {
            let Some(mut fading) = self.flow.fading.get_mut(place).filter(|own| own.due <= now).map(std::mem::take) else { continue };
            let number = offset.number(now, unit);
            self.clock = self.clock.max(offset.start(number, unit));
            let (mut left, mut all, mut over) = (Left::new(&program.decays, number), 0, 0);
            let (mut due, mut staged_due) = (NEVER, NEVER);
            if self.flow.is_touched() {
                // Which of them are touched by this, and have to be added up anew, can't be told.
                for run in fading.runs(model) {
                    self.rules.change(run.rule, |own| own.sum = 0);
                }
            }
            for run in fading.runs(model) {
                let (Some(rule), Some(plan)) = (model.rules.get(run.rule), program.rules.get(run.rule)) else { continue };
                let Some(decay) = plan.decay else { continue };
                let is_first = self.flow.touch(run.rule);
                let points = left.of(decay, run);
                self.rules.change(run.rule, |own| own.sum = if is_first { points } else { own.sum.saturating_add(points) });
                all += 1;
                match left.next(decay, run, points) {
                    Some(next) => {
                        due = next.min(due);
                        if program.staged_scores.get(rule.score) == Some(&true) {
                            staged_due = next.min(staged_due);
                        }
                    }
                    None => over += 1,
                }
            }
            let mut pooled = self.flow.pooled.take();
            for (rule, points) in Pooled::only(&mut pooled).into_iter().flat_map(|own| own.left(&program.decays, unit, number)) {
                self.flow.touch(rule);
                self.rules.change(rule, |own| own.sum = points);
                if points != 0 {
                    (due, staged_due) = (due.min(number + 1), staged_due.min(number + 1));
                }
            }
            self.flow.pooled = pooled;
            if over * 2 > all {
                // What has faded away never comes back.
                fading.retain(model, &mut |run| {
                    let decay = program.rules.get(run.rule).and_then(|plan| plan.decay);
                    decay.is_some_and(|decay| {
                        let points = left.of(decay, run);
                        left.next(decay, run, points).is_some()
                    })
                });
            }
            (fading.due, fading.staged_due) = (start(model, due, unit), start(model, staged_due, unit));
            if let Some(own) = self.flow.fading.get_mut(place) {
                *own = fading;
            }
        }
    }

    /// Lets happen what happens suddenly, up to a time.
    pub(super) fn happen(&mut self, model: &Model, now: Time) {
        let offset = model.utc_offset;
        for (place, unit) in UNITS.into_iter().enumerate() {
            let number = offset.number(now, unit);
            if self.flow.due.get(place).is_none_or(|due| *due > number) {
                continue;
            }
            self.clock = self.clock.max(offset.start(number, unit));
            let mut live = self.flow.live.get_mut(place).map(std::mem::take).unwrap_or_default();
            for array in [&mut self.flow.due, &mut self.flow.staged_due] {
                if let Some(due) = array.get_mut(place) {
                    *due = NEVER;
                }
            }
            live.retain_mut(|own| self.pass_signal(model, own, unit, number, now));
            if let Some(own) = self.flow.live.get_mut(place) {
                *own = live;
            }
        }
        if self.flow.idle_due <= offset.number(now, Unit::Day) {
            self.be_idle(model, now);
        }
        if let Some(end) = self.timeout(model).filter(|end| *end <= now && !model.program.active.is_empty()) {
            self.active = false;
            self.clock = self.clock.max(end);
            self.flow.tell(&model.program.active);
        }
    }

    /// Lets time pass for a signal; says whether it will change by itself again.
    fn pass_signal(&mut self, model: &Model, live: &mut Live, unit: Unit, number: i64, now: Time) -> bool {
        let place = live.signal as usize;
        let mut next = Some(live.next);
        if live.next <= number {
            self.change_signal(&model.program, place, |own| {
                next = own.expire(now, window(model, place), model.utc_offset);
                own.listed = next.is_some();
            });
        }
        if let Some(next) = next {
            live.next = next;
            self.flow.expect(&model.program, place, unit, next);
        }
        next.is_some()
    }

    /// The matches of idleness up to a time.
    pub(super) fn be_idle(&mut self, model: &Model, now: Time) {
        let program = &*model.program;
        let today = State::day(model, now);
        self.clock = self.clock.max(model.utc_offset.start(today, Unit::Day));
        for (which, place) in program.idle.iter().enumerate() {
            let place = *place as usize;
            let Some(next) = self.flow.idle.get(which).copied() else { continue };
            if next <= today {
                let next = self.pass_idle(model, place, next, today);
                if let Some(own) = self.flow.idle.get_mut(which) {
                    *own = next;
                }
            }
        }
        self.flow.renew_idle(model);
    }

    /// The matches of an idle rule from a day on; gives back the day of the next.
    fn pass_idle(&mut self, model: &Model, place: usize, mut next: i64, today: i64) -> i64 {
        let Some((rule, Trigger::Idle(days))) = model.rules.get(place).map(|rule| (rule, &rule.trigger)) else { return NEVER };
        let points = rule.worth.points(ValueRef::Null);
        while next <= today {
            let left = (today - next) / days;
            let counted = self.rules.get(place).map_or(0, |own| own.counted);
            let full = matches!(&rule.limit, Some(Limit { times, per: Per::Ever, .. }) if counted as usize >= *times);
            if left > 0 && (full || (rule.limit.is_none() && rule.decay.is_none())) {
                // All of them are alike.
                self.rules.make(place, |own| {
                    let many = u32::try_from(left).unwrap_or(u32::MAX);
                    own.matches = own.matches.saturating_add(many);
                    if !full {
                        own.counted = own.counted.saturating_add(many);
                        own.sum = own.sum.saturating_add(points.saturating_mul(left));
                    }
                });
                self.flow.touch_rule(place);
                next += left * days;
                continue;
            }
            let own = Match { time: model.utc_offset.start(next, Unit::Day), points, by: None };
            self.count(model, place, &own, None, true);
            next = next.saturating_add(*days);
        }
        next
    }

    /// The next moment that may change a stage, but for what fades.
    pub(super) fn next_sudden(&self, model: &Model) -> Time {
        let timeout = self.timeout(model).filter(|_| model.program.staged_active).unwrap_or(NEVER);
        let due = UNITS.into_iter().zip(self.flow.staged_due).map(|(unit, due)| start(model, due, unit));
        let day = self.flow.stage_day.min(self.flow.staged_idle_due);
        due.chain([timeout, start(model, day, Unit::Day)]).min().unwrap_or(NEVER)
    }

    /// The time before which nothing happens by itself that a stage or an event could depend on.
    pub(super) fn next_by_itself(&self, model: &Model) -> Time {
        let due = UNITS.into_iter().zip(self.flow.due).map(|(unit, due)| start(model, due, unit));
        let timeout = self.timeout(model).filter(|_| !model.program.active.is_empty()).unwrap_or(NEVER);
        due.chain([timeout, self.flow.wake, start(model, self.flow.idle_due, Unit::Day)]).min().unwrap_or(NEVER)
    }
}

/// When the hour or day of a number begins.
pub fn start(model: &Model, number: i64, unit: Unit) -> Time {
    if number == NEVER { NEVER } else { model.utc_offset.start(number, unit) }
}

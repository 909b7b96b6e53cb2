//! Taking many events in as one, where no stage can change in between, or where it makes no difference which stage it was.
//!
//! Who takes the same events in again knows what each does. The scores stay between what they would be if all that fades did so at once and what they would be if nothing did, whatever
//! conditions say that may change their mind on the way; if no condition of a stage asks for anything between these, nobody sees what happens there. Nor does anybody who asks for a stage that
//! was left, as long as it may not be entered again.
//!
//! Where something is asked, and answered in another way now and then, only the last such answers matter, mostly: what is enough for a stage today makes it the stage, whatever it was
//! yesterday. So all days but the last are taken in as one, any stage is thought possible behind them, and each is followed from there: if all come to the same, that is what the stage is.

use super::pooled::Pooled;
use crate::engine::program::Role;
use crate::engine::state::flow::{NEVER, UNITS};
use crate::engine::state::moments::start;
use crate::engine::state::{Effect, Memo, Stages, State};
use crate::event::Event;
use crate::event::view::EventView;
use crate::model::Model;
use crate::model::rule::Trigger;
use crate::model::signal::{Measure, Source};
use crate::time::{Time, Unit};
use crate::value::Value;
use crate::value_ref::ValueRef;
use core::ops::Range;

/// Between what and what each sum stays.
struct Bounds {
    low: Vec<i128>,
    high: Vec<i128>,
}

impl Bounds {
    /// A sum may become so much more, or less.
    fn widen(&mut self, sum: usize, more: i64) {
        let bounds = if more < 0 { &mut self.low } else { &mut self.high };
        bounds.get_mut(sum).into_iter().for_each(|bound| *bound += i128::from(more));
    }
}

impl State {
    /// Takes in events, in canonical order, of which is known what they do, and passes all moments up to a time that can change a stage. If none does before another
    /// time, at which all of this is over, only the stage is known behind that. Given a midnight, the stage is not looked at before, unless that is easy; says whether
    /// it is known all the same.
    pub fn take_all_again(
        &mut self,
        model: &Model,
        visitor: &str,
        (events, memos): (&[Event], &[Memo]),
        mut midnight: Option<Time>,
        (end, over): (Time, Time),
    ) -> bool {
        let (mut place, mut stride) = (0, events.len());
        while let (Some(events), Some(memos)) = (events.get(place..), memos.get(place..)) {
            let (Some(event), Some(memo)) = (events.first(), memos.first()) else { break };
            let (most, until) = self.reach(model, events, stride, over - 1);
            let next = (events.get(..most).unwrap_or_default(), memos.get(..most).unwrap_or_default());
            let points = || self.flow.pooled.as_ref().map(|own| own.sum(place..place + most)).unwrap_or_default();
            let calm = most > 0 && self.is_calm_while(model, next.1, &points(), until);
            if calm && most == events.len() {
                // Nothing but the stage will be asked for.
                self.flow.wake = NEVER;
                return self.is_decided(model, end);
            }
            if let Some(midnight) = midnight.take_if(|_| place > 0) {
                let most = events.partition_point(|event| event.time < midnight);
                self.limit(model);
                self.skip(model, visitor, (events.get(..most).unwrap_or_default(), memos.get(..most).unwrap_or_default()), midnight);
                (place, stride) = (place + most, 0);
            } else if most == 0 {
                if place > 0 {
                    self.limit(model);
                }
                self.take_again(model, visitor, &EventView::of(event), Some(memo));
                place += 1;
                stride = stride.max(1).saturating_mul(2);
            } else if !calm {
                stride = if self.limit(model) { stride } else { most / 2 };
            } else {
                self.limit(model);
                self.leap(model, visitor, next, until);
                place += most;
                stride = most.saturating_mul(2);
            }
        }
        self.limit(model);
        while self.pass_next(model, visitor, end).is_some() {}
        self.is_decided(model, end)
    }

    /// Whether it makes no difference what the stage was where nobody looked.
    fn is_decided(&self, model: &Model, now: Time) -> bool {
        self.alternatives().iter().all(|own| own.is_like(&self.stages, State::day(model, now)))
    }

    /// What the stages may have come to, too, where nobody looked.
    pub(in crate::engine::state) fn alternatives(&self) -> &[Stages] {
        self.flow.pooled.as_ref().map_or(&[], |own| &own.alternatives)
    }

    /// Takes in events and passes what happens before a midnight; behind that, the stage may be any. Nobody may have to know how long it has lasted, nor a stage's
    /// `reenter_after` be longer than a day: see [`Stages::anywhere`].
    fn skip(&mut self, model: &Model, visitor: &str, next: (&[Event], &[Memo]), midnight: Time) {
        // Then all are looked at: what was left before may be entered again.
        self.flow.stage_day = State::day(model, midnight);
        self.leap(model, visitor, next, midnight - 1);
        self.stages = Stages::new(model);
        if let Some(pooled) = Pooled::only(&mut self.flow.pooled) {
            pooled.alternatives = Stages::anywhere(model).collect();
        }
    }

    /// Finds out what limits let through, which takes long and may not matter; says whether that is news. The first event always counts.
    fn limit(&mut self, model: &Model) -> bool {
        Pooled::only(&mut self.flow.pooled).is_some_and(|pooled| pooled.limit(model))
    }

    /// How many of the next events may be taken in as one, and until when no other comes.
    fn reach(&self, model: &Model, events: &[Event], most: usize, end: Time) -> (usize, Time) {
        // What came to hold where nobody asked is looked at first: only then is it known on which day it may be entered again.
        if self.seen == 0 || self.flow.mixed || self.flow.pass {
            return (0, end);
        }
        let (program, day) = (&*model.program, start(model, self.flow.stage_day, Unit::Day));
        let is_known = |(key, value): (&str, &Value)| {
            self.known.all().get(key) == Some(value) || (program.any_trait.is_empty() && program.traits.get(key).is_none())
        };
        let leaps = |event: &&Event| {
            let tells = event.traits.as_ref().is_some_and(|set| !set.iter().all(is_known));
            event.time < day && event.r#type != "consent" && !tells
        };
        let most = events.iter().take(most).take_while(leaps).count();
        let until = |most: usize| events.get(most).map_or(end, |next| next.time);
        let most = most - usize::from(until(most) >= day && most > 0);
        (most, until(most))
    }

    /// Takes in what events do, and all that happens up to a time before which no other comes: no stage changes, or nobody looks.
    fn leap(&mut self, model: &Model, visitor: &str, (events, memos): (&[Event], &[Memo]), until: Time) {
        let range = self.seen..self.seen + events.len();
        for (event, memo) in events.iter().zip(memos) {
            if self.flow.idle_due <= State::day(model, event.time) {
                self.be_idle(model, event.time);
            }
            let (view, mut applying) = (EventView::of(event), None);
            if !memo.offsite {
                self.take_activity(model, &view, Some(memo));
            }
            if let Some(set) = &event.traits {
                self.take_traits(&model.program, set);
            }
            self.take_consent(&model.program, &view);
            memo.condensed.effects.iter().for_each(|effect| self.apply(model, &view, memo.offsite, effect, &mut applying));
            if let Some(applying) = applying {
                self.apply_steps(model, event.time, *applying);
            }
        }
        self.add_known(model, range);
        self.seen += events.len();
        // What happens up to then has been thought of. Behind all of these events, nothing may be asked as of a time between them.
        self.happen(model, until);
        self.flow.sudden = self.next_sudden(model);
        self.bring(model, visitor, until);
    }

    /// Whether no condition of a stage may change its mind while events are taken in, and until a time behind them.
    fn is_calm_while(&self, model: &Model, memos: &[Memo], points: &[i64], until: Time) -> bool {
        let (low, high) = self.bounds_until(model, until);
        let mut bounds = Bounds { low, high };
        let Some(swayed) = self.sway(model, memos, until, &mut bounds) else { return false };
        let mut come = |place: usize, points: i64| {
            let (Some(rule), Some(plan)) = (model.rules.get(place), model.program.rules.get(place)) else { return };
            if self.counts(plan) || swayed.contains(&place) {
                bounds.widen(plan.sum, points);
                // The first match brings as much as nothing comes to.
                bounds.widen(plan.sum, rule.bounded(0));
            }
        };
        points.iter().enumerate().filter(|(_, points)| **points != 0).for_each(|(place, points)| come(place, *points));
        for effect in memos.iter().flat_map(|memo| &memo.condensed.effects) {
            match effect {
                Effect::Match(place, own) => come(*place, own.points),
                Effect::Reset(_) => return false,
                _ => {}
            }
        }
        !self.may_move(model, &bounds.low, &bounds.high, until)
    }

    /// Widens the bounds of sums by what comes of rules whose condition may change its mind on the way, and of idleness, and says which rules these are; `None` if a condition
    /// of something else may.
    fn sway(&self, model: &Model, memos: &[Memo], until: Time, bounds: &mut Bounds) -> Option<Vec<usize>> {
        let program = &*model.program;
        let mut nodes = [&*program.session, &*program.entry, &*program.active].concat();
        self.sway_signals(model, memos, until, &mut nodes);
        let mut swayed = Vec::new();
        for node in nodes {
            let (sum, most) = match program.nodes.get(node as usize)?.role {
                Role::Share { sum, points, .. } => (sum, points.abs()),
                Role::Gate(place) => {
                    let (rule, plan) = (model.rules.get(place)?, program.rules.get(place)?);
                    swayed.push(place);
                    let known = self.rules.get(place).map_or(0, |own| own.value(rule, true).abs());
                    // What a state rule is worth may change, too.
                    (Some(plan.sum).filter(|_| plan.state_worth.is_none())?, known.max(rule.bounded(0).abs()))
                }
                Role::Stage if !self.matters(model, node, until) => continue,
                Role::Worth(_) | Role::Disqualify | Role::Stage => return None,
            };
            bounds.widen(sum, -most);
            bounds.widen(sum, most);
        }
        for (place, next) in program.idle.iter().map(|place| *place as usize).zip(&self.flow.idle) {
            let (rule, plan) = (model.rules.get(place)?, program.rules.get(place)?);
            let Trigger::Idle(days) = &rule.trigger else { continue };
            // Where nobody was active before, somebody may be now.
            let next = if *next == NEVER { State::day(model, self.clock) + days } else { *next };
            if next > State::day(model, until) {
                continue;
            }
            let times = (State::day(model, until) - next) / days + 1;
            bounds.widen(plan.sum, rule.worth.points(ValueRef::Null).saturating_mul(times));
            bounds.widen(plan.sum, rule.bounded(0));
        }
        Some(swayed)
    }

    /// Finds the conditions that look at signals which may change on the way.
    fn sway_signals(&self, model: &Model, memos: &[Memo], until: Time, nodes: &mut Vec<u32>) {
        let program = &*model.program;
        // How often each is observed, and whether it may fall.
        let mut changes = vec![(0_u32, false); self.signals.len()];
        for effect in memos.iter().flat_map(|memo| &memo.condensed.effects) {
            if let Effect::Observe(place, _) | Effect::Since(place) | Effect::Step(place, _) = effect {
                let Some(own) = changes.get_mut(*place) else { continue };
                own.0 += 1;
                own.1 |= matches!(effect, Effect::Since(_));
            }
        }
        for (live, unit) in self.flow.live.iter().zip(UNITS) {
            for own in live.iter().filter(|own| own.next <= model.utc_offset.number(until, unit)) {
                changes.get_mut(own.signal as usize).into_iter().for_each(|own| own.1 = true);
            }
        }
        for (place, (times, falls)) in changes.into_iter().enumerate() {
            let (Some(own), Some(watchers)) = (self.signals.get(place), program.signals.get(place)) else { continue };
            if times == 0 && !falls {
                continue;
            }
            // What comes on the way is in its window longer than all that it holds now.
            let now = own.value().get().as_number().filter(|_| counts(model, place));
            let least = if falls { now.map(|_| 0.0) } else { now };
            watchers.passed(least, now.map(|now| now + f64::from(times)), |premise| {
                nodes.extend(program.premises.get(premise as usize).into_iter().flat_map(|premise| &premise.nodes).map(|told| told.node));
            });
        }
    }

    /// Adds what some events, of all that exist, bring rules of which that is known.
    pub(in crate::engine::state) fn add_known(&mut self, model: &Model, events: Range<usize>) {
        let Some(pooled) = Pooled::only(&mut self.flow.pooled) else { return };
        let (points, begin) = (pooled.sum(events.clone()), pooled.take(events));
        for ((fading, unit), number) in self.flow.fading.iter_mut().zip(UNITS).zip(begin) {
            let due = start(model, number, unit);
            (fading.due, fading.staged_due) = (fading.due.min(due), fading.staged_due.min(due));
        }
        for (rule, points) in points.into_iter().enumerate().filter(|(_, points)| *points != 0) {
            self.rules.make(rule, |own| own.count(points));
            self.flow.touch_rule(rule);
        }
    }
}

/// Whether a signal grows by at most one with each event, and falls only as time passes.
fn counts(model: &Model, signal: usize) -> bool {
    let source = model.signals.get(signal).map(|signal| &signal.source);
    matches!(source, Some(Source::Events { measure: Measure::Count | Measure::Days | Measure::Sessions | Measure::Distinct, .. }))
}

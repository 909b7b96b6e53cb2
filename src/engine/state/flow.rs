//! How a change flows through the state at a moment: from facts to conditions, contributions, scores and stages.

use super::again::pooled::Pooled;
use super::calm::{Swing, is_negative};
use super::documents::VisitorDocument;
use super::moments::start;
use super::rules::contribution::Contribution;
use super::rules::fading::{Fading, Left, Run};
use super::signals::Measured;
use super::small::bits::Bits;
use super::stages::Sight;
use super::{State, window};
use crate::engine::program::index::Target;
use crate::engine::program::premise::{Premise, Told};
use crate::engine::program::{Program, Role, RulePlan};
use crate::model::Model;
use crate::model::rule::{Decay, Rule, Trigger};
use crate::model::score::Source;
use crate::time::{Time, Unit};
use crate::value_ref::ValueRef;
use std::sync::Arc;

pub const UNITS: [Unit; 2] = [Unit::Hour, Unit::Day];
pub const NEVER: i64 = i64::MAX;

/// For how many rules room is kept that were touched together: a day may touch all, but what is in between is long.
const ROOM: usize = 16;

/// What is yet to be looked at, now and later.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Conditions whose truth may have changed.
    queue: Vec<u32>,
    queued: Bits,
    /// Rules whose contribution may have changed.
    touched: Vec<u32>,
    is_touched: Bits,
    /// Scores whose value may have changed.
    dirty: Box<[bool]>,
    /// Room for what is to be done with an event, so that it need not be made anew each time.
    pub targets: Vec<Target>,
    /// The signals that change by themselves, by hours and by days.
    pub live: [Vec<Live>; 2],
    /// The number of the hour and the day in which the first of them changes, and the first of those that may change a stage.
    pub due: [i64; 2],
    pub staged_due: [i64; 2],
    /// For each idle rule, the day of its next match.
    pub idle: Box<[i64]>,
    /// The first of these, and the first of those that may change a stage.
    pub idle_due: i64,
    pub staged_idle_due: i64,
    /// What fades, by hours and by days.
    pub fading: [Fading; 2],
    /// What is known of rules, and of all events; to be changed by [`Pooled::only`].
    pub pooled: Option<Arc<Pooled>>,
    /// There are, or were, points that fade of a sign that their rule is not known for.
    pub mixed: bool,
    /// No stage depends on what fades, as long as nothing else happens.
    pub calm: bool,
    /// Something else has happened since that was found out.
    stirred: bool,
    /// The stages must be looked at in this moment.
    pub pass: bool,
    /// The day on which the stages must be looked at again.
    pub stage_day: i64,
    /// The next moment that may change a stage, but for what fades.
    pub sudden: Time,
    /// The next moment that may change a stage.
    pub wake: Time,
    /// Before this time nothing happens by itself, but that points fade of which no stage depends.
    pub quiet: Time,
}

/// A signal that changes by itself.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    pub signal: u32,
    /// The number of the hour or day.
    pub next: i64,
}

impl Flow {
    /// Nothing happened yet: everything is to be looked at.
    pub fn new(program: &Program) -> Flow {
        Flow {
            queue: Vec::new(),
            queued: Bits::new(program.nodes.len()),
            touched: Vec::new(),
            is_touched: Bits::new(program.rules.len()),
            dirty: vec![true; program.scores.len()].into(),
            targets: Vec::new(),
            live: [Vec::new(), Vec::new()],
            due: [NEVER; 2],
            staged_due: [NEVER; 2],
            idle: vec![NEVER; program.idle.len()].into(),
            idle_due: NEVER,
            staged_idle_due: NEVER,
            fading: [Fading::default(), Fading::default()],
            pooled: None,
            mixed: false,
            calm: false,
            stirred: false,
            pass: false,
            stage_day: NEVER,
            sudden: NEVER,
            wake: NEVER,
            quiet: Time::MIN,
        }
    }

    /// A condition may have changed its mind.
    pub fn queue(&mut self, who: u32) {
        if self.queued.put(who as usize, true) {
            self.queue.push(who);
        }
    }

    /// These may have.
    pub fn tell(&mut self, who: &[u32]) {
        who.iter().for_each(|who| self.queue(*who));
    }

    /// Asks a premise anew: the trait or the signal that it is about has changed, to this.
    pub fn reconsider(&mut self, premise: &Premise, place: u32, value: ValueRef<'_>, premises: &mut Bits, truth: &Bits) {
        let holds = premise.holds(value);
        if holds.is_some_and(|holds| !premises.put(place as usize, holds)) {
            return;
        }
        for Told { node, other } in &premise.nodes {
            // What did not hold, and still lacks something, need not be asked.
            let stays = match (holds, other) {
                (Some(false), Some(_)) => !truth.has(*node as usize),
                (Some(true), Some(other)) => !premises.has(*other as usize),
                _ => false,
            };
            if !stays {
                self.queue(*node);
            }
        }
    }

    /// Something has happened that is not only that points fade.
    pub fn stir(&mut self) {
        self.stirred = true;
    }

    /// What a rule contributes may have changed, and not because it fades.
    pub fn touch_rule(&mut self, place: usize) {
        self.stir();
        self.touch(place);
    }

    /// What a rule contributes may have changed; says whether that is news.
    pub fn touch(&mut self, place: usize) -> bool {
        let news = self.is_touched.put(place, true);
        if news {
            self.touched.push(place as u32);
        }
        news
    }

    /// Whether any contribution may have changed.
    pub fn is_touched(&self) -> bool {
        !self.touched.is_empty()
    }

    /// Before this time nothing changes by itself.
    pub fn quiet(&self) -> Time {
        self.fading.iter().fold(self.quiet, |first, own| own.due.min(first))
    }

    /// The stages must be looked at in this moment, whatever changes.
    pub fn need_pass(&mut self) {
        self.pass = true;
    }

    /// Remembers that a signal changes by itself, if it does.
    pub fn list_signal(&mut self, model: &Model, place: usize, own: &mut Measured) {
        if own.listed {
            return;
        }
        if let Some((unit, next)) = own.first_change(window(model, place)) {
            own.listed = true;
            if let Some(live) = self.live.get_mut(place_of(unit)) {
                if live.len() == live.capacity() {
                    // Mostly there are few, for each of many visitors.
                    live.reserve_exact(1 + live.len() / 2);
                }
                live.push(Live { signal: place as u32, next });
            }
            self.expect(&model.program, place, unit, next);
        }
    }

    /// A signal changes by itself in the hour or day of this number.
    pub fn expect(&mut self, program: &Program, signal: usize, unit: Unit, next: i64) {
        let place = place_of(unit);
        if let (Some(due), Some(staged_due)) = (self.due.get_mut(place), self.staged_due.get_mut(place)) {
            *due = next.min(*due);
            if program.staged_signals.get(signal) == Some(&true) {
                *staged_due = next.min(*staged_due);
            }
        }
    }

    /// An activity came: idleness begins anew.
    pub fn active(&mut self, model: &Model, today: i64) {
        for (next, place) in self.idle.iter_mut().zip(&model.program.idle) {
            if let Some(Trigger::Idle(days)) = model.rules.get(*place as usize).map(|rule| &rule.trigger) {
                *next = today.saturating_add(*days);
            }
        }
        self.renew_idle(model);
    }

    /// Finds out when idleness matches next.
    pub fn renew_idle(&mut self, model: &Model) {
        (self.idle_due, self.staged_idle_due) = (NEVER, NEVER);
        for (next, place) in self.idle.iter().zip(&model.program.idle) {
            self.idle_due = self.idle_due.min(*next);
            if model.program.is_staged(model, *place as usize) {
                self.staged_idle_due = self.staged_idle_due.min(*next);
            }
        }
    }

    /// A match counts.
    pub fn add_match(&mut self, model: &Model, place: usize, plan: &RulePlan, time: Time, points: i64, state: &mut Contribution) {
        let more = match plan.decay {
            Some(decay) => self.add_fading(model, place, decay, time, points),
            None => points,
        };
        state.count(more);
        self.touch_rule(place);
    }

    /// A match counts whose points fade; gives back by how much what its hour or day is worth changes.
    fn add_fading(&mut self, model: &Model, rule: usize, decay: usize, time: Time, points: i64) -> i64 {
        let Some(units) = model.program.decays.get(decay).map(Decay::units) else { return 0 };
        let number = model.utc_offset.number(time, units.unit);
        let Some(fading) = self.fading.get_mut(place_of(units.unit)) else { return 0 };
        let run = Run::new(rule, number, points);
        let next = Left::new(&model.program.decays, number).next(decay, run, points);
        let due = start(model, next.unwrap_or(NEVER), units.unit);
        fading.due = fading.due.min(due);
        if model.program.is_staged(model, rule) {
            fading.staged_due = fading.staged_due.min(due);
        }
        self.mixed = self.mixed || (points < 0) != model.rules.get(rule).is_some_and(is_negative);
        fading.add(model, run)
    }

    /// Forgets what fades of a score: a reset came.
    pub fn forget(&mut self, model: &Model, score: usize) {
        for fading in &mut self.fading {
            fading.retain(model, &mut |run| model.rules.get(run.rule).is_some_and(|rule| rule.score != score));
        }
    }

    /// When the first of what fades changes that may change a stage.
    pub fn faded_until(&self) -> Time {
        self.fading.iter().fold(NEVER, |first, own| own.staged_due.min(first))
    }
}

impl State {
    /// Looks at everything once, before the first event.
    pub(super) fn begin(&mut self, model: &Model, visitor: &str) {
        (0..model.program.nodes.len()).for_each(|who| self.flow.queue(who as u32));
        (0..model.rules.len()).for_each(|place| self.flow.touch_rule(place));
        self.settle_values(model, visitor, Time::MIN);
        self.flow.pass = false;
        // Never again are there so many.
        self.flow.queue = Vec::new();
    }

    /// Lets all that changed take effect, and passes a moment.
    pub(super) fn settle(&mut self, model: &Model, visitor: &str, time: Time, event: Option<&str>) {
        self.clock = time;
        self.settle_values(model, visitor, time);
        if model.stages.is_empty() {
            self.flow.quiet = self.next_by_itself(model);
            return;
        }
        if self.flow.pass || start(model, self.flow.stage_day, Unit::Day) <= time {
            self.flow.pass = false;
            let mut day = NEVER;
            for place in 0.. {
                day = day.min(self.pass_stages(model, visitor, time, event, State::day(model, time)));
                // None comes before another.
                let Some(next) = Pooled::only(&mut self.flow.pooled).and_then(|own| own.alternatives.get_mut(place)) else { break };
                std::mem::swap(next, &mut self.stages);
            }
            self.flow.stage_day = day;
        }
        self.flow.sudden = self.next_sudden(model);
        self.flow.wake = self.flow.sudden.min(if self.flow.calm { NEVER } else { self.flow.faded_until() });
        self.flow.quiet = self.next_by_itself(model);
    }

    /// Lets a moment pass for the stages; gives back the day on which they must be looked at again.
    fn pass_stages(&mut self, model: &Model, visitor: &str, time: Time, event: Option<&str>, today: i64) -> i64 {
        let program = &*model.program;
        let mut stages = std::mem::take(&mut self.stages);
        let holds = |node: Option<u32>, days: i64| {
            let Some(place) = node.map(|node| node as usize) else { return false };
            match program.nodes.get(place) {
                Some(node) if node.on_days => {
                    let document = VisitorDocument { model, state: self, visitor, stage_days: days, active: self.active };
                    node.condition.as_ref().is_some_and(|condition| condition.holds(&document))
                }
                _ => self.truth.has(place),
            }
        };
        let sight = Sight {
            time,
            event,
            disqualified: (program.first_disqualification..program.first_stage_node).any(|place| self.truth.has(place)),
            enters: &|place, days| holds(program.stages.get(place).map(|(enter, _)| *enter), days),
            exits: &|place, days| holds(program.stages.get(place).and_then(|(_, exit)| *exit), days),
        };
        stages.pass(model, &sight);
        let since = stages.since.map_or(today, |since| State::day(model, since));
        // What does not hold now is looked at again as soon as it does.
        let may_enter = |place: usize| program.stages.get(place).is_some_and(|(enter, _)| self.may_hold(model, *enter));
        let on_days = program.nodes.iter().skip(program.first_stage_node).any(|node| node.on_days);
        let days = match &program.stage_days {
            Some(days) => days.iter().map(|days| since.saturating_add(*days)).filter(|day| *day > today).min(),
            None => Some(today + 1),
        };
        let day = [days.filter(|_| on_days), stages.next_reentry(model, today, may_enter)].into_iter().flatten().min();
        self.stages = stages;
        day.unwrap_or(NEVER)
    }

    /// When the session runs out, unless that is known to be past.
    pub(super) fn timeout(&self, model: &Model) -> Option<Time> {
        self.session.filter(|_| self.active).map(|session| session.end.saturating_add(model.session_timeout))
    }

    /// Lets all that changed take effect on conditions, contributions and scores.
    pub(super) fn settle_values(&mut self, model: &Model, visitor: &str, now: Time) {
        self.ask_conditions(model, visitor, false);
        self.add_up(model, visitor);
        if self.flow.stirred {
            self.flow.stirred = false;
            let behind = self.flow.faded_until() <= now;
            if self.flow.calm && !(behind && self.is_calm(model)) {
                self.flow.calm = false;
                if behind {
                    self.fade(model, now);
                    self.add_up(model, visitor);
                }
            }
        }
        for combined in [false, true] {
            for score in 0..model.scores.len() {
                self.renew_score(model, score, combined);
            }
        }
        self.ask_conditions(model, visitor, true);
    }

    /// Asks the conditions whose truth may have changed: those of the profile, or those of stages.
    fn ask_conditions(&mut self, model: &Model, visitor: &str, of_stages: bool) {
        let program = &*model.program;
        let mut place = 0;
        // What is asked may make others be asked, too.
        while let Some(who) = self.flow.queue.get(place).map(|who| *who as usize) {
            if (who >= program.first_stage_node) != of_stages {
                place += 1;
                continue;
            }
            self.flow.queue.swap_remove(place);
            self.flow.queued.put(who, false);
            let Some(node) = program.nodes.get(who) else { continue };
            if let (Role::Worth(rule), None) = (node.role, &node.condition) {
                self.flow.touch_rule(rule);
                continue;
            }
            if node.on_days {
                self.flow.pass = true;
                continue;
            }
            let document = VisitorDocument { model, state: self, visitor, stage_days: 0, active: self.active };
            let holds = node.condition.as_ref().is_some_and(|condition| condition.holds(&document));
            if !self.truth.put(who, holds) {
                continue;
            }
            match node.role {
                Role::Gate(rule) | Role::Worth(rule) => self.flow.touch_rule(rule),
                Role::Share { sum, score, points } => {
                    self.flow.stirred = true;
                    if let (Some(sum), Some(dirty)) = (self.sums.get_mut(sum), self.flow.dirty.get_mut(score)) {
                        *sum += i128::from(if holds { points } else { -points });
                        *dirty = true;
                    }
                }
                Role::Disqualify => {
                    self.flow.pass = true;
                    self.flow.tell(&program.disqualified);
                }
                Role::Stage => self.flow.pass = true,
            }
        }
    }

    /// Lets the contributions that may have changed change their scores.
    fn add_up(&mut self, model: &Model, visitor: &str) {
        let program = &*model.program;
        while let Some(place) = self.flow.touched.pop() {
            let place = place as usize;
            self.flow.is_touched.put(place, false);
            let (Some(rule), Some(plan)) = (model.rules.get(place), program.rules.get(place)) else { continue };
            if plan.share.is_some() {
                continue;
            }
            let counts = self.counts(plan);
            let points = match rule.trigger {
                Trigger::State if !counts => 0,
                Trigger::State => {
                    let document = VisitorDocument { model, state: self, visitor, stage_days: 0, active: self.active };
                    let field = plan.state_worth.as_ref().map(|slot| super::Document::at(&document, slot));
                    rule.bounded(rule.worth.points(field.as_ref().map_or(ValueRef::Null, |field| field.get())))
                }
                _ => self.rules.get(place).map_or(0, |own| own.value(rule, counts)),
            };
            let old = self.rules.points(place);
            if old == points {
                continue;
            }
            self.rules.make(place, |own| own.points = points);
            self.contribute(rule, plan, old, points);
        }
        self.flow.touched.shrink_to(ROOM);
    }

    /// What a rule contributes becomes another.
    pub(super) fn contribute(&mut self, rule: &Rule, plan: &RulePlan, old: i64, points: i64) {
        if let (Some(sum), Some(swing)) = (self.sums.get_mut(plan.sum), self.swings.get_mut(plan.sum)) {
            *sum += i128::from(points) - i128::from(old);
            swing.replace(Swing::of(rule, plan, old), Swing::of(rule, plan, points));
        }
        if let Some(dirty) = self.flow.dirty.get_mut(rule.score) {
            *dirty = true;
        }
    }

    /// Computes a score anew if it may have changed; combined ones come after the others.
    fn renew_score(&mut self, model: &Model, score: usize, combined: bool) {
        let program = &*model.program;
        let (Some(dirty), Some(own)) = (self.flow.dirty.get_mut(score).filter(|dirty| **dirty), model.scores.get(score)) else { return };
        if matches!(own.source, Source::Rules { .. }) == combined {
            return;
        }
        *dirty = false;
        let new = self.total(model, score);
        let Some(value) = self.values.get_mut(score).filter(|value| **value != new) else { return };
        let old = std::mem::replace(value, new);
        let points = |value: i64| Some(crate::engine::Points(value).value());
        if let Some(watchers) = program.scores.get(score) {
            watchers.passed(points(old), points(new), |who| self.flow.queue(who));
        }
        for other in program.combined.get(score).into_iter().flatten() {
            if let Some(dirty) = self.flow.dirty.get_mut(*other) {
                *dirty = true;
            }
        }
    }
}

fn place_of(unit: Unit) -> usize {
    match unit {
        Unit::Hour => 0,
        Unit::Day => 1,
    }
}

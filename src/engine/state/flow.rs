//! How a change flows through the state at a moment, and when the next moment is that can change anything by itself.

use super::contribution::{Contribution, bounded};
use super::documents::VisitorDocument;
use super::measure::Measured;
use super::stages::Sight;
use super::{Effect, State};
use crate::engine::program::index::Target;
use crate::engine::program::{Program, Role};
use crate::model::Model;
use crate::model::rule::Trigger;
use crate::time::{Time, Unit};
use crate::value::Value;
use crate::value_ref::ValueRef;

const UNITS: [Unit; 2] = [Unit::Hour, Unit::Day];
const NEVER: i64 = i64::MAX;

/// What is yet to be looked at, now and later.
#[derive(Clone, Debug)]
pub struct Flow {
    /// Conditions whose truth may have changed.
    queue: Vec<u32>,
    queued: Vec<bool>,
    /// Rules whose contribution may have changed.
    touched: Vec<u32>,
    is_touched: Vec<bool>,
    /// Scores whose value may have changed.
    dirty: Vec<bool>,
    /// Room for what an event does, so that it need not be made anew each time.
    pub targets: Vec<Target>,
    pub effects: Vec<Effect>,
    /// What changes by itself, by hours and by days.
    live: [Vec<Live>; 2],
    /// The number of the hour and the day in which the first of them changes, and the first of those that may change a stage.
    due: [i64; 2],
    staged_due: [i64; 2],
    /// The stages must be looked at in this moment.
    pass: bool,
    /// The last moment changed the stage, so the very next one matters.
    restless: bool,
    /// The day on which the stages must be looked at again.
    stage_day: i64,
    /// The next moment that may change a stage.
    wake: Time,
    /// Before this time nothing changes by itself.
    quiet: Time,
}

/// Something that changes by itself.
#[derive(Clone, Copy, Debug)]
struct Live {
    item: Item,
    /// The number of the hour or day.
    next: i64,
}

#[derive(Clone, Copy, Debug)]
enum Item {
    Rule(u32),
    Signal(u32),
}

impl Flow {
    /// Nothing happened yet: everything is to be looked at.
    pub fn new(program: &Program) -> Flow {
        Flow {
            queue: Vec::new(),
            queued: vec![false; program.nodes.len()],
            touched: Vec::new(),
            is_touched: vec![false; program.rules.len()],
            dirty: vec![true; program.scores.len()],
            targets: Vec::new(),
            effects: Vec::new(),
            live: [Vec::new(), Vec::new()],
            due: [NEVER; 2],
            staged_due: [NEVER; 2],
            pass: false,
            restless: false,
            stage_day: NEVER,
            wake: NEVER,
            quiet: Time::MIN,
        }
    }

    /// A condition may have changed its mind.
    pub fn queue(&mut self, who: u32) {
        if let Some(queued) = self.queued.get_mut(who as usize).filter(|queued| !**queued) {
            *queued = true;
            self.queue.push(who);
        }
    }

    /// These may have.
    pub fn tell(&mut self, who: &[u32]) {
        who.iter().for_each(|who| self.queue(*who));
    }

    /// Those who look at this trait may have.
    pub fn tell_trait(&mut self, program: &Program, key: &str, old: Option<&Value>, new: Option<&Value>) {
        if let Some(watchers) = program.traits.get(key).filter(|_| old != new) {
            watchers.changed(old.into(), new.into(), |who| self.queue(who));
        }
    }

    /// What a rule contributes may have changed.
    pub fn touch_rule(&mut self, place: usize) {
        if let Some(touched) = self.is_touched.get_mut(place).filter(|touched| !**touched) {
            *touched = true;
            self.touched.push(place as u32);
        }
    }

    /// Before this time nothing changes by itself.
    pub fn quiet(&self) -> Time {
        self.quiet
    }

    /// The stages must be looked at in this moment, whatever changes.
    pub fn need_pass(&mut self) {
        self.pass = true;
    }

    /// Remembers that a rule changes by itself, if it does.
    pub fn list_rule(&mut self, program: &Program, model: &Model, place: usize, own: &mut Contribution) {
        let Some(rule) = model.rules.get(place).filter(|_| !own.listed) else { return };
        if let Some((unit, next)) = own.first_change(rule) {
            own.listed = true;
            self.add(Item::Rule(place as u32), unit, next, program.staged_scores.get(rule.score) == Some(&true));
        }
    }

    /// Remembers that a signal changes by itself, if it does.
    pub fn list_signal(&mut self, program: &Program, place: usize, own: &mut Measured) {
        if own.listed {
            return;
        }
        if let Some((unit, next)) = own.first_change() {
            own.listed = true;
            self.add(Item::Signal(place as u32), unit, next, program.staged_signals.get(place) == Some(&true));
        }
    }

    fn add(&mut self, item: Item, unit: Unit, next: i64, staged: bool) {
        let place = place_of(unit);
        if let (Some(live), Some(due), Some(staged_due)) =
            (self.live.get_mut(place), self.due.get_mut(place), self.staged_due.get_mut(place))
        {
            live.push(Live { item, next });
            *due = next.min(*due);
            if staged {
                *staged_due = next.min(*staged_due);
            }
        }
    }
}

impl State {
    /// Looks at everything once, before the first event.
    pub(super) fn begin(&mut self, model: &Model, visitor: &str) {
        (0..model.program.nodes.len()).for_each(|who| self.flow.queue(who as u32));
        (0..model.rules.len()).for_each(|place| self.flow.touch_rule(place));
        self.settle_values(model, visitor);
        self.flow.pass = false;
    }

    /// Without any event, `now` is the only moment.
    pub fn pass_alone(&mut self, model: &Model, visitor: &str, now: Time) {
        self.flow.pass = true;
        self.settle(model, visitor, now, None);
    }

    /// The next moment that may change a stage if no event comes before it.
    pub fn next_moment(&self) -> Time {
        self.flow.wake
    }

    /// Passes all moments up to a time that can change anything, and brings everything to that time.
    pub fn advance(&mut self, model: &Model, visitor: &str, now: Time) {
        if now < self.flow.quiet {
            return;
        }
        while self.flow.wake <= now {
            let moment = self.flow.wake;
            self.refresh(model, moment);
            self.settle(model, visitor, moment, None);
        }
        self.refresh(model, now);
        self.settle_values(model, visitor);
        self.flow.quiet = self.next_by_itself(model);
    }

    /// Brings what changes by itself to a time.
    fn refresh(&mut self, model: &Model, now: Time) {
        let offset = model.utc_offset;
        for (place, unit) in UNITS.into_iter().enumerate() {
            let number = offset.number(now, unit);
            if self.flow.due.get(place).is_none_or(|due| *due > number) {
                continue;
            }
            self.clock = self.clock.max(offset.start(number, unit));
            let live = self.flow.live.get_mut(place).map(std::mem::take).unwrap_or_default();
            for array in [&mut self.flow.due, &mut self.flow.staged_due] {
                if let Some(due) = array.get_mut(place) {
                    *due = NEVER;
                }
            }
            for own in live {
                self.pass_item(model, own, unit, number, now);
            }
        }
        if let Some(end) = self.timeout(model).filter(|end| *end <= now && !model.program.active.is_empty()) {
            self.active = false;
            self.clock = self.clock.max(end);
            self.flow.tell(&model.program.active);
        }
    }

    /// Lets time pass for one of those that change by themselves, and puts it back unless that is over.
    fn pass_item(&mut self, model: &Model, live: Live, unit: Unit, number: i64, now: Time) {
        let program = &*model.program;
        let offset = model.utc_offset;
        let mut next = Some((unit, live.next));
        let staged = match live.item {
            Item::Rule(place) => {
                let place = place as usize;
                let (Some(rule), Some(own)) = (model.rules.get(place), self.rules.get_mut(place)) else { return };
                if live.next <= number {
                    next = own.pass(rule, now, offset);
                    own.listed = next.is_some();
                    self.flow.touch_rule(place);
                }
                program.staged_scores.get(rule.score) == Some(&true)
            }
            Item::Signal(place) => {
                let place = place as usize;
                if live.next <= number {
                    let mut after = None;
                    self.change_signal(program, place, |own| {
                        after = own.expire(now, offset);
                        own.listed = after.is_some();
                    });
                    next = after.map(|after| (unit, after));
                }
                program.staged_signals.get(place) == Some(&true)
            }
        };
        if let Some((unit, next)) = next {
            self.flow.add(live.item, unit, next, staged);
        }
    }

    /// Lets all that changed take effect, and passes a moment.
    pub(super) fn settle(&mut self, model: &Model, visitor: &str, time: Time, event: Option<&str>) {
        self.clock = time;
        self.settle_values(model, visitor);
        if model.stages.is_empty() {
            self.flow.quiet = self.next_by_itself(model);
            return;
        }
        let today = State::day(model, time);
        if self.flow.pass || self.flow.restless || self.flow.stage_day <= today {
            self.flow.pass = false;
            self.pass_stages(model, visitor, time, event, today);
        }
        self.flow.wake = self.next_wake(model, time);
        self.flow.quiet = self.next_by_itself(model);
    }

    fn pass_stages(&mut self, model: &Model, visitor: &str, time: Time, event: Option<&str>, today: i64) {
        let program = &*model.program;
        let mut stages = std::mem::take(&mut self.stages);
        let holds = |node: Option<u32>, days: i64| {
            let Some(place) = node.map(|node| node as usize) else { return false };
            match program.nodes.get(place) {
                Some(node) if node.on_days => {
                    let document = VisitorDocument { model, state: self, visitor, stage_days: days, active: self.active };
                    node.condition.as_ref().is_some_and(|condition| condition.holds(&document))
                }
                _ => self.truth.get(place) == Some(&true),
            }
        };
        let sight = Sight {
            time,
            event,
            disqualified: self.truth.iter().take(program.first_stage_node).skip(program.first_disqualification).any(|holds| *holds),
            enters: &|place, days| holds(program.stages.get(place).map(|(enter, _)| *enter), days),
            exits: &|place, days| holds(program.stages.get(place).and_then(|(_, exit)| *exit), days),
        };
        self.flow.restless = stages.pass(model, &sight);
        let since = stages.since.map_or(today, |since| State::day(model, since));
        let on_days = program.nodes.iter().skip(program.first_stage_node).any(|node| node.on_days);
        let days = match &program.stage_days {
            Some(days) => days.iter().map(|days| since.saturating_add(*days)).filter(|day| *day > today).min(),
            None => Some(today + 1),
        };
        self.flow.stage_day = [days.filter(|_| on_days), stages.next_reentry(model, today)].into_iter().flatten().min().unwrap_or(NEVER);
        self.stages = stages;
    }

    /// The next moment after `time` that may change a stage.
    fn next_wake(&self, model: &Model, time: Time) -> Time {
        let offset = model.utc_offset;
        let start = |number: i64, unit: Unit| if number == NEVER { NEVER } else { offset.start(number, unit) };
        let matters = self.flow.restless || model.program.staged_active;
        let timeout = self.timeout(model).filter(|end| *end > time && matters).unwrap_or(NEVER);
        let next = |unit: Unit| if self.flow.restless { start(offset.number(time, unit) + 1, unit) } else { NEVER };
        let due = UNITS.into_iter().zip(self.flow.staged_due).map(|(unit, due)| start(due, unit));
        let hour = if model.program.uses_hours { next(Unit::Hour) } else { NEVER };
        due.chain([timeout, start(self.flow.stage_day, Unit::Day), hour, next(Unit::Day)]).min().unwrap_or(NEVER)
    }

    /// The time before which nothing changes by itself.
    fn next_by_itself(&self, model: &Model) -> Time {
        let due =
            UNITS.into_iter().zip(self.flow.due).filter(|(_, due)| *due != NEVER).map(|(unit, due)| model.utc_offset.start(due, unit));
        let timeout = self.timeout(model).filter(|_| !model.program.active.is_empty()).unwrap_or(NEVER);
        due.chain([timeout, self.flow.wake]).min().unwrap_or(NEVER)
    }

    /// When the session runs out, unless that is known to be past.
    fn timeout(&self, model: &Model) -> Option<Time> {
        self.session.filter(|_| self.active).map(|session| session.end.saturating_add(model.session_timeout))
    }

    /// Lets all that changed take effect on conditions, contributions and scores.
    fn settle_values(&mut self, model: &Model, visitor: &str) {
        self.ask_conditions(model, visitor, false);
        self.add_up(model, visitor);
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
            if let Some(queued) = self.flow.queued.get_mut(who) {
                *queued = false;
            }
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
            let Some(truth) = self.truth.get_mut(who).filter(|truth| **truth != holds) else { continue };
            *truth = holds;
            match node.role {
                Role::Gate(rule) | Role::Worth(rule) => self.flow.touch_rule(rule),
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
            if let Some(touched) = self.flow.is_touched.get_mut(place) {
                *touched = false;
            }
            let (Some(rule), Some(plan)) = (model.rules.get(place), program.rules.get(place)) else { continue };
            let counts = plan.gate.is_none_or(|gate| self.truth.get(gate as usize) == Some(&true));
            let points = match rule.trigger {
                Trigger::State if !counts => 0,
                Trigger::State => {
                    let document = VisitorDocument { model, state: self, visitor, stage_days: 0, active: self.active };
                    let field = plan.state_worth.as_ref().map(|slot| super::Document::at(&document, slot));
                    bounded(rule, rule.worth.points(field.as_ref().map_or(ValueRef::Null, |field| field.get())))
                }
                _ => self.rules.get(place).map_or(0, |own| own.value(rule, counts)),
            };
            let Some(own) = self.rules.get_mut(place).filter(|own| own.points != points) else { continue };
            let change = i128::from(points) - i128::from(own.points);
            own.points = points;
            if let Some(sum) = self.sums.get_mut(plan.sum) {
                *sum += change;
            }
            if let Some(dirty) = self.flow.dirty.get_mut(rule.score) {
                *dirty = true;
            }
        }
        for score in 0..model.scores.len() {
            self.renew_score(model, score, false);
        }
        for score in 0..model.scores.len() {
            self.renew_score(model, score, true);
        }
    }

    /// Computes a score anew if it may have changed; combined ones come after the others.
    fn renew_score(&mut self, model: &Model, score: usize, combined: bool) {
        let program = &*model.program;
        let Some(own) = model.scores.get(score) else { return };
        let is_combined = !matches!(own.source, crate::model::score::Source::Rules { .. });
        let Some(dirty) = self.flow.dirty.get_mut(score).filter(|dirty| **dirty && is_combined == combined) else { return };
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

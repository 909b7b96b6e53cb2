//! The running state of a visitor: everything that follows from the events so far, kept so that the next event costs only what it touches.
//!
//! Events come in canonical order; whoever holds the state sees to that, and makes a new one when a late event comes. A moment
//! (docs/model.md, section 6) first changes facts, then the conditions that look at them, then what rules contribute, then scores, then
//! the conditions of stages, then the stage. What nothing looks at is not looked at either.

mod again;
mod calm;
mod documents;
mod flow;
mod moments;
mod rules;
mod signals;
mod small;
mod stages;

pub use again::pooled::{Pooled, Pools};
pub use again::{Memo, Seen};
pub use documents::VisitorDocument;
pub use rules::sums::Line;
pub use stages::Stages;

use super::program::Program;
use super::program::condition::Document;
use super::program::index::{Target, TypeEntry};
use super::program::premise::Subject;
use super::program::slot::EventSlot;
use super::traits::Traits;
use crate::event::Event;
use crate::event::session::{Entry, Page, Session};
use crate::event::view::EventView;
use crate::model::Model;
use crate::order::sort;
use crate::time::{Time, Unit, Units};
use crate::value::{Object, Value};
use crate::value_ref::ValueRef;
use documents::EventDocument;
use rules::contribution::{Contribution, Match};
use rules::contributions::Contributions;
use rules::limits::Limited;
use signals::{Measured, Occurrence};
use small::bits::Bits;
use small::pages::Pages;
use std::sync::Arc;

/// Everything that follows from a visitor's first so many events.
#[derive(Clone, Debug)]
pub struct State {
    /// How many events it has taken in.
    pub seen: usize,
    /// The last moment: nothing that happened before may still come in.
    pub clock: Time,
    /// The last session.
    pub session: Option<Session>,
    /// Whether that has not run out: kept up if a condition looks at it. See [`State::is_active`].
    active: bool,
    /// What the first event of the first and of the last session says of it.
    pub first_entry: Option<Arc<Entry>>,
    pub entry: Option<Arc<Entry>>,
    pub consent: Object,
    /// Traits that events have set.
    known: Traits,
    /// Those given from outside, which act as if always set last, and the two together.
    outside: Option<(Object, Traits)>,
    pub signals: Box<[Measured]>,
    rules: Contributions,
    /// What was let through by the limits that ask for more than how many matches have counted.
    limits: Pages<Limited>,
    /// For each score, the sum of its ungrouped rules, then those of its groups.
    sums: Box<[i128]>,
    /// By how much each of these may fall and rise if all that fades does.
    swings: Box<[calm::Swing]>,
    /// The scores, in milli-points.
    pub values: Box<[i64]>,
    pub stages: Stages,
    /// The places, among all events taken in, of those about actions.
    pub about_actions: Vec<usize>,
    /// Whether what conditions ask about traits holds.
    premises: Bits,
    /// Whether each condition holds.
    truth: Bits,
    flow: flow::Flow,
}

/// What an event does, found out before anything is changed.
#[derive(Clone, Debug)]
pub enum Effect {
    Since(usize),
    Reset(usize),
    Match(usize, Match),
    Observe(usize, Value),
    Step(usize, usize),
}

/// What an event has done so far, as far as the rest of what it does depends on that: nothing, mostly.
#[derive(Default)]
struct Applying {
    /// The signals and the scores that it makes forget.
    since: Vec<usize>,
    reset: Vec<usize>,
    /// For each sequence, which steps it is.
    steps: Vec<(usize, Vec<usize>)>,
}

impl State {
    /// A visitor of whom nothing is known but, perhaps, traits given from outside.
    pub fn new(model: &Model, visitor: &str, outside: Option<&Object>) -> State {
        if outside.is_some() || model.program.asks_id {
            return State::begun(model, visitor, outside);
        }
        // All others begin alike.
        (**model.program.blank.get_or_init(|| Box::new(State::begun(model, visitor, None)))).clone()
    }

    fn begun(model: &Model, visitor: &str, outside: Option<&Object>) -> State {
        let program = &*model.program;
        let mut state = State {
            seen: 0,
            clock: Time::MIN,
            session: None,
            active: false,
            first_entry: None,
            entry: None,
            consent: Object::new(),
            known: Traits::default(),
            outside: outside.map(|outside| {
                let mut both = Traits::default();
                both.merge(outside);
                (outside.clone(), both)
            }),
            signals: model.signals.iter().map(Measured::new).collect(),
            rules: Contributions::new(model.rules.len()),
            limits: Pages::new(program.limits),
            sums: vec![0; program.sum_count].into(),
            swings: vec![calm::Swing::default(); program.sum_count].into(),
            values: vec![0; model.scores.len()].into(),
            stages: Stages::new(model),
            about_actions: Vec::new(),
            premises: Bits::new(program.premises.len()),
            truth: Bits::new(program.nodes.len()),
            flow: flow::Flow::new(program),
        };
        for (place, premise) in program.premises.iter().enumerate() {
            let traits = state.outside.as_ref().map_or(&state.known, |(_, both)| both).all();
            let signal = if let Subject::Signal(signal) = premise.subject { state.signals.get(signal) } else { None };
            let found = signal.map_or_else(|| premise.find(traits), Measured::value);
            state.flow.reconsider(premise, place as u32, found.get(), &mut state.premises, &state.truth);
        }
        state.begin(model, visitor);
        state
    }

    /// The same visitor before any event.
    pub fn emptied(&self, model: &Model, visitor: &str) -> State {
        State::new(model, visitor, self.outside.as_ref().map(|(outside, _)| outside))
    }

    /// What is to be done with the last event: the patterns it matched.
    pub fn last_targets(&self) -> &[Target] {
        &self.flow.targets
    }

    /// The traits, those from outside included.
    pub fn traits(&self) -> &Object {
        self.outside.as_ref().map_or(&self.known, |(_, both)| both).all()
    }

    /// Takes in the next event in canonical order. It must not be before the last moment.
    pub fn take(&mut self, model: &Model, visitor: &str, event: &Event) {
        self.take_view(model, visitor, &EventView::of(event));
    }

    /// As [`State::take`].
    pub fn take_view(&mut self, model: &Model, visitor: &str, event: &EventView<'_>) {
        self.take_again(model, visitor, event, None);
    }

    /// The same, with what is known of what the event does.
    pub fn take_again(&mut self, model: &Model, visitor: &str, event: &EventView<'_>, memo: Option<&Memo>) {
        let program = &*model.program;
        self.pass(model, visitor, event.time);
        let kind = program.index.of_type(event.r#type);
        let offsite = event.offsite || kind.is_some_and(|kind| kind.offsite);
        if self.seen == 0 {
            self.stages.since = Some(event.time);
            self.flow.need_pass();
        }
        if event.r#type.starts_with("action_") {
            self.about_actions.push(self.seen);
        }
        self.seen += 1;
        if !offsite {
            self.take_activity(model, event, memo);
        }
        if let Some(set) = event.traits {
            set.show(|set| self.take_traits(program, set));
        }
        self.take_consent(program, event);
        let mut targets = std::mem::take(&mut self.flow.targets);
        let mut applying = None;
        match memo {
            Some(memo) => {
                memo.condensed.effects.iter().for_each(|effect| self.apply(model, event, offsite, effect, &mut applying));
                self.add_known(model, self.seen - 1..self.seen);
            }
            None => {
                self.find_targets(model, event, kind, offsite, &mut targets);
                for target in &targets {
                    // What an event does depends on nothing that it changes.
                    if let Some(effect) = &self.effect(model, event, offsite, *target) {
                        self.apply(model, event, offsite, effect, &mut applying);
                    }
                }
            }
        }
        self.flow.targets = targets;
        if let Some(applying) = applying {
            self.apply_steps(model, event.time, *applying);
        }
        self.settle(model, visitor, event.time, Some(event.id));
    }

    /// Says whether it begins a session.
    fn take_activity(&mut self, model: &Model, event: &EventView<'_>, memo: Option<&Memo>) -> bool {
        let program = &*model.program;
        let session = Session::next(self.session, event, model.session_timeout);
        let fresh = self.session.is_none_or(|last| last.number != session.number);
        self.session = Some(session);
        if fresh {
            let known = memo.and_then(|memo| memo.entry.clone());
            let entry = known.unwrap_or_else(|| Arc::new(Entry::of(event, &Page::of(event), &model.channels)));
            self.first_entry.get_or_insert_with(|| entry.clone());
            self.entry = Some(entry);
            self.flow.tell(&program.entry);
        }
        self.flow.tell(&program.session);
        if !self.active {
            self.active = true;
            self.flow.tell(&program.active);
        }
        if !program.idle.is_empty() {
            self.flow.active(model, State::day(model, event.time));
        }
        fresh
    }

    fn take_traits(&mut self, program: &Program, set: &Object) {
        // A list or an object may be long: it is not kept, but taken to have changed.
        let scalar =
            |value: &Value| if matches!(value, Value::Array(_) | Value::Object(_)) { Value::Array(Vec::new()) } else { value.clone() };
        let watched = || set.keys().filter(|key| program.traits.get(key).is_some());
        let before: Vec<Option<Value>> = watched().map(|key| self.traits().get(key).map(scalar)).collect();
        self.known.merge(set);
        if let Some((outside, both)) = &mut self.outside {
            *both = self.known.clone();
            both.merge(outside);
        }
        let now = self.outside.as_ref().map_or(&self.known, |(_, both)| both).all();
        for (key, old) in watched().zip(before) {
            let (old, new) = (old.as_ref(), now.get(key));
            let is_same = old == new && !matches!(old, Some(Value::Array(_)));
            if let Some(watchers) = program.traits.get(key).filter(|_| !is_same) {
                watchers.changed(old.into(), new.into(), |place| {
                    if let Some(premise) = program.premises.get(place as usize) {
                        self.flow.reconsider(premise, place, premise.find(now).get(), &mut self.premises, &self.truth);
                    }
                });
            }
        }
        self.flow.tell(&program.any_trait);
    }

    fn take_consent(&mut self, program: &Program, event: &EventView<'_>) {
        if let Some(choices) = event.properties.filter(|_| event.r#type == "consent") {
            choices.to_object().iter().for_each(|(key, choice)| self.consent.insert(key, choice.clone()));
            self.flow.tell(&program.consent);
        }
    }

    /// What is to be done with the event: what makes forget comes first; of the steps of a sequence, the later ones do.
    fn find_targets(&self, model: &Model, event: &EventView<'_>, kind: Option<&TypeEntry>, offsite: bool, targets: &mut Vec<Target>) {
        targets.clear();
        model.program.index.find(kind, &EventDocument::new(event, offsite, self), targets);
        put_in_order(targets);
    }

    /// What the event does there.
    fn effect(&self, model: &Model, event: &EventView<'_>, offsite: bool, target: Target) -> Option<Effect> {
        let program = &*model.program;
        let document = || EventDocument::new(event, offsite, self);
        let field = |slot: Option<&EventSlot>| slot.map(|slot| document().at(slot).get().to_value());
        Some(match target {
            Target::Since(place) => Effect::Since(place as usize),
            Target::Reset(place) => Effect::Reset(place as usize),
            Target::Rule(place) => {
                let place = place as usize;
                let (rule, plan) = (model.rules.get(place)?, program.rules.get(place)?);
                let points = match &plan.worth {
                    Some(slot) => rule.worth.points(document().at(slot).get()),
                    None => rule.worth.points(ValueRef::Null),
                };
                Effect::Match(place, Match { time: event.time, points, by: field(plan.by.as_ref()) })
            }
            Target::Signal(place) => {
                let place = place as usize;
                Effect::Observe(place, field(program.measured.get(place)?.as_ref()).unwrap_or_default())
            }
            Target::Step(place, step) => Effect::Step(place as usize, step as usize),
        })
    }

    /// Lets one of the things that an event does take effect.
    fn apply(&mut self, model: &Model, event: &EventView<'_>, offsite: bool, effect: &Effect, applying: &mut Option<Box<Applying>>) {
        let (program, offset) = (&*model.program, model.utc_offset);
        let session = self.session.map(|session| session.number).filter(|_| !offsite);
        match effect {
            Effect::Since(place) => {
                applying.get_or_insert_default().since.push(*place);
                self.change_signal(program, *place, |own| own.forget());
            }
            Effect::Reset(score) => {
                applying.get_or_insert_default().reset.push(*score);
                let mut counted = false;
                for place in program.resettable.get(*score).into_iter().flatten() {
                    let place = *place as usize;
                    // Matches stay matches.
                    let forget = |own: &mut Contribution| {
                        own.sum = 0;
                        std::mem::take(&mut own.counted) > 0
                    };
                    if self.rules.change(place, forget) == Some(true) {
                        let limit = program.rules.get(place).and_then(|plan| self.limits.get_mut(plan.limit?));
                        limit.into_iter().for_each(|own| *own = Limited::default());
                        counted = true;
                        self.flow.touch_rule(place);
                    }
                }
                if counted {
                    self.flow.forget(model, *score);
                }
            }
            Effect::Match(place, own) => {
                if let Some(rule) = model.rules.get(*place) {
                    self.count(model, *place, own, session, !applying.as_ref().is_some_and(|own| own.reset.contains(&rule.score)));
                }
            }
            Effect::Observe(place, _) if applying.as_ref().is_some_and(|own| own.since.contains(place)) => {}
            Effect::Observe(place, field) => {
                let occurrence = Occurrence { time: event.time, session };
                self.change_signal(program, *place, |own| own.observe(occurrence, field.into(), window(model, *place), offset));
                self.list_signal(model, *place);
            }
            Effect::Step(place, step) => {
                let steps = &mut applying.get_or_insert_default().steps;
                match steps.last_mut() {
                    Some((own, list)) if own == place => list.push(*step),
                    _ => steps.push((*place, vec![*step])),
                }
            }
        }
    }

    /// Lets all steps that an event is take effect, those of a sequence together.
    fn apply_steps(&mut self, model: &Model, time: Time, applying: Applying) {
        for (place, list) in applying.steps {
            let counts = !applying.since.contains(&place);
            let step = |own: &mut Measured| own.step(time, list.into_iter().rev(), counts, window(model, place), model.utc_offset);
            self.change_signal(&model.program, place, step);
            self.list_signal(model, place);
        }
    }

    /// A match of a rule, in a session or off site; `counts` unless it is itself the reset.
    fn count(&mut self, model: &Model, place: usize, own: &Match, session: Option<usize>, counts: bool) {
        let (Some(rule), Some(plan)) = (model.rules.get(place), model.program.rules.get(place)) else { return };
        let State { rules, limits, flow, .. } = self;
        let contributed = rules.make(place, |state| {
            state.matches = state.matches.saturating_add(1);
            let counts = counts
                && match (&rule.limit, plan.limit) {
                    (None, _) => true,
                    (Some(limit), None) => (state.counted as usize) < limit.times,
                    (Some(limit), Some(place)) => {
                        limits.make(place).is_some_and(|limited| limited.lets_through(limit, own, session, model.utc_offset))
                    }
                };
            match (plan.decay, plan.gate) {
                _ if !counts => None,
                // What neither fades nor waits for anything is known at once.
                (None, None) => {
                    let before = state.points;
                    flow.stir();
                    state.count(own.points);
                    state.points = state.value(rule, true);
                    Some((before, state.points))
                }
                _ => {
                    flow.add_match(model, place, plan, own.time, own.points, state);
                    None
                }
            }
        });
        if let Some((old, points)) = contributed.flatten() {
            self.contribute(rule, plan, old, points);
        }
    }

    /// Changes a signal, and tells those who look at it.
    fn change_signal(&mut self, program: &Program, place: usize, change: impl FnOnce(&mut Measured)) {
        let Some(own) = self.signals.get_mut(place) else { return };
        let Some(watchers) = program.signals.get(place).filter(|watchers| !watchers.is_empty()) else { return change(own) };
        let old = own.value().get().as_number();
        change(own);
        let value = own.value();
        let new = value.get().as_number();
        if old != new || old.is_none() {
            watchers.passed(old, new, |place| {
                if let Some(premise) = program.premises.get(place as usize) {
                    self.flow.reconsider(premise, place, value.get(), &mut self.premises, &self.truth);
                }
            });
        }
    }

    fn list_signal(&mut self, model: &Model, place: usize) {
        if let Some(own) = self.signals.get_mut(place) {
            self.flow.list_signal(model, place, own);
        }
    }

    /// Of each disqualification, in file order, whether it holds.
    pub fn disqualifications(&self, model: &Model) -> impl Iterator<Item = bool> {
        let first = model.program.first_disqualification;
        (first..first + model.disqualify.len()).map(|place| self.truth.has(place))
    }

    /// The ids of the disqualifications that hold, in file order.
    pub fn disqualified(&self, model: &Model) -> Vec<String> {
        model.disqualify.iter().zip(self.disqualifications(model)).filter(|(_, holds)| *holds).map(|(own, _)| own.id.clone()).collect()
    }

    /// The grade: the labels of the scores that make it, joined; `None` if one is missing.
    pub fn grade(&self, model: &Model) -> Option<String> {
        let label = |place: &usize| model.scores.get(*place)?.grade(*self.values.get(*place)?);
        model.grade.as_ref()?.iter().map(label).collect()
    }

    /// Whether the last session has not run out at a time to which the state was brought.
    pub fn is_active(&self, model: &Model, now: Time) -> bool {
        self.session.is_some_and(|session| now < session.end.saturating_add(model.session_timeout))
    }

    /// Before this time nothing changes by itself.
    pub fn quiet(&self) -> Time {
        self.flow.quiet()
    }

    /// How many days the stage has lasted at a time.
    pub fn stage_days(&self, model: &Model, now: Time) -> i64 {
        self.stages.days(model, now)
    }

    /// The day of a time.
    fn day(model: &Model, time: Time) -> i64 {
        model.utc_offset.number(time, Unit::Day)
    }
}

/// How far back a signal looks.
fn window(model: &Model, signal: usize) -> Option<Units> {
    model.signals.get(signal).and_then(|signal| signal.within)
}

/// Sorts the patterns that an event matches: mostly a few, in place.
fn put_in_order(targets: &mut [Target]) {
    const FEW: usize = 16;
    if targets.len() > FEW {
        return sort(targets);
    }
    for end in 1..targets.len() {
        let mut place = end;
        while place > 0 && targets.get(place - 1) > targets.get(place) {
            targets.swap(place - 1, place);
            place -= 1;
        }
    }
}

//! A scoring model, compiled: what an event touches, and what a change of the visitor touches, is found without looking at the rest.
//!
//! It decides nothing about a visitor: `state` does.

pub mod condition;
pub mod index;
pub mod names;
pub mod premise;
pub mod slot;
pub mod table;
pub mod watch;

use super::state::State;
use crate::condition::Condition;
use crate::event::types;
use crate::model::Model;
use crate::model::rule::{Decay, Per, Trigger, Worth};
use crate::model::score;
use crate::model::signal::Source;
use crate::time::{Unit, Units};
use crate::value_ref::ValueRef;
use condition::Cond;
use core::sync::atomic::{AtomicUsize, Ordering};
use index::{Index, Target, look_back};
use names::Names;
use premise::{Premise, Premises, Subject, Told};
use slot::{EventSlot, VisitorSlot};
use std::sync::{Arc, OnceLock};
use table::Table;
use watch::{Fact, TraitWatchers, Watchers, facts, of_slot};

/// A compiled model.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Different for each compiled model: a visitor's running state belongs to one.
    pub serial: usize,
    /// What its parts are called.
    pub names: Names,
    /// The patterns.
    pub index: Index,
    /// The conditions on the visitor.
    pub nodes: Vec<Node>,
    /// Where the disqualifications begin among the nodes.
    pub first_disqualification: usize,
    /// Where stages' conditions begin among the nodes: behind the disqualifications.
    pub first_stage_node: usize,
    /// For each stage, what enters and what leaves it.
    pub stages: Vec<(u32, Option<u32>)>,
    /// For each score, the conditions that look at it.
    pub scores: Vec<Watchers>,
    /// For each signal, and by name of each trait: the premises that may change with it.
    pub signals: Vec<Watchers>,
    pub traits: Table<TraitWatchers>,
    /// What is asked about traits and signals.
    pub premises: Vec<Premise>,
    pub any_trait: Vec<u32>,
    pub session: Vec<u32>,
    pub entry: Vec<u32>,
    pub active: Vec<u32>,
    pub consent: Vec<u32>,
    pub disqualified: Vec<u32>,
    /// The days in a stage at which a stage's condition may change its mind; `None` if any day may.
    pub stage_days: Option<Vec<i64>>,
    /// What each event rule takes from an event.
    pub rules: Vec<RulePlan>,
    /// The different ways in which rules fade.
    pub decays: Vec<Decay>,
    /// How many limits ask for more than how many matches have counted.
    pub limits: usize,
    /// What each signal takes from an event.
    pub measured: Vec<Option<EventSlot>>,
    /// Whether a change of this signal may change a stage.
    pub staged_signals: Vec<bool>,
    /// Whether a change of this score may change a stage.
    pub staged_scores: Vec<bool>,
    /// Whether the end of a session may change a stage.
    pub staged_active: bool,
    /// For each score, where the sums of its ungrouped rules stand; those of its groups follow.
    pub sums: Vec<usize>,
    /// How many sums there are.
    pub sum_count: usize,
    /// For each, the shortest half-life by which what feeds it fades, in hours and in days, and what bounds do not let fade of it; `None` if anything fades otherwise.
    pub half_lives: Vec<Option<([i64; 2], i128)>>,
    /// For each score, the rules that feed it and respond to events or idleness.
    pub resettable: Vec<Vec<u32>>,
    /// The combined scores that each score is part of.
    pub combined: Vec<Vec<usize>>,
    /// The conditions of actions: asked only when somebody asks for the actions.
    pub actions: Vec<Option<Cond<VisitorSlot>>>,
    /// The idle rules.
    pub idle: Vec<u32>,
    /// What an event does depends on those before it by what stands here, traits and sessions: the places that somebody asks events for.
    pub back: Vec<EventSlot>,
    /// Whether what follows from events depends on the visitor's id.
    pub asks_id: bool,
    /// A visitor of whom nothing is known, once there was one.
    pub blank: OnceLock<Box<State>>,
}

/// What a rule needs to be worth something.
#[derive(Clone, Debug, Default)]
pub struct RulePlan {
    /// Where the sum it adds to stands.
    pub sum: usize,
    /// The field that gives an event rule's points.
    pub worth: Option<EventSlot>,
    /// The field that tells its limits apart.
    pub by: Option<EventSlot>,
    /// The field that gives a state rule's points.
    pub state_worth: Option<VisitorSlot>,
    /// What a state rule is worth that is always worth the same: it contributes that while its gate is open, and nothing else needs to be kept of it.
    pub share: Option<i64>,
    /// The condition that its matches need to count.
    pub gate: Option<u32>,
    /// Which of the decays is its own.
    pub decay: Option<usize>,
    /// Which of the limits is its own that ask for more than how many matches have counted.
    pub limit: Option<usize>,
}

/// A condition on the visitor, and what depends on it.
#[derive(Clone, Debug)]
pub struct Node {
    /// What depends on it.
    pub role: Role,
    /// The condition; a rule's worth has none.
    pub condition: Option<Cond<VisitorSlot>>,
    /// It looks at how long the stage has lasted, so its truth is not kept.
    pub on_days: bool,
    /// Whether it may change a stage.
    pub staged: bool,
}

/// What depends on a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Whether the rule's matches count; for a state rule, whether it is a match.
    Gate(usize),
    /// What the state rule is worth.
    Worth(usize),
    /// Whether these points, in milli-points, are among those that add up to a score: those of a state rule that is always worth the same.
    Share { sum: usize, score: usize, points: i64 },
    /// Whether the visitor is disqualified by this.
    Disqualify,
    /// Whether a stage is entered or left.
    Stage,
}

static SERIAL: AtomicUsize = AtomicUsize::new(1);

impl Program {
    /// The place of one that is yet to be compiled. There is one for all, since giving one up takes code, too.
    pub fn none() -> Arc<Program> {
        thread_local!(static NONE: Arc<Program> = Arc::default());
        NONE.with(Arc::clone)
    }

    /// Compiles a model.
    pub fn compile(model: &Model) -> Program {
        let mut program = Program {
            serial: SERIAL.fetch_add(1, Ordering::Relaxed),
            names: Names::of(model),
            stage_days: Some(Vec::new()),
            ..Program::default()
        };
        let mut premises = Premises::default();
        program.add_patterns(model, &mut premises);
        program.add_sums(model);
        program.add_nodes(model, &mut premises);
        program.find_staged(model);
        let slot = |path: &str| program.slot(model, path);
        program.actions = model.actions.iter().map(|action| action.when.as_ref().map(|when| Cond::compile(when, &slot))).collect();
        let fields = program.rules.iter().flat_map(|plan| [&plan.worth, &plan.by]).chain(&program.measured);
        fields.flatten().for_each(|slot| look_back(slot, &mut program.index.back));
        program.back = std::mem::take(&mut program.index.back);
        let mut asks_id = false;
        for condition in program.nodes.iter().filter_map(|node| node.condition.as_ref()) {
            condition.each(&mut |slot, _| asks_id = asks_id || *slot == VisitorSlot::Id);
        }
        program.asks_id = asks_id;
        program
    }

    /// Whether a change of what a rule contributes may change a stage.
    pub fn is_staged(&self, model: &Model, rule: usize) -> bool {
        model.rules.get(rule).is_some_and(|rule| self.staged_scores.get(rule.score) == Some(&true))
    }

    fn add_patterns(&mut self, model: &Model, premises: &mut Premises) {
        let off_site = types::OFFSITE.iter().copied().chain(model.offsite.iter().map(String::as_str));
        off_site.for_each(|r#type| self.index.set_offsite(r#type));
        for (place, signal) in model.signals.iter().enumerate() {
            let own = place as u32;
            if let Some(since) = &signal.since {
                self.index.add(since, Target::Since(own), premises);
            }
            match &signal.source {
                Source::Events { pattern, .. } => self.index.add(pattern, Target::Signal(own), premises),
                Source::Sequence { steps, .. } => {
                    let target = |step| Target::Step(own, step as u32);
                    steps.iter().enumerate().for_each(|(step, pattern)| self.index.add(pattern, target(step), premises));
                }
            }
            self.measured.push(match &signal.source {
                Source::Events { measure, of: Some(of), .. } if measure.needs_field() => Some(EventSlot::of(of)),
                _ => None,
            });
        }
        for (place, score) in model.scores.iter().enumerate() {
            if let score::Source::Rules { reset: Some(reset) } = &score.source {
                self.index.add(reset, Target::Reset(place as u32), premises);
            }
        }
        for (place, rule) in model.rules.iter().enumerate() {
            match &rule.trigger {
                Trigger::Event(pattern) => self.index.add(pattern, Target::Rule(place as u32), premises),
                Trigger::Idle(_) => self.idle.push(place as u32),
                Trigger::State => {}
            }
        }
        self.index.finish();
    }

    fn add_sums(&mut self, model: &Model) {
        self.combined = vec![Vec::new(); model.scores.len()];
        for (place, score) in model.scores.iter().enumerate() {
            self.sums.push(self.sum_count);
            self.sum_count += 1 + score.groups.len();
            let parts: Vec<usize> = match &score.source {
                score::Source::Rules { .. } => Vec::new(),
                score::Source::Of(parts) => parts.iter().map(|(part, _)| *part).collect(),
                score::Source::BestOf(parts) => parts.clone(),
            };
            for part in parts {
                if let Some(combined) = self.combined.get_mut(part).filter(|combined| !combined.contains(&place)) {
                    combined.push(place);
                }
            }
        }
        self.half_lives = vec![Some(([i64::MAX; 2], 0)); self.sum_count];
        self.resettable = vec![Vec::new(); model.scores.len()];
        for (place, rule) in model.rules.iter().enumerate() {
            let field = match &rule.worth {
                Worth::Field { of, .. } => Some(of.as_str()),
                Worth::Fixed(_) => None,
            };
            let state = matches!(rule.trigger, Trigger::State);
            if let Some(own) = self.resettable.get_mut(rule.score).filter(|_| !state) {
                own.push(place as u32);
            }
            let limit = rule.limit.as_ref().filter(|limit| limit.per != Per::Ever || limit.by.is_some()).map(|_| self.limits);
            self.limits += usize::from(limit.is_some());
            let plan = RulePlan {
                sum: self.sums.get(rule.score).copied().unwrap_or(0) + rule.group.map_or(0, |group| group + 1),
                worth: field.filter(|_| !state).map(EventSlot::of),
                by: rule.limit.as_ref().and_then(|limit| limit.by.as_deref()).map(EventSlot::of),
                state_worth: field.filter(|_| state).map(|of| self.slot(model, of)),
                share: Some(rule.bounded(rule.worth.points(ValueRef::Null))).filter(|_| state && field.is_none() && rule.when.is_some()),
                gate: None,
                decay: rule.decay.map(|decay| self.decay(decay)),
                limit,
            };
            if let (Some(decay), Some(own)) = (&rule.decay, self.half_lives.get_mut(plan.sum)) {
                match (decay, own.as_mut()) {
                    (Decay::HalfLife(Units { count, unit }), Some(([hours, days], stays))) => {
                        let shortest = if *unit == Unit::Hour { hours } else { days };
                        *shortest = (*count).min(*shortest);
                        *stays += i128::from(rule.bounded(0).abs());
                    }
                    _ => *own = None,
                }
            }
            self.rules.push(plan);
        }
    }

    /// The place of a decay. Rules mostly fade like one of those before them.
    fn decay(&mut self, decay: Decay) -> usize {
        let lately = self.decays.len().saturating_sub(16);
        let known = (lately..self.decays.len()).find(|place| self.decays.get(*place) == Some(&decay));
        known.unwrap_or_else(|| {
            self.decays.push(decay);
            self.decays.len() - 1
        })
    }

    fn slot(&self, model: &Model, path: &str) -> VisitorSlot {
        let signal = |name: &str| model.signals.iter().position(|own| own.name == name);
        let score = |name: &str| model.scores.iter().position(|own| own.name == name);
        VisitorSlot::of(path, signal, score)
    }

    fn add_nodes(&mut self, model: &Model, premises: &mut Premises) {
        self.signals = vec![Watchers::default(); model.signals.len()];
        self.scores = vec![Watchers::default(); model.scores.len()];
        for (place, rule) in model.rules.iter().enumerate() {
            if let Some(when) = &rule.when {
                let role = match self.rules.get(place) {
                    Some(RulePlan { share: Some(points), sum, .. }) => Role::Share { sum: *sum, score: rule.score, points: *points },
                    _ => Role::Gate(place),
                };
                let node = self.add_condition(model, role, when, premises);
                if let Some(plan) = self.rules.get_mut(place) {
                    plan.gate = Some(node);
                }
            }
            if let Some(mut slot) = self.rules.get(place).and_then(|plan| plan.state_worth.clone()) {
                let mut seen = Vec::new();
                match slot.subject() {
                    Some(subject) => seen.push((Fact::Premise(premises.place(subject, None)), None)),
                    None => of_slot(&slot, None, &|_| Vec::new(), &mut seen),
                }
                self.add_node(Role::Worth(place), None, seen, premises);
            }
        }
        self.first_disqualification = self.nodes.len();
        for own in &model.disqualify {
            self.add_condition(model, Role::Disqualify, &own.when, premises);
        }
        self.first_stage_node = self.nodes.len();
        for stage in &model.stages {
            let enter = self.add_condition(model, Role::Stage, &stage.when, premises);
            let exit = stage.exit.as_ref().map(|exit| self.add_condition(model, Role::Stage, exit, premises));
            self.stages.push((enter, exit));
        }
        self.premises = core::mem::take(&mut premises.list);
        for (place, Premise { subject, test, .. }) in self.premises.iter().enumerate() {
            let (place, test) = (place as u32, test.as_deref());
            match subject {
                Subject::Signal(signal) => self.signals.get_mut(*signal).into_iter().for_each(|own| own.add_test(place, test)),
                Subject::Trait(keys) => {
                    let Some((name, below)) = keys.split_first() else { continue };
                    self.traits.entry(name).add(place, test.filter(|_| below.is_empty()));
                }
            }
        }
        self.signals.iter_mut().chain(&mut self.scores).for_each(Watchers::finish);
        self.traits.values_mut().for_each(TraitWatchers::finish);
    }

    fn add_condition(&mut self, model: &Model, role: Role, condition: &Condition, premises: &mut Premises) -> u32 {
        let mut condition = Cond::compile(condition, &|path: &str| self.slot(model, path));
        premises.replace(&mut condition, VisitorSlot::subject);
        let bounds = |place: usize| -> Option<(usize, Vec<f64>)> {
            let grades = model.scores.get(place)?.grades.iter();
            Some((place, grades.map(|grade| grade.from as f64 / 1000.0).collect()))
        };
        let seen = facts(&condition, |which| match which {
            Some(place) => bounds(place).into_iter().collect(),
            None => model.grade.iter().flatten().filter_map(|place| bounds(*place)).collect(),
        });
        self.add_node(role, Some(condition), seen, premises)
    }

    fn add_node(
        &mut self,
        role: Role,
        condition: Option<Cond<VisitorSlot>>,
        seen: Vec<(Fact, Option<Vec<f64>>)>,
        premises: &mut Premises,
    ) -> u32 {
        let who = self.nodes.len() as u32;
        let on_days = seen.iter().any(|(fact, _)| *fact == Fact::StageDays);
        // Whether that holds is not kept.
        let other = |place: u32| condition.as_ref().filter(|_| !on_days).and_then(|own| own.other_premise(place));
        for (fact, numbers) in seen {
            match fact {
                Fact::Signal(usize::MAX) => (0..self.signals.len()).for_each(|place| premises.tell(Subject::Signal(place), who)),
                Fact::Signal(place) => premises.tell(Subject::Signal(place), who),
                Fact::Score(usize::MAX) => self.scores.iter_mut().for_each(|own| own.add(who, None)),
                Fact::Score(place) => self.scores.get_mut(place).into_iter().for_each(|own| own.add(who, numbers.as_deref())),
                Fact::Premise(place) => premises.add(place, Told { node: who, other: other(place) }),
                Fact::StageDays => match (numbers, &mut self.stage_days) {
                    (Some(numbers), Some(known)) => known.extend(numbers.iter().flat_map(|number| days_around(*number))),
                    _ => self.stage_days = None,
                },
                one => {
                    if let Some(list) = self.listeners(one).filter(|list| list.last() != Some(&who)) {
                        list.push(who);
                    }
                }
            }
        }
        self.nodes.push(Node { role, condition, on_days, staged: false });
        who
    }

    /// Who looks at what has no more to it than that it changes.
    fn listeners(&mut self, fact: Fact) -> Option<&mut Vec<u32>> {
        match fact {
            Fact::Traits => Some(&mut self.any_trait),
            Fact::Session => Some(&mut self.session),
            Fact::Entry => Some(&mut self.entry),
            Fact::Active => Some(&mut self.active),
            Fact::Consent => Some(&mut self.consent),
            Fact::Disqualified => Some(&mut self.disqualified),
            Fact::Signal(_) | Fact::Score(_) | Fact::Premise(_) | Fact::StageDays => None,
        }
    }

    /// Finds out what may change a stage: only that needs to be followed from moment to moment.
    fn find_staged(&mut self, model: &Model) {
        let first = self.first_stage_node;
        let any_stage = !model.stages.is_empty();
        let is_staged = |who: u32, nodes: &[Node]| nodes.get(who as usize).is_some_and(|node| node.staged);
        for (place, node) in self.nodes.iter_mut().enumerate() {
            node.staged = place >= first || (any_stage && node.role == Role::Disqualify);
        }
        self.staged_scores = self.scores.iter().map(|own| own.all().iter().any(|who| is_staged(*who, &self.nodes))).collect();
        for (part, combined) in self.combined.iter().enumerate() {
            let staged = combined.iter().any(|place| self.staged_scores.get(*place) == Some(&true));
            if let Some(own) = self.staged_scores.get_mut(part).filter(|_| staged) {
                *own = true;
            }
        }
        for node in &mut self.nodes {
            let score = match node.role {
                Role::Gate(rule) | Role::Worth(rule) => model.rules.get(rule).map(|rule| rule.score),
                Role::Share { score, .. } => Some(score),
                Role::Disqualify | Role::Stage => continue,
            };
            node.staged = score.is_some_and(|score| self.staged_scores.get(score) == Some(&true));
        }
        let asked = |premise: &u32| {
            let premise = self.premises.get(*premise as usize);
            premise.is_some_and(|premise| premise.nodes.iter().any(|told| is_staged(told.node, &self.nodes)))
        };
        self.staged_signals = self.signals.iter().map(|own| own.all().iter().any(asked)).collect();
        self.staged_active = self.active.iter().any(|who| is_staged(*who, &self.nodes));
    }
}

/// The whole days at which a comparison with a number may change its mind.
fn days_around(number: f64) -> [i64; 2] {
    let floor = number.floor() as i64;
    [floor, floor.saturating_add(1)]
}

//! The smallest additions that would make a visitor an MQL now (docs/model.md, section 10), each found by trying it on a copy of the running state.

use super::sample::sample;
use crate::condition::{Clause, Operator, Relation, Term, Test};
use crate::engine::assess::Present;
use crate::engine::program::index::Target;
use crate::engine::state::{State, VisitorDocument};
use crate::event::Event;
use crate::event::view::EventView;
use crate::model::Model;
use crate::model::rule::{Pattern, Trigger};
use crate::model::signal::Source;
use crate::order::sort_by;
use crate::value::{Object, ToValue, Value, count, fields, list, serialize_as_value};

/// The most events of one rule or signal alone, and of each of two.
const MOST_ALONE: usize = 20;
const MOST_OF_EACH: usize = 3;
/// Of how many, those with the largest single gain, pairs are tried.
const PAIRED: usize = 8;
/// How many additions are listed.
const LISTED: usize = 5;

/// Events that would make the visitor an MQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addition {
    /// Of which rules or signals, and how many of each.
    pub add: Vec<More>,
}

/// So many more events.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct More {
    /// The rule that they match.
    pub rule: Option<String>,
    /// The signal that they are for, if not a rule.
    pub signal: Option<String>,
    /// How many.
    pub events: usize,
}

impl ToValue for Addition {
    fn to_value(&self) -> Value {
        fields([("add", list(&self.add))]).into()
    }
}

impl ToValue for More {
    fn to_value(&self) -> Value {
        let mut more = Object::new();
        for (key, name) in [("rule", &self.rule), ("signal", &self.signal)] {
            if let Some(name) = name {
                more.insert(key, name);
            }
        }
        more.insert("events", count(self.events));
        more.into()
    }
}

serialize_as_value!(Addition, More);

/// What may be added: a rule or signal, and the event that it would get more of.
struct Candidate {
    target: Target,
    event: Event,
    /// Whether that is off site, and how many more of these a visitor may have.
    offsite: bool,
    room: usize,
    /// How much closer the first one brings.
    gain: f64,
}

/// The smallest additions, fewest events first, at most five. None if the visitor is an MQL, the model has no such stage, or a consent is missing.
pub fn to_mql(present: &Present<'_, '_>) -> Vec<Addition> {
    let model = present.model;
    let Some(goal) = model.mql.and_then(|mql| model.stages.get(mql)) else { return Vec::new() };
    if present.lacks_consent() || present.mql() {
        return Vec::new();
    }
    let trial = Trial::new(present, thresholds(&goal.when.clause));
    let mut found: Vec<Vec<(usize, usize)>> = Vec::new();
    let candidates = trial.candidates(&mut found);
    let mut best: Vec<(usize, &Candidate)> = candidates.iter().enumerate().collect();
    // Stable: of equal ones, the first stay first.
    sort_by(&mut best, |(_, one), (_, other)| other.gain.total_cmp(&one.gain));
    best.truncate(PAIRED);
    sort_by(&mut best, |(one, _), (other, _)| one.cmp(other));
    for (at, (first, one)) in best.iter().enumerate() {
        for (second, other) in best.iter().skip(at + 1) {
            trial.pairs((*first, one), (*second, other), &mut found);
        }
    }
    let size = |counts: &[(usize, usize)]| (counts.iter().map(|(_, count)| count).sum::<usize>(), counts.len());
    sort_by(&mut found, |one, other| size(one).cmp(&size(other)));
    let more = |(place, count): &(usize, usize)| candidates.get(*place).map(|candidate| candidate.more(model, *count));
    found.iter().take(LISTED).map(|counts| Addition { add: counts.iter().filter_map(more).collect() }).collect()
}

impl Candidate {
    fn more(&self, model: &Model, events: usize) -> More {
        match self.target {
            Target::Rule(place) => More { rule: model.rules.get(place as usize).map(|rule| rule.id.clone()), events, ..More::default() },
            Target::Signal(place) | Target::Step(place, _) => {
                More { signal: model.signals.get(place as usize).map(|signal| signal.name.clone()), events, ..More::default() }
            }
            Target::Since(_) | Target::Reset(_) => More { events, ..More::default() },
        }
    }
}

/// What additions are tried on.
struct Trial<'p, 'm, 'a> {
    present: &'p Present<'m, 'a>,
    /// The visitor now.
    state: State,
    /// What ids of added events begin with: they come behind all that there are.
    id: String,
    /// What the MQL stage asks of scores and signals.
    thresholds: Vec<(String, f64)>,
    /// Which shares of them are reached.
    reached: Vec<f64>,
}

impl<'p, 'm, 'a> Trial<'p, 'm, 'a> {
    fn new(present: &'p Present<'m, 'a>, thresholds: Vec<(String, f64)>) -> Trial<'p, 'm, 'a> {
        let &Present { model, visitor, state, events, now, .. } = present;
        // Without any event, what this moment changed would not have been when there is one.
        let state = if events.is_empty() { state.emptied(model, visitor) } else { state.clone() };
        let mut id = events.last().filter(|last| last.time == now).map_or(String::new(), |last| last.id.clone()) + "+";
        while events.iter().any(|event| event.id.starts_with(&id)) {
            id.push('+');
        }
        let mut trial = Trial { present, state, id, thresholds, reached: Vec::new() };
        trial.reached = trial.shares(&trial.state);
        trial
    }

    /// Adds the so many-th event of a candidate.
    fn add(&self, state: &mut State, candidate: &Event, number: usize) {
        let &Present { model, visitor, now, .. } = self.present;
        state.take(model, visitor, &Event { id: format!("{}{number:02}", self.id), time: now, ..candidate.clone() });
    }

    /// Tries two together. What holds an addition that suffices is none of the smallest.
    fn pairs(&self, one: (usize, &Candidate), other: (usize, &Candidate), found: &mut Vec<Vec<(usize, usize)>>) {
        let mut first = self.state.clone();
        for count in 1..=one.1.room.min(MOST_OF_EACH) {
            self.add(&mut first, &one.1.event, count);
            let mut second = first.clone();
            let room = if one.1.offsite == other.1.offsite { other.1.room.saturating_sub(count) } else { other.1.room };
            for more in 1..=room.min(MOST_OF_EACH) {
                self.add(&mut second, &other.1.event, count + more);
                let both = [(one.0, count), (other.0, more)];
                let held = |counts: &Vec<(usize, usize)>| {
                    counts.iter().all(|(place, least)| both.iter().any(|(own, count)| own == place && count >= least))
                };
                if found.iter().any(held) {
                    break;
                }
                if self.is_mql(&second) {
                    found.push(both.to_vec());
                    break;
                }
            }
        }
    }

    /// What may be added, rules before signals. Of those that the same event would serve, the first. Finds how many of each alone suffice.
    fn candidates(&self, found: &mut Vec<Vec<(usize, usize)>>) -> Vec<Candidate> {
        let &Present { model, events, too_old, .. } = self.present;
        let latest = self.latest();
        let off_site = |event: &Event| event.offsite || model.is_offsite(&event.r#type);
        let kept = |offsite: bool| too_old.iter().chain(events).filter(|event| off_site(event) == offsite).count();
        let room = [kept(false), kept(true)].map(|kept| model.max_events.saturating_sub(kept));
        let mut candidates: Vec<Candidate> = Vec::new();
        for (target, pattern) in patterns(model) {
            let copy = latest.get(place_of(model, target)).and_then(|place| events.get((*place)?)).map(blank);
            let Some((event, mut state)) = [copy, sample(pattern)].into_iter().flatten().find_map(|event| self.matching(target, event))
            else {
                continue;
            };
            if candidates.iter().any(|own| own.event == event) {
                continue;
            }
            let gains = self.shares(&state).into_iter().zip(&self.reached).map(|(after, before)| after - before);
            let (gain, offsite, [of_activity, of_offsite]) = (gains.sum(), off_site(&event), room);
            let room = if offsite { of_offsite } else { of_activity };
            let enough = (1..=room.min(MOST_ALONE)).find(|count| {
                if *count > 1 {
                    self.add(&mut state, &event, *count);
                }
                self.is_mql(&state)
            });
            found.extend(enough.map(|count| vec![(candidates.len(), count)]));
            candidates.push(Candidate { target, event, offsite, room, gain });
        }
        candidates
    }

    /// The latest match of each rule, then of each signal: the place of the event.
    fn latest(&self) -> Vec<Option<usize>> {
        let &Present { model, visitor, events, .. } = self.present;
        let mut latest = vec![None; model.rules.len() + model.signals.len()];
        let (mut state, mut targets) = (self.state.emptied(model, visitor), Vec::new());
        for (place, event) in events.iter().enumerate() {
            state.look(model, &EventView::of(event), &mut targets);
            for target in &targets {
                latest.get_mut(place_of(model, *target)).into_iter().for_each(|last| *last = Some(place));
            }
        }
        latest
    }

    /// The event, and what follows if the first one is added; `None` if it would not match.
    fn matching(&self, target: Target, event: Event) -> Option<(Event, State)> {
        let mut after = self.state.clone();
        self.add(&mut after, &event, 1);
        after.last_targets().contains(&target).then_some((event, after))
    }

    /// Whether the visitor would be an MQL.
    fn is_mql(&self, state: &State) -> bool {
        Present { state, ..*self.present }.mql()
    }

    /// Which share of each threshold is reached.
    fn shares(&self, state: &State) -> Vec<f64> {
        let &Present { model, visitor, now, .. } = self.present;
        let document = VisitorDocument { model, state, visitor, stage_days: 0, active: state.is_active(model, now) }.to_value();
        let share = |(path, threshold): &(String, f64)| {
            let value = document.at(path).and_then(Value::as_number).unwrap_or(0.0);
            value.max(0.0).min(*threshold) / threshold
        };
        self.thresholds.iter().map(share).collect()
    }
}

/// What additions may be for: rules for events, then signals; of a sequence, its last step.
pub(crate) fn patterns(model: &Model) -> impl Iterator<Item = (Target, &Pattern)> {
    let rules = model.rules.iter().enumerate().filter_map(|(place, rule)| match &rule.trigger {
        Trigger::Event(pattern) => Some((Target::Rule(place as u32), pattern)),
        Trigger::Idle(_) | Trigger::State => None,
    });
    let signals = model.signals.iter().enumerate().filter_map(|(place, signal)| match &signal.source {
        Source::Events { pattern, .. } => Some((Target::Signal(place as u32), pattern)),
        Source::Sequence { steps, .. } => {
            let last = steps.len().checked_sub(1)?;
            Some((Target::Step(place as u32, last as u32), steps.get(last)?))
        }
    });
    rules.chain(signals)
}

/// Where a rule, or a signal, stands among all rules and signals. Of a sequence, the last step counts.
fn place_of(model: &Model, target: Target) -> usize {
    let signal = |place: u32| model.rules.len() + place as usize;
    match target {
        Target::Rule(place) => place as usize,
        Target::Signal(place) => signal(place),
        Target::Step(place, step) => match model.signals.get(place as usize).map(|own| &own.source) {
            Some(Source::Sequence { steps, .. }) if steps.len() == step as usize + 1 => signal(place),
            _ => usize::MAX,
        },
        Target::Since(_) | Target::Reset(_) => usize::MAX,
    }
}

/// An event without what tells it from others like it.
fn blank(event: &Event) -> Event {
    Event { id: "+".into(), time: 0, ..event.clone() }
}

/// The positive least values that a condition asks of scores and signals, wherever they stand in it but below a negation.
pub(crate) fn thresholds(clause: &Clause) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    for term in clause {
        match term {
            Term::Path(path, test) if path.starts_with("scores.") || path.starts_with("signals.") => {
                let Test::Operators(operators) = &**test else { continue };
                found.extend(operators.iter().filter_map(|operator| match operator {
                    Operator::Order(Relation::Greater | Relation::GreaterOrEqual, Value::Number(least)) if *least > 0.0 => {
                        Some((path.clone(), *least))
                    }
                    _ => None,
                }));
            }
            Term::And(clauses) | Term::Or(clauses) => clauses.iter().for_each(|clause| found.extend(thresholds(clause))),
            Term::Path(..) | Term::Nor(_) | Term::Not(_) => {}
        }
    }
    found
}

//! Rules that can be followed as one by who takes the same events in again and again: they feed the same sum, and nothing but their own matches
//! decides which of these count. One of them stands for all. Only as they fade, each is rounded by itself; so what came of which rule in which hour
//! or day is kept beside, once for all those who follow. A rule with bounds or a condition of its own stands for itself alone: what came of it is known all the same.
//!
//! It knows neither stages nor what is asked of them, but leaves out what no stage depends on.

use super::fading::rounded;
use super::leap::{Leaps, leaps};
use super::streams::{Flip, Streams};
use super::{Effect, Memo};
use crate::engine::Points;
use crate::event::Event;
use crate::event::view::EventView;
use crate::model::rule::{Decay, Rule, Trigger, Worth};
use crate::model::score::Source;
use crate::model::{MAX_MILLI, Model};
use crate::order::sort;
use crate::time::Unit;
use crate::value::Value;
use crate::value_ref::ValueRef;
use std::sync::Arc;

/// How each rule is followed.
#[derive(Debug)]
pub struct Pools {
    rules: Vec<Follow>,
    /// Those that stand for others and fade, and by what.
    leads: Vec<(u32, Unit)>,
    /// Which events may be taken in as one.
    leaps: Leaps,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follow {
    /// No stage depends on it.
    Not,
    Alone,
    With(Together),
}

/// How a rule is followed with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Together {
    /// The one that stands for them.
    lead: u32,
    /// What each match is worth, in milli-points.
    points: i64,
    /// Whether not every match counts.
    limited: bool,
    /// Where what fades of them is kept.
    pool: Option<usize>,
}

/// What an event does, rules that are followed together being one.
#[derive(Clone, Debug, Default)]
pub struct Condensed {
    /// What it does beside adding points of such rules.
    pub effects: Vec<Effect>,
    /// By rules that stand for others, in order: the points of matches that count.
    pub points: Vec<(u32, i64)>,
    /// Those rules; and what the limits are told apart by of those of them whose limits ask for that.
    shared: Vec<u32>,
    by: Vec<Value>,
}

/// What is known of rules that are followed together: of all events, since these are known.
#[derive(Debug, Default)]
pub struct Pooled {
    pools: Vec<Pool>,
    /// For each rule, the place of its pool if it stands for others that fade.
    pool_of: Vec<Option<u32>>,
    streams: Streams,
}

/// What fades of rules for which one stands.
#[derive(Debug)]
struct Pool {
    lead: u32,
    /// By hours or by days.
    unit: Unit,
    /// The hours or days in which there were events, oldest first.
    runs: Vec<Run>,
    /// For each event, the place of its run.
    run_of: Vec<u32>,
    /// The first run that still exists.
    first: usize,
    /// How many parts the runs have.
    parts: i64,
    /// Whether the parts of a run are not those that follow from its cells.
    stale: bool,
    /// The hour or day of the latest match, and its points so far.
    open: (i64, i64),
    /// For hours or days that somebody has asked for, from that of the first run on: what was left then of the runs before, and which of them was the first.
    known: Vec<Option<(usize, i64)>>,
}

/// An hour or day.
#[derive(Debug, Default)]
struct Run {
    number: i64,
    /// How many matches of each rule count, in order of the rules; and behind the one that was changed last.
    cells: Vec<(u32, u32)>,
    next: usize,
    /// What came in it, in order.
    parts: Vec<Part>,
    stale: bool,
}

/// What came in an hour or day of rules that have that much in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    decay: usize,
    /// How many points came of each of them.
    points: i64,
    /// How many they are.
    times: i64,
}

impl Pools {
    /// For a visitor of so many events.
    pub fn new(model: &Model, events: usize) -> Pools {
        let (mut most, mut leads) = (0_i128, Vec::new());
        let mut keys = Vec::<(_, u32, Option<usize>)>::new();
        let follow = |(place, rule): (usize, &Rule)| {
            if !model.program.is_staged(model, place) {
                return Follow::Not;
            }
            let (Some(points), Some(plan)) = (plain(model, rule), model.program.rules.get(place)) else { return Follow::Alone };
            most += i128::from(points.abs());
            let alone = Some(place).filter(|_| rule.when.is_some() || rule.min.is_some() || rule.max.is_some());
            let key = (plan.sum, rule.decay.map(|decay| decay.units().unit), points < 0, alone);
            let known = keys.iter().find(|(own, ..)| *own == key).map(|(_, lead, pool)| (*lead, *pool));
            let (lead, pool) = known.unwrap_or_else(|| {
                let pool = key.1.map(|unit| {
                    leads.push((place as u32, unit));
                    leads.len() - 1
                });
                keys.push((key, place as u32, pool));
                (place as u32, pool)
            });
            Follow::With(Together { lead, points, limited: rule.limit.is_some(), pool })
        };
        let mut rules: Vec<Follow> = model.rules.iter().enumerate().map(follow).collect();
        if most * events as i128 > i128::from(MAX_MILLI) {
            // Sums might saturate, and not all in the same way.
            rules.iter_mut().filter(|own| **own != Follow::Not).for_each(|own| *own = Follow::Alone);
        }
        Pools { rules, leads, leaps: leaps(&model.program) }
    }

    /// Whether an event may be taken in as one with others that does this, and whether it sets traits about which somebody asks.
    pub(super) fn leaps(&self, model: &Model, event: &EventView<'_>, condensed: &Condensed) -> (bool, bool) {
        self.leaps.may(model, event, &condensed.effects)
    }

    /// What there is to follow of what an event does.
    pub fn condense(&self, model: &Model, found: impl Iterator<Item = Effect>) -> Condensed {
        let mut condensed = Condensed::default();
        let staged = |signal: usize| model.program.staged_signals.get(signal) == Some(&true);
        for effect in found {
            let follow = match &effect {
                Effect::Match(place, _) => self.rules.get(*place).copied().unwrap_or(Follow::Alone),
                Effect::Since(place) | Effect::Observe(place, _) | Effect::Step(place, _) if !staged(*place) => Follow::Not,
                _ => Follow::Alone,
            };
            match (follow, effect) {
                (Follow::Not, _) => {}
                (Follow::With(together), Effect::Match(place, own)) => {
                    condensed.shared.push(place as u32);
                    condensed.by.extend(own.by);
                    // Which matches a limit lets through is another question.
                    if !together.limited {
                        condensed.add(together.lead, together.points);
                    }
                }
                (_, effect) => condensed.effects.push(effect),
            }
        }
        condensed
    }

    fn together(&self, rule: u32) -> Option<&Together> {
        match self.rules.get(rule as usize) {
            Some(Follow::With(together)) => Some(together),
            _ => None,
        }
    }
}

impl Condensed {
    /// The rules that are followed together, how, and what their limits are told apart by.
    fn matches<'a>(&'a self, model: &'a Model, pools: &'a Pools) -> impl Iterator<Item = (u32, &'a Together, Option<&'a Value>)> {
        let mut by = self.by.iter();
        self.shared.iter().filter_map(move |rule| {
            let is_told_apart = model.program.rules.get(*rule as usize).is_some_and(|plan| plan.by.is_some());
            let by = if is_told_apart { by.next() } else { None };
            Some((*rule, pools.together(*rule)?, by))
        })
    }

    /// Adds points of rules for which one stands.
    fn add(&mut self, lead: u32, points: i64) {
        let place = self.points.partition_point(|(own, _)| *own < lead);
        match self.points.get_mut(place) {
            Some((own, sum)) if *own == lead => *sum += points,
            _ => self.points.insert(place, (lead, points)),
        }
    }
}

impl Pooled {
    /// What a state has, to be changed. Nobody else has it, since whoever follows a state makes no copies of it.
    pub fn only(pooled: &mut Option<Arc<Pooled>>) -> Option<&mut Pooled> {
        let only = Arc::get_mut(pooled.as_mut()?);
        debug_assert!(only.is_some(), "a state that is followed was copied");
        only
    }

    /// Of some events, in order, of which nothing is known.
    pub fn new(model: &Model, pools: &Pools, events: &[Event]) -> Pooled {
        let new = |(lead, unit): &(u32, Unit)| {
            let (mut runs, mut run_of) = (Vec::<Run>::new(), Vec::new());
            for event in events {
                let number = model.utc_offset.number(event.time, *unit);
                if runs.last().is_none_or(|run| run.number != number) {
                    runs.push(Run { number, ..Run::default() });
                }
                run_of.push(runs.len() as u32 - 1);
            }
            Pool { lead: *lead, unit: *unit, runs, run_of, first: 0, parts: 0, stale: false, open: (i64::MAX, 0), known: Vec::new() }
        };
        let mut pool_of = vec![None; model.rules.len()];
        for (place, (lead, _)) in pools.leads.iter().enumerate() {
            pool_of.get_mut(*lead as usize).into_iter().for_each(|own| *own = Some(place as u32));
        }
        Pooled { pools: pools.leads.iter().map(new).collect(), pool_of, streams: Streams::new(model, events) }
    }

    /// An event, given by its place, does this.
    pub fn insert(&mut self, model: &Model, pools: &Pools, event: usize, condensed: &Condensed) {
        for (rule, together, by) in condensed.matches(model, pools) {
            if together.limited {
                self.streams.insert(model, rule, by, event);
            } else {
                self.flip(together, rule, event, true);
            }
        }
    }

    /// An event does not do this, as was thought.
    pub fn remove(&mut self, model: &Model, pools: &Pools, event: usize, condensed: &Condensed) {
        for (rule, together, by) in condensed.matches(model, pools) {
            if !together.limited || self.streams.remove(model, rule, by, event) {
                self.flip(together, rule, event, false);
            }
        }
    }

    /// Begins anew: nothing was taken in, and the events before this place have ceased to exist.
    pub fn begin(&mut self, model: &Model, pools: &Pools, first: usize, memos: &mut [Memo]) {
        let mut flips = Vec::new();
        self.streams.begin(model, first, &mut flips);
        for Flip { rule, event, counts } in flips {
            let Some(together) = pools.together(rule) else { continue };
            self.flip(together, rule, event as usize, counts);
            let points = if counts { together.points } else { -together.points };
            memos.get_mut(event as usize).into_iter().for_each(|memo| memo.condensed.add(together.lead, points));
        }
        for pool in &mut self.pools {
            pool.first = pool.run_of.get(first).map_or(pool.runs.len(), |run| *run as usize);
            pool.open = (i64::MAX, 0);
            pool.refresh(model, pools);
        }
    }

    /// A match counts, or does no longer.
    fn flip(&mut self, together: &Together, rule: u32, event: usize, counts: bool) {
        let Some(pool) = together.pool.and_then(|pool| self.pools.get_mut(pool)) else { return };
        let Some(run) = pool.run_of.get(event).and_then(|run| pool.runs.get_mut(*run as usize)) else { return };
        (pool.stale, run.stale) = (true, true);
        // Mostly, one comes after another.
        if run.cells.get(run.next).is_none_or(|(own, _)| *own != rule) {
            run.next = run.cells.partition_point(|(own, _)| *own < rule);
        }
        match run.cells.get_mut(run.next) {
            Some((own, count)) if *own == rule => *count = if counts { *count + 1 } else { count.saturating_sub(1) },
            _ => run.cells.insert(run.next, (rule, u32::from(counts))),
        }
        run.next += 1;
    }

    /// Takes in points of those for which this rule stands; says whether it stands for any that fade by this unit.
    pub fn take(&mut self, rule: usize, unit: Unit, number: i64, points: i64) -> bool {
        let place = self.pool_of.get(rule).copied().flatten();
        let Some(pool) = place.and_then(|place| self.pools.get_mut(place as usize)).filter(|pool| pool.unit == unit) else { return false };
        pool.open = (number, if pool.open.0 == number { pool.open.1 + points } else { points });
        true
    }

    /// How many parts each rounded by itself there are in all.
    pub fn parts(&self) -> i128 {
        self.pools.iter().map(|pool| i128::from(pool.parts)).sum()
    }

    /// Of each rule that stands for others: what is left in an hour or day of this number.
    pub fn left<'p>(&'p mut self, decays: &'p [Decay], unit: Unit, number: i64) -> impl Iterator<Item = (usize, i64)> + 'p {
        self.pools.iter_mut().filter(move |pool| pool.unit == unit).map(move |pool| (pool.lead as usize, pool.left(decays, number)))
    }
}

impl Pool {
    /// Finds the parts of the runs that have changed.
    fn refresh(&mut self, model: &Model, pools: &Pools) {
        if !std::mem::take(&mut self.stale) {
            return;
        }
        self.known.clear();
        for run in self.runs.iter_mut().filter(|run| run.stale) {
            run.stale = false;
            let times = |run: &Run| run.parts.iter().map(|part| part.times).sum::<i64>();
            self.parts -= times(run);
            run.parts.clear();
            for (rule, count) in run.cells.iter().filter(|(_, count)| *count > 0) {
                let decay = model.program.rules.get(*rule as usize).and_then(|plan| plan.decay);
                let (Some(together), Some(decay)) = (pools.together(*rule), decay) else { continue };
                run.parts.push(Part { decay, points: together.points.saturating_mul(i64::from(*count)), times: 1 });
            }
            sort(&mut run.parts);
            run.parts.dedup_by(|next, kept| {
                let same = (next.decay, next.points) == (kept.decay, kept.points);
                kept.times += if same { next.times } else { 0 };
                same
            });
            self.parts += times(run);
        }
    }

    fn left(&mut self, decays: &[Decay], number: i64) -> i64 {
        let end = self.runs.partition_point(|run| run.number < number);
        let place = self.runs.first().and_then(|run| usize::try_from(number - run.number).ok());
        let known = place.and_then(|place| *self.known.get(place)?);
        let before = match known {
            // What has ceased to exist since is taken away.
            Some((from, before)) => before - self.of_runs(decays, number, from, self.first.min(end)),
            None => self.of_runs(decays, number, self.first, end),
        };
        if let Some(place) = place {
            if self.known.len() <= place {
                self.known.resize(place + 1, None);
            }
            self.known.get_mut(place).into_iter().for_each(|known| *known = Some((self.first.min(end), before)));
        }
        // Of the present hour or day, all is left, and more may come.
        before + if self.open.0 == number { self.open.1 } else { 0 }
    }

    /// What is left of some runs.
    fn of_runs(&self, decays: &[Decay], number: i64, from: usize, to: usize) -> i64 {
        let mut sum = 0;
        for run in self.runs.get(from..to).unwrap_or_default() {
            let mut known = (usize::MAX, 0.0);
            for part in &run.parts {
                if known.0 != part.decay {
                    known = (part.decay, decays.get(part.decay).map_or(0.0, |decay| decay.factor(number - run.number)));
                }
                sum += part.times * rounded(part.points as f64 * known.1);
            }
        }
        sum
    }
}

/// What each match of a rule is worth, in milli-points, if the rule can be followed together with others.
fn plain(model: &Model, rule: &Rule) -> Option<i64> {
    let resets = matches!(model.scores.get(rule.score).map(|score| &score.source), Some(Source::Rules { reset: Some(_) }));
    match (&rule.trigger, &rule.worth) {
        // Where nothing comes to more than nothing, it matters whether any match counts.
        (Trigger::Event(_), Worth::Fixed(Points(points))) if !resets && (*points != 0 || rule.bounded(0) == 0) => {
            Some(rule.worth.points(ValueRef::Null))
        }
        _ => None,
    }
}

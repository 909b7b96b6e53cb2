//! Rules that can be followed as one by who takes the same events in again and again: they feed the same sum, and whatever counts before does not
//! decide whether a match counts. One of them stands for all. Only as they fade, each is rounded by itself; so what came of which rule in which hour
//! or day is kept beside, once for all those who follow.
//!
//! It knows neither stages nor what is asked of them, but leaves out what no stage depends on.

use super::fading::rounded;
use super::flow::{NEVER, UNITS};
use super::{Effect, Memo};
use crate::event::Event;
use crate::model::rule::{Decay, Rule, Trigger, Worth};
use crate::model::score::Source;
use crate::model::{MAX_MILLI, Model};
use crate::order::sort;
use crate::time::{Time, Unit};
use crate::value_ref::ValueRef;

/// How each rule is followed.
#[derive(Debug)]
pub struct Pools {
    rules: Vec<Follow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follow {
    /// No stage depends on it.
    Not,
    Alone,
    /// Together with others, for which this one stands.
    With(u32),
}

/// What an event does, rules that are followed together being one.
#[derive(Clone, Debug, Default)]
pub struct Condensed {
    pub effects: Vec<Effect>,
    /// Those rules.
    pooled: Vec<u32>,
}

/// What fades of rules that are followed together: as much of it as there will be, of all events, since these are known.
#[derive(Clone, Debug, Default)]
pub struct Pooled {
    pools: Vec<Pool>,
}

/// What fades of rules for which one stands.
#[derive(Clone, Debug)]
struct Pool {
    lead: u32,
    /// By hours or by days.
    unit: Unit,
    /// The hours or days in which anything came, oldest first, and where the parts of each end.
    runs: Vec<(i64, usize)>,
    parts: Vec<Part>,
    /// The first of these that still exists.
    first: usize,
    /// The hour or day of the latest match, and its points so far.
    open: (i64, i64),
    /// For hours or days that somebody has asked for, from that of the first run on: what was left then of the runs before, and which of them was the first.
    known: Vec<Option<(usize, i64)>>,
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
        let (mut most, mut keys) = (0_i128, Vec::new());
        let follow = |(place, rule): (usize, &Rule)| {
            if !model.program.is_staged(model, place) {
                return Follow::Not;
            }
            let (Some(points), Some(plan)) = (plain(model, rule), model.program.rules.get(place)) else { return Follow::Alone };
            most += i128::from(points.abs());
            let key = (plan.sum, rule.decay.map(|decay| decay.units().unit), points < 0);
            let lead = keys.iter().find(|(own, _)| *own == key).map(|(_, lead)| *lead);
            Follow::With(lead.unwrap_or_else(|| {
                keys.push((key, place as u32));
                place as u32
            }))
        };
        let mut rules: Vec<Follow> = model.rules.iter().enumerate().map(follow).collect();
        if most * events as i128 > i128::from(MAX_MILLI) {
            // Sums might saturate, and not all in the same way.
            rules.iter_mut().filter(|own| **own != Follow::Not).for_each(|own| *own = Follow::Alone);
        }
        Pools { rules }
    }

    /// What there is to follow of what an event does.
    pub fn condense(&self, model: &Model, found: impl Iterator<Item = Effect>) -> Condensed {
        let mut condensed = Condensed::default();
        // Where the matches of those stand that stand for others.
        let mut leads: Vec<(u32, usize)> = Vec::new();
        let staged = |signal: usize| model.program.staged_signals.get(signal) == Some(&true);
        for effect in found {
            let follow = match &effect {
                Effect::Match(place, _) => self.rules.get(*place).copied().unwrap_or(Follow::Alone),
                Effect::Since(place) | Effect::Observe(place, _) | Effect::Step(place, _) if !staged(*place) => Follow::Not,
                _ => Follow::Alone,
            };
            match (follow, effect) {
                (Follow::Not, _) => {}
                (Follow::With(lead), Effect::Match(place, own)) => {
                    condensed.pooled.push(place as u32);
                    let place = leads.iter().find(|(known, _)| *known == lead).map(|(_, place)| *place);
                    match place.and_then(|place| condensed.effects.get_mut(place)) {
                        Some(Effect::Match(_, all)) => all.points += own.points,
                        _ => {
                            leads.push((lead, condensed.effects.len()));
                            condensed.effects.push(Effect::Match(lead as usize, own));
                        }
                    }
                }
                (_, effect) => condensed.effects.push(effect),
            }
        }
        condensed
    }
}

impl Pooled {
    /// Of some events, in order, given what each does.
    pub fn new(model: &Model, pools: &Pools, events: &[Event], memos: &[Memo]) -> Pooled {
        let mut pooled = Pooled::default();
        let fades_by = |unit: Unit| model.rules.iter().filter_map(|rule| rule.decay).any(|decay| decay.units().unit == unit);
        for unit in UNITS.into_iter().filter(|unit| fades_by(*unit)) {
            // How often each rule matched in the hour or day, and which did.
            let (mut times, mut matched, mut number) = (vec![0; model.rules.len()], Vec::new(), NEVER);
            for (event, own) in events.iter().zip(memos) {
                let next = model.utc_offset.number(event.time, unit);
                if next != number {
                    pooled.close(model, pools, (unit, number), &mut times, &mut matched);
                    number = next;
                }
                for rule in &own.condensed.pooled {
                    let fades = model.rules.get(*rule as usize).and_then(|rule| rule.decay).is_some_and(|decay| decay.units().unit == unit);
                    if let Some(times) = times.get_mut(*rule as usize).filter(|_| fades) {
                        if *times == 0 {
                            matched.push(*rule);
                        }
                        *times += 1;
                    }
                }
            }
            pooled.close(model, pools, (unit, number), &mut times, &mut matched);
        }
        pooled
    }

    /// An hour or day is over.
    fn close(&mut self, model: &Model, pools: &Pools, (unit, number): (Unit, i64), times: &mut [i64], matched: &mut Vec<u32>) {
        let part = |rule: u32| {
            let (place, own) = (rule as usize, model.rules.get(rule as usize)?);
            let Some(Follow::With(lead)) = pools.rules.get(place) else { return None };
            let points = plain(model, own)?.saturating_mul(*times.get(place)?);
            Some((*lead, Part { decay: model.program.rules.get(place)?.decay?, points, times: 1 }))
        };
        let mut all: Vec<(u32, Part)> = matched.iter().filter_map(|rule| part(*rule)).collect();
        sort(&mut all);
        for (lead, part) in all {
            let place = self.pools.iter().position(|pool| pool.lead == lead).unwrap_or(self.pools.len());
            if place == self.pools.len() {
                let (runs, parts, known) = (Vec::new(), Vec::new(), Vec::new());
                self.pools.push(Pool { lead, unit, runs, parts, first: 0, open: (NEVER, 0), known });
            }
            self.pools.get_mut(place).into_iter().for_each(|pool| pool.add_part(number, part));
        }
        matched.drain(..).for_each(|rule| times.get_mut(rule as usize).into_iter().for_each(|own| *own = 0));
    }

    /// Begins anew: nothing was taken in, and what was before the first event has ceased to exist.
    pub fn begin(&mut self, model: &Model, first: Time) {
        for pool in &mut self.pools {
            let number = model.utc_offset.number(first, pool.unit);
            pool.first = pool.runs.partition_point(|(unit, _)| *unit < number);
            pool.open = (NEVER, 0);
        }
    }

    /// Takes in a match of a rule that stands for others; says whether it is one.
    pub fn take(&mut self, rule: usize, number: i64, points: i64) -> bool {
        let Some(pool) = self.pools.iter_mut().find(|pool| pool.lead as usize == rule) else { return false };
        pool.open = (number, if pool.open.0 == number { pool.open.1 + points } else { points });
        true
    }

    /// Of each rule that stands for others: what is left in an hour or day of this number.
    pub fn left<'p>(&'p mut self, decays: &'p [Decay], unit: Unit, number: i64) -> impl Iterator<Item = (usize, i64)> + 'p {
        self.pools.iter_mut().filter(move |pool| pool.unit == unit).map(move |pool| (pool.lead as usize, pool.left(decays, number)))
    }
}

impl Pool {
    /// Adds to what came in an hour or day, the latest.
    fn add_part(&mut self, number: i64, part: Part) {
        let is_new = self.runs.last().is_none_or(|(unit, _)| *unit != number);
        match self.parts.last_mut() {
            Some(last) if !is_new && (last.decay, last.points) == (part.decay, part.points) => last.times += 1,
            _ => self.parts.push(part),
        }
        if is_new {
            self.runs.push((number, 0));
        }
        let end = self.parts.len();
        self.runs.last_mut().into_iter().for_each(|run| run.1 = end);
    }

    fn left(&mut self, decays: &[Decay], number: i64) -> i64 {
        let end = self.runs.partition_point(|(unit, _)| *unit < number);
        let place = self.runs.first().and_then(|(unit, _)| usize::try_from(number - unit).ok());
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
        let mut begin = from.checked_sub(1).and_then(|before| self.runs.get(before)).map_or(0, |(_, end)| *end);
        let (mut sum, mut known) = (0, (usize::MAX, 0.0));
        for (unit, end) in self.runs.get(from..to).unwrap_or_default() {
            known.0 = usize::MAX;
            for part in self.parts.get(begin..*end).unwrap_or_default() {
                if known.0 != part.decay {
                    known = (part.decay, decays.get(part.decay).map_or(0.0, |decay| decay.factor(number - unit)));
                }
                sum += part.times * rounded(part.points as f64 * known.1);
            }
            begin = *end;
        }
        sum
    }
}

/// What each match of a rule is worth, in milli-points, if the rule can be followed together with others.
fn plain(model: &Model, rule: &Rule) -> Option<i64> {
    let resets = matches!(model.scores.get(rule.score).map(|score| &score.source), Some(Source::Rules { reset: Some(_) }));
    let bounded = rule.min.is_some() || rule.max.is_some();
    match (&rule.trigger, &rule.worth, &rule.when, &rule.limit) {
        (Trigger::Event(_), Worth::Fixed(_), None, None) if !resets && !bounded => Some(rule.worth.points(ValueRef::Null)),
        _ => None,
    }
}

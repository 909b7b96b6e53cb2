//! Rules of which it is known for every event what it brings them, for who takes the same events in again and again: nothing but their own matches decides which of these count.
//! What came of which rule in which hour or day is kept from one time to the next; what ceases to exist is taken away.
//!
//! It knows neither stages nor what is asked of them, but leaves out what no stage depends on.

use super::streams::{Flip, Streams};
use super::tally::{Sums, Tally};
use crate::engine::Points;
use crate::engine::state::Effect;
use crate::engine::state::flow::{NEVER, UNITS};
use crate::engine::state::rules::fading::{Factors, rounded};
use crate::engine::state::stages::Stages;
use crate::event::Event;
use crate::model::rule::{Decay, Rule, Trigger, Worth};
use crate::model::score::Source;
use crate::model::{MAX_MILLI, Model};
use crate::time::Unit;
use crate::value::Value;
use crate::value_ref::ValueRef;
use core::ops::Range;
use std::sync::Arc;

/// How each rule is followed.
#[derive(Debug)]
pub struct Pools {
    rules: Vec<Follow>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Follow {
    /// No stage depends on it.
    Not,
    /// By what each event does.
    Closely,
    /// By what is known of all events: each match that counts is worth so much, in milli-points.
    Known(i64),
}

/// What an event does, beside what is known of rules.
#[derive(Clone, Debug, Default)]
pub struct Condensed {
    pub effects: Vec<Effect>,
    /// The rules of which it is known that match, in order; and what the limits are told apart by of those of them whose limits ask for that.
    matches: Vec<u32>,
    by: Vec<Value>,
}

/// What is known of rules, and of all events.
#[derive(Debug, Default)]
pub struct Pooled {
    /// By hours, and by days.
    spans: [Spans; 2],
    /// For each rule, what fades of it.
    pools: Vec<Pool>,
    /// Which matches count.
    tally: Tally,
    /// All matches.
    unlimited: Tally,
    /// The first event that still exists.
    first: usize,
    streams: Streams,
    /// Whether it is known what limits let through.
    limited: bool,
    factors: Factors,
    /// Whether a rule may not be like the one that it was found to be like.
    stale: bool,
    /// What the stages may have come to, too, where nobody looked.
    pub alternatives: Vec<Stages>,
}

/// The hours or days in which there were events.
#[derive(Debug, Default)]
struct Spans {
    /// Their numbers, oldest first.
    numbers: Vec<i64>,
    /// For each event, the place of its own.
    of: Vec<u32>,
    /// The first that still exists.
    first: usize,
}

/// What fades of a rule.
#[derive(Clone, Debug, Default)]
struct Pool {
    /// By which spans; none if it does not, or nothing is known of it.
    by: Option<usize>,
    points: i64,
    decay: usize,
    /// How many matches count in each span.
    counts: Sums,
    /// The first rule that is like this one in all of this: of both, as much is left.
    like: usize,
    /// What was left at last of the hours or days before the present one.
    before: i64,
    /// The hour or day of the latest match, and its points so far.
    open: (i64, i64),
}

impl Pools {
    /// For a visitor of so many events.
    pub fn new(model: &Model, events: usize) -> Pools {
        let mut most = 0_i128;
        let follow = |(place, rule): (usize, &Rule)| {
            if !model.program.is_staged(model, place) {
                return Follow::Not;
            }
            let Some(points) = plain(model, rule) else { return Follow::Closely };
            most += i128::from(points.abs());
            Follow::Known(points)
        };
        let mut rules: Vec<Follow> = model.rules.iter().enumerate().map(follow).collect();
        if most * events as i128 > i128::from(MAX_MILLI) {
            // Sums might saturate.
            rules.iter_mut().filter(|own| **own != Follow::Not).for_each(|own| *own = Follow::Closely);
        }
        Pools { rules }
    }

    /// What there is to follow of what an event does.
    pub fn condense(&self, model: &Model, found: impl Iterator<Item = Effect>) -> Condensed {
        let mut condensed = Condensed::default();
        let staged = |signal: usize| model.program.staged_signals.get(signal) == Some(&true);
        for effect in found {
            let follow = match &effect {
                Effect::Match(place, _) => self.rules.get(*place).copied().unwrap_or(Follow::Closely),
                Effect::Since(place) | Effect::Observe(place, _) | Effect::Step(place, _) if !staged(*place) => Follow::Not,
                _ => Follow::Closely,
            };
            match (follow, effect) {
                (Follow::Not, _) => {}
                (Follow::Known(_), Effect::Match(place, own)) => {
                    condensed.matches.push(place as u32);
                    condensed.by.extend(own.by);
                }
                (_, effect) => condensed.effects.push(effect),
            }
        }
        condensed
    }

    /// What each match of a rule is worth, if all is known of it.
    fn points(&self, rule: usize) -> Option<i64> {
        if let Some(Follow::Known(points)) = self.rules.get(rule) { Some(*points) } else { None }
    }
}

impl Condensed {
    /// The rules of which it is known that match, whether they have a limit, and what that is told apart by.
    fn matches<'a>(&'a self, model: &'a Model) -> impl Iterator<Item = (u32, bool, Option<&'a Value>)> {
        let mut by = self.by.iter();
        self.matches.iter().map(move |rule| {
            let is_told_apart = model.program.rules.get(*rule as usize).is_some_and(|plan| plan.by.is_some());
            let limited = model.rules.get(*rule as usize).is_some_and(|rule| rule.limit.is_some());
            (*rule, limited, if is_told_apart { by.next() } else { None })
        })
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
        let spans = UNITS.map(|unit| {
            let mut spans = Spans::default();
            for number in events.iter().map(|event| model.utc_offset.number(event.time, unit)) {
                if spans.numbers.last() != Some(&number) {
                    spans.numbers.push(number);
                }
                spans.of.push(spans.numbers.len() as u32 - 1);
            }
            spans
        });
        let pool = |(place, rule): (usize, &Rule)| {
            let decay = model.program.rules.get(place).and_then(|plan| plan.decay).unwrap_or_default();
            let points = pools.points(place);
            let by = rule.decay.filter(|_| points.is_some()).map(|decay| usize::from(decay.units().unit == Unit::Day));
            Pool { by, points: points.unwrap_or_default(), decay, ..Pool::default() }
        };
        Pooled {
            spans,
            stale: true,
            pools: model.rules.iter().enumerate().map(pool).collect(),
            tally: Tally::new(model.rules.len()),
            unlimited: Tally::new(model.rules.len()),
            streams: Streams::new(model, events),
            ..Pooled::default()
        }
    }

    /// An event, given by its place, does this.
    pub fn insert(&mut self, model: &Model, event: usize, condensed: &Condensed) {
        for (rule, limited, by) in condensed.matches(model) {
            self.unlimited.put(event, rule, true);
            if limited {
                self.streams.insert(model, rule, by, event);
            } else {
                self.flip(Flip { rule, event: event as u32, counts: true });
            }
        }
    }

    /// An event does not do this, as was thought.
    pub fn remove(&mut self, model: &Model, event: usize, condensed: &Condensed) {
        for (rule, limited, by) in condensed.matches(model) {
            self.unlimited.put(event, rule, false);
            if !limited || self.streams.remove(model, rule, by, event) {
                self.flip(Flip { rule, event: event as u32, counts: false });
            }
        }
    }

    /// Begins anew: nothing was taken in, and the events before this place have ceased to exist.
    pub fn begin(&mut self, first: usize) {
        (self.first, self.limited) = (first, self.streams.is_empty());
        for spans in &mut self.spans {
            spans.first = spans.of.get(first).map_or(spans.numbers.len(), |span| *span as usize);
        }
        self.pools.iter_mut().for_each(|pool| pool.open = (i64::MAX, 0));
        self.alternatives = Vec::new();
    }

    /// Finds out what limits let through; says whether that is news.
    pub fn limit(&mut self, model: &Model) -> bool {
        if std::mem::replace(&mut self.limited, true) {
            return false;
        }
        let mut streams = std::mem::take(&mut self.streams);
        streams.begin(model, self.first, |flip| self.flip(flip));
        self.streams = streams;
        true
    }

    /// A match counts, or does no longer.
    fn flip(&mut self, Flip { rule, event, counts }: Flip) {
        let (event, times) = (event as usize, if counts { 1 } else { -1 });
        let Some(pool) = self.pools.get_mut(rule as usize) else { return };
        self.tally.put(event, rule, counts);
        let span = pool.by.and_then(|by| self.spans.get(by)?.of.get(event));
        if let Some(span) = span {
            pool.counts.add(*span, times);
            self.stale = true;
        }
    }

    /// What some events bring each rule together; as if there were no limits, unless that was found out.
    pub fn sum(&self, events: Range<usize>) -> Vec<i64> {
        self.tally().sum(self.first + events.start..self.first + events.end, self.pools.iter().map(|pool| pool.points))
    }

    fn tally(&self) -> &Tally {
        if self.limited { &self.tally } else { &self.unlimited }
    }

    /// Takes some events in; gives back the number of the hour and of the day in which that begins to fade.
    pub fn take(&mut self, events: Range<usize>) -> impl Iterator<Item = i64> {
        let Pooled { pools, spans, tally, unlimited, limited, first, .. } = self;
        let tally = if *limited { tally } else { unlimited };
        let (first, end) = (*first + events.start, *first + events.end);
        spans.iter().enumerate().map(move |(by, spans)| {
            let number = |event: usize| spans.of.get(event).and_then(|span| spans.numbers.get(*span as usize)).copied().unwrap_or_default();
            // Of the latest hour or day, more may come.
            let last = number(end - 1);
            let lately = (first..end).rev().take_while(|event| number(*event) == last).count();
            let points = tally.sum(end - lately..end, pools.iter().map(|pool| pool.points));
            for (pool, points) in pools.iter_mut().zip(points).filter(|(pool, _)| pool.by == Some(by)) {
                pool.open = (last, if pool.open.0 == last { pool.open.1 + points } else { points });
            }
            if pools.iter().any(|pool| pool.by == Some(by)) { number(first) + 1 } else { NEVER }
        })
    }

    /// No fewer than there are parts each rounded by itself.
    pub fn parts(&self) -> i128 {
        self.pools.iter().map(|pool| pool.counts.all().len() as i128 + 1).sum()
    }

    /// Of each rule that fades by this unit: what is left in an hour or day of this number.
    pub fn left<'p>(&'p mut self, decays: &'p [Decay], unit: Unit, number: i64) -> impl Iterator<Item = (usize, i64)> + 'p {
        if std::mem::take(&mut self.stale) {
            self.find_alike();
        }
        let Pooled { pools, factors, spans, .. } = self;
        (0..pools.len()).filter_map(move |rule| {
            let pool = pools.get(rule).filter(|pool| pool.fades_by(unit))?;
            let before = match pools.get(pool.like) {
                Some(first) if pool.like != rule => first.before,
                _ => pool.left(factors, decays, spans.get(pool.by?)?, number),
            };
            let pool = pools.get_mut(rule)?;
            pool.before = before;
            // Of the present hour or day, all is left, and more may come.
            Some((rule, before + if pool.open.0 == number { pool.open.1 } else { 0 }))
        })
    }

    /// Finds the rules of which as much is left, whenever: many are worth the same, and match the same events.
    fn find_alike(&mut self) {
        let mut different: Vec<usize> = Vec::new();
        for rule in 0..self.pools.len() {
            let Some(pool) = self.pools.get(rule).filter(|pool| pool.by.is_some()) else { continue };
            let known = different.iter().copied().find(|first| self.pools.get(*first).is_some_and(|first| first.is_like(pool)));
            if known.is_none() {
                different.push(rule);
            }
            self.pools.get_mut(rule).into_iter().for_each(|pool| pool.like = known.unwrap_or(rule));
        }
    }
}

impl Pool {
    fn fades_by(&self, unit: Unit) -> bool {
        self.by.and_then(|by| UNITS.get(by)) == Some(&unit)
    }

    fn is_like(&self, other: &Pool) -> bool {
        (self.by, self.points, self.decay) == (other.by, other.points, other.decay) && self.counts.all() == other.counts.all()
    }

    /// What is left in an hour or day of this number of those before it.
    fn left(&self, factors: &mut Factors, decays: &[Decay], spans: &Spans, number: i64) -> i64 {
        let end = spans.numbers.partition_point(|own| *own < number);
        let first = spans.first.min(end);
        let from = self.counts.all().partition_point(|(span, _)| (*span as usize) < first);
        let counts = self.counts.all().iter().skip(from).take_while(|(span, _)| (*span as usize) < end);
        let left = counts.map(|(span, count)| {
            let age = number - spans.numbers.get(*span as usize).unwrap_or(&number);
            rounded((self.points * count) as f64 * factors.of(decays, self.decay, age))
        });
        left.sum()
    }
}

/// What each match of a rule is worth, in milli-points, if that and which of them count is all that there is to know.
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

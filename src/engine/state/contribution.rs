//! What a rule contributes (MODEL.md, section 5): its matches, which of them count, and how they fade.

use super::window::Window;
use crate::model::MAX_MILLI;
use crate::model::rule::{Decay, Limit, Per, Rule, Trigger};
use crate::time::{Time, Unit, UtcOffset};
use crate::value::Value;
use crate::value_ref::ValueRef;
use std::collections::VecDeque;

/// The running contribution of a rule.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// All matches, whether or not they count.
    pub matches: u64,
    /// Those that count while the rule's `when` holds.
    pub counted: u64,
    /// What it adds to its score now, in milli-points.
    pub points: i64,
    /// Whether it is in the list of what changes by itself.
    pub listed: bool,
    /// Counted matches together, without decay; with one, what is left of them.
    sum: i128,
    /// Counted matches by unit, if they fade.
    runs: Window<i64>,
    limit: Option<Box<Limited>>,
    /// For an idle rule, the day of the next match.
    idle: i64,
}

/// What limits have let through.
#[derive(Clone, Debug, Default)]
struct Limited {
    all: Span,
    /// By the value of a field.
    by: Vec<(Value, Span)>,
}

/// How many matches were let through in the present span.
#[derive(Clone, Debug, Default)]
struct Span {
    /// Which day or session.
    number: i64,
    count: usize,
    /// How many off site, where sessions are counted: they share one span, whatever sessions lie between them.
    offsite: usize,
    /// The times of the last, as many as the limit allows.
    times: VecDeque<Time>,
}

/// A match, as a rule sees it.
#[derive(Clone, Debug)]
pub struct Match {
    pub time: Time,
    /// The number of its session; none off site.
    pub session: Option<usize>,
    /// In milli-points.
    pub points: i64,
    /// What its limit is told apart by.
    pub by: Option<Value>,
}

impl Contribution {
    /// Forgets what counted: a reset came. Matches stay matches.
    pub fn reset(&mut self) {
        self.counted = 0;
        self.sum = 0;
        self.runs.clear();
        self.limit = None;
    }

    /// A match, of which it is known whether it counts but for its limit; `counts` unless it is itself the reset.
    pub fn add(&mut self, rule: &Rule, own: Match, counts: bool, offset: UtcOffset) {
        self.matches += 1;
        if counts && rule.limit.as_ref().is_none_or(|limit| self.limit.get_or_insert_default().lets_through(limit, &own, offset)) {
            self.count(rule, own.time, own.points, offset);
        }
    }

    fn count(&mut self, rule: &Rule, time: Time, points: i64, offset: UtcOffset) {
        self.counted += 1;
        let Some(decay) = &rule.decay else {
            self.sum += i128::from(points);
            return;
        };
        let unit = offset.number(time, decay.units().unit);
        match self.runs.newest() {
            Some((own, sum)) if *own == unit => {
                // In its own unit everything is whole: no decay has begun.
                self.sum -= i128::from(saturated(i128::from(*sum)));
                *sum += points;
                self.sum += i128::from(saturated(i128::from(*sum)));
            }
            _ => {
                self.runs.push(unit, points);
                self.sum += i128::from(points);
            }
        }
    }

    /// An idle rule: an activity came, after which counting begins anew.
    pub fn active(&mut self, days: i64, time: Time, offset: UtcOffset) {
        self.idle = offset.number(time, Unit::Day).saturating_add(days);
    }

    /// When it may change by itself for the first time after a match or an activity: the unit and its number.
    pub fn first_change(&self, rule: &Rule) -> Option<(Unit, i64)> {
        if let Trigger::Idle(_) = rule.trigger {
            return Some((Unit::Day, self.idle));
        }
        let decay = rule.decay.as_ref().filter(|decay| decay.fades())?;
        Some((decay.units().unit, self.runs.oldest()?.saturating_add(1)))
    }

    /// Lets time pass up to `now`; gives back the unit, and its number, at which it changes next by itself.
    pub fn pass(&mut self, rule: &Rule, now: Time, offset: UtcOffset) -> Option<(Unit, i64)> {
        if let Trigger::Idle(days) = rule.trigger {
            self.pass_idle(rule, days, now, offset);
        }
        let fades = rule.decay.as_ref().and_then(|decay| Some((decay.units().unit, self.fade(decay, now, offset)?)));
        match rule.trigger {
            Trigger::Idle(_) => {
                let next = (Unit::Day, self.idle);
                // Of two, the one that comes first.
                Some(fades.filter(|(unit, number)| offset.start(*number, *unit) < offset.start(self.idle, Unit::Day)).unwrap_or(next))
            }
            _ => fades,
        }
    }

    /// The matches of idleness up to `now`.
    fn pass_idle(&mut self, rule: &Rule, days: i64, now: Time, offset: UtcOffset) {
        let today = offset.number(now, Unit::Day);
        while self.idle <= today {
            let left = (today - self.idle) / days;
            let full = matches!(&rule.limit, Some(Limit { times, per: Per::Ever, .. }) if self.counted >= *times as u64);
            if left > 0 && (full || (rule.limit.is_none() && rule.decay.is_none())) {
                // All of them are alike.
                let many = left as u64;
                self.matches += many;
                if !full {
                    self.counted += many;
                    self.sum += i128::from(rule.worth.points(ValueRef::Null)) * i128::from(left);
                }
                self.idle += left * days;
                continue;
            }
            let own =
                Match { time: offset.start(self.idle, Unit::Day), session: None, points: rule.worth.points(ValueRef::Null), by: None };
            self.add(rule, own, true, offset);
            self.idle = self.idle.saturating_add(days);
        }
    }

    /// Adds up what is left at `now`; gives back the number of the unit in which that changes next.
    fn fade(&mut self, decay: &Decay, now: Time, offset: UtcOffset) -> Option<i64> {
        let unit = offset.number(now, decay.units().unit);
        let left = |from: i64, sum: i64| (saturated(i128::from(sum)) as f64 * decay.factor(unit - from)).round() as i64;
        // What has faded away never comes back.
        let faded = self.runs.iter().take_while(|(from, sum)| unit > *from && left(*from, *sum) == 0);
        let faded = faded.last().map(|(from, _)| *from);
        if let Some(newest) = faded {
            while self.runs.pop_before(newest + 1).is_some() {}
        }
        self.sum = self.runs.iter().map(|(from, sum)| i128::from(left(*from, *sum))).sum();
        let oldest = self.runs.oldest()?;
        let count = decay.units().count;
        match decay {
            Decay::HalfLife(_) | Decay::Linear(_) => Some(unit + 1),
            Decay::Expire(_) => Some(oldest + count),
            Decay::Step(..) if !decay.fades() => None,
            Decay::Step(..) => self.runs.iter().map(|(from, _)| from + ((unit - from) / count + 1) * count).min(),
        }
    }

    /// What it comes to, in milli-points, given whether its matches count.
    pub fn value(&self, rule: &Rule, counts: bool) -> i64 {
        if counts && self.counted > 0 { bounded(rule, saturated(self.sum)) } else { 0 }
    }
}

impl Limited {
    /// Whether fewer matches than the limit says were let through in the span of this one.
    fn lets_through(&mut self, limit: &Limit, own: &Match, offset: UtcOffset) -> bool {
        let span = match &own.by {
            None => &mut self.all,
            Some(value) => {
                let place = self.by.iter().position(|(known, _)| known == value).unwrap_or(self.by.len());
                if place == self.by.len() {
                    self.by.push((value.clone(), Span::default()));
                }
                // It stands there now.
                #[allow(clippy::indexing_slicing)]
                &mut self.by[place].1
            }
        };
        let number = match limit.per {
            Per::Ever => 0,
            Per::Day => offset.number(own.time, Unit::Day),
            Per::Session => match own.session {
                Some(number) => number as i64,
                None => return take(&mut span.offsite, limit.times),
            },
            Per::Span(length) => return span.take_within(length, limit.times, own.time),
        };
        if span.number != number {
            (span.number, span.count) = (number, 0);
        }
        take(&mut span.count, limit.times)
    }
}

impl Span {
    /// Takes a match if fewer than so many lie in the milliseconds before it.
    fn take_within(&mut self, length: i64, times: usize, time: Time) -> bool {
        while self.times.front().is_some_and(|own| *own <= time.saturating_sub(length)) {
            self.times.pop_front();
        }
        let room = self.times.len() < times;
        if room {
            self.times.push_back(time);
        }
        room
    }
}

/// Takes one more if there is room.
fn take(count: &mut usize, times: usize) -> bool {
    let room = *count < times;
    *count += usize::from(room);
    room
}

/// A rule's result within its own `min` and `max`.
pub fn bounded(rule: &Rule, points: i64) -> i64 {
    let points = rule.min.map_or(points, |min| points.max(min));
    rule.max.map_or(points, |max| points.min(max))
}

/// A sum of milli-points: exact, then saturated, so that order does not matter.
pub fn saturated(sum: i128) -> i64 {
    sum.clamp(i128::from(-MAX_MILLI), i128::from(MAX_MILLI)) as i64
}

//! How many points rules, groups and scores can come to, whatever events come: points × limits, faded, clamped, added up.
//!
//! Every bound is at least as wide as what is possible. It counts in milli-points, as the engine does.

use super::assume::{Facts, Reasoner};
use super::document::{EventDocument, VisitorDocument, most_events};
use super::set::Set;
use crate::model::rule::{Decay, Per, Rule, Trigger, Worth};
use crate::model::score::{Score, Source};
use crate::model::{MAX_MILLI, Model};
use crate::time::Unit;
use crate::value_ref::ValueRef;

/// From so many milli-points to so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    pub low: i64,
    pub high: i64,
}

impl Range {
    const ZERO: Range = Range { low: 0, high: 0 };

    /// Within bounds.
    pub fn clamp(self, min: Option<i64>, max: Option<i64>) -> Range {
        let clamp = |points: i64| {
            let points = min.map_or(points, |min| points.max(min));
            max.map_or(points, |max| points.min(max))
        };
        Range { low: clamp(self.low), high: clamp(self.high) }
    }

    /// The least range around this one and nothing.
    fn or_nothing(self) -> Range {
        Range { low: self.low.min(0), high: self.high.max(0) }
    }
}

/// Sums of ranges, exact; saturated in the end, as the engine's are.
pub fn sum(ranges: impl Iterator<Item = Range>) -> Range {
    let (low, high) = ranges.fold((0i128, 0i128), |(low, high), range| (low + i128::from(range.low), high + i128::from(range.high)));
    let saturated = |points: i128| points.clamp(i128::from(-MAX_MILLI), i128::from(MAX_MILLI)) as i64;
    Range { low: saturated(low), high: saturated(high) }
}

/// What all rules and scores of a model can come to.
pub struct Bounds {
    /// What each rule contributes.
    pub rules: Vec<Range>,
    /// What each score is.
    pub scores: Vec<Range>,
}

impl Bounds {
    /// Computes them; without decay, if nothing is to fade.
    pub fn of(profile: &VisitorDocument<'_>, fading: bool) -> Bounds {
        let model = profile.model;
        let rules: Vec<Range> = model.rules.iter().map(|rule| contribution(rule, profile, fading)).collect();
        let mut scores: Vec<Range> = (0..model.scores.len()).map(|place| fed(model, place, &rules)).collect();
        // Combined scores look at no others of their kind.
        for (place, score) in model.scores.iter().enumerate() {
            if let (Some(range), Some(own)) = (combined(score, &scores), scores.get_mut(place)) {
                *own = range;
            }
        }
        Bounds { rules, scores }
    }
}

/// The sum of the contributions of a score's rules in a group, or in none.
pub fn in_group(model: &Model, place: usize, group: Option<usize>, rules: &[Range]) -> Range {
    sum(model.rules.iter().zip(rules).filter(|(rule, _)| rule.score == place && rule.group == group).map(|(_, range)| *range))
}

/// What a score can be by its rules.
fn fed(model: &Model, place: usize, rules: &[Range]) -> Range {
    let Some(score) = model.scores.get(place) else { return Range::ZERO };
    let groups = score.groups.iter().enumerate().map(|(group, own)| in_group(model, place, Some(group), rules).clamp(own.min, own.max));
    sum(groups.chain([in_group(model, place, None, rules)])).clamp(Some(score.min), score.max)
}

/// What a combined score can be: adding up and rounding grow with what is added, so that the ends decide.
fn combined(score: &Score, scores: &[Range]) -> Option<Range> {
    let part = |place: &usize| scores.get(*place).copied().unwrap_or(Range { low: -MAX_MILLI, high: MAX_MILLI });
    let rounded = |points: f64| (points.round() as i64).clamp(-MAX_MILLI, MAX_MILLI);
    let range = match &score.source {
        Source::Rules { .. } => return None,
        Source::Of(parts) => {
            let mut ends = (0.0, 0.0);
            for (place, weight) in parts {
                let Range { low, high } = part(place);
                let (one, other) = (low as f64 * weight, high as f64 * weight);
                ends = (ends.0 + one.min(other), ends.1 + one.max(other));
            }
            Range { low: rounded(ends.0), high: rounded(ends.1) }
        }
        Source::BestOf(parts) => Range {
            low: parts.iter().map(|place| part(place).low).max().unwrap_or(0),
            high: parts.iter().map(|place| part(place).high).max().unwrap_or(0),
        },
    };
    Some(range.clamp(Some(score.min), score.max))
}

/// What a rule can contribute.
fn contribution(rule: &Rule, profile: &VisitorDocument<'_>, fading: bool) -> Range {
    let reasoner = Reasoner::new(profile);
    let known = match &rule.when {
        Some(when) => reasoner.assume(&Facts::default(), &when.clause, true),
        None => Ok(Facts::default()),
    };
    let Ok(known) = known else { return Range::ZERO };
    let decay = if fading { rule.decay.as_ref() } else { None };
    let added = match &rule.trigger {
        Trigger::State => worth(&rule.worth, |path| known.at(path, profile)),
        Trigger::Event(pattern) => {
            let document = EventDocument { model: profile.model, types: pattern.types.as_deref() };
            let reasoner = Reasoner::new(&document);
            let facts = match &pattern.r#where {
                Some(condition) => reasoner.assume(&Facts::default(), &condition.clause, true),
                None => Ok(Facts::default()),
            };
            let Ok(facts) = facts else { return Range::ZERO };
            repeated(worth(&rule.worth, |path| facts.at(path, &document)), &spans(rule, profile.model), decay)
        }
        // At most one match in so many days: what comes in between starts the count again.
        Trigger::Idle(days) => {
            let own = Span { times: 1, gap: Gap::Millis(days.saturating_mul(Unit::Day.millis())), most: None, beside: 0 };
            let spans: Vec<Span> = spans(rule, profile.model).into_iter().chain([own]).collect();
            repeated(worth(&rule.worth, |_| Set::MISSING), &spans, decay)
        }
    };
    added.clamp(rule.min, rule.max).or_nothing()
}

/// What one match is worth.
fn worth(worth: &Worth, field: impl Fn(&str) -> Set) -> Range {
    let Worth::Field { of, .. } = worth else {
        let points = worth.points(ValueRef::Null);
        return Range { low: points, high: points };
    };
    let Some(number) = field(of).number else { return Range::ZERO };
    let end = |number: f64| worth.points(ValueRef::Number(number.clamp(f64::MIN, f64::MAX)));
    let (one, other) = (end(number.low), end(number.high));
    Range { low: one.min(other), high: one.max(other) }.or_nothing()
}

/// A bound on how many matches count: so many in each span.
struct Span {
    times: i64,
    /// How far apart spans begin.
    gap: Gap,
    /// How many in all.
    most: Option<i64>,
    /// So many more may stand outside of these spans.
    beside: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Gap {
    /// Matches of different spans are on different days.
    Day,
    /// They are at least so far apart.
    Millis(i64),
    /// There is one span.
    None,
}

/// The bounds that retention and a rule's limit set.
fn spans(rule: &Rule, model: &Model) -> Vec<Span> {
    let all = match rule.trigger {
        Trigger::Idle(_) => None,
        _ => Some(most_events(model)),
    };
    let mut spans = vec![Span { times: 0, gap: Gap::None, most: all, beside: 0 }];
    if let Some(limit) = rule.limit.as_ref().filter(|limit| limit.by.is_none()) {
        let times = limit.times as i64;
        spans.push(match limit.per {
            Per::Ever => Span { times, gap: Gap::None, most: Some(times), beside: 0 },
            Per::Day => Span { times, gap: Gap::Day, most: all, beside: 0 },
            Per::Span(millis) => Span { times, gap: Gap::Millis(millis), most: all, beside: 0 },
            // A session begins a time-out after the last has ended. What is off site has a span of its own.
            Per::Session => Span { times, gap: Gap::Millis(model.session_timeout), most: all, beside: times },
        });
    }
    spans
}

/// What matches of this worth can add up to.
fn repeated(each: Range, spans: &[Span], decay: Option<&Decay>) -> Range {
    let most = |points: i64| spans.iter().map(|span| span.most_points(points, decay)).min().unwrap_or(MAX_MILLI);
    Range { low: -most(each.low.saturating_neg().max(0)), high: most(each.high.max(0)) }
}

impl Span {
    /// The most milli-points that matches worth at most `points` each can add up to.
    fn most_points(&self, points: i64, decay: Option<&Decay>) -> i64 {
        let plain = self.most.map_or(MAX_MILLI, |most| most.saturating_mul(points).min(MAX_MILLI));
        match decay {
            _ if points == 0 => 0,
            Some(decay) if self.gap != Gap::None => self.faded(points, decay).map_or(plain, |faded| faded.min(plain)),
            _ => plain,
        }
    }

    /// The same with decay: as if the latest matches had come just now and each earlier span as late as it can be. `None` if there is no end to it.
    fn faded(&self, points: i64, decay: &Decay) -> Option<i64> {
        const MOST_SPANS: i64 = 100_000;
        let unit = decay.units().unit.millis();
        let span = self.times as f64 * points as f64;
        let beside = self.beside as f64 * points as f64;
        // What falls into one hour or day is rounded at once; less than half a milli-point of it is nothing.
        let spans_at_once = match self.gap {
            Gap::Millis(millis) => unit / millis.max(1) + 2,
            Gap::Day | Gap::None => 2,
        };
        let at_once = span * spans_at_once as f64 + beside;
        let (mut total, mut place) = (beside, 0);
        while place < MOST_SPANS {
            let age = self.age(place, decay.units().unit);
            let factor = decay.factor(age);
            if at_once * factor < 0.5 {
                let roundings = (age + 1).min(place.saturating_mul(self.times).saturating_add(self.beside)) as f64 / 2.0;
                let total = (total + roundings) * (1.0 + 1e-9) + 1.0;
                return (total < MAX_MILLI as f64).then_some(total.ceil() as i64);
            }
            total += span * factor;
            place += 1;
        }
        None
    }

    /// How many hours or days ago the span that is so many before the last was at its end, at least.
    fn age(&self, place: i64, unit: Unit) -> i64 {
        match self.gap {
            Gap::Day if unit == Unit::Day || place == 0 => place,
            Gap::Day => (place - 1) * 24 + 1,
            Gap::Millis(millis) => place.saturating_mul(millis) / unit.millis(),
            Gap::None => 0,
        }
    }
}

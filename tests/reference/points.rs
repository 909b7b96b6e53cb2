//! What the rules contribute at a moment, and the scores that follow (docs/model.md, section 5).

use super::condition::holds;
use super::history::{History, Match};
use crate::engine::Points;
use crate::explain::Line;
use crate::model::MAX_MILLI;
use crate::model::rule::{Decay, Limit, Per, Rule, Trigger, Worth};
use crate::model::score::{Score, Source};
use crate::time::{Time, Unit};
use crate::value::Value;

/// No single match is worth more, in milli-points.
const MAX_MATCH: i64 = 1_000_000_000_000;

/// The value of a score, and how it comes about.
pub struct Scored {
    /// In milli-points.
    pub value: i64,
    /// Lines that add up to it.
    pub lines: Vec<Line>,
}

/// What a rule contributes.
struct Contribution {
    matches: usize,
    counted: usize,
    points: i64,
}

/// All scores at a time, given the first `prefix` events and the visitor document as far as rules may see it.
pub fn scores(history: &History<'_>, prefix: usize, now: Time, document: &Value) -> Vec<Scored> {
    let model = history.model;
    let mut scored: Vec<Scored> = Vec::new();
    for (place, score) in model.scores.iter().enumerate() {
        let resets = history.resets.get(place).map_or(&[][..], Vec::as_slice);
        let reset = resets.iter().rev().find(|event| **event < prefix).copied();
        let rules = model.rules.iter().zip(&history.matches).filter(|(rule, _)| rule.score == place);
        let contributions = rules.map(|(rule, matches)| (rule, contribution(rule, matches, history, prefix, now, reset, document)));
        scored.push(sum(score, contributions));
    }
    // Combined scores never feed each other, so the others are complete by now.
    let values: Vec<i64> = scored.iter().map(|score| score.value).collect();
    let value = |place: usize| values.get(place).copied().unwrap_or(0);
    let name = |place: usize| model.scores.get(place).map(|score| score.name.clone()).unwrap_or_default();
    for (score, scored) in model.scores.iter().zip(&mut scored) {
        match &score.source {
            Source::Rules { .. } => {}
            Source::Of(parts) => *scored = weighted(score, parts, value, name),
            Source::BestOf(parts) => *scored = best(score, parts, value, name),
        }
    }
    scored
}

/// A score at its floor, as it is without consent: its `min`, one line of the receipt unless that is 0.
pub fn floor(score: &Score) -> Scored {
    let adjustment = Line::Adjustment { adjustment: "score", points: Points(score.min) };
    Scored { value: score.min, lines: if score.min == 0 { Vec::new() } else { vec![adjustment] } }
}

fn contribution(
    rule: &Rule,
    matches: &[Match],
    history: &History<'_>,
    prefix: usize,
    now: Time,
    reset: Option<usize>,
    document: &Value,
) -> Contribution {
    let counts = rule.when.as_ref().is_none_or(|condition| holds(condition, document));
    if matches!(rule.trigger, Trigger::State) {
        let points = if counts { bounded(rule, worth(rule, document)) } else { 0 };
        return Contribution { matches: counts.into(), counted: counts.into(), points };
    }
    // Matches are in order, so those that exist by now stand first.
    let matches = matches.get(..matches.partition_point(|own| own.event < prefix && own.time <= now)).unwrap_or_default();
    if !counts {
        return Contribution { matches: matches.len(), counted: 0, points: 0 };
    }
    let idle = matches!(rule.trigger, Trigger::Idle(_));
    let reset_at = reset.and_then(|event| Some((event, history.events.get(event)?.time)));
    // A boundary comes before the events of the same time.
    let before_reset = |own: &Match| reset_at.is_some_and(|(event, time)| if idle { own.time <= time } else { own.event <= event });
    let left = matches.iter().filter(|own| !before_reset(own));
    let counted: Vec<&Match> = match &rule.limit {
        None => left.collect(),
        Some(limit) => within_limit(limit, left, history),
    };
    let points = if counted.is_empty() { 0 } else { bounded(rule, faded(rule, &counted, history, now)) };
    Contribution { matches: matches.len(), counted: counted.len(), points }
}

/// What a match is worth, in milli-points, given its document.
pub fn worth(rule: &Rule, document: &Value) -> i64 {
    let points = match &rule.worth {
        Worth::Fixed(points) => points.0,
        Worth::Field { of, times, min, max } => match document.at(of).and_then(Value::as_number) {
            None => 0,
            Some(number) => {
                let points = number * times;
                let points = min.map_or(points, |min| points.max(min));
                let points = max.map_or(points, |max| points.min(max));
                (points * 1000.0).round() as i64
            }
        },
    };
    points.clamp(-MAX_MATCH, MAX_MATCH)
}

/// What is left of a match at an age of so many units.
fn factor(decay: &Decay, age: i64) -> f64 {
    let (age, span) = (age as f64, decay.units().count as f64);
    match decay {
        Decay::HalfLife(_) => libm::exp2(-age / span),
        Decay::Linear(_) => (1.0 - age / span).max(0.0),
        Decay::Step(_, by) => (1.0 - by * (age / span).floor()).max(0.0),
        Decay::Expire(_) if age < span => 1.0,
        Decay::Expire(_) => 0.0,
    }
}

/// A rule's result within its own `min` and `max`.
fn bounded(rule: &Rule, points: i64) -> i64 {
    let points = rule.min.map_or(points, |min| points.max(min));
    rule.max.map_or(points, |max| points.min(max))
}

/// The matches that count: those with fewer than N counted ones in the same span.
fn within_limit<'m>(limit: &Limit, matches: impl Iterator<Item = &'m Match>, history: &History<'_>) -> Vec<&'m Match> {
    let offset = history.model.utc_offset;
    let session = |own: &Match| history.session_of.get(own.event).copied().flatten();
    let mut counted: Vec<&Match> = Vec::new();
    for own in matches {
        // Spans of time end somewhere behind: what is older needs no look.
        let in_time = |other: &&&Match| match limit.per {
            Per::Ever | Per::Session => true,
            Per::Day => offset.age(other.time, own.time, Unit::Day) == 0,
            Per::Span(span) => other.time > own.time.saturating_sub(span),
        };
        let same_span = |other: &&&Match| other.class == own.class && (limit.per != Per::Session || session(other) == session(own));
        if counted.iter().rev().take_while(in_time).filter(same_span).take(limit.times).count() < limit.times {
            counted.push(own);
        }
    }
    counted
}

/// The points of counted matches, faded by age: summed per hour or day, multiplied, rounded, and added up.
fn faded(rule: &Rule, counted: &[&Match], history: &History<'_>, now: Time) -> i64 {
    let Some(decay) = &rule.decay else {
        return saturated(counted.iter().map(|own| own.points));
    };
    let (offset, unit) = (history.model.utc_offset, decay.units().unit);
    let mut contributions = Vec::new();
    let mut rest = counted;
    while let Some(first) = rest.first() {
        let number = offset.number(first.time, unit);
        let same = rest.iter().take_while(|own| offset.number(own.time, unit) == number).count();
        let (now_matches, later) = rest.split_at_checked(same).unwrap_or((rest, &[]));
        let sum = saturated(now_matches.iter().map(|own| own.points));
        let factor = factor(decay, offset.age(first.time, now, unit));
        contributions.push((sum as f64 * factor).round() as i64);
        rest = later;
    }
    saturated(contributions.into_iter())
}

/// A sum of milli-points: exact, then saturated, so that order does not matter.
fn saturated(points: impl Iterator<Item = i64>) -> i64 {
    let sum: i128 = points.map(i128::from).sum();
    sum.clamp(i128::from(-MAX_MILLI), i128::from(MAX_MILLI)) as i64
}

/// Adds up what the rules of a score contribute: groups first, then the whole, each within its bounds.
fn sum<'r>(score: &Score, contributions: impl Iterator<Item = (&'r Rule, Contribution)>) -> Scored {
    let contributions: Vec<(&Rule, Contribution)> = contributions.collect();
    let of_group = |group: Option<usize>| {
        contributions.iter().filter(move |(rule, _)| rule.group == group).map(|(_, contribution)| contribution.points)
    };
    let in_group = |group: Option<usize>| saturated(of_group(group));
    // What the lines say before they are adjusted.
    let shown = |group: Option<usize>| of_group(group).map(i128::from).sum::<i128>();
    let mut lines = Vec::new();
    for (rule, contribution) in &contributions {
        if contribution.matches > 0 {
            lines.push(Line::Rule {
                rule: rule.id.clone(),
                group: rule.group.and_then(|group| score.groups.get(group)).map(|group| group.name.clone()),
                matches: contribution.matches,
                counted: contribution.counted,
                points: Points(contribution.points),
            });
        }
    }
    let mut parts = vec![in_group(None)];
    for (place, group) in score.groups.iter().enumerate() {
        let sum = in_group(Some(place));
        let clamped = group.min.map_or(sum, |min| sum.max(min));
        let clamped = group.max.map_or(clamped, |max| clamped.min(max));
        let adjustment = i128::from(clamped) - shown(Some(place));
        if adjustment != 0 {
            lines.push(Line::Group { adjustment: "group", group: group.name.clone(), points: Points(narrowed(adjustment)) });
        }
        parts.push(clamped);
    }
    let shown = shown(None) + parts.iter().skip(1).copied().map(i128::from).sum::<i128>();
    let value = clamp(score, saturated(parts.into_iter()), shown, &mut lines);
    Scored { value, lines }
}

/// Lines of thousands of rules that all saturate say more than a number of 64 bits can.
fn narrowed(points: i128) -> i64 {
    points.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

/// The weighted sum of other scores.
fn weighted(score: &Score, parts: &[(usize, f64)], value: impl Fn(usize) -> i64, name: impl Fn(usize) -> String) -> Scored {
    let mut lines = Vec::new();
    let (mut sum, mut shown) = (0.0, 0);
    for (place, weight) in parts {
        let part = value(*place) as f64 * weight;
        sum += part;
        let points = rounded(part);
        shown += points;
        lines.push(Line::Part { score: name(*place), points: Points(points) });
    }
    let sum = rounded(sum);
    if sum != shown {
        lines.push(Line::Adjustment { adjustment: "rounding", points: Points(sum - shown) });
    }
    let value = clamp(score, sum, sum.into(), &mut lines);
    Scored { value, lines }
}

fn rounded(points: f64) -> i64 {
    (points.round() as i64).clamp(-MAX_MILLI, MAX_MILLI)
}

/// The highest of other scores; of equal ones, the first.
fn best(score: &Score, parts: &[usize], value: impl Fn(usize) -> i64, name: impl Fn(usize) -> String) -> Scored {
    let best = parts.iter().copied().reduce(|best, place| if value(place) > value(best) { place } else { best });
    let mut lines: Vec<Line> = best.iter().map(|place| Line::Part { score: name(*place), points: Points(value(*place)) }).collect();
    let best = best.map_or(0, value);
    let value = clamp(score, best, best.into(), &mut lines);
    Scored { value, lines }
}

/// Holds a sum within the bounds of its score; the lines say `shown` so far.
fn clamp(score: &Score, sum: i64, shown: i128, lines: &mut Vec<Line>) -> i64 {
    let value = score.clamp(sum);
    if i128::from(value) != shown {
        lines.push(Line::Adjustment { adjustment: "score", points: Points(narrowed(i128::from(value) - shown)) });
    }
    value
}

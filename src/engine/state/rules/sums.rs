//! How contributions add up to a score (docs/model.md, section 5), and the lines that say so (section 10).

use super::contribution::saturated;
use crate::engine::Points;
use crate::engine::state::State;
pub use crate::explain::Line;
use crate::model::rule::Trigger;
use crate::model::score::{Group, Score, Source};
use crate::model::{MAX_MILLI, Model};

impl State {
    /// A score, in milli-points.
    pub(in crate::engine::state) fn total(&self, model: &Model, place: usize) -> i64 {
        let Some(score) = model.scores.get(place) else { return 0 };
        score.clamp(self.unclamped(model, place, score))
    }

    /// Between what and what each score lies if the sums lie between these.
    pub(in crate::engine::state) fn between(&self, model: &Model, low: &[i128], high: &[i128]) -> Vec<(i64, i64)> {
        let mut found = vec![(0, 0); model.scores.len()];
        // Combined ones come after the others.
        for combined in [false, true] {
            for (place, score) in model.scores.iter().enumerate() {
                let end = |sums: &[i128], which: fn((i64, i64)) -> i64, other: fn((i64, i64)) -> i64| {
                    let part = |part: &usize| found.get(*part).copied().unwrap_or_default();
                    score.clamp(match &score.source {
                        Source::Rules { .. } => added(model, place, score, sums),
                        // Whatever has a negative weight pulls the other way.
                        Source::Of(parts) => weighed(parts, |own, weight| if weight < 0.0 { other(part(&own)) } else { which(part(&own)) }),
                        Source::BestOf(parts) => parts.iter().map(|own| which(part(own))).max().unwrap_or(0),
                    })
                };
                if combined != matches!(score.source, Source::Rules { .. }) {
                    let ends = (end(low, |own| own.0, |own| own.1), end(high, |own| own.1, |own| own.0));
                    if let Some(own) = found.get_mut(place) {
                        *own = ends;
                    }
                }
            }
        }
        found
    }

    fn unclamped(&self, model: &Model, place: usize, score: &Score) -> i64 {
        match &score.source {
            Source::Rules { .. } => added(model, place, score, &self.sums),
            Source::Of(parts) => weighed(parts, |part, _| self.value(part)),
            Source::BestOf(parts) => self.best(parts).map_or(0, |part| self.value(part)),
        }
    }

    fn value(&self, score: usize) -> i64 {
        self.values.get(score).copied().unwrap_or(0)
    }

    /// The highest of some scores; of equal ones, the first.
    fn best(&self, parts: &[usize]) -> Option<usize> {
        parts.iter().copied().reduce(|best, part| if self.value(part) > self.value(best) { part } else { best })
    }

    /// The lines that add up to a score.
    pub fn lines(&self, model: &Model, place: usize) -> Vec<Line> {
        let Some(score) = model.scores.get(place) else { return Vec::new() };
        let name = |part: usize| model.scores.get(part).map(|own| own.name.clone()).unwrap_or_default();
        let mut lines = Vec::new();
        let sum = self.unclamped(model, place, score);
        // What the lines come to: those of rules and groups may say more than their sum, which saturates.
        let mut shown = i128::from(sum);
        match &score.source {
            Source::Rules { .. } => {
                lines.extend(
                    model
                        .rules
                        .iter()
                        .enumerate()
                        .filter(|(_, rule)| rule.score == place)
                        .filter_map(|(own, _)| self.line(model, own, score)),
                );
                shown = exact(model, place, 0, &self.sums);
                for (part, group) in score.groups.iter().enumerate() {
                    let own = exact(model, place, part + 1, &self.sums);
                    let clamped = i128::from(group.clamp(saturated(own)));
                    shown += clamped;
                    if clamped != own {
                        lines.push(Line::Group { adjustment: "group", group: group.name.clone(), points: narrowed(clamped - own) });
                    }
                }
            }
            Source::Of(parts) => {
                let mut rest = sum;
                for (part, weight) in parts {
                    let points = rounded(self.value(*part) as f64 * weight);
                    rest -= points;
                    lines.push(Line::Part { score: name(*part), points: Points(points) });
                }
                if rest != 0 {
                    lines.push(Line::Adjustment { adjustment: "rounding", points: Points(rest) });
                }
            }
            Source::BestOf(parts) => {
                lines.extend(self.best(parts).map(|part| Line::Part { score: name(part), points: Points(self.value(part)) }));
            }
        }
        let rest = i128::from(score.clamp(sum)) - shown;
        if rest != 0 {
            lines.push(Line::Adjustment { adjustment: "score", points: narrowed(rest) });
        }
        lines
    }

    /// What a rule contributes, if it has a match.
    fn line(&self, model: &Model, place: usize, score: &Score) -> Option<Line> {
        let (rule, plan) = (model.rules.get(place)?, model.program.rules.get(place)?);
        let own = self.rules.get(place);
        let counts = self.counts(plan);
        let points = match plan.share {
            Some(points) if counts => points,
            Some(_) => 0,
            None => self.rules.points(place),
        };
        let (matches, counted) = match rule.trigger {
            Trigger::State => (u32::from(counts), u32::from(counts)),
            _ => own.map_or((0, 0), |own| (own.matches, if counts { own.counted } else { 0 })),
        };
        (matches > 0).then(|| Line::Rule {
            rule: rule.id.clone(),
            group: rule.group.and_then(|group| score.groups.get(group)).map(|group| group.name.clone()),
            matches: matches as usize,
            counted: counted as usize,
            points: Points(points),
        })
    }
}

/// The sum of a score's ungrouped rules (0), or of those of a group (from 1), as their lines say it.
fn exact(model: &Model, score: usize, part: usize, sums: &[i128]) -> i128 {
    let base = model.program.sums.get(score).copied().unwrap_or(0);
    sums.get(base + part).copied().unwrap_or(0)
}

/// The same, saturated.
fn sum(model: &Model, score: usize, part: usize, sums: &[i128]) -> i64 {
    saturated(exact(model, score, part, sums))
}

/// Lines of thousands of rules that all saturate say more than a number of 64 bits can.
fn narrowed(points: i128) -> Points {
    Points(points.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

/// A score that is made of rules, before it is clamped.
fn added(model: &Model, place: usize, score: &Score, sums: &[i128]) -> i64 {
    let groups = score.groups.iter().enumerate().map(|(group, own)| own.clamp(sum(model, place, group + 1, sums)));
    saturated(groups.map(i128::from).sum::<i128>() + i128::from(sum(model, place, 0, sums)))
}

/// A weighted sum of scores, before it is clamped.
fn weighed(parts: &[(usize, f64)], value: impl Fn(usize, f64) -> i64) -> i64 {
    let mut sum = 0.0;
    parts.iter().for_each(|(part, weight)| sum += value(*part, *weight) as f64 * weight);
    rounded(sum)
}

impl Group {
    fn clamp(&self, sum: i64) -> i64 {
        let clamped = self.min.map_or(sum, |min| sum.max(min));
        self.max.map_or(clamped, |max| clamped.min(max))
    }
}

fn rounded(points: f64) -> i64 {
    (points.round() as i64).clamp(-MAX_MILLI, MAX_MILLI)
}

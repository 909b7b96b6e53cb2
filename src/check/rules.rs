//! Rules that can never count, or whose group or score swallows them wholly.

use super::assume::Reasoner;
use super::bounds::{Bounds, Range, in_group, sum};
use super::conditions;
use super::document::{EventDocument, VisitorDocument};
use crate::condition::number::number_to_text;
use crate::engine::Points;
use crate::model::Model;
use crate::model::rule::{Rule, Trigger, Worth};
use crate::model::score::Score;
use crate::problem::Problems;

/// Looks at all rules.
pub fn report(profile: &VisitorDocument<'_>, bounds: &Bounds, problems: &mut Problems) {
    let model = profile.model;
    let sums = Sums::new(model, &bounds.rules);
    for (index, (rule, range)) in model.rules.iter().zip(&bounds.rules).enumerate() {
        problems.at(index, |problems| {
            if !can_count(rule, profile, problems) {
                return;
            }
            // `"points": 0` says so itself: such a rule is there for its line in the receipt.
            if matches!(rule.worth, Worth::Fixed(points) if points.0 == 0) {
                return;
            }
            if (range.low, range.high) == (0, 0) {
                problems.at("points", |problems| {
                    problems.add("RULE_NEVER_COUNTS", format!("rule `{}` never gives a point: {}", rule.id, why_nothing(rule)));
                });
            } else if let Some(what) = sums.swallowed(rule, *range, model) {
                problems.add("RULE_SWALLOWED", format!("rule `{}` never changes anything: {what}", rule.id));
            }
        });
    }
}

/// Whether a match of a rule can count; warns of its conditions.
fn can_count(rule: &Rule, profile: &VisitorDocument<'_>, problems: &mut Problems) -> bool {
    let never = ("RULE_NEVER_COUNTS", format!("rule `{}` never counts", rule.id));
    let never = (never.0, never.1.as_str());
    let pattern = match &rule.trigger {
        Trigger::Event(pattern) => pattern.r#where.as_ref().map(|condition| (condition, pattern)),
        Trigger::Idle(_) | Trigger::State => None,
    };
    let matches = pattern.is_none_or(|(condition, pattern)| {
        let document = EventDocument { model: profile.model, types: pattern.types.as_deref() };
        problems.at("where", |problems| conditions::report(&condition.clause, &Reasoner::new(&document), never, problems))
    });
    let allowed = rule.when.as_ref().is_none_or(|condition| {
        problems.at("when", |problems| conditions::report(&condition.clause, &Reasoner::new(profile), never, problems))
    });
    matches && allowed
}

fn why_nothing(rule: &Rule) -> String {
    match &rule.worth {
        Worth::Fixed(_) => "its own `min` and `max` leave nothing of them".to_owned(),
        Worth::Field { of, .. } => format!("`{of}` is never a number here, or what is made of it comes to 0"),
    }
}

/// What the rules of each score come to, by group, before any clamping.
struct Sums {
    /// For each score, its ungrouped rules, then its groups.
    scores: Vec<Vec<Range>>,
}

impl Sums {
    fn new(model: &Model, rules: &[Range]) -> Sums {
        let of_score = |(place, score): (usize, &Score)| {
            let groups = (0..score.groups.len()).map(Some);
            [None].into_iter().chain(groups).map(|group| in_group(model, place, group, rules)).collect()
        };
        Sums { scores: model.scores.iter().enumerate().map(of_score).collect() }
    }

    /// Which cap takes all that a rule gives, whatever the others do.
    fn swallowed(&self, rule: &Rule, own: Range, model: &Model) -> Option<String> {
        let score = model.scores.get(rule.score)?;
        let sums = self.scores.get(rule.score)?;
        let mut parts = sums.clone();
        let part = parts.get_mut(rule.group.map_or(0, |group| group + 1))?;
        *part = Range { low: part.low - own.low, high: part.high - own.high };
        if let Some(group) = rule.group.and_then(|group| score.groups.get(group))
            && let Some(bound) = bound_beyond(*part, own, group.min, group.max)
        {
            return Some(format!("group `{}` {bound}", group.name));
        }
        for (part, group) in parts.iter_mut().skip(1).zip(&score.groups) {
            *part = part.clamp(group.min, group.max);
        }
        let others = sum(parts.into_iter());
        bound_beyond(others, own, Some(score.min), score.max).map(|bound| format!("score `{}` {bound}", score.name))
    }
}

/// The bound beyond which a sum is, with or without what a rule adds to the rest of it.
fn bound_beyond(others: Range, own: Range, min: Option<i64>, max: Option<i64>) -> Option<String> {
    let points = |milli: i64| number_to_text(Points(milli).value());
    if let Some(max) = max.filter(|max| others.low + own.low.min(0) >= *max) {
        return Some(format!("is capped at {}, and its other rules never leave it below that", points(max)));
    }
    let min = min.filter(|min| others.high + own.high.max(0) <= *min)?;
    Some(format!("never falls below {}, and no other rule lifts it above that", points(min)))
}

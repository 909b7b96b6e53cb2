//! Why a score can't be higher than it can: in words that name the cap, or the rules, to mend.

use super::bounds::{Bounds, Range, in_group};
use crate::condition::number::number_to_text;
use crate::engine::Points;
use crate::model::Model;
use crate::model::rule::Rule;
use crate::model::score::Source;

/// A number of milli-points as points.
pub fn points(milli: i64) -> String {
    number_to_text(Points(milli).value())
}

/// Why a score, by its place, stays at or below what it can be at most.
pub fn why(model: &Model, place: usize, bounds: &Bounds) -> String {
    let Some(score) = model.scores.get(place) else { return String::new() };
    let most = |place: &usize| bounds.scores.get(*place).map_or(0, |range| range.high);
    let name = |place: &usize| model.scores.get(*place).map_or("", |score| score.name.as_str());
    let parts: Vec<String> = match &score.source {
        Source::Of(parts) => parts
            .iter()
            .map(|(part, weight)| {
                format!("`{}` counts {} times and is at most {}", name(part), number_to_text(*weight), points(most(part)))
            })
            .collect(),
        Source::BestOf(parts) => parts.iter().map(|part| format!("`{}` is at most {}", name(part), points(most(part)))).collect(),
        Source::Rules { .. } => return of_rules(model, place, bounds),
    };
    match score.max {
        Some(max) if bounds.scores.get(place).is_some_and(|range| range.high == max) => {
            format!("score `{}` is capped at {}", score.name, points(max))
        }
        _ => joined(parts),
    }
}

fn of_rules(model: &Model, place: usize, bounds: &Bounds) -> String {
    let Some(score) = model.scores.get(place) else { return String::new() };
    let sum = |group| in_group(model, place, group, &bounds.rules).high;
    let free = sum(None);
    let capped: Vec<(String, i64)> = score
        .groups
        .iter()
        .enumerate()
        .filter_map(|(group, own)| {
            own.max.filter(|max| sum(Some(group)) > *max).map(|max| (format!("group `{}` is capped at {}", own.name, points(max)), max))
        })
        .collect();
    let groups: i64 = score
        .groups
        .iter()
        .enumerate()
        .map(|(group, own)| own.max.map_or(sum(Some(group)), |max| sum(Some(group)).min(max)))
        .fold(0, i64::saturating_add);
    if let Some(max) = score.max.filter(|max| groups.saturating_add(free) > *max) {
        return format!("score `{}` is capped at {}", score.name, points(max));
    }
    if capped.is_empty() {
        return of_largest(model, place, &bounds.rules);
    }
    let rest = groups.saturating_add(free).saturating_sub(capped.iter().map(|(_, max)| *max).sum());
    let mut reasons: Vec<String> = capped.into_iter().map(|(reason, _)| reason).collect();
    if rest > 0 {
        reasons.push(format!("all else gives at most {}", points(rest)));
    }
    joined(reasons)
}

/// The rules that give most.
fn of_largest(model: &Model, place: usize, rules: &[Range]) -> String {
    const SHOWN: usize = 4;
    let mut giving: Vec<(&Rule, i64)> = model
        .rules
        .iter()
        .zip(rules)
        .filter(|(rule, range)| rule.score == place && range.high > 0)
        .map(|(rule, range)| (rule, range.high))
        .collect();
    if giving.is_empty() {
        return "no rule can give it points".to_owned();
    }
    giving.sort_by_key(|(_, most)| std::cmp::Reverse(*most));
    let mut parts: Vec<String> =
        giving.iter().take(SHOWN).map(|(rule, most)| format!("rule `{}` gives at most {}", rule.id, points(*most))).collect();
    if let Some(more) = giving.get(SHOWN..).filter(|more| !more.is_empty()) {
        let most = more.iter().fold(0_i64, |sum, (_, most)| sum.saturating_add(*most));
        parts.push(format!("the other {} at most {}", more.len(), points(most)));
    }
    joined(parts)
}

fn joined(parts: Vec<String>) -> String {
    match parts.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => parts.concat(),
    }
}

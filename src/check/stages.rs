//! Stages that nobody can enter, among them the MQL stage; exits that shut them; grades that nobody gets; and decay as the reason.

use super::assume::{Conflict, Facts, Reasoner};
use super::bounds::Bounds;
use super::conditions::{self, hint, reason};
use super::document::VisitorDocument;
use super::narrow::narrow;
use super::set::Set;
use super::why::{points, why};
use crate::engine::Points;
use crate::model::Model;
use crate::model::read::milli;
use crate::model::score::Source;
use crate::model::stage::Stage;
use crate::problem::{Problem, Problems};
use crate::value::Value;

/// The document of a visitor, complete, and what its scores can be.
pub struct Sight<'m> {
    pub document: VisitorDocument<'m>,
    pub bounds: Bounds,
    /// The same if nothing faded.
    pub unfaded: Bounds,
}

/// Why nobody can enter a stage.
enum Barred<'m> {
    Never(Conflict<'m>),
    /// Its `exit` holds whenever its `when` does.
    Exit,
    /// Whoever meets its `when` is disqualified, by the disqualification of this place.
    Disqualified(usize),
}

/// Looks at all stages.
pub fn report(sight: &Sight<'_>, value: &Value, problems: &mut Problems) {
    let model = sight.document.model;
    let barred: Vec<Option<Barred<'_>>> = model.stages.iter().enumerate().map(|(place, stage)| bar(sight, place, stage)).collect();
    let reachable = reachable(model, &barred);
    let mut slow = Vec::new();
    problems.at("stages", |problems| {
        for (place, (stage, barred)) in model.stages.iter().zip(&barred).enumerate() {
            let code =
                if model.mql == Some(place) && reachable.get(place) != Some(&true) { "UNREACHABLE_MQL" } else { "UNREACHABLE_STAGE" };
            problems.at(place, |problems| {
                match barred {
                    None => came_from_nowhere(model, stage, &reachable, code, problems),
                    Some(barred) => explain(sight, stage, barred, code, problems),
                }
                if let Some(Barred::Never(conflict)) = barred {
                    slow.extend(decay_to_blame(sight, stage.id.as_str(), conflict));
                } else {
                    problems.at("when", |problems| {
                        conditions::report(&stage.when.clause, &Reasoner::new(&sight.document), conditions::NEVER, problems)
                    });
                }
                if let Some(exit) = stage.exit.as_ref().filter(|_| !matches!(barred, Some(Barred::Exit))) {
                    problems.at("exit", |problems| {
                        conditions::report(&exit.clause, &Reasoner::new(&sight.document), conditions::NEVER, problems)
                    });
                }
            });
        }
    });
    grades(sight, &mut slow, problems);
    for Slow { rule, message } in slow {
        let path = place_of_decay(model, rule, value);
        if !problems.iter().any(|problem: &Problem| problem.path == path && problem.code == "DECAY_TOO_FAST") {
            problems.add_at(&path, "DECAY_TOO_FAST", message, None);
        }
    }
}

/// Why nobody can enter a stage, if so.
fn bar<'m>(sight: &Sight<'m>, place: usize, stage: &'m Stage) -> Option<Barred<'m>> {
    let model = sight.document.model;
    let reasoner = Reasoner::new(&sight.document);
    let facts = match reasoner.assume(&Facts::default(), &stage.when.clause, true) {
        Ok(facts) => facts,
        Err(conflict) => return Some(Barred::Never(conflict)),
    };
    if let Some(exit) = &stage.exit {
        // Who is about to enter has not been there for a day, as far as `exit` is concerned.
        let mut facts = facts.clone();
        facts.set("stage_days", Set::count(0.0, 0.0));
        if reasoner.assume(&facts, &exit.clause, false).is_err() {
            return Some(Barred::Exit);
        }
    }
    if model.mql.is_some_and(|mql| place >= mql) {
        let mut facts = facts;
        for (index, disqualification) in model.disqualify.iter().enumerate() {
            match reasoner.assume(&facts, &disqualification.when.clause, false) {
                Ok(more) => facts = more,
                Err(_) => return Some(Barred::Disqualified(index)),
            }
        }
    }
    None
}

/// Which stages somebody can be in: by entering them, or by falling out of a higher one.
fn reachable(model: &Model, barred: &[Option<Barred<'_>>]) -> Vec<bool> {
    let mut reachable = vec![false; barred.len()];
    loop {
        let before = reachable.clone();
        for (place, (stage, barred)) in model.stages.iter().zip(barred).enumerate().rev() {
            let from = |from: &Option<usize>| from.is_none_or(|from| before.get(from) == Some(&true));
            let entered = barred.is_none() && stage.from.as_ref().is_none_or(|stages| stages.iter().any(from));
            let fallen = reachable.get(place + 1) == Some(&true);
            if let Some(own) = reachable.get_mut(place) {
                *own = entered || fallen;
            }
        }
        if reachable == before {
            return reachable;
        }
    }
}

/// Warns of a `from` none of whose stages anybody can be in.
fn came_from_nowhere(model: &Model, stage: &Stage, reachable: &[bool], code: &'static str, problems: &mut Problems) {
    let Some(from) = &stage.from else { return };
    if from.iter().any(|from| from.is_none_or(|from| reachable.get(from) == Some(&true))) {
        return;
    }
    let names: Vec<String> =
        from.iter().flatten().filter_map(|from| model.stages.get(*from)).map(|stage| format!("`{}`", stage.id)).collect();
    let why = if names.is_empty() { "`from` names no stage".to_owned() } else { format!("nobody can be in {} before", names.join(" or ")) };
    problems.at("from", |problems| problems.add(code, format!("nobody can enter `{}`: {why}", stage.id)));
}

fn explain(sight: &Sight<'_>, stage: &Stage, barred: &Barred<'_>, code: &'static str, problems: &mut Problems) {
    match barred {
        Barred::Never(conflict) => {
            let message = too_few(sight, &stage.id, conflict)
                .unwrap_or_else(|| format!("nobody can enter `{}`: {}", stage.id, reason(conflict, "never")));
            problems.at("when", |problems| problems.add_with_hint(code, message, hint(conflict)));
        }
        Barred::Exit => {
            let message = format!("`exit` holds whenever `when` does, so nobody can enter `{}`", stage.id);
            problems.at("exit", |problems| problems.add("EXIT_COVERS_WHEN", message));
        }
        Barred::Disqualified(index) => {
            let id = sight.document.model.disqualify.get(*index).map_or("", |own| own.id.as_str());
            let message = format!("nobody can enter `{}`: whoever meets `when` is disqualified by `{id}`", stage.id);
            problems.at("when", |problems| problems.add(code, message));
        }
    }
}

/// The place of the score that a conflict is about, and how many milli-points are asked for, if these are too many.
fn asked_of_score(sight: &Sight<'_>, conflict: &Conflict<'_>) -> Option<(usize, i64)> {
    let &Conflict::Value { path, test, truth, everywhere: true, .. } = conflict else { return None };
    let name = path.strip_prefix("scores.")?;
    let place = sight.document.model.scores.iter().position(|score| score.name == name)?;
    let low = narrow(&Set::number(f64::NEG_INFINITY, f64::INFINITY), test, truth).number?.low;
    let high = sight.bounds.scores.get(place)?.high;
    (low > Points(high).value()).then_some((place, milli(low)))
}

fn too_few(sight: &Sight<'_>, stage: &str, conflict: &Conflict<'_>) -> Option<String> {
    let (place, asked) = asked_of_score(sight, conflict)?;
    Some(too_few_points(sight, place, asked, &format!("that `{stage}` asks for")))
}

fn too_few_points(sight: &Sight<'_>, place: usize, asked: i64, who: &str) -> String {
    let model = sight.document.model;
    let name = model.scores.get(place).map_or("", |score| score.name.as_str());
    let most = sight.bounds.scores.get(place).map_or(0, |range| range.high);
    format!(
        "at most {} of the {} points of `{name}` {who} can be earned: {}",
        points(most),
        points(asked),
        why(model, place, &sight.bounds)
    )
}

/// Grades that begin above what the score can be.
fn grades(sight: &Sight<'_>, slow: &mut Vec<Slow>, problems: &mut Problems) {
    let model = sight.document.model;
    for (place, (score, range)) in model.scores.iter().zip(&sight.bounds.scores).enumerate() {
        for (index, grade) in score.grades.iter().enumerate().filter(|(_, grade)| grade.from > range.high) {
            let who = format!("that grade `{}` asks for", grade.label);
            let message = too_few_points(sight, place, grade.from, &who);
            problems.add_at(&format!("/scores/{}/grades/{index}", score.name), "UNREACHABLE_GRADE", message, None);
            slow.extend(too_fast(sight, place, grade.from, &who));
        }
    }
}

/// A rule whose points fade before enough of them can come together.
struct Slow {
    rule: usize,
    message: String,
}

fn decay_to_blame(sight: &Sight<'_>, stage: &str, conflict: &Conflict<'_>) -> Option<Slow> {
    let (place, asked) = asked_of_score(sight, conflict)?;
    too_fast(sight, place, asked, &format!("that `{stage}` asks for"))
}

/// The rule that loses most by decay, if without decay there could be enough points.
fn too_fast(sight: &Sight<'_>, place: usize, asked: i64, who: &str) -> Option<Slow> {
    let model = sight.document.model;
    let score = model.scores.get(place)?;
    sight.unfaded.scores.get(place).filter(|range| range.high >= asked)?;
    let fed: Vec<usize> = match &score.source {
        Source::Rules { .. } => vec![place],
        Source::Of(parts) => parts.iter().map(|(part, _)| *part).collect(),
        Source::BestOf(parts) => parts.clone(),
    };
    let losses = model.rules.iter().zip(sight.bounds.rules.iter().zip(&sight.unfaded.rules)).enumerate();
    let (rule, _) = losses
        .filter(|(_, (rule, _))| fed.contains(&rule.score))
        .map(|(index, (_, (range, unfaded)))| (index, unfaded.high.saturating_sub(range.high)))
        .max_by_key(|(index, loss)| (*loss, std::cmp::Reverse(*index)))
        .filter(|(_, loss)| *loss > 0)?;
    let most = sight.bounds.scores.get(place)?.high;
    let named = model.rules.get(rule)?;
    let message = format!(
        "points fade before the {} of `{}` {who} can come together: with the limits that rules such as `{}` have, at most {} can be there at once",
        points(asked),
        score.name,
        named.id,
        points(most)
    );
    Some(Slow { rule, message })
}

/// Where the decay of a rule is written: on itself, its group or its score.
fn place_of_decay(model: &Model, index: usize, value: &Value) -> String {
    let own = format!("rules.{index}.decay");
    let Some(rule) = model.rules.get(index).filter(|_| value.at(&own).is_none()) else { return format!("/rules/{index}/decay") };
    let Some(score) = model.scores.get(rule.score) else { return format!("/rules/{index}") };
    match rule.group.and_then(|group| score.groups.get(group)).filter(|group| group.decay.is_some()) {
        Some(group) => format!("/scores/{}/groups/{}/decay", score.name, group.name),
        None => format!("/scores/{}/decay", score.name),
    }
}

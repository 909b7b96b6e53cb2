//! Warnings: what is allowed in a scoring model, and hardly meant (docs/model.md, section 11).
//!
//! Everything here is derived from the model alone, for all events that could ever come. A warning is certain, guesses at misspelt types
//! and miswritten conditions aside: scores are bounded by intervals (`bounds`), documents by sets of values (`document`, `set`), and a condition is impossible only if
//! no value is left to one of its paths (`assume`, `narrow`), or none answers two questions as it must (`pairs`). What can't be decided is not warned of.
//!
//! Neither the engine nor a page's module calls it. A warning never refuses a model.

mod assume;
mod bounds;
mod conditions;
mod document;
mod miswritten;
mod narrow;
mod pairs;
mod regexes;
mod rules;
mod set;
mod stages;
mod types;
mod why;

use crate::model::Model;
use crate::model::rule::Pattern;
use crate::model::score::Source as ScoreSource;
use crate::model::signal::Source;
use crate::problem::{Problem, Problems};
use crate::value::Value;
use assume::Reasoner;
use bounds::Bounds;
use document::{EventDocument, VisitorDocument};
use stages::Sight;

/// All warnings about a model; `value` is the JSON form that it was loaded from.
///
/// ```
/// use warmlead::{check, json, model::Model};
/// let value = json::parse(r#"{ "scores": { "engagement": { "groups": { "content": { "max": 40 } } } },
///     "rules": [{ "id": "ebook", "on": "file_download", "points": 8, "group": "content" },
///               { "id": "demo", "on": "demo_use", "points": 5, "limit": { "times": 1 } }],
///     "stages": [{ "id": "mql", "when": { "scores.engagement": { "$gte": 50 } } }], "mql": "mql" }"#).unwrap();
/// let warnings = check::warnings(&Model::load(&value).unwrap(), &value);
/// assert_eq!((warnings[0].code, warnings[0].path.as_str()), ("UNREACHABLE_MQL", "/stages/0/when"));
/// assert_eq!(warnings[0].message, "at most 45 of the 50 points of `engagement` that `mql` asks for can be earned: \
///     group `content` is capped at 40 and all else gives at most 5");
/// ```
pub fn warnings(model: &Model, value: &Value) -> Vec<Problem> {
    let mut problems = Problems::new();
    let mut guesses = Problems::new();
    let mut document = VisitorDocument::profile(model);
    let bounds = Bounds::of(&document, true);
    let unfaded = Bounds::of(&document, false);
    types::report(model, value, &mut guesses);
    regexes::report(value, &mut problems);
    patterns(model, &mut problems);
    problems.at("rules", |problems| rules::report(&document, &bounds, problems));
    problems.at("disqualify", |problems| {
        for (index, own) in model.disqualify.iter().enumerate() {
            problems.at(index, |problems| visitor_condition(&own.when.clause, &document, problems));
        }
    });
    document.scores = bounds.scores.clone();
    let sight = Sight { document, bounds, unfaded };
    stages::report(&sight, value, &mut problems);
    problems.at("actions", |problems| {
        for (index, action) in model.actions.iter().enumerate() {
            if let Some(when) = &action.when {
                problems.at(index, |problems| visitor_condition(&when.clause, &sight.document, problems));
            }
        }
    });
    let certain = problems.into_vec();
    miswritten::report(value, &certain, &mut guesses);
    let mut warnings = guesses.into_vec();
    warnings.extend(certain);
    warnings
}

fn visitor_condition(clause: &crate::condition::Clause, document: &VisitorDocument<'_>, problems: &mut Problems) {
    problems.at("when", |problems| conditions::report(clause, &Reasoner::new(document), conditions::NEVER, problems));
}

/// The conditions of resets and signals.
fn patterns(model: &Model, problems: &mut Problems) {
    let pattern = |pattern: &Pattern, problems: &mut Problems| {
        if let Some(condition) = &pattern.r#where {
            let document = EventDocument { model, types: pattern.types.as_deref() };
            problems.at("where", |problems| conditions::report(&condition.clause, &Reasoner::new(&document), conditions::NEVER, problems));
        }
    };
    problems.at("scores", |problems| {
        for score in &model.scores {
            if let ScoreSource::Rules { reset: Some(reset) } = &score.source {
                problems.at(&score.name, |problems| problems.at("reset", |problems| pattern(reset, problems)));
            }
        }
    });
    problems.at("signals", |problems| {
        for signal in &model.signals {
            problems.at(&signal.name, |problems| {
                match &signal.source {
                    Source::Events { pattern: own, .. } => pattern(own, problems),
                    Source::Sequence { steps, .. } => problems.at("sequence", |problems| {
                        for (index, step) in steps.iter().enumerate() {
                            problems.at(index, |problems| pattern(step, problems));
                        }
                    }),
                }
                if let Some(since) = &signal.since {
                    problems.at("since", |problems| pattern(since, problems));
                }
            });
        }
    });
}

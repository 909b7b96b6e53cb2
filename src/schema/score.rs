//! Scores, groups, grades and signals (docs/model.md, sections 4 and 5).

use super::build::*;
use super::condition::at;
use super::document::path;
use super::rule::{events, pattern_at};
use crate::model::scope::Scope;
use crate::model::score::{GRADE_KEYS, GROUP_KEYS, SCORE_KEYS};
use crate::model::signal::{MEASURES, SIGNAL_KEYS};
use crate::value::Object;

/// A score.
pub fn score() -> Schema {
    let about = "A score: what its rules give together or, with `of` or `best_of`, what it makes of other scores.";
    object(about, &SCORE_KEYS, |key| match key {
        "description" => description(),
        "min" => number("The score never falls below this.").with("default", 0_i64),
        "max" => number("The score never rises above this.").example(100),
        "groups" => named("Groups of rules, by name. A rule joins one with `group`.", group()),
        "grades" => list("Labels for values: the highest `from` that the score has reached gives its label.", grade()),
        "decay" => Schema::about("How points fade in rules that do not say, nor their group; unless given, not at all.").like("decay"),
        "reset" => pattern_at("After such an event, what came before it no longer counts here."),
        "of" => combined("The weighted sum of other scores: a factor for each.").example(weights()),
        "best_of" => list("The highest of these scores.", name("A score that is not combined itself.")).with("minItems", 1_i64),
        _ => undescribed(),
    })
    .with("if", requires(&["of"]))
    .with("then", without(&["groups", "decay", "reset", "best_of"]))
    .with("else", Schema::any().with("if", requires(&["best_of"])).with("then", without(&["groups", "decay", "reset"])))
}

fn combined(description: &str) -> Schema {
    Schema::about(description)
        .with("type", "object")
        .with("additionalProperties", number("What the score is multiplied with."))
        .with("minProperties", 1_i64)
}

fn weights() -> Object {
    Object::from_iter([("fit", 0.4), ("engagement", 0.6)])
}

fn group() -> Schema {
    object("A group of rules of this score.", &GROUP_KEYS, |key| match key {
        "description" => description(),
        "min" => number("The least that the group's rules give together."),
        "max" => number("The most that the group's rules give together."),
        "decay" => Schema::about("How points fade in rules of the group that do not say.").like("decay"),
        _ => undescribed(),
    })
}

fn grade() -> Schema {
    object("A label, and the value from which it holds.", &GRADE_KEYS, |key| match key {
        "from" => number("From this many points on."),
        "label" => string("What it is called, such as `A` or `1`."),
        _ => undescribed(),
    })
    .with("required", GRADE_KEYS.to_vec())
}

/// A signal.
pub fn signal() -> Schema {
    let measures: Vec<&str> = MEASURES.iter().map(|(name, _)| *name).collect();
    let fielded: Vec<&str> = MEASURES.iter().filter(|(_, measure)| measure.needs_field()).map(|(name, _)| *name).collect();
    let measures_field = Schema::any()
        .with("properties", Object::from_iter([("measure", Schema::any().with("enum", fielded))]))
        .with("required", vec!["measure"]);
    let of_events = without(&["span"])
        .with("required", vec!["on"])
        .with("if", measures_field)
        .with("then", requires(&["of"]))
        .with("else", without(&["of"]));
    let about = "A named number or value computed from events, which conditions read as `signals.NAME`.";
    object(about, &SIGNAL_KEYS, |key| match key {
        "description" => description(),
        "on" => events("The events that it looks at: a type, a list of types, or `*` for any."),
        "where" => at("Of those events, only the ones for which this holds.", Scope::Event),
        "within" => duration("Only what happened in this time: `7d` is today and the six days before.", UNITS).example("30d"),
        "since" => pattern_at("Only what came after the last such event."),
        "measure" => word(
            "What is measured of the events: how many (`count`), on how many `days`, in how many `sessions`; or of the field `of` its `sum`, \
             `min`, `max`, `mean`, the number of its `distinct` values, its `first` or `last` value.",
            &measures,
        )
        .with("default", "count"),
        "of" => path("The field of the event that is measured.", Scope::Event),
        "sequence" => list("Counts how often these steps happen in this order.", pattern_at("A step.")).with("minItems", 1_i64),
        "span" => duration("How long the steps may take, from the first to the last.", SPAN).example("2h"),
        _ => undescribed(),
    })
    .with("if", requires(&["sequence"]))
    .with("then", without(&["on", "where", "measure", "of"]).with("required", vec!["span"]))
    .with("else", of_events)
}

//! Rules, and what they are made of: patterns, points, limits, decay (docs/model.md, section 5).

use super::build::*;
use super::condition::at;
use super::document::{any_path, path};
use crate::event::types::{ACTIVITY, OFFSITE};
use crate::model::rule::{DECAY_KEYS, LIMIT_KEYS, PATTERN_KEYS, POINTS_KEYS, RULE_KEYS, STEP_KEYS};
use crate::model::scope::Scope;
use crate::value::{Object, Value};

/// What rules share with scores and signals.
pub fn definitions() -> Vec<(&'static str, Schema)> {
    vec![("rule", rule()), ("pattern", pattern()), ("eventType", event_type()), ("decay", decay())]
}

fn rule() -> Schema {
    let about = "What gives points. With `on` it counts events, with `idle` days without activity, with only `when` it holds or does not.";
    object(about, &RULE_KEYS, |key| match key {
        "id" => name("The rule's name, which receipts show. Each rule has its own."),
        "description" => description(),
        "score" => {
            name("The score that it feeds: `engagement` unless given for rules with `on` or `idle`, `fit` for rules with only `when`.")
        }
        "group" => name("A group of that score: what its rules give together can be capped there."),
        "on" => events("The events that it counts: a type, a list of types, or `*` for any."),
        "where" => at("Of those events, only the ones for which this holds.", Scope::Event),
        "idle" => duration("Matches each time this many days have gone by without activity.", DAYS).example("30d"),
        "when" => at(
            "Beside `on` or `idle`: while this does not hold, nothing counts. Alone: the rule gives its points while this holds.",
            Scope::Profile,
        ),
        "points" => points(),
        "limit" => limit(),
        "decay" => {
            Schema::about("How the points of each event fade with age; unless given, as its group or its score says; `none` is not at all.")
                .like("decay")
        }
        "min" => number("The least that the rule gives in all, if anything counts."),
        "max" => number("The most that the rule gives in all."),
        _ => undescribed(),
    })
    .with("required", vec!["id", "points"])
    .with("if", requires(&["on"]))
    .with("then", without(&["idle"]).with("allOf", vec![points_of(Scope::Event)]))
    .with("else", not_of_events())
}

/// A rule without `on`: idle, or a state.
fn not_of_events() -> Schema {
    let per = Schema::any().with("not", Schema::any().with("enum", vec!["session", "day"]));
    let limit = Schema::any().with("properties", Object::from_iter([("per", Value::from(per)), ("by", false.into())]));
    let points = Schema::any().with("type", "number");
    let idle = Schema::any().with("properties", Object::from_iter([("points", points), ("limit", limit)]));
    without(&["where"])
        .with("anyOf", ["on", "idle", "when"].map(|key| requires(&[key])).to_vec())
        .with("if", requires(&["idle"]))
        .with("then", idle)
        .with("else", without(&["limit", "decay"]).with("allOf", vec![points_of(Scope::Profile)]))
}

fn points() -> Schema {
    let keys = |key: &str| match key {
        "of" => text("The field that gives the points: of the event, or of the visitor in a rule with only `when`. 0 if it is no number.")
            .example("properties.value"),
        "times" => number("What its value is multiplied with.").with("default", 1_i64).example(0.1),
        "min" => number("The least that one event gives."),
        "max" => number("The most that one event gives."),
        _ => undescribed(),
    };
    object("What one match is worth: a number, which may be negative, or the value of a field.", &POINTS_KEYS, keys)
        .with("type", vec!["number", "object"])
        .with("required", vec!["of"])
        .with("examples", vec![10_i64])
}

/// `points.of` is a path of this document.
fn points_of(scope: Scope) -> Schema {
    let points = Schema::any().with("properties", Object::from_iter([("of", any_path(scope))]));
    Schema::any().with("properties", Object::from_iter([("points", points)]))
}

fn limit() -> Schema {
    object("How often it counts; what comes beyond gives nothing.", &LIMIT_KEYS, |key| match key {
        "times" => count("At most so many times."),
        "per" => per("In all, in a session, on a day, or in any span of this length."),
        "by" => path("For each value of this field of the event separately: once per page, per file, per campaign.", Scope::Event),
        _ => undescribed(),
    })
    .with("required", vec!["times"])
}

/// What a limit is counted in.
pub fn per(description: &str) -> Schema {
    duration_or(description, &["ever", "session", "day"], SPAN)
        .with("default", "ever")
        .with("examples", vec!["ever", "session", "day", "7d"])
}

/// A reference to `{ on, where? }`.
pub fn pattern_at(description: &str) -> Schema {
    Schema::about(description).like("pattern")
}

fn pattern() -> Schema {
    Schema::any()
        .with_keys(&PATTERN_KEYS, |key| match key {
            "on" => events("A type, a list of types, or `*` for any."),
            "where" => at("Only the events for which this holds.", Scope::Event),
            _ => undescribed(),
        })
        .with("required", vec!["on"])
}

/// `on`: a type, a list of them, or `*`.
pub fn events(description: &str) -> Schema {
    let many = Schema::any().with("type", "array").with("items", reference("eventType")).with("minItems", 1_i64);
    Schema::about(description).with("anyOf", vec![reference("eventType"), many])
}

/// Any text is an event type; the ones that Warmlead knows are there to be completed.
fn event_type() -> Schema {
    let known: Vec<&str> = ["*"].iter().chain(ACTIVITY).chain(OFFSITE).copied().collect();
    let other = Schema::any().with("type", "string").with("minLength", 1_i64);
    Schema::any().with("anyOf", vec![Schema::any().with("enum", known), other])
}

fn decay() -> Schema {
    let spans = |key: &str| match key {
        "half_life" => duration("Half as much each time this long has gone by.", UNITS).example("14d"),
        "linear" => duration("Evenly down to nothing, which is reached after this long.", UNITS).example("90d"),
        "step" => object("Less by the same share each time.", &STEP_KEYS, |key| match key {
            "every" => duration("How long a step takes.", UNITS).example("30d"),
            "by" => number_between("The share of the points that each step takes, from 0 to 1.", 0.0, 1.0).example(0.25),
            _ => undescribed(),
        })
        .with("required", STEP_KEYS.to_vec()),
        "expire" => duration("All of it for this long, then nothing.", UNITS).example("90d"),
        _ => undescribed(),
    };
    let fades = Schema::any().with_keys(&DECAY_KEYS, spans).with("minProperties", 1_i64).with("maxProperties", 1_i64);
    let never = Schema::any().with("const", "none");
    Schema::any().with("anyOf", vec![fades, never])
}

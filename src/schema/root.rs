//! The model as a whole (docs/model.md, sections 1, 2 and 8), and the definitions that its parts refer to.

use super::build::*;
use super::score::{score, signal};
use super::stage::{action, disqualification, policy, stage};
use super::{condition, document, rule};
use crate::event::channel::KINDS;
use crate::model::{CONSENT_KEYS, KEYS, MAX_RULES, RETENTION_KEYS};
use crate::value::{Object, Value};

/// The whole schema.
pub fn schema() -> Value {
    let definitions: Object = condition::definitions().into_iter().chain(document::definitions()).chain(rule::definitions()).collect();
    let model = object("How a visitor's behaviour and profile become scores, when the visitor is an MQL, and what to do then.", &KEYS, key);
    let head = Schema::any().with("$schema", "http://json-schema.org/draft-07/schema#").with("title", "Warmlead scoring model");
    let whole: Object = [Value::from(head), model.into(), Schema::any().with("definitions", definitions).into()]
        .iter()
        .filter_map(Value::as_object)
        .flat_map(Object::iter)
        .map(|(key, value)| (key, value.clone()))
        .collect();
    whole.into()
}

fn key(key: &str) -> Schema {
    match key {
        "$schema" => string("Where this schema is, for editors.").example("./node_modules/warmlead/model.schema.json"),
        "id" => text("The model's name. Every synced score names it.").with("default", "model"),
        "version" => text("Raise it with each change: every synced score names it, too.").with("default", "0"),
        "description" => description(),
        "scores" => named("The scores, by name.", score()),
        "grade" => list("The scores whose labels, joined in this order, are the visitor's grade, such as `A1`.", name("A score.")),
        "signals" => named("Named numbers and values computed from events, by name.", signal()),
        "rules" => list("What gives points.", reference("rule")).with("maxItems", MAX_RULES as i64),
        "disqualify" => list("What disqualifies a visitor.", disqualification()),
        "stages" => list("The stages from visitor to customer, the lowest first.", stage()),
        "mql" => name("The stage at which, and above which, the visitor is a marketing qualified lead (MQL)."),
        "actions" => list("What to do when a visitor is ready for it.", action()),
        "action_policy" => policy(),
        "consent" => object("What may not be done without the visitor's consent.", &CONSENT_KEYS, |key| match key {
            "score" => list("Without all of these, nobody is scored.", text("A consent.").example("analytics")),
            _ => undescribed(),
        }),
        "channels" => object(
            "Hosts to be known beside the well-known ones, when it is told where a session came from.",
            &KINDS.map(|(key, _)| key),
            channel,
        ),
        "offsite" => list("Types of your own that happen off the site: they neither start nor extend a session.", reference("eventType")),
        "retention" => object("How many events a visitor keeps, and for how long.", &RETENTION_KEYS, |key| match key {
            "events" => {
                count("How many events of activity, and how many off the site, count; later ones are refused.").with("default", 10_000_i64)
            }
            "age" => duration("After so many days an event is forgotten; never unless given.", DAYS).example("400d"),
            _ => undescribed(),
        }),
        "session_timeout" => duration("A pause of this length ends a session.", SPAN).with("default", "30m"),
        "utc_offset" => string("Where days and hours begin: the offset from UTC, up to 14 hours either way.")
            .with("pattern", "^[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00)$")
            .with("default", "+00:00")
            .example("+01:00"),
        _ => undescribed(),
    }
}

fn channel(key: &str) -> Schema {
    let hosts = |what: &str| list(&format!("Hosts of {what}."), text("A host, such as `search.example.org`."));
    match key {
        "search" => hosts("search engines"),
        "social" => hosts("social networks"),
        "video" => hosts("video sites"),
        "shopping" => hosts("shops and comparison sites"),
        "ai" => hosts("AI assistants"),
        _ => undescribed(),
    }
}

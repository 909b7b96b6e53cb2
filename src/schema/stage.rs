//! Disqualifications, stages and actions (docs/model.md, sections 6 and 7).

use super::build::*;
use super::condition::at;
use super::rule::per;
use crate::model::action::{ACTION_KEYS, ACTION_LIMIT_KEYS, HOURS_KEYS, POLICY_KEYS, WEEK};
use crate::model::scope::Scope;
use crate::model::stage::{DISQUALIFY_KEYS, STAGE_KEYS, VISITOR};
use crate::value::Object;

/// A disqualification.
pub fn disqualification() -> Schema {
    let about = "While `when` holds, the visitor is disqualified: no MQL, whatever the scores say.";
    object(about, &DISQUALIFY_KEYS, |key| match key {
        "id" => name("The disqualification's name. Each has its own."),
        "description" => description(),
        "when" => at("What disqualifies.", Scope::Profile),
        _ => undescribed(),
    })
    .with("required", vec!["id", "when"])
}

/// A stage.
pub fn stage() -> Schema {
    object("A stage on the way from visitor to customer.", &STAGE_KEYS, |key| match key {
        "id" => name("The stage's name. Each has its own; `visitor` is the one before the first.")
            .with("not", Schema::any().with("const", VISITOR)),
        "description" => description(),
        "when" => at("Enters the stage.", Scope::Stage),
        "exit" => at("Leaves it for the stage below. Without it the stage is never left downwards.", Scope::Stage),
        "from" => list("Only from these stages can it be entered; from any unless given.", string("A stage, or `visitor`.")),
        "reenter_after" => {
            duration("For how many days after it was left it can't be entered again.", DAYS).with("default", "1d").example("7d")
        }
        _ => undescribed(),
    })
    .with("required", vec!["id", "when"])
}

/// An action.
pub fn action() -> Schema {
    object("What to do when the visitor is ready for it.", &ACTION_KEYS, |key| match key {
        "id" => name("The action's name. Each has its own."),
        "description" => description(),
        "when" => at("When it is due; always unless given.", Scope::Action),
        "do" => handler(),
        "limit" => object("How often it may be shown.", &ACTION_LIMIT_KEYS, |key| match key {
            "times" => count("At most so many times."),
            "per" => per("In all, in a session, on a day, or in any span of this length."),
            _ => undescribed(),
        })
        .with("required", vec!["times"]),
        "after_dismiss" => away("For how long it stays away after somebody has closed it; `ever` is for good."),
        "after_convert" => away("For how long it stays away after it has worked; `ever` is for good."),
        "holdout" => number_between("The share of visitors who never see it, to compare with, from 0 to 1.", 0.0, 1.0).example(0.1),
        "seed" => {
            string("What the control group is drawn with; the action's id unless given. Actions with the same seed share their group.")
        }
        "priority" => number("Of several actions that are due, the highest comes first.").with("default", 0_i64),
        "requires" => list("What the visitor must have agreed to.", text("A consent.").example("marketing")),
        "hours" => list("When it may be shown: any of these hours, in the model's `utc_offset`; at any time unless given.", hours()),
        _ => undescribed(),
    })
    .with("required", vec!["id", "do"])
}

fn handler() -> Schema {
    let example = Object::from_iter([("type", "chat"), ("message", "Want to see it on your data?")]);
    let kinds = Schema::any().with("enum", vec!["chat", "form", "banner", "event", "webhook"]);
    let kind = Schema::about("The name of the handler on the page or at the edge.")
        .with("anyOf", vec![kinds, Schema::any().with("type", "string").with("minLength", 1_i64)]);
    Schema::about("What to do: the handler's name in `type`, and whatever else it needs.")
        .with("type", "object")
        .with("properties", Object::from_iter([("type", kind)]))
        .with("required", vec!["type"])
        .example(example)
}

fn away(description: &str) -> Schema {
    duration_or(description, &["ever"], SPAN).with("examples", vec!["30d", "ever"])
}

fn hours() -> Schema {
    object("Hours of the week. What is left out does not restrict.", &HOURS_KEYS, |key| match key {
        "days" => list("On these days.", word("A day.", &WEEK)),
        "from" => {
            string("From this time of day on.").with("pattern", "^([01][0-9]|2[0-3]):[0-5][0-9]$").with("default", "00:00").example("09:00")
        }
        "to" => string("Up to this time of day, which must be after `from`; hours over midnight are two entries.")
            .with("pattern", "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")
            .with("default", "24:00")
            .example("17:30"),
        _ => undescribed(),
    })
}

/// The `action_policy`.
pub fn policy() -> Schema {
    object("What holds for all actions together.", &POLICY_KEYS, |key| match key {
        "cooldown" => duration("After one was shown, none is shown for this long.", SPAN).example("10m"),
        "per_session" => count("How many are shown in a session at most."),
        _ => undescribed(),
    })
}

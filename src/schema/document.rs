//! What can be read where: the fields of the event document and of the visitor document (docs/model.md, section 3), and what each means.
//! Which of them may be used where is the loader's: `model::scope`.

use super::build::{Schema, reference};
use crate::event::session::{ENTRY_KEYS, SESSION_KEYS};
use crate::model::scope::Scope;
use crate::value::Object;

/// The roots below which only certain keys exist.
const FIXED: [&str; 3] = ["session", "first", "last"];

/// What a scope's definition is called.
pub fn condition_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Event => "eventCondition",
        Scope::Profile => "profileCondition",
        Scope::Stage => "stageCondition",
        Scope::Action => "actionCondition",
    }
}

/// Every path of a scope that has a name of its own, and what it leads to.
pub fn paths(scope: Scope) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    for root in scope.roots() {
        paths.push(((*root).to_owned(), about(scope, root).to_owned()));
        for key in keys(scope, root) {
            paths.push((format!("{root}.{key}"), format!("{}: {}.", about_session(root), about_key(key))));
        }
    }
    paths
}

/// What the definition of a scope's paths is called: of the two scopes in which a path stands by itself.
fn path_name(scope: Scope) -> &'static str {
    if scope == Scope::Event { "eventPath" } else { "profilePath" }
}

/// The definitions that [`path`] needs.
pub fn definitions() -> Vec<(&'static str, Schema)> {
    let path = |scope: Scope| {
        let paths: Vec<String> = paths(scope).into_iter().map(|(path, _)| path).collect();
        (path_name(scope), Schema::any().with("type", "string").with("pattern", pattern(scope)).with("examples", paths))
    };
    vec![path(Scope::Event), path(Scope::Profile)]
}

/// A path in this scope, and nothing said of it.
pub fn any_path(scope: Scope) -> Schema {
    reference(path_name(scope))
}

/// A path in this scope, in a string.
pub fn path(description: &str, scope: Scope) -> Schema {
    Schema::about(description).like(path_name(scope))
}

/// Paths further down than those with a name of their own: below an open root anything, below the others whatever comes after a key that exists.
pub fn further(scope: Scope, test: &Schema) -> Object {
    let mut patterns = Object::new();
    let mut plain = Vec::new();
    for root in scope.roots().iter().filter(|root| !FIXED.contains(root)) {
        match about_below(root) {
            Some(about) => patterns.insert(format!("^{root}\\."), Schema::about(about).like("test")),
            None => plain.push(*root),
        }
    }
    patterns.insert(format!("^({})\\.", plain.join("|")), test.clone());
    for root in scope.roots().iter().filter(|root| FIXED.contains(root)) {
        patterns.insert(format!("^{root}\\.({})\\.", keys(scope, root).join("|")), test.clone());
    }
    patterns
}

/// What every path of a scope looks like.
fn pattern(scope: Scope) -> String {
    let roots = scope.roots().iter().map(|root| match keys(scope, root) {
        keys if keys.is_empty() => format!("{root}(\\.|$)"),
        keys => format!("{root}($|\\.({})(\\.|$))", keys.join("|")),
    });
    format!("^({})", roots.collect::<Vec<_>>().join("|"))
}

/// The keys below a root, if only certain ones exist.
fn keys(scope: Scope, root: &str) -> Vec<&'static str> {
    match root {
        "session" if scope == Scope::Event => SESSION_KEYS.to_vec(),
        "session" => SESSION_KEYS.into_iter().chain(["active"]).collect(),
        "first" | "last" => ENTRY_KEYS.to_vec(),
        _ => Vec::new(),
    }
}

fn about(scope: Scope, root: &str) -> &'static str {
    match root {
        "type" => "The event's type, such as `page_view`.",
        "id" if scope == Scope::Event => "The event's id.",
        "id" => "The visitor's id.",
        "time" => "When it happened, in milliseconds since 1970.",
        "url" => "The page's address, as given.",
        "host" => "The host of the page's address, in lower case.",
        "path" => "The path of the page's address, without the query: `/pricing`.",
        "query" => "The query of the page's address, by key: `query.plan`.",
        "title" => "The page's title.",
        "referrer" => "The address that the visitor came from.",
        "properties" => "What the event says of itself, by key: `properties.value`.",
        "offsite" => "Whether it happened off the site, such as the opening of an e-mail.",
        "traits" if scope == Scope::Event => "What was known of the visitor at the event, by key: `traits.country`.",
        "traits" => "What is known of the visitor, by key: `traits.country`, `traits.company.size`.",
        "signals" => "The model's signals, by name: `signals.visits`.",
        "session" if scope == Scope::Event => "The session that the event belongs to, up to it; absent off the site.",
        "session" => "The last session.",
        "first" => "Where the first session came from.",
        "last" => "Where the last session came from.",
        "consent" => "What the visitor has agreed to, by key: `consent.marketing`.",
        "scores" => "The scores, in points, by name: `scores.engagement`.",
        "grades" => "The label that each score has reached, by name: `grades.fit`; null below all.",
        "grade" => "The labels of the scores in the model's `grade`, joined, such as `A1`; null if one is missing.",
        "disqualified" => "The ids of the disqualifications that hold.",
        "stage_days" => "For how many days the visitor has been in the stage.",
        "stage" => "The stage's id; `visitor` before the first.",
        "mql" => "Whether the visitor is at or above the MQL stage.",
        _ => "",
    }
}

/// What is below a root whose keys are anybody's.
fn about_below(root: &str) -> Option<&'static str> {
    Some(match root {
        "traits" => "A trait of the visitor, such as `traits.country` or `traits.company.size`.",
        "properties" => "A property of the event, such as `properties.value`.",
        "query" => "A key of the query of the page's address, decoded.",
        "signals" => "A signal of this model: a number, or a value of a field.",
        "scores" => "A score of this model, in points.",
        "grades" => "The label that a score of this model has reached; null below all.",
        "consent" => "What the visitor said to this: true, false, or missing if never asked.",
        _ => return None,
    })
}

fn about_session(root: &str) -> &'static str {
    match root {
        "first" => "The first session",
        "last" => "The last session",
        _ => "The session",
    }
}

fn about_key(key: &str) -> &'static str {
    match key {
        "number" => "which one it is, from 1",
        "start" => "when it began, in milliseconds since 1970",
        "end" => "the time of its latest event, in milliseconds since 1970",
        "seconds" => "how long it has lasted, in whole seconds",
        "events" => "how many events it has",
        "pageviews" => "how many pages were looked at",
        "source" => "where it came from, such as `google`",
        "medium" => "how it came, such as `cpc`, `email` or `referral`",
        "campaign" => "the campaign that brought it, or `(not set)`",
        "channel" => "GA4's channel, such as `organic_search`",
        "entry_path" => "the path of the first page",
        "referrer_host" => "the host that it came from",
        "active" => "whether it still goes on",
        _ => "",
    }
}

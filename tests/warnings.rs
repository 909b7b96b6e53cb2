//! Warnings about models (`check`): those of `vectors/warnings.json`, reasoned by hand; none about the models that ship; and, on random
//! models, none that a random visitor's assessment ever refutes; nor, on random conditions on a field of which nothing is known, one that a
//! value refutes.
//!
//! `WARMLEAD_CASES` says how many random models, `WARMLEAD_SEED` from which one on.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;
#[path = "support/refute.rs"]
mod refute;
#[path = "support/values.rs"]
mod values;

use choices::{Choices, number};
use std::collections::BTreeMap;
use warmlead::model::Model;
use warmlead::value::Value;
use warmlead::{check, json, models};

fn warnings(value: &Value) -> Vec<warmlead::problem::Problem> {
    check::warnings(&Model::load(value).unwrap_or_else(|problems| panic!("{problems:?}")), value)
}

#[test]
fn vectors() {
    let vectors = json::parse(include_str!("vectors/warnings.json")).unwrap();
    let mut wrong = Vec::new();
    for case in vectors.at("cases").and_then(Value::as_array).unwrap() {
        let text = |key: &str| case.at(key).and_then(Value::as_str);
        let found = warnings(case.at("model").unwrap());
        let mut got: Vec<(String, String)> = found.iter().map(|warning| (warning.code.to_owned(), warning.path.clone())).collect();
        let pair = |value: &Value| {
            (value.at("0").and_then(Value::as_str).unwrap().to_owned(), value.at("1").and_then(Value::as_str).unwrap().to_owned())
        };
        let mut expected: Vec<_> = case.at("warnings").and_then(Value::as_array).unwrap().iter().map(pair).collect();
        got.sort();
        expected.sort();
        let said = |part: &str| found.iter().any(|warning| warning.to_string().contains(part));
        if got != expected || text("says").is_some_and(|part| !said(part)) {
            let lines: Vec<String> = found.iter().map(|warning| format!("\n    {warning}")).collect();
            wrong.push(format!("{}: {}", text("name").unwrap(), lines.concat()));
        }
    }
    assert!(wrong.is_empty(), "{} cases are judged otherwise:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_models_that_ship_have_none() {
    for name in models::names() {
        let found = warnings(&json::parse(models::by_name(name).unwrap()).unwrap());
        assert!(found.is_empty(), "{name}: {found:#?}");
    }
}

/// Of each condition, what is said of it as a mistake in writing, by all of these words; nothing where there are none.
fn tell(kind: &str, table: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (condition, expected) in table {
        let part = match kind {
            "where" => format!(r#""rules": [{{ "id": "a", "on": "page_view", "points": 60, "where": {condition} }}]"#),
            kind => format!(
                r#""rules": [{{ "id": "a", "on": "page_view", "points": 60 }}],
                "stages": [{{ "id": "b", "when": {{ "traits.b": true }}, "{kind}": {condition} }}]"#
            ),
        };
        let found =
            warnings(&json::parse(&format!(r#"{{ "scores": {{ "fit": {{ "min": -50 }}, "engagement": {{}} }}, {part} }}"#)).unwrap());
        let said: Vec<String> = found.iter().map(ToString::to_string).collect();
        let one = said.len() == 1 && said.concat().contains(" [MISWRITTEN_CONDITION] (");
        let good = if expected.is_empty() { said.is_empty() } else { one && expected.iter().all(|words| said.concat().contains(words)) };
        if !good {
            wrong.push(format!("{condition}\n  {}", said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn operators_without_their_dollar_are_told() {
    tell(
        "when",
        &[
            (
                r#"{ "traits.company.size": { "gte": 200 } }"#,
                &["/stages/0/when/traits.company.size: ", "is compared with the object as a whole", "(did you mean `$gte`?)"],
            ),
            (r#"{ "traits.size": { ">=": 50, "<": 200 } }"#, &["did you mean `$gte` and `$lt`?"]),
            (r#"{ "traits.size": { "min": 50, "max": 200 } }"#, &["did you mean `$gte` and `$lte`?"]),
            (r#"{ "traits.size": { "atLeast": 50 } }"#, &["did you mean `$gte`?"]),
            (r#"{ "traits.country": { "in": ["DE", "AT"] } }"#, &["did you mean `$in`?"]),
            (r#"{ "traits.country": { "notIn": ["DE"] } }"#, &["did you mean `$nin`?"]),
            (r#"{ "traits.title": { "contains": "chief" } }"#, &["did you mean `{ \"$glob\": \"*…*\" }`?"]),
            (
                r#"{ "$or": [{ "$not": { "traits.a": { "$not": { "exists": true } } } }, { "traits.b": 1 }] }"#,
                &["/when/$or/0/$not/traits.a/$not: ", "did you mean `$exists`?"],
            ),
            // What may be a field as well.
            (r#"{ "traits.company": { "size": 200 } }"#, &["did you mean `$size`, or the path `traits.company.size`?"]),
            // Objects that are meant, or may be.
            (r#"{ "traits.company": { "name": "Acme" } }"#, &[]),
            (r#"{ "traits.company": { "min": 1, "currency": "EUR" } }"#, &[]),
            (r#"{ "traits.company": { "sizes": 1 } }"#, &[]),
            (r#"{ "traits.company": {} }"#, &[]),
            (r#"{ "traits.company": { "$gte": 1 } }"#, &[]),
        ],
    );
    // A certain warning says as much; and what an action does is opaque.
    let value = r#"{ "scores": { "fit": {} }, "stages": [{ "id": "a", "when": { "scores.fit": { "min": 50 } } }],
        "actions": [{ "id": "a", "do": { "type": "chat", "when": { "path": "blog" }, "where": { "a": ["b"] } } }] }"#;
    let found: Vec<_> = warnings(&json::parse(value).unwrap()).iter().map(|warning| (warning.code, warning.hint.clone())).collect();
    assert_eq!(found, [("UNREACHABLE_STAGE", Some("did you mean `$gte`?".to_owned()))]);
}

#[test]
fn a_list_to_be_one_of_is_told() {
    tell(
        "when",
        &[
            (
                r#"{ "traits.country": ["DE", "AT"] }"#,
                &["/when/traits.country: ", "equals the list as a whole", "did you mean `{ \"$in\": [\"DE\", \"AT\"] }`?"],
            ),
            (r#"{ "traits.size": { "$not": [1] } }"#, &["/when/traits.size/$not: "]),
            (r#"{ "traits.a": ["\"", "\\", true, null, 1.5, 0, 0] }"#, &[r#"`{ "$in": ["\"", "\\", true, null, 1.5, 0, …] }`"#]),
            (r#"{ "traits.country": [] }"#, &[]),
            (r#"{ "traits.points": [[1, 2], [3, 4]] }"#, &[]),
            (r#"{ "traits.country": { "$in": ["DE"] } }"#, &[]),
        ],
    );
    // Signals may have any name, and hold no condition by it.
    let named = r#"{ "scores": { "e": {} }, "signals": { "when": { "on": ["click", "login"] }, "where": { "on": ["click"] } } }"#;
    assert_eq!(warnings(&json::parse(named).unwrap()), []);
}

#[test]
fn paths_that_no_page_has_are_told() {
    tell(
        "where",
        &[
            (
                r#"{ "path": "/blog/*" }"#,
                &["/rules/0/where/path: ", "a `*` stands for itself here", "did you mean `{ \"$glob\": \"/blog/*\" }`?"],
            ),
            (r#"{ "path": { "$eq": "blog/*" } }"#, &["/where/path/$eq: ", "did you mean `{ \"$glob\": \"/blog/*\" }`?"]),
            (r#"{ "path": { "$in": ["/a", "/b/*"] } }"#, &["/where/path/$in/1: ", "did you mean `{ \"$glob\": \"/b/*\" }`?"]),
            (r#"{ "url": "*acme*" }"#, &["did you mean `{ \"$glob\": \"*acme*\" }`?"]),
            (r#"{ "referrer": "https://acme.example/*" }"#, &["did you mean `{ \"$glob\": \"https://acme.example/*\" }`?"]),
            (r#"{ "title": "*Pricing*", "properties.note": "*" }"#, &[]),
            (r#"{ "path": "pricing" }"#, &["a path begins with `/`", "did you mean `/pricing`?"]),
            (r#"{ "path": { "$glob": "pricing*" } }"#, &["/where/path/$glob: ", "did you mean `/pricing*`?"]),
            (r#"{ "path": { "$globi": "Blog/?" } }"#, &["did you mean `/Blog/?`?"]),
            (r#"{ "path": { "$in": ["pricing", "/demo"] } }"#, &["/where/path/$in/0: ", "did you mean `/pricing`?"]),
            (r#"{ "path": "https://acme.example/pricing" }"#, &["a path has no host", "did you mean `/pricing`?"]),
            (r#"{ "path": { "$glob": "http://acme.example" } }"#, &["a path has no host", "did you mean `/`?"]),
            (r#"{ "path": "https://acme.example/pricing?plan=pro" }"#, &["a path has no host", "did you mean `/pricing`?"]),
            (r#"{ "path": "/pricing?plan=pro&a=b" }"#, &["a path has no query", "did you mean `query.plan`?"]),
            (r#"{ "path": { "$glob": "*\\?utm_source=*" } }"#, &["a path has no query", "did you mean `query.utm_source`?"]),
            (r#"{ "path": { "$glob": "/pricing*" } }"#, &[]),
            (r#"{ "path": { "$glob": "*pricing" } }"#, &[]),
            (r#"{ "path": { "$glob": "?pricing" } }"#, &[]),
            (r#"{ "path": { "$glob": "\\/pricing" } }"#, &[]),
            (r#"{ "path": { "$glob": "/v?/a=b" } }"#, &[]),
            (r#"{ "path": { "$regex": "^pricing" }, "host": "acme.example", "properties.path": "pricing" }"#, &[]),
        ],
    );
    tell(
        "when",
        &[
            (r#"{ "first.entry_path": "/lp/*" }"#, &["did you mean `{ \"$glob\": \"/lp/*\" }`?"]),
            (r#"{ "last.referrer_host": "*.example" }"#, &["did you mean `{ \"$glob\": \"*.example\" }`?"]),
            (r#"{ "last.entry_path": { "$glob": "lp/*" } }"#, &["did you mean `/lp/*`?"]),
        ],
    );
}

#[test]
fn exactly_so_many_points_are_told() {
    tell(
        "when",
        &[
            (r#"{ "scores.engagement": 60 }"#, &["/when/scores.engagement: ", "exactly 60 points", "did you mean `{ \"$gte\": 60 }`?"]),
            (r#"{ "scores.engagement": { "$eq": 60 } }"#, &["/when/scores.engagement/$eq: ", "did you mean `{ \"$gte\": 60 }`?"]),
            (r#"{ "scores.engagement": 0 }"#, &[]),
            (r#"{ "traits.size": 50, "stage_days": 5 }"#, &[]),
        ],
    );
    tell("exit", &[(r#"{ "scores.engagement": 60 }"#, &["/exit/scores.engagement: ", "did you mean `{ \"$lt\": 60 }`?"])]);
}

#[test]
fn an_address_is_told_from_a_type() {
    for (on, expected) in [
        ("/pricing", Some(r#""on": "page_view", "where": { "path": "/pricing" }"#)),
        ("https://acme.example/pricing", Some(r#""on": "page_view", "where": { "path": "/pricing" }"#)),
        ("/blog/*", Some(r#""on": "page_view", "where": { "path": { "$glob": "/blog/*" } }"#)),
        ("n/a", None),
    ] {
        let value = format!(r#"{{ "scores": {{ "engagement": {{}} }}, "rules": [{{ "id": "a", "on": "{on}", "points": 1 }}] }}"#);
        let said: Vec<String> = warnings(&json::parse(&value).unwrap()).iter().map(ToString::to_string).collect();
        let hint = expected.map(|meant| {
            format!("/rules/0/on: `{on}` is an address, and no event's type; it is right only if your site sends it so [MISSPELLED_TYPE] (did you mean `{meant}`?)")
        });
        assert_eq!(said, Vec::from_iter(hint));
    }
}

#[test]
fn no_visitor_refutes_a_warning() {
    let (cases, first) = (number("WARMLEAD_CASES", 3_000), number("WARMLEAD_SEED", 0));
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in first..first + cases {
        let bytes = choices::bytes(seed);
        let c = &mut Choices::new(&bytes);
        let value = choices::model(c);
        let found = warnings(&value);
        for warning in &found {
            *seen.entry(warning.code).or_default() += 1;
        }
        if !found.is_empty()
            && let Some(refutation) = refute::refute(c, &value, &found)
        {
            panic!("seed {seed}: {refutation}\nmodel {}", json::print(&value));
        }
    }
    // A generator that makes no such model would show nothing.
    let wanted = [
        "ALWAYS_TRUE",
        "EXIT_COVERS_WHEN",
        "NEVER_TRUE",
        "RULE_NEVER_COUNTS",
        "RULE_SWALLOWED",
        "UNREACHABLE_GRADE",
        "UNREACHABLE_MQL",
        "UNREACHABLE_STAGE",
    ];
    let missing: Vec<_> = wanted.iter().filter(|code| !seen.contains_key(**code)).collect();
    assert!(cases < 1_000 || missing.is_empty(), "no random model made {missing:?}; seen {seen:?}");
    println!("{seen:?}");
}

#[test]
fn no_value_refutes_a_warning() {
    let (cases, first) = (number("WARMLEAD_CASES", 10_000), number("WARMLEAD_SEED", 0));
    let values = values::values();
    let (mut never, mut always) = (0, 0);
    for seed in first..first + cases {
        let model = values::model(seed);
        let found = warnings(&model);
        never += found.iter().filter(|warning| matches!(warning.code, "RULE_NEVER_COUNTS" | "NEVER_TRUE")).count();
        always += found.iter().filter(|warning| warning.code == "ALWAYS_TRUE").count();
        if let Some(refutation) = values::refute(&model, &found, &values) {
            panic!("seed {seed}: {refutation}\nmodel {}", json::print(&model));
        }
    }
    println!("{never} said never to hold, {always} always");
    assert!(cases < 1_000 || (never as u64 > cases / 20 && always as u64 > cases / 50), "{never} never, {always} always");
}

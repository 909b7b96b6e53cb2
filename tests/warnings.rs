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

//! The condition language against GrowthBook's own cases for its SDKs (MIT), which are no part of this project: they are read from
//! `../shared/data` beside the repository, or from `$WARMLEAD_SHARED/data`. Where they are not, the test says so and passes.
//!
//! A condition that is refused when it is read (an unknown operator, a malformed operand) matches nothing.

#![cfg(not(target_arch = "wasm32"))]

use std::path::PathBuf;
use warmlead::{condition, json, value::Value};

const FILE: &str = "data/growthbook_cases_part.json";

#[test]
fn conditions_mean_what_growthbook_says() {
    let shared =
        std::env::var_os("WARMLEAD_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join(FILE)) else {
        println!("skipped: there is no {FILE} in {} (set WARMLEAD_SHARED to where it is)", shared.display());
        return;
    };
    let cases = json::parse(&text).expect("the cases are JSON");
    let cases = cases.at("evalCondition").and_then(Value::as_array).expect("there are condition cases");
    let wrong: Vec<_> = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() > 100);
}

/// A case as a line, if it does not come out as expected.
fn wrong(case: &Value) -> Option<String> {
    let [name, condition, document, expected] = case.as_array()? else { return Some(format!("not a case: {case:?}")) };
    let holds = condition::matches(condition, document).unwrap_or(false);
    (Some(holds) != expected.as_bool()).then(|| format!("{}: {}", json::print(name), json::print(case)))
}

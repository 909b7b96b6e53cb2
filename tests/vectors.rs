//! `vectors/*.json`: what a scoring model means, reasoned by hand from `docs/model.md`, natively and in JavaScript hosts.
//! The format of a case is `vectors/README.md`; `conditions.json` has a runner of its own.

mod support;
#[path = "support/translations.rs"]
mod translations;

use std::collections::BTreeSet;
use support::Case;
use warmlead::engine::score;
use warmlead::event::read_time;
use warmlead::golden::Given;
use warmlead::model::Model;
use warmlead::value::{Object, Value};

macro_rules! vectors {
    ($($name:ident)*) => {
        $(
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            fn $name() {
                let vectors = support::read(include_str!(concat!("vectors/", stringify!($name), ".json"))).unwrap();
                if let Err(report) = run(stringify!($name), &vectors) {
                    panic!("{report}");
                }
            }
        )*
    };
}

vectors! { sessions signals points stages actions visitors explain }

/// Runs every case of a file.
fn run(file: &str, vectors: &Value) -> Result<(), String> {
    let cases = vectors.at("cases").and_then(Value::as_array).ok_or("there are no `cases`")?;
    support::run(
        file,
        cases.iter().map(|case| {
            let name = case.at("name").and_then(Value::as_str).unwrap_or("a case without a name");
            (name, read_case(case, vectors.at("models")))
        }),
    )
}

/// Reads a case; `models` are those that it may name.
fn read_case<'a>(case: &'a Value, models: Option<&'a Value>) -> Result<Case<'a>, String> {
    let model_value = match case.at("model") {
        Some(Value::String(name)) => models.and_then(|models| models.at(name)).ok_or(format!("there is no model `{name}`"))?,
        Some(model) => model,
        None => return Err("there is no `model`".into()),
    };
    let given = Given {
        visitor: case.at("visitor").and_then(Value::as_str).unwrap_or("v"),
        traits: case.at("traits").and_then(Value::as_object),
        events: case.at("events").and_then(Value::as_array).ok_or("there are no `events`")?,
        now: read_time(case.at("now"), "now").map_err(|(_, message)| message)?,
    };
    let expect = case.at("expect").and_then(Value::as_object).ok_or("there is no `expect`")?;
    Ok(Case { model: support::load(model_value)?, model_value, given, explain: case.at("explain") == Some(&Value::Bool(true)), expect })
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn translate() {
    let vectors = support::read(include_str!("vectors/translate.json")).unwrap();
    if let Err(report) = translations::run(&vectors) {
        panic!("{report}");
    }
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn models() {
    let vectors = support::read(include_str!("vectors/models.json")).unwrap();
    let wrong: Vec<_> = vectors.at("cases").and_then(Value::as_array).unwrap().iter().filter_map(wrongly_judged).collect();
    assert!(wrong.is_empty(), "{} models are judged wrongly:\n{}", wrong.len(), wrong.join("\n"));
}

/// A model as a line, if it is not refused or taken as expected: at or below each place that is expected there is a problem, and
/// there is none elsewhere.
fn wrongly_judged(case: &Value) -> Option<String> {
    let name = case.at("name").and_then(Value::as_str)?;
    let expected: Vec<&str> = case.at("refused").and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str).collect();
    let problems = Model::load(case.at("model")?).err().unwrap_or_default();
    let below = |path: &str, place: &str| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let missed: Vec<_> = expected.iter().filter(|place| !problems.iter().any(|problem| below(&problem.path, place))).collect();
    let elsewhere: BTreeSet<String> = problems
        .iter()
        .filter(|problem| !expected.iter().any(|place| below(&problem.path, place) && (!place.is_empty() || problem.path.is_empty())))
        .map(ToString::to_string)
        .collect();
    (!missed.is_empty() || !elsewhere.is_empty()).then(|| format!("{name}: no problem at {missed:?}, and these elsewhere: {elsewhere:?}"))
}

/// Too many for a file: by default the earliest 10 000 of activity and the earliest 10 000 off site are kept, and 20 000 times a
/// billion points are 2·10¹⁶ milli-points, where sums stop at 9·10¹⁵.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn ten_thousand_of_each_kind_are_kept_and_sums_saturate() {
    let model =
        r#"{ "id": "m", "version": "1", "scores": { "engagement": {} }, "rules": [{ "id": "r", "on": "*", "points": 1000000000 }] }"#;
    let model = Model::load(&support::read(model).unwrap()).unwrap();
    let events: Vec<Value> = (0..20_002i64)
        .rev()
        .map(|number| {
            let r#type = if number % 2 == 0 { "click" } else { "email_open" };
            Value::from(Object::from_iter([("type", Value::from(r#type)), ("time", Value::from(number * 1000))]))
        })
        .collect();
    let scored = score(&model, "v", None, &events, 100_000_000, true);
    assert_eq!(scored.assessment.events, 20_000);
    let refused: Vec<_> = scored.rejected.iter().map(|rejection| (rejection.index, rejection.code)).collect();
    assert_eq!(refused, [(0, "VISITOR_FULL"), (1, "VISITOR_FULL")], "the last two by time, which stand first in the list");
    let answer = support::outside(&scored).unwrap();
    assert_eq!(answer.at("scores.engagement.value"), Some(&Value::from(9e12)));
    assert_eq!(answer.at("receipt.engagement.0.points"), Some(&Value::from(9e12)));
    assert_eq!(answer.at("receipt.engagement.1"), None);
}

/// Two rules of 5·10¹² points each: where their sum, or that of their group, saturates, an adjustment says so.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn a_receipt_adds_up_where_sums_saturate() {
    let events: Vec<Value> = (0..5_000i64)
        .map(|number| Value::from(Object::from_iter([("type", Value::from("click")), ("time", Value::from(number * 1000))])))
        .collect();
    for (own, group, max, adjustments) in [
        ("{}", "", 9e12, vec![("score", -1e12)]),
        (r#"{ "max": 100 }"#, "", 100.0, vec![("score", 100.0 - 1e13)]),
        (r#"{ "groups": { "g": { "min": 0 } } }"#, r#""group": "g","#, 9e12, vec![("group", -1e12)]),
        (r#"{ "max": 7, "groups": { "g": { "max": 40 } } }"#, r#""group": "g","#, 7.0, vec![("group", 40.0 - 1e13), ("score", -33.0)]),
    ] {
        let rule = |id: &str| format!(r#"{{ "id": "{id}", "on": "*", {group} "points": 1000000000 }}"#);
        let model =
            format!(r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {own} }}, "rules": [{}, {}] }}"#, rule("a"), rule("b"));
        let model = Model::load(&support::read(&model).unwrap()).unwrap();
        let answer = support::outside(&score(&model, "v", None, &events, 100_000_000, true)).unwrap();
        assert_eq!(answer.at("scores.engagement.value"), Some(&Value::from(max)), "{own}");
        let lines = answer.at("receipt.engagement").and_then(Value::as_array).unwrap();
        assert!(lines.iter().take(2).all(|line| line.at("points") == Some(&Value::from(5e12))), "{own}");
        let found: Vec<_> = lines.iter().skip(2).map(|line| (line.at("adjustment").cloned(), line.at("points").cloned())).collect();
        let expected: Vec<_> = adjustments.iter().map(|(kind, points)| (Some(Value::from(*kind)), Some(Value::from(*points)))).collect();
        assert_eq!(found, expected, "{own}");
    }
}

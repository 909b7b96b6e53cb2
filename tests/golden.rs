//! `golden/MODEL/*.json`: named visitors on the models that ship, each a believable list of events over days, looked at several times.
//! They hold the models, not the engine: whoever changes points or stages sees here which visitors notice.
//!
//! The format is that of `warmlead test` (`docs/testing-models.md`), which runs the same files in its own tests.

mod support;

use support::Case;
use warmlead::golden::{self, read_cases};
use warmlead::models::by_name;

macro_rules! golden {
    ($($model:literal { $($test:ident: $file:literal,)* })*) => {
        $($(
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            fn $test() {
                let text = include_str!(concat!("golden/", $model, "/", $file, ".json"));
                if let Err(report) = run($model, concat!($model, "/", $file), text) {
                    panic!("{report}");
                }
            }
        )*)*

        /// Every file that is run.
        #[cfg(not(target_arch = "wasm32"))]
        const RUN: &[&str] = &[$($(concat!($model, "/", $file, ".json"),)*)*];
    };
}

golden! {
    "b2b-saas" {
        the_ready_buyer: "ready-buyer",
        the_curious_student: "curious-student",
        the_job_seeker: "job-seeker",
        the_returning_reader: "returning-reader",
        the_trial_user: "trial-user",
        the_competitor: "competitor",
        the_corners: "corners",
    }
    "ecommerce" {
        the_desk_buyer: "desk-buyer",
        the_abandoned_cart: "abandoned-cart",
        the_caller: "caller",
    }
    "product-led" {
        the_team_on_trial: "team-trial",
        the_asker: "asker",
    }
    "account-engagement" {
        the_prospect: "prospect",
        the_grades: "grades",
        people_of_account_engagement: "people",
    }
    "marketo" {
        the_behaviour_program: "behaviour",
        the_demographic_program: "demographics",
        people_of_marketo: "people",
    }
    "gitlab" {
        gitlabs_behaviour: "behaviour",
        gitlabs_deductions: "deductions",
        gitlabs_demographics: "demographics",
        people_of_gitlab: "people",
    }
    "manual" {
        the_named: "named",
    }
}

/// Runs every case of a file.
fn run(model: &str, file: &str, text: &str) -> Result<(), String> {
    let value = support::read(by_name(model).ok_or("no such model ships")?)?;
    let (model, cases) = (support::load(&value)?, support::read(text)?);
    let cases = read_cases(&cases).map_err(|problems| support::all(&problems))?;
    support::run(
        file,
        cases.into_iter().map(|golden::Case { name, given, expect, .. }| {
            (name.unwrap_or(file), Ok(Case { model: model.clone(), model_value: &value, given, explain: true, expect }))
        }),
    )
}

/// A rule that never counts in a golden case could be worth anything.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_rule_counts_in_a_case() {
    use warmlead::explain::receipt::Line;
    use warmlead::value::Value;
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    for name in warmlead::models::names() {
        let value = support::read(by_name(name).unwrap()).unwrap();
        let model = support::load(&value).unwrap();
        let mut counted = std::collections::BTreeSet::new();
        for file in RUN.iter().filter(|file| file.starts_with(&format!("{name}/"))) {
            let cases = support::read(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap();
            for case in read_cases(&cases).unwrap() {
                let receipt = case.given.as_visitor(&model).assess(&model, case.given.now, true).receipt.unwrap();
                let lines = receipt.0.into_iter().flat_map(|(_, lines)| lines);
                counted.extend(lines.filter_map(|line| match line {
                    Line::Rule { rule, counted: 1.., .. } => Some(rule),
                    _ => None,
                }));
            }
        }
        let rules = value.at("rules").and_then(Value::as_array).unwrap_or_default();
        let never: Vec<&str> = rules.iter().filter_map(|rule| rule.at("id")?.as_str()).filter(|rule| !counted.contains(*rule)).collect();
        assert!(never.is_empty(), "{name}: {never:?}");
    }
}

/// A file that nobody runs holds nothing, and neither does a model without a file.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn every_file_is_run_and_every_model_has_one() {
    let names = |folder: &std::path::Path| {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let models = names(&golden);
    let mut files: Vec<String> =
        models.iter().flat_map(|model| names(&golden.join(model)).into_iter().map(move |file| format!("{model}/{file}"))).collect();
    files.sort();
    let mut run = RUN.to_vec();
    run.sort();
    assert_eq!(files, run);
    for name in warmlead::models::names() {
        assert!(models.iter().any(|model| model == name), "{name}");
    }
}

//! GA4's default channel grouping against cases that are no part of this project (MIT): they are read from `../shared/data` beside the
//! repository, or from `$WARMLEAD_SHARED/data`. Where they are not, the test says so and passes.

#![cfg(not(target_arch = "wasm32"))]

use std::path::PathBuf;
use warmlead::event::channel::Channels;
use warmlead::{json, value::Value};

const FILE: &str = "data/lists/ga4_channel_grouping_cases.json";

/// A case that GA4's own rules contradict, with the reason.
const CONTRADICTS: (&str, &str) =
    ("alibaba", "paid shopping needs a medium that says it is paid; without one a shopping site is organic shopping");

#[test]
fn channels_are_ga4s() {
    let shared =
        std::env::var_os("WARMLEAD_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join(FILE)) else {
        println!("skipped: there is no {FILE} in {} (set WARMLEAD_SHARED to where it is)", shared.display());
        return;
    };
    let cases = json::parse(&text).expect("the cases are JSON");
    let cases = cases.as_array().expect("the cases are a list");
    let wrong: Vec<String> = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert_eq!(cases.len(), 30);
}

/// A case as a line, if it does not come out as expected.
fn wrong(case: &Value) -> Option<String> {
    let part = |key: &str| case.at(key).and_then(Value::as_str).unwrap_or_default();
    let (source, medium, campaign) = (part("source"), part("medium"), part("campaign"));
    let expected = part("expected_channel").to_lowercase().replace([' ', '-'], "_");
    let channel = Channels::default().channel(source, medium, campaign);
    if (source, medium) == (CONTRADICTS.0, "") {
        println!("left out: {source} without a medium, for which {expected} is expected: {}", CONTRADICTS.1);
        return (channel != "organic_shopping").then(|| format!("{source}: {channel}"));
    }
    (channel != expected).then(|| format!("{source} / {medium} / {campaign}: expected {expected}, got {channel}"))
}

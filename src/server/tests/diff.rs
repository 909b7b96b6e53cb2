//! `warmlead diff`: who changes stage between two models and why, for people and for programs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, run, text};
use warmlead::json;

/// A model in which a pricing view is worth so many points, and an MQL has so many.
fn model(version: &str, points: u32, least: u32) -> String {
    format!(
        r#"{{ "id": "m", "version": "{version}", "scores": {{ "engagement": {{ "max": 50 }} }},
            "signals": {{ "views": {{ "on": "page_view", "within": "{version}d" }} }},
            "rules": [{{ "id": "pricing", "on": "page_view", "points": {points} }}, {{ "id": "form", "on": "form_submit", "points": 5 }}],
            "stages": [{{ "id": "lead", "when": {{ "signals.views": {{ "$gte": 1 }} }} }},
                       {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": {least} }} }} }}], "mql": "mql" }}"#
    )
}

const EVENTS: &str = r#"{"visitor":"ada","type":"page_view","time":"2026-01-21T12:00:00Z"}
{"visitor":"bob","type":"form_submit","time":"2026-01-21T12:00:00Z"}
{"visitor":"ada","type":"page_view","time":"2026-01-23T12:00:00Z"}
"#;

#[test]
fn those_who_change_stage_are_told_with_the_reasons() {
    let folder = Folder::new();
    let (old, new) = (folder.write("old.json", model("1", 10, 40)), folder.write("new.json", model("7", 30, 35)));
    let events = folder.write("events.jsonl", EVENTS);
    let output = run(&["diff", &old, &new, &events, "--now", "2026-01-23T12:00:00Z"], b"");
    // Two views: 2 × 10 of 40; then 2 × 30, capped at 50, of 35. Within one day there is one view, within seven there are two.
    let expected = "\
ada  lead → mql
  engagement  20 → 50
            20 → 60       pricing
       nothing → -10      limit of the score
  signal views  1 → 2
  mql, when scores.engagement $gte  40 → 35    has 20 → 50, no → yes

1 of 2 visitors changes stage (`m` 1 → `m` 7); MQLs 0 → 1
       1  lead → mql
";
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(0), expected), "{}", text(&output.stderr));

    let output = run(&["diff", &old, &new, "-", "--now", "2026-01-23T12:00:00Z", "--format", "json"], EVENTS.as_bytes());
    let diff = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| diff.at(path).map_or("nothing".into(), json::print);
    assert_eq!((at("from"), at("mqls"), at("moved.0.visitor")), (r#"{"id":"m","version":"1"}"#.into(), "[0,1]".into(), r#""ada""#.into()));
    let since = r#"{"stage":"mql","since":1769169600000,"mql":true,"disqualified":[]}"#;
    assert_eq!(at("moved.0.to"), since, "2026-01-23T12:00:00Z: the second view");
    assert_eq!(at("moved.0.scores.0.lines.1"), r#"{"adjustment":"score","from":null,"to":-10}"#);
    assert_eq!(at("moved.0.signals"), r#"[{"signal":"views","from":1,"to":2}]"#);
    let threshold = r#"{"stage":"mql","part":"when","path":"scores.engagement","operator":"$gte","from":{"asks":40,"has":20,"holds":false},"to":{"asks":35,"has":50,"holds":true}}"#;
    assert_eq!(at("moved.0.thresholds"), format!("[{threshold}]"));
}

#[test]
fn those_who_become_mqls_without_another_stage_are_told() {
    let folder = Folder::new();
    let old = folder.write("old.json", model("1", 10, 40));
    let new = folder.write("new.json", model("1", 10, 40).replace(r#""mql": "mql""#, r#""mql": "lead""#));
    let now = ["--now", "2026-01-23T12:00:00Z"];
    let output = run(&[&["diff", &old, &new, "-"][..], &now].concat(), EVENTS.as_bytes());
    let expected = "\
ada  lead, becomes an MQL
  No score, signal or threshold differs: look at the order of `stages`, `mql`, `consent` and when stages are left.

0 of 2 visitors change stage (`m` 1 → `m` 1); MQLs 0 → 1
       1  lead, becomes an MQL
";
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(0), expected), "{}", text(&output.stderr));
    let output = run(&[&["diff", &new, &old, "-", "--format", "json"][..], &now].concat(), EVENTS.as_bytes());
    let diff = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| diff.at(path).map_or("nothing".into(), json::print);
    assert_eq!((at("mqls"), at("moved.0.from.mql"), at("moved.0.to.mql")), ("[1,0]".into(), "true".into(), "false".into()));
}

#[test]
fn a_model_changes_nothing_for_itself_and_bad_lines_are_told() {
    let folder = Folder::new();
    let model = folder.write("m.json", model("1", 10, 40));
    let input = format!("{EVENTS}{{\"visitor\":\"eve\",\"type\":\"page_view\"}}\nno event\n");
    let output = run(&["diff", &model, &model, "-", "--now", "2026-01-23T12:00:00Z"], input.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stdout).starts_with("0 of 3 visitors change stage"), "{}", text(&output.stdout));
    for part in ["<stdin>:4: `time` is missing", "<stdin>:5: column", "2 lines could not be read"] {
        assert!(text(&output.stderr).contains(part), "{part}\n{}", text(&output.stderr));
    }
    // JSON that is spread over several lines is told where it begins, and times that look like seconds once.
    let spread = "{\n  \"visitor\": \"eve\",\n  \"type\": \"page_view\"\n}\n";
    let early = EVENTS.replace("\"2026-01-21T12:00:00Z\"", "1769000000");
    assert_ne!(early, EVENTS);
    let output = run(&["diff", &model, &model, "-", "--now", "2026-01-23T12:00:00Z"], [&early, spread].concat().as_bytes());
    let error = text(&output.stderr);
    assert!(error.contains("`time` is 1769000000, which is early in 1970") && error.contains("as `jq -c .` writes it"), "{error}");
    assert!(error.contains("4 lines could not be read") && error.lines().count() == 3, "{error}");
    assert_eq!(run(&["diff", &model, "absent.json", "-"], b"").status.code(), Some(66));
    assert_eq!(run(&["diff", &model, &model], b"").status.code(), Some(2));
}

//! `warmlead test`: what it says of cases that hold, fail or can't be run; and that every model that ships keeps its golden cases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, run, text};
use std::path::Path;
use warmlead::json;
use warmlead::models::names;

/// A pricing view is 8 points, a second one takes the score to its cap; ten make an MQL.
const MODEL: &str = r#"{ "id": "m", "version": "7", "scores": { "engagement": { "max": 12, "grades": [{ "from": 0, "label": "C" }, { "from": 10, "label": "A" }] } },
    "grade": ["engagement"], "signals": { "views": { "on": "page_view" } },
    "rules": [{ "id": "pricing", "on": "page_view", "where": { "path": "/pricing" }, "points": 8 }],
    "stages": [{ "id": "mql", "when": { "scores.engagement": { "$gte": 10 } } }], "mql": "mql" }"#;

/// One view at one o'clock, one at two.
const CASES: &str = r#"{
  "about": "Somebody who looks at the price twice.",
  "events": [
    { "id": "a", "type": "page_view", "time": "2026-01-21T01:00:00Z", "url": "/pricing" },
    { "id": "b", "type": "page_view", "time": "2026-01-21T02:00:00Z", "url": "/pricing" }
  ],
  "cases": [
    { "name": "once", "now": "2026-01-21T01:30:00Z", "expect": { "scores.engagement": { "value": 8, "grade": "C" }, "mql": false } },
    { "name": "twice", "why": "Eight and eight.", "now": "2026-01-21T02:30:00Z", "expect": {
      "scores.engagement.value": 16,
      "mql_at": "2026-01-21T01:00:00Z",
      "document.signals.vews": 2,
      "show": [{ "id": "chat" }],
      "absent": ["grade"]
    } }
  ]
}"#;

#[test]
fn a_failing_case_is_explained() {
    let folder = Folder::new();
    let (model, cases) = (folder.write("m.json", MODEL), folder.write("cases/price.json", CASES));
    let output = run(&["test", &model, &folder.path("cases")], b"");
    let expected = format!(
        "ok    {cases}:8: once
fails {cases}:9: twice
      Eight and eight.
    scores.engagement.value
      expected  16
      got       12
    mql_at
      expected  \"2026-01-21T01:00:00Z\"
      got       \"2026-01-21T02:00:00.000Z\"
    document.signals.vews (did you mean `views`?)
      expected  2
      got       nothing
    show
      expected  {{\"id\":\"chat\"}}
      1 expected, 0 there
    grade
      expected  nothing
      got       \"A\"
    engagement 12, grade A
            16  pricing 2 of 2 count
            -4  limit of the score
    stage mql
      2026-01-21T02:00:00.000Z  visitor → mql by event b

2 cases in 1 file: 1 hold, 1 fail (model `m`, version `7`)
"
    );
    assert_eq!((output.status.code(), text(&output.stdout), text(&output.stderr)), (Some(1), expected, String::new()));
}

#[test]
fn json_tells_the_same_to_programs() {
    let folder = Folder::new();
    let (model, cases) = (folder.write("m.json", MODEL), folder.write("price.json", CASES));
    let bad = folder.write("bad.json", r#"{ "events": [], "now": 0, "expcet": {} }"#);
    let output = run(&["test", "--format", "json", &model, &cases, &bad], b"");
    let report = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| report.at(path).map_or("nothing".into(), json::print);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(2), String::new()));
    let table = [
        ("model", r#"{"id":"m","version":"7"}"#),
        ("ok", "false"),
        ("passed", "1"),
        ("failed", "1"),
        ("files.0.cases.0", r#"{"name":"once","line":8,"ok":true}"#),
        ("files.0.cases.1.failure.differences.0", r#"{"path":"scores.engagement.value","expected":16,"got":12}"#),
        ("files.0.cases.1.failure.differences.2", r#"{"path":"document.signals.vews","expected":2,"hint":"did you mean `views`?"}"#),
        ("files.0.cases.1.failure.differences.4", r#"{"path":"grade","got":"A"}"#),
        ("files.0.cases.1.failure.answer.receipt.engagement.1.points", "-4"),
        ("files.0.problems", "nothing"),
        ("files.1.problems.0.code", "\"UNKNOWN_KEY\""),
        ("files.1.problems.0.hint", "\"did you mean `expect`?\""),
        ("files.1.problems.0.column", "27"),
    ];
    for (path, expected) in table {
        assert_eq!(at(path), expected, "{path}");
    }
}

#[test]
fn what_cannot_be_run_is_said_and_the_rest_is_run() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let good = folder.write("good.json", r#"{ "events": [], "now": 0, "expect": { "stage": "visitor" } }"#);
    let run = |args: &[&str], input: &str| {
        let output = run(&[&["test"], args].concat(), input.as_bytes());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let held = format!("ok    {good}:1: good\n1 case in 1 file: 1 hold (model `m`, version `7`)\n");
    assert_eq!(run(&[&model, &good], ""), (Some(0), held, String::new()));

    let table = [
        (
            "{ \"events\": [],\n \"now\": }",
            "error[INVALID_JSON]: a value should stand here: text in double quotes, a number, `true`, `false`, `null`, a list or an object\n  --> <stdin>:2:9\n",
        ),
        ("{ \"events\": [], \"now\": 0,\n \"expect\": { \"stgae\": 1 } }", "<stdin>:2:14  /expect/stgae\n"),
        ("{ \"events\": [], \"now\": 0, \"expect\": {} }", "nothing is expected"),
        ("{ \"cases\": [{ \"name\": \"x\" }] }", "`events` is missing"),
    ];
    for (input, said) in table {
        let (exit, stdout, stderr) = run(&[&model, &good, "-"], input);
        assert_eq!((exit, stderr.contains(said)), (Some(2), true), "{stderr}");
        assert!(stdout.ends_with("1 case in 1 file: 1 hold, 1 file could not be run (model `m`, version `7`)\n"), "{stdout}");
    }
    let refused = r#"{ "events": [{ "type": "click" }], "now": 0, "expect": { "mql": false } }"#;
    let (exit, stdout, _) = run(&[&model, "-"], refused);
    assert_eq!((exit, stdout.contains("INVALID_TIME")), (Some(1), true), "an event that can't be read fails its case: {stdout}");

    let (empty, bad) = (folder.path("empty"), folder.write("bad.json", "{ \"id\": 1 }"));
    std::fs::create_dir(&empty).unwrap();
    let missing = folder.path("missing.json");
    for (args, said) in [
        (&[model.as_str(), &missing][..], "no such file"),
        (&[&model, &empty], "no file of cases (*.json)"),
        (&[&bad, &good], "expected a string"),
        (&["b2b-sass", &good], "did you mean `b2b-saas`?"),
        (&[&model], "<CASES>"),
    ] {
        let (exit, _, stderr) = run(args, "");
        assert_eq!((exit, stderr.contains(said)), (Some(2), true), "{stderr}");
    }
}

#[test]
fn folders_are_walked_in_order_of_their_names() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let case = r#"{ "events": [], "now": 0, "expect": { "mql": false } }"#;
    for name in ["c/b.json", "c/a/z.json", "c/.hidden.json", "c/notes.txt", "c/c.json"] {
        folder.write(name, case);
    }
    let output = run(&["test", &model, &format!("{}/", folder.path("c"))], b"");
    let said = text(&output.stdout);
    let files: Vec<&str> = said.lines().filter_map(|line| line.strip_prefix("ok    ")?.rsplit_once("/c/")).map(|(_, file)| file).collect();
    assert_eq!(files, ["a/z.json:1: z", "b.json:1: b", "c.json:1: c"]);
}

#[test]
fn every_model_that_ships_keeps_its_golden_cases() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden");
    for name in names() {
        let output = run(&["test", name, golden.join(name).to_str().unwrap()], b"");
        assert_eq!(output.status.code(), Some(0), "{name}: {}{}", text(&output.stdout), text(&output.stderr));
        let model = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../models/{name}.json"));
        assert_eq!(run(&["check", model.to_str().unwrap()], b"").status.code(), Some(0), "{name}");
    }
}

/// The examples of the page are cases, and what it says comes out does.
#[test]
fn the_page_about_it_is_true() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/testing-models.md")).unwrap();
    let blocks =
        |language: &str| page.split(&format!("```{language}\n")).skip(1).map(|rest| rest.split("```").next().unwrap()).collect::<Vec<_>>();
    let examples = blocks("json");
    let folder = Folder::new();
    let test = |example: &str| {
        folder.write("cases/tour.json", example);
        let output = std::process::Command::new(common::WARMLEAD)
            .args(["test", "b2b-saas", "cases/tour.json"])
            .current_dir(folder.path(""))
            .output()
            .unwrap();
        text(&output.stdout)
    };
    assert!(test(examples[1]).contains("2 cases in 1 file: 2 hold"), "{}", test(examples[1]));
    assert!(blocks("console")[0].ends_with(&test(examples[0])), "{}", test(examples[0]));
    let wrong = examples[0].replace("\"value\": 43", "\"value\": 50").replace("\"stage\": \"visitor\"", "\"stage\": \"mql\"");
    let said = test(&wrong);
    assert!(page.contains(said.split("\n\n").next().unwrap()), "{said}");
}

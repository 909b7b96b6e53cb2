//! `warmlead check` and `warmlead score` as scripts and people meet them: arguments, pipes, exit codes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, WARMLEAD, run, text};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use warmlead::json;
use warmlead::value::Value;

/// Every page view is a point, and three make an MQL.
const MODEL: &str = r#"{ "id": "m", "version": "7", "scores": { "engagement": {} },
    "rules": [{ "id": "views", "on": "page_view", "points": 1 }, { "id": "home", "when": { "traits.country": "US" }, "score": "engagement", "points": 100 }],
    "stages": [{ "id": "mql", "when": { "scores.engagement": { "$gte": 3 } } }], "mql": "mql" }"#;

fn line(visitor: &str, time: i64) -> String {
    format!("{{\"visitor\":\"{visitor}\",\"type\":\"page_view\",\"time\":{time}}}\n")
}

/// Visitor and engagement of each line of output.
fn scores(stdout: &[u8]) -> Vec<(String, f64)> {
    let read = |line: &str| {
        let line = json::parse(line).unwrap();
        let visitor = line.at("visitor").and_then(Value::as_str).unwrap().to_owned();
        (visitor, line.at("scores.engagement.value").and_then(Value::as_number).unwrap())
    };
    text(stdout).lines().map(read).collect()
}

fn expected(pairs: &[(&str, f64)]) -> Vec<(String, f64)> {
    pairs.iter().map(|(visitor, score)| ((*visitor).to_owned(), *score)).collect()
}

#[test]
fn check_says_all_that_is_wrong_where_it_stands() {
    let folder = Folder::new();
    let good = folder.write("good.json", MODEL);
    let output = run(&["check", &good], b"");
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(0), format!("ok {good} (model `m`, version `7`)\n")));

    let bad = folder.write("bad.json", "{\n  \"id\": \"x\", \"version\": \"1\",\n  \"scores\": { \"e\": {} },\n  \"rules\": [\n    { \"id\": \"r\", \"on\": \"page_view\", \"ponits\": 1 },\n    { \"id\": \"s\", \"on\": 7, \"points\": 1 }\n  ]\n}");
    let output = run(&["check", &bad, &good], b"");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in [
        format!(
            "--> {bad}:5:37  /rules/0/ponits\n5 |     {{ \"id\": \"r\", \"on\": \"page_view\", \"ponits\": 1 }},\n  |                                     ^\n"
        ),
        "did you mean `points`?".into(),
        format!("--> {bad}:6:24  /rules/1/on\n"),
        format!("ok {good}"),
    ] {
        assert!(said.contains(&part), "{part}\n---\n{said}");
    }

    let output = run(&["check", "--format", "json", &bad, &good, "-"], b"{\"id\": \"x\",}");
    let reports = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| reports.at(path).map_or("nothing".into(), json::print);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        (at("0.ok"), at("0.problems.0.code"), at("0.problems.0.path"), at("0.problems.0.line")),
        ("false".into(), "\"UNKNOWN_KEY\"".into(), "\"/rules/0/ponits\"".into(), "5".into())
    );
    assert_eq!((at("1.ok"), at("1.model.version"), at("1.problems")), ("true".into(), "\"7\"".into(), "[]".into()));
    assert_eq!(
        (at("2.file"), at("2.problems.0.code"), at("2.problems.0.column")),
        ("\"<stdin>\"".into(), "\"INVALID_JSON\"".into(), "12".into())
    );
}

#[test]
fn a_caret_stands_at_the_name_that_is_wrong() {
    let folder = Folder::new();
    let model = "{ \"scores\": { \"a/b\": {} },\n\"stages\": [{ \"id\": \"vis\u{ef}tor\", \"when\": {} },\n  { \"id\": \"visitor\", \"when\": {} }],\n\"grade\": [\"x\"],\n\"disqualify\": [{ \"id\": \"d\", \"when\": { \"url\": 1 } }] }";
    let file = folder.write("names.json", model);
    let said = text(&run(&["check", &file], b"").stdout);
    for place in ["1:15  /scores/a~1b", "2:20  /stages/0/id", "3:11  /stages/1/id", "4:11  /grade/0", "5:39  /disqualify/0/when/url"] {
        assert!(said.contains(&format!("--> {file}:{place}\n")), "{place}\n---\n{said}");
    }
}

#[test]
fn check_warns_of_keys_that_stand_twice() {
    let folder = Folder::new();
    let signals = "{\n\"scores\": {},\n\"signals\": {\n  \"a\": { \"on\": \"click\" },\n  \"a\": { \"on\": \"login\" }\n} }";
    let file = folder.write("twice.json", signals);
    let output = run(&["check", &file], b"");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for part in [
        "warning[DUPLICATE_ID]: `a` stands twice in this object, and only the last one counts: this one is as if it were not there\n"
            .into(),
        format!("--> {file}:4:3  /signals/a\n"),
        "1 warning".to_owned(),
    ] {
        assert!(said.contains(&part), "{part}\n---\n{said}");
    }
    assert_eq!(run(&["check", "--deny-warnings", &file], b"").status.code(), Some(1));
}

#[test]
fn check_warns_of_what_is_hardly_meant() {
    let folder = Folder::new();
    let odd = folder.write("odd.json", MODEL.replace("\"$gte\": 3", "\"$gte\": 0").replace("page_view", "page_veiw"));
    let output = run(&["check", &odd], b"");
    let said = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    for part in [
        "warning[MISSPELLED_TYPE]: ",
        "= did you mean `page_view`?",
        &format!("--> {odd}:2:38  /rules/0/on\n2 | "),
        "warning[ALWAYS_TRUE]: this always holds: `scores.engagement` is a number from 0 to 20100",
        &format!("--> {odd}:3:39  /stages/0/when\n"),
        &format!("ok {odd} (model `m`, version `7`), 2 warnings\n"),
    ] {
        assert!(said.contains(part), "{part}\n---\n{said}");
    }
    assert!(!said.contains('\u{1b}'), "colour is for terminals");
    for strict in ["--deny-warnings", "--strict"] {
        assert_eq!(run(&["check", strict, &odd], b"").status.code(), Some(1));
        assert_eq!(run(&["check", strict, "-"], MODEL.as_bytes()).status.code(), Some(0));
    }
    let output = run(&["check", "--format", "json", "--deny-warnings", &odd], b"");
    let reports = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| reports.at(path).map_or("nothing".into(), json::print);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!((at("0.ok"), at("0.problems"), at("0.warnings.2")), ("true".into(), "[]".into(), "nothing".into()));
    assert_eq!(
        (at("0.warnings.0.code"), at("0.warnings.0.path"), at("0.warnings.0.line"), at("0.warnings.0.hint")),
        ("\"MISSPELLED_TYPE\"".into(), "\"/rules/0/on\"".into(), "2".into(), "\"did you mean `page_view`?\"".into())
    );
}

#[test]
fn check_shows_where_a_text_stops_being_json() {
    let deep = "[".repeat(200);
    let table: &[(&[u8], &str, &str)] = &[
        (b"{\n  \"id\": }", "INVALID_JSON", ":2:9\n2 |   \"id\": }\n  |         ^\n"),
        ("{ \"ü\": \"ä\" x }".as_bytes(), "INVALID_JSON", ":1:12\n1 | { \"ü\": \"ä\" x }\n  |            ^\n"),
        ("{ \"ü\": \"ä”,\n\"b\": 1 }".as_bytes(), "INVALID_JSON", ":1:10\n1 | { \"ü\": \"ä”,\n  |          ^\n"),
        (b"{ \"a\": {\n  \"b\": 40,5 } }", "INVALID_JSON", ":2:11\n2 |   \"b\": 40,5 } }\n  |           ^\n"),
        (b"{ \"a\": [\n  { \"b\": 1 ]}", "`}` is missing before this, for the object that begins at 2:3", ":2:12\n"),
        (b"", "INVALID_JSON", ":1:1\n"),
        (b"{ \"id\": \"\xff\" }", "INVALID_UTF8", ":1:10\n1 | { \"id\": \"\u{fffd}\" }\n  |          ^\n"),
        (&[b' '; 5 << 20], "MODEL_TOO_LARGE", "-->"),
        (deep.as_bytes(), "INVALID_JSON", "…"),
    ];
    for (input, code, part) in table {
        let output = run(&["check", "-"], input);
        let said = text(&output.stdout);
        assert_eq!((output.status.code(), said.contains(code), said.contains(part)), (Some(1), true, true), "{said}");
        assert!(said.len() < 700, "the excerpt is short: {said}");
    }
}

#[test]
fn what_is_called_wrongly_or_missing_has_its_own_exit_code() {
    let folder = Folder::new();
    let good = folder.write("m.json", MODEL);
    let bad = folder.write("bad.json", "{ \"id\": 1 }");
    let table: &[(&[&str], i32, &str)] = &[
        (&[], 2, "Usage"),
        (&["check"], 2, "<MODEL>"),
        (&["chekc", &good], 2, "check"),
        (&["check", &good, "missing.json"], 66, "no such file"),
        (&["check", &bad, "missing.json"], 66, "no such file"),
        (&["check", "/"], 66, "/"),
        (&["check", "b2b-saas"], 0, ""),
        (&["check", "b2b-sass"], 66, "did you mean `b2b-saas`?"),
        (&["check", "-", "-"], 2, "standard input can be read only once"),
        (&["score", "--model", "-", "-"], 2, "standard input can be read only once"),
        (&["diff", "-", &good, "-"], 2, "standard input can be read only once"),
        (&["test", "-", "-"], 2, "standard input can be read only once"),
        (&["score", "--model", "-", "/dev/null"], 65, "the scoring model `<stdin>` has a problem"),
        (&["score"], 2, "<EVENTS>"),
        (&["score", "--now", "yesterday", "-"], 2, "2026-01-21T12:53:20Z"),
        (&["score", "--now", "-5", "-"], 2, "--now"),
        (&["score", "--traits", "[]", "-"], 2, "an array"),
        (&["score", "--model", &bad, "-"], 65, "has"),
        (&["score", "--model", "b2b-sass", "-"], 66, "did you mean `b2b-saas`?"),
        (&["score", "--model", &good, "missing.jsonl"], 66, "no such file"),
    ];
    for (args, exit, said) in table {
        let output = run(args, b"");
        let error = text(&output.stderr);
        assert_eq!((output.status.code(), error.contains(said)), (Some(*exit), true), "{args:?}: {error}");
    }
    for command in ["check", "diff", "score", "test", "schema", "serve", "bench"] {
        let help = run(&[command, "--help"], b"");
        let help = text(&help.stdout);
        assert!(help.contains("Examples:") && help.contains("Exit codes:"), "{help}");
        assert!(help.lines().all(|line| line.chars().count() <= 100), "{help}");
    }
    let help = text(&run(&["--help"], b"").stdout);
    assert!(warmlead::models::names().all(|name| help.contains(name)), "{help}");
    let help = text(&run(&["bench", "--help"], b"").stdout);
    assert!(["5 to 5000", "up to 8000", "1 to 1000"].iter().all(|range| help.contains(range)), "{help}");
}

#[test]
fn short_input_may_come_in_any_order() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let input =
        [line("b", 5), line("a", 1), "\n".into(), line("b", 2), line("a", 9_000_000_000_000), "  \r\n".into(), line("b", 1).trim().into()]
            .concat();
    let output = run(&["score", "--model", &model, "--now", "1970-01-01T00:00:10Z", "-"], input.as_bytes());
    assert_eq!((output.status.code(), scores(&output.stdout)), (Some(0), expected(&[("b", 3.0), ("a", 1.0)])));
    let first = text(&output.stdout);
    let first = json::parse(first.lines().next().unwrap()).unwrap();
    let at = |path: &str| first.at(path).map_or("nothing".into(), json::print);
    assert_eq!(
        (at("model.version"), at("mql"), at("at"), at("rejected"), at("receipt")),
        ("\"7\"".into(), "true".into(), "10000".into(), "[]".into(), "nothing".into())
    );

    let file = folder.write("events.jsonl", input);
    let from_file = run(&["score", "--model", &model, "--now", "10000", &file], b"");
    assert_eq!(from_file.stdout, output.stdout);
    let nothing = run(&["score", "-"], b"");
    assert_eq!((nothing.status.code(), nothing.stdout.len()), (Some(0), 0));
}

#[test]
fn options_say_what_the_lines_do_not() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let bare = b"{\"type\":\"page_view\",\"time\":1}\n\xef\xbb\xbf{\"type\":\"page_view\",\"time\":2,\"visitor\":null}\n";
    let run = |more: &[&str]| {
        let args: Vec<&str> = ["score", "--model", &model, "--now", "5", "-"].iter().chain(more).copied().collect();
        let output = run(&args, bare);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        output.stdout
    };
    assert_eq!(scores(&run(&[])), expected(&[("anonymous", 2.0)]));
    assert_eq!(scores(&run(&["--visitor", "me"])), expected(&[("me", 2.0)]));
    assert_eq!(scores(&run(&["--traits", r#"{"country":"US"}"#])), expected(&[("anonymous", 102.0)]));
    let explained = text(&run(&["--explain"]));
    assert!(
        explained.contains(r#""receipt":{"engagement":[{"rule":"views","group":null,"matches":2,"counted":2,"points":2}]}"#),
        "{explained}"
    );
}

#[test]
fn events_that_are_written_as_a_list_are_told_how_they_should_be() {
    let list = r#"[{ "type": "page_view", "time": 1 }]"#;
    for (input, said) in [
        (
            format!("{list}\n"),
            "<stdin>:1: the line is a list; each event stands whole on a line of its own, as `jq -c '.[]'` writes those of a list",
        ),
        (
            "[\n{ \"type\": \"page_view\", \"time\": 1 }\n]\n".to_owned(),
            "<stdin>:1: something begins here that goes over several lines; each event",
        ),
    ] {
        let output = run(&["score", "--now", "5", "-"], input.as_bytes());
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
    // What goes over several lines is told once, not once for each of them.
    let spread = "{\n  \"type\": \"page_view\",\n  \"time\": 1\n}\n";
    let error = text(&run(&["score", "-"], spread.as_bytes()).stderr);
    assert!(error.contains("as `jq -c .` writes it") && error.contains("4 lines of 4") && error.lines().count() == 2, "{error}");
    // What another tool writes may be a list.
    let message = r#"[{ "type": "track", "event": "x", "anonymousId": "a", "timestamp": "2026-01-21T12:00:00Z" }]"#;
    assert_eq!(run(&["score", "--from", "segment", "-"], message.as_bytes()).status.code(), Some(0));
}

#[test]
fn what_is_scored_and_hardly_meant_is_told() {
    let event = |time: &str| format!("{{\"visitor\":\"a\",\"type\":\"page_view\",\"time\":{time}}}\n");
    let bad = "{\"visitor\":\"a\",\"typ\":\"page_view\",\"time\":1769000000000}\n";
    let fine = event("1769000000000");
    for (input, told) in [
        (fine.clone(), ""),
        (event("5"), ""),
        (event("\"2026-01-21T12:53:20Z\""), ""),
        (String::new(), ""),
        ("\n".into(), ""),
        (
            [&*fine, &event("1769000000"), &event("1769000001")].concat(),
            "warning: <stdin>:2: `time` is 1769000000, which is early in 1970; times are milliseconds, and these look like seconds\n",
        ),
        ([bad, &fine].concat(), "warning: 1 event was refused; `rejected` of its visitor says why\n"),
        ([bad, bad].concat(), "warning: 2 events were refused; `rejected` of its visitor says why\n"),
    ] {
        let output = run(&["score", "-"], input.as_bytes());
        assert_eq!((text(&output.stderr).as_str(), output.status.code()), (told, Some(0)), "{input}");
    }
}

#[test]
fn bad_events_are_listed_and_unreadable_lines_told() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let mut input = Vec::new();
    for part in [
        line("a", 1).as_bytes(),
        b"{\"visitor\":\"a\",\"type\":\"page_view\"}\n",
        b"{\"visitor\":\"a\",\"type\":\n",
        b"\xff\n",
        b"{\"visitor\":7,\"type\":\"page_view\",\"time\":1}\n",
        b"{\"visitor\":\"\",\"type\":\"page_view\",\"time\":1}\n",
        "x".repeat(1_100_000).as_bytes(),
        b"\n",
        b"{\"visitor\":\"a\",\"type\":\"page_view\",\"time\":2,\"id\":\"\"}\n",
        line("a", 3).as_bytes(),
    ] {
        input.extend_from_slice(part);
    }
    let file = folder.write("events.jsonl", &input);
    let output = run(&["score", "--model", &model, "--now", "5", &file], b"");
    let error = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{error}");
    for said in [
        format!("{file}:3: column 22: "),
        format!("{file}:4: column 1: a byte that is no UTF-8"),
        format!("{file}:5: `visitor` is a number"),
        format!("{file}:6: `visitor` is an empty string"),
        format!("{file}:7: the line is longer than 1 MiB"),
        "5 lines of 9 could not be read; the others are scored".into(),
    ] {
        assert!(error.contains(&said), "{said}\n---\n{error}");
    }
    let scored = json::parse(&text(&output.stdout)).unwrap();
    let at = |path: &str| scored.at(path).map_or("nothing".into(), json::print);
    assert_eq!((at("events"), at("scores.engagement.value")), ("2".into(), "2".into()));
    assert_eq!(
        (at("rejected.0.index"), at("rejected.0.code"), at("rejected.0.id")),
        ("1".into(), "\"INVALID_TIME\"".into(), "null".into())
    );
    assert_eq!((at("rejected.1.index"), at("rejected.1.code"), at("rejected.2")), ("2".into(), "\"INVALID_ID\"".into(), "nothing".into()));

    assert_eq!(run(&["score", "--visitor", "", "-"], b"").status.code(), Some(2));
    let flood = run(&["score", "-"], "{\n".repeat(1_000).as_bytes());
    let error = text(&flood.stderr);
    assert!(error.lines().count() < 30 && error.contains("1000 lines of 1000"), "{error}");
}

/// About so many bytes of events, ten per visitor, of which each has its number in the order given.
fn write_long(to: &mut impl Write, bytes: usize, visitor: impl Fn(usize) -> String) {
    let title = "t".repeat(4_000);
    for number in 0..bytes / 41_000 {
        for event in 0..10 {
            writeln!(to, r#"{{"visitor":"{}","type":"page_view","time":{event},"title":"{title}"}}"#, visitor(number)).unwrap();
        }
    }
}

/// What came of long input.
struct Long {
    exit: Option<i32>,
    scored: Vec<(String, f64)>,
    error: String,
    /// The most memory it took, in KiB, where that can be known.
    peak: Option<u64>,
}

/// Runs `score` on long input.
fn score_long(folder: &Folder, visitor: impl Fn(usize) -> String) -> Long {
    let file = folder.path("long.jsonl");
    write_long(&mut std::io::BufWriter::new(std::fs::File::create(&file).unwrap()), 42_000_000, visitor);
    let model = folder.write("m.json", MODEL);
    let mut child = Command::new(WARMLEAD)
        .args(["score", "--model", &model, "--now", "50", &file])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdout, mut status) = (Vec::new(), None);
    let mut out = child.stdout.take().unwrap();
    let mut part = [0; 4096];
    // While it still writes, it can be asked how much it has taken; the last answer stands.
    while let Ok(count @ 1..) = out.read(&mut part) {
        stdout.extend_from_slice(&part[..count]);
        status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok().or(status);
    }
    let output = child.wait_with_output().unwrap();
    let peak = status.as_deref().and_then(|status| status.lines().find_map(|line| line.strip_prefix("VmHWM:")));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok());
    Long { exit: output.status.code(), scored: scores(&stdout), error: text(&output.stderr), peak }
}

#[test]
fn long_sorted_input_takes_little_memory() {
    let folder = Folder::new();
    let Long { exit, scored, error, peak } = score_long(&folder, |number| format!("v{number:06}"));
    assert_eq!((exit, error.as_str(), scored.len()), (Some(0), "", 42_000_000 / 41_000));
    assert!(scored.iter().all(|(_, score)| *score == 10.0));
    match peak {
        // The 32 MiB that are read ahead, and little more.
        Some(peak) => assert!(peak < 60_000, "{peak} KiB"),
        None => println!("memory not measured: there is no /proc here"),
    }
}

#[test]
fn long_input_in_another_order_is_scored_if_grouped_and_refused_if_not() {
    let folder = Folder::new();
    let Long { exit, scored, error, .. } = score_long(&folder, |number| format!("v{:06}", number * 7919 % 100_003));
    assert_eq!((exit, error.as_str()), (Some(0), ""), "grouped");
    assert!(scored.iter().all(|(_, score)| *score == 10.0));

    let Long { exit, error, .. } = score_long(&folder, |number| format!("v{:06}", number % 900));
    assert_eq!(exit, Some(65));
    assert!(
        error.contains("long.jsonl:9001: visitor `v000000` comes back after others") && error.contains("sort it by `visitor`"),
        "{error}"
    );
}

#[test]
fn a_reader_that_has_had_enough_is_no_failure() {
    let folder = Folder::new();
    let model = folder.write("m.json", MODEL);
    let input: String = (0..20_000).map(|number| line(&format!("v{number}"), 1)).collect();
    let file = folder.write("events.jsonl", input);
    let mut child =
        Command::new(WARMLEAD).args(["score", "--model", &model, &file]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn bench_checks_what_it_measures_and_prints_a_line_for_each_pair() {
    let output = run(&["bench", "--rules", "5", "--rules", "10", "--history", "3", "--runs", "1"], b"");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let table = text(&output.stdout);
    let rows: Vec<Vec<&str>> = table.lines().map(|line| line.split_whitespace().take(2).collect()).collect();
    assert_eq!(rows, [["rules", "history"], ["5", "3"], ["10", "3"], ["a", "day"]]);
    assert_eq!(run(&["bench", "--rules", "4"], b"").status.code(), Some(2));
}

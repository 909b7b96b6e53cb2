//! Names that strangers have given reach the terminal of whoever runs the command as text, and do nothing else there.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Server, batch, now, page, run, text};
use std::fs::{File, read_to_string};

/// Clears the screen, begins a line, sets the title, turns the direction of writing; in JSON, and as it is.
const JSON: &str = r"\u001b[2J\nok\u009b2J\u202ex\u2066";
const RAW: &str = "\u{1b}[2J\nok\u{9b}2J\u{202e}x\u{2066}";

/// A model that loads, and has the name wherever a name may be anything.
fn model(points: i64) -> String {
    let text = r#"{ "id": "NAME", "version": "NAME", "scores": { "engagement": {} },
        "rules": [{ "id": "r", "on": "page_view", "points": POINTS }, { "id": "never", "on": "x", "where": { "properties.NAME": { "$gt": 5, "$lt": 3 } }, "points": 1 }],
        "stages": [{ "id": "mql", "when": { "scores.engagement": { "$gte": 3 } } }], "mql": "mql" }"#;
    text.replace("NAME", JSON).replace("POINTS", &points.to_string())
}

#[track_caller]
fn check(said: &str, of: &str) {
    let steers = |char: char| (char.is_control() && char != '\n') || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!said.contains(steers), "{of}: {said:?}");
    assert!(!said.lines().any(|line| line.starts_with("ok\\u") || line.starts_with("ok2J")), "{of}: {said:?}");
    assert!(said.contains(r"\u001b[2J"), "{of} tells the name: {said:?}");
}

#[test]
fn what_is_printed_does_not_steer_the_terminal() {
    let folder = Folder::new();
    let (one, two) = (folder.write(&format!("one{RAW}.json"), model(1)), folder.write("two.json", model(5)));
    let unknown = folder
        .write("unknown.json", format!(r#"{{ "id": "m", "version": "1", "scores": {{}}, "{JSON}": 1, "{JSON}x": {{"a": 1, "a": 1}} }}"#));
    let broken = folder.write(&format!("broken{RAW}.json"), format!("{{ \"{RAW}"));
    let events = format!(r#"{{"visitor":"v{JSON}","type":"page_view","time":1}}"#);
    let cases = format!(
        r#"{{ "name": "{JSON}", "why": "{JSON}", "events": [{{"type":"page_view","time":1,"id":"{JSON}"}}], "now": 5, "expect": {{ "stage": "{JSON}", "mql": true }} }}"#
    );
    let cases = folder.write(&format!("cases{RAW}.json"), cases);
    let lines = folder.write(
        &format!("lines{RAW}.jsonl"),
        format!("{events}\n{{\"type\":\"x\",\"time\":\"{JSON}\"}}\n{{\"type\":\"x\",\"time\":1000000000}}\n"),
    );
    let table: &[(&[&str], &str)] = &[
        (&["check", &one], ""),
        (&["check", &unknown, &broken], ""),
        (&["check", &format!("nothing{RAW}")], ""),
        (&["score", "--model", &one, &lines], "score"),
        (&["diff", &one, &two, &lines], ""),
        (&["test", &one, &cases], ""),
        (&["test", "b2b-saas", &broken], ""),
        (&["serve", "--listen", "127.0.0.1:0", "--db", &format!("/nonexistent/{RAW}")], ""),
    ];
    for (args, form) in table {
        let output = run(args, b"");
        // What programs read stays as it was.
        let shown = if *form == "score" { text(&output.stderr) } else { text(&output.stdout) + &text(&output.stderr) };
        check(&shown, args[0]);
    }
}

#[test]
fn the_log_of_the_collector_does_not_steer_the_terminal() {
    let folder = Folder::new();
    let (db, log) = (folder.path("w.db"), folder.path("log"));
    Server::start(&db, &["--model", &folder.write("one.json", model(1))]).kill();
    let server = Server::logged(&db, &["--model", &folder.write("two.json", model(2))], File::create(&log).unwrap());
    server.post(batch(&[page(JSON, JSON, now(), JSON)]));
    rusqlite::Connection::open(&db).unwrap().execute_batch("UPDATE events SET json = '{'").unwrap();
    assert_eq!(server.get("/v1/visitors").status, 200);
    server.kill();
    let log = read_to_string(&log).unwrap();
    check(&log, "serve");
    assert_eq!(log.lines().count(), 2, "{log}");
}

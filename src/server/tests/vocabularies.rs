//! `warmlead score --from`: what other tools write, in files and pipes.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, run, text};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use warmlead::json;
use warmlead::time::{Time, parse_iso};
use warmlead::value::{Object, Value};

const MODEL: &str = r#"{ "id": "m", "version": "7", "scores": { "engagement": {} },
    "rules": [{ "id": "views", "on": "page_view", "points": 1 }, { "id": "buys", "on": "purchase", "points": 10 },
              { "id": "known", "when": { "traits.email": { "$exists": true } }, "score": "engagement", "points": 100 }] }"#;

/// What `--from` makes of some input: visitors with their scores, what is told, and how it ends.
fn from(vocabulary: &str, input: &str) -> (String, String, Option<i32>) {
    let folder = Folder::new();
    let model = folder.write("model.json", MODEL);
    let output = run(&["score", "--from", vocabulary, "--model", &model, "--now", "2026-02-01T00:00:00Z", "-"], input.as_bytes());
    let score = |line: &str| {
        let line = json::parse(line).unwrap();
        assert_eq!(line.at("rejected"), Some(&Value::Array(Vec::new())));
        format!("{} {}", line.at("visitor").and_then(Value::as_str).unwrap(), json::print(line.at("scores.engagement.value").unwrap()))
    };
    (text(&output.stdout).lines().map(score).collect::<Vec<_>>().join(", "), text(&output.stderr), output.status.code())
}

#[test]
fn each_vocabulary_is_read_line_by_line() {
    let time = "2026-01-21T12:53:20Z";
    let table = [
        ("segment", format!(r#"{{"batch":[{{"type":"page","anonymousId":"b","messageId":"1","timestamp":"{time}"}},{{"type":"track","event":"Order Completed","userId":"a","messageId":"2","timestamp":"{time}"}}]}}
{{"type":"identify","anonymousId":"b","messageId":"3","timestamp":"{time}","traits":{{"email":"b@acme.example"}}}}
{{"type":"page","anonymousId":"b","messageId":"1","timestamp":"{time}"}}"#), "b 101, a 10"),
        ("ga4", r#"{"client_id":"c","timestamp_micros":1769000000000000,"events":[{"name":"page_view"},{"name":"page_view"},{"name":"purchase"}]}
{"client_id":"c","timestamp_micros":1769000000000000,"events":[{"name":"page_view"},{"name":"page_view"},{"name":"purchase"}]}"#.into(), "c 12"),
        ("shopify", format!(r#"[{{"name":"page_viewed","clientId":"c","id":"1","timestamp":"{time}"}},{{"name":"checkout_completed","clientId":"c","id":"2","timestamp":"{time}","data":{{"checkout":{{"email":"c@acme.example"}}}}}}]"#), "c 111"),
        ("snowplow", r#"{"event_name":"page_view","event_id":"1","derived_tstamp":"2026-01-21T12:53:20.000Z","domain_userid":"d"}"#.into(), "d 1"),
        ("snowplow", "event_id,event_name,derived_tstamp,domain_userid,page_title\r\n1,page_view,2026-01-21 12:53:20.000,d,\"two\nlines\"\r\n2,page_view,2026-01-21 12:53:20.000,d,\r\n1,page_view,2026-01-21 12:53:21.000,d,\r\n".into(), "d 2"),
    ];
    for (vocabulary, input, expected) in table {
        assert_eq!(from(vocabulary, &input), (expected.into(), String::new(), Some(0)), "{vocabulary}: {input}");
    }
}

#[test]
fn visitors_that_an_alias_names_are_one() {
    let page =
        |visitor: &str, id: &str| format!("{{\"type\":\"page\",\"anonymousId\":\"{visitor}\",\"messageId\":\"{id}\",\"timestamp\":5}}\n");
    let alias = |from: &str, into: &str| format!("{{\"type\":\"alias\",\"previousId\":\"{from}\",\"userId\":\"{into}\"}}\n");
    // Before and after what it is about, in a chain, and about somebody who did nothing.
    let input =
        [alias("b", "c"), page("a", "1"), page("x", "2"), page("b", "3"), page("c", "4"), alias("a", "b"), alias("n", "m")].concat();
    assert_eq!(from("segment", &input), ("c 3, x 1".into(), String::new(), Some(0)));
}

#[test]
fn what_cannot_be_read_is_told_with_its_line_and_the_good_beside_it_is_scored() {
    let good = r#"{"type":"page","userId":"u","messageId":"1","timestamp":5}"#;
    let batch = format!(
        r#"{{"batch":[{good},{{"type":"page","userId":"u","messageId":"2"}},{{"type":"page","userId":"u","messageId":"3","timestamp":"soon"}}]}}"#
    );
    let (scored, told, exit) = from("segment", &format!("\n{batch}\nnope\n{good}\n"));
    assert_eq!((scored.as_str(), exit), ("u 1", Some(1)), "{told}");
    for part in [
        "<stdin>:2: `timestamp` is missing",
        "(number 2 of the line)",
        "<stdin>:2: `timestamp` is `soon`",
        "<stdin>:3: column 2",
        "3 messages could not be read; the others are scored",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let body = |rest: &str| format!("{{\"client_id\":\"c\",\"timestamp_micros\":1769000000000000{rest}}}\n");
    let good = body(r#","events":[{"name":"page_view"}]"#);
    let (scored, told, exit) = from("ga4", &[good, body(""), body(r#","events":{}"#), body(r#","evnts":[]"#)].concat());
    assert_eq!((scored.as_str(), exit), ("c 1", Some(1)), "{told}");
    for part in [
        "<stdin>:2: `events` is missing",
        "<stdin>:3: `events` is an object",
        "<stdin>:4: `events` is missing",
        "3 messages could not be read",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    // A page's pushes may say nothing; that no line says anything is hardly meant.
    let silent = r#"{"ecommerce":null}
{"event":"gtm.js","client_id":"c"}
{"visitor":"ada","type":"demo_request","time":1769000000000}
"#;
    let nothing = "warning: nothing was scored: no line says that something happened\n";
    assert_eq!(from("ga4", silent), (String::new(), nothing.into(), Some(0)));
    assert_eq!(from("ga4", &body(r#","events":[]"#)), (String::new(), nothing.into(), Some(0)));
    let head = "event_id,event_name,derived_tstamp,user_id,contexts_x_1";
    let rows = format!(
        "{head}\n1,page_view,soon,u,\n2,page_view,2026-01-21 12:53:20,u,[\n3,page_view,2026-01-21 12:53:20,u,[{{}}]\n4,page_view\n\"5,page_view\n"
    );
    let (scored, told, exit) = from("snowplow", &rows);
    assert_eq!((scored.as_str(), exit), ("u 1", Some(1)), "{told}");
    for part in [
        "<stdin>:2: `derived_tstamp` is `soon`",
        "<stdin>:3: column `contexts_x_1`",
        "<stdin>:5: the row has 2 cells",
        "<stdin>:6: ",
        "4 rows could not be read",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let (scored, told, exit) = from("snowplow", "visitor,page\n1,2\n");
    assert_eq!((scored.as_str(), exit), ("", Some(65)));
    assert!(told.contains("`event_id`"), "{told}");
}

/// Over 32 MiB nothing is gathered: visitors come one after the other, and who turns out to be whom comes too late.
#[test]
fn long_input_is_read_as_it_comes() {
    let title = "t".repeat(1_000);
    let mut rows = String::from("event_id,event_name,derived_tstamp,user_id,page_title\n");
    let mut messages = String::new();
    for number in 0..33_000 {
        let visitor = number / 100;
        rows += &format!("{number},page_view,2026-01-21 12:53:20,v{visitor:04},\"{title}\n\"\n");
        messages += &format!(
            "{{\"type\":\"page\",\"userId\":\"v{visitor:04}\",\"messageId\":\"{number}\",\"timestamp\":5,\"properties\":{{\"title\":\"{title}\"}}}}\n"
        );
    }
    let expected = (0..330).map(|visitor| format!("v{visitor:04} 100")).collect::<Vec<_>>().join(", ");
    assert_eq!(from("snowplow", &rows), (expected.clone(), String::new(), Some(0)));
    messages += "{\"type\":\"alias\",\"previousId\":\"v0000\",\"userId\":\"v0001\"}\n";
    let (scored, told, exit) = from("segment", &messages);
    assert_eq!((scored, exit), (expected, Some(1)));
    assert!(told.contains("<stdin>:33001: visitors can't be merged in input over 32 MiB"), "{told}");
}

/// A table of the real events beside the repository, row by row.
fn shared(file: &str) -> Option<(PathBuf, Vec<HashMap<String, String>>)> {
    let shared = std::env::var_os("WARMLEAD_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"), PathBuf::from);
    let path = shared.join("data/events").join(file);
    let Ok(mut reader) = csv::Reader::from_path(&path) else {
        println!("skipped: there is no data/events/{file} in {} (set WARMLEAD_SHARED to where it is)", shared.display());
        return None;
    };
    Some((path, reader.deserialize().map(Result::unwrap).collect()))
}

fn time(row: &HashMap<String, String>) -> Time {
    parse_iso(&format!("{}Z", row["derived_tstamp"])).unwrap()
}

/// Whose a row is: the tracker's id for the browser, else the site's for the user.
fn visitor(row: &HashMap<String, String>, browser: &str) -> String {
    if row[browser].is_empty() { row["user_id"].clone() } else { row[browser].clone() }
}

/// Where a row of the fixture names its page view.
const PAGE_VIEW: &str = "properties.contexts_com_snowplowanalytics_snowplow_web_page_1_0_0.0.id";

/// Snowplow's own fixture (Apache-2.0) and what its web model makes of it, which are no part of this project. Its page views are ours; its
/// sessions are the tracker's, ours docs/model.md's: a gap of 30 minutes.
#[test]
fn snowplows_fixture_has_157_events_and_its_page_views() {
    let (Some((events, rows)), Some((_, views))) =
        (shared("snowplow_web_events_fixture.csv"), shared("snowplow_web_page_views_expected.csv"))
    else {
        return;
    };
    // A rule for each page view that is expected: of this id, at this time, on this page. The rule `else` sees all others.
    let object = |pairs: &[(&str, Value)]| Value::from(Object::from_iter(pairs.iter().map(|(key, value)| (*key, value.clone()))));
    let rule =
        |id: &str, condition: Value| object(&[("id", id.into()), ("on", "page_view".into()), ("where", condition), ("points", 1.0.into())]);
    let mut rules: Vec<Value> = views
        .iter()
        .map(|view| {
            let mut condition = vec![
                (PAGE_VIEW, view["page_view_id"].as_str().into()),
                ("id", view["event_id"].as_str().into()),
                ("time", time(view).into()),
            ];
            for (key, column) in [("url", "page_url"), ("title", "page_title"), ("referrer", "page_referrer")] {
                condition.extend(Some(&view[column]).filter(|text| !text.is_empty()).map(|text| (key, text.as_str().into())));
            }
            rule(&format!("view-{}", view["page_view_id"]), object(&condition))
        })
        .collect();
    let known: Vec<&str> = views.iter().map(|view| view["page_view_id"].as_str()).collect();
    rules.push(rule("else", object(&[(PAGE_VIEW, object(&[("$nin", known.into())]))])));
    let sessions = object(&[("times", 1.0.into()), ("per", "session".into())]);
    rules.push(object(&[("id", "sessions".into()), ("on", "*".into()), ("points", 1.0.into()), ("limit", sessions)]));
    let model =
        object(&[("id", "m".into()), ("version", "1".into()), ("scores", object(&[("engagement", object(&[]))])), ("rules", rules.into())]);

    let folder = Folder::new();
    let model = folder.write("model.json", json::print(&model));
    let output = run(
        &["score", "--from", "snowplow", "--model", &model, "--now", "2022-01-01T00:00:00Z", "--explain", &events.to_string_lossy()],
        b"",
    );
    assert_eq!((text(&output.stderr).as_str(), output.status.code()), ("", Some(0)));
    let scored: Vec<Value> = text(&output.stdout).lines().map(|line| json::parse(line).unwrap()).collect();
    let events = scored.iter().map(|line| line.at("events").and_then(Value::as_number).unwrap()).sum::<f64>();
    assert_eq!((rows.len(), events), (160, 157.0));

    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let (mut elsewhere, mut sessions) = (0.0, BTreeMap::new());
    for line in &scored {
        let visitor = line.at("visitor").and_then(Value::as_str).unwrap();
        for part in line.at("receipt.engagement").and_then(Value::as_array).unwrap() {
            let (rule, counted) =
                (part.at("rule").and_then(Value::as_str).unwrap(), part.at("counted").and_then(Value::as_number).unwrap());
            match rule.strip_prefix("view-") {
                Some(view) => assert!(counted == 1.0 && seen.insert((visitor.to_owned(), view.to_owned()))),
                None if rule == "else" => elsewhere += counted,
                None => _ = sessions.insert(visitor.to_owned(), counted as usize),
            }
        }
    }
    let expected: BTreeSet<(String, String)> =
        views.iter().map(|view| (visitor(view, "original_domain_userid"), view["page_view_id"].clone())).collect();
    assert_eq!(seen, expected);
    println!(
        "{} page views as expected; {elsewhere} that the table leaves out by its own rules: of sessions over three days or not over yet, sent days late, or without a page view id",
        seen.len()
    );
    assert_eq!(elsewhere, 5.0);

    // By hand: the earliest of each id, by visitor; a gap of 30 minutes begins a session.
    let mut earliest: HashMap<&str, &HashMap<String, String>> = HashMap::new();
    for row in &rows {
        let kept = earliest.entry(&row["event_id"]).or_insert(row);
        if time(row) < time(kept) {
            *kept = row;
        }
    }
    let mut times: BTreeMap<String, Vec<Time>> = BTreeMap::new();
    for row in earliest.values() {
        times.entry(visitor(row, "domain_userid")).or_default().push(time(row));
    }
    let by_hand = times.into_iter().map(|(visitor, mut times)| {
        times.sort_unstable();
        (visitor, 1 + times.windows(2).filter(|pair| pair[1] - pair[0] >= 30 * 60_000).count())
    });
    assert_eq!(sessions, by_hand.collect());
}

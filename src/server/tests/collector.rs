//! The collector as its clients meet it: a process, HTTP, a file.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Response, Server, batch, now, page};
use std::collections::BTreeSet;
use warmlead::engine::{Assessment, Visitor};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::models::B2B_SAAS;
use warmlead::value::Value;

const URL: &str = "https://acme.example/pricing";

fn start(folder: &Folder) -> Server {
    Server::start(&folder.path("w.db"), &[])
}

fn ids_of(server: &Server, visitor: &str) -> BTreeSet<String> {
    let response = server.get(&format!("/v1/visitors/{visitor}"));
    let everything = response.json();
    let timeline = everything.at("timeline").and_then(Value::as_array).map(<[Value]>::to_vec).unwrap_or_default();
    let ids: BTreeSet<String> = timeline.iter().map(|event| event.at("id").unwrap().as_str().unwrap().to_owned()).collect();
    assert_eq!(ids.len(), timeline.len(), "no event stands there twice");
    ids
}

#[test]
fn each_event_is_counted_once() {
    let folder = Folder::new();
    let server = start(&folder);
    let time = now() - 60_000;
    let first = server.post(batch(&[page("v", "a", time, URL), page("v", "b", time + 1, URL), page("v", "a", time, URL)]));
    assert_eq!((first.status, first.results()), (200, vec!["stored".into(), "stored".into(), "duplicate".to_owned()]));
    assert_eq!((first.at("success"), first.at("assessment.events"), first.at("results.1.id")), ("true".into(), "2".into(), "\"b\"".into()));
    let again = server.post(batch(&[page("v", "b", time + 1, URL), page("v", "c", time + 2, URL)]));
    assert_eq!(again.results(), ["duplicate", "stored"]);
    assert_eq!((again.at("assessment.events"), again.at("assessment.visitor")), ("3".into(), "\"v\"".into()));

    // Of events with equal ids the earliest is kept, whichever arrives first.
    let earlier = server
        .post(batch(&[page("v", "c", time - 5, "https://acme.example/earlier"), page("v", "b", time + 9, "https://acme.example/later")]));
    assert_eq!(earlier.results(), ["duplicate", "duplicate"]);
    let events = server.get("/v1/visitors/v");
    assert_eq!((events.at("timeline.0.id"), events.at("timeline.0.url")), ("\"c\"".into(), "\"https://acme.example/earlier\"".into()));
    assert_eq!((events.at("timeline.2.id"), events.at("timeline.2.url")), ("\"b\"".into(), json::print(&URL)));

    // The same id of another visitor is another event.
    let other = server.post(batch(&[page("w", "a", time, URL), page("v", "a", time, URL)]));
    assert_eq!(other.results(), ["stored", "duplicate"]);
    assert_eq!(
        (other.at("assessment"), other.at("assessments.0.visitor"), other.at("assessments.1.events")),
        ("nothing".into(), "\"w\"".into(), "3".into())
    );
}

#[test]
fn a_bad_message_loses_nothing_beside_it() {
    let folder = Folder::new();
    let server = start(&folder);
    let time = now();
    let message = |rest: &str| format!(r#"{{"type":"track","messageId":"m","anonymousId":"v","timestamp":{time},"event":"x"{rest}}}"#);
    let table = [
        (page("v", "good-1", time, URL), "stored"),
        (message(r#","properties":{"n":1e999}"#), "rejected INVALID_JSON"),
        ("7".into(), "rejected INVALID_EVENT"),
        ("{}".into(), "rejected INVALID_TYPE"),
        (message(r#","timestamp":"yesterday""#), "rejected INVALID_TIME"),
        (message(&format!(r#","properties":{{"text":"{}"}}"#, "x".repeat(33_000))), "rejected EVENT_TOO_LARGE"),
        (message(&format!(r#","properties":{}{}"#, r#"{"a":"#.repeat(9), "1".to_owned() + &"}".repeat(9))), "rejected EVENT_TOO_DEEP"),
        (message(&format!(r#","properties":{}{}"#, "[".repeat(5_000), "]".repeat(5_000))), "rejected INVALID_JSON"),
        (message(r#","anonymousId":"""#), "rejected INVALID_VISITOR"),
        (message(r#","messageId":7"#), "rejected INVALID_ID"),
        (message(r#","messageId":"good-2","properties":{"nul":"\u0000","lone":"\ud800","big":1e308}"#), "stored"),
        (page("v", "good-3", time, "https://acme.example/\\u0000?q=%00"), "stored"),
    ];
    let messages: Vec<String> = table.iter().map(|(message, _)| message.clone()).collect();
    let response = server.post(batch(&messages));
    let expected: Vec<&str> = table.iter().map(|(_, expected)| *expected).collect();
    assert_eq!((response.status, response.results()), (200, expected.iter().map(|word| (*word).to_owned()).collect()));
    for (place, (message, _)) in table.iter().enumerate().filter(|(_, (_, expected))| expected.starts_with("rejected")) {
        assert!(response.at(&format!("results.{place}.message")).len() > 20, "a message for people: {message}");
    }
    assert_eq!(response.at("results.4.id"), "\"m\"", "a rejected message is named where it can be");
    assert_eq!(ids_of(&server, "v"), BTreeSet::from(["good-1".into(), "good-2".into(), "good-3".to_owned()]));
    assert_eq!(server.get("/v1/visitors/v").at("timeline.1.properties.lone"), "\"\u{fffd}\"");
}

#[test]
fn a_batch_that_is_none_is_refused_with_what_would_be_right() {
    let folder = Folder::new();
    let server = start(&folder);
    let too_large = format!(r#"{{"batch":[],"padding":"{}"}}"#, "x".repeat(512 * 1024));
    let too_many = format!(r#"{{"batch":[{}0]}}"#, "0,".repeat(10_000));
    let table = [
        ("", 400, "INVALID_JSON"),
        ("{\"batch\":[\n  {},,\n]}", 400, "INVALID_JSON"),
        ("{\"batch\":[{}", 400, "INVALID_JSON"),
        ("[]", 400, "INVALID_BATCH"),
        ("{}", 400, "INVALID_BATCH"),
        ("{\"batch\":{}}", 400, "INVALID_BATCH"),
        (&too_large, 413, "BODY_TOO_LARGE"),
        (&too_many, 413, "TOO_MANY_MESSAGES"),
    ];
    for (body, status, code) in table {
        let response = server.post(body);
        assert_eq!(
            (response.status, response.at("code"), response.at("success")),
            (status, json::print(&code), "false".into()),
            "{body:.40}"
        );
    }
    assert!(server.post("{\"batch\":[\n  {},,\n]}").at("message").contains("at line 2 column 6"));
    // Exactly as much as is taken.
    let full = format!(r#"{{"batch":[],"padding":"{}"}}"#, "x".repeat(512 * 1024 - 25));
    assert_eq!((full.len(), server.post(&full).status), (512 * 1024, 200));

    let gzip = server.request("POST", "/v1/batch", &[("content-encoding", "gzip")], b"\x1f\x8b").unwrap();
    assert_eq!((gzip.status, gzip.at("code")), (415, "\"ENCODED_BODY\"".into()));
    let put = server.request("PUT", "/v1/batch", &[], b"{}").unwrap();
    assert_eq!((put.status, put.at("code"), put.header("allow")), (405, "\"WRONG_METHOD\"".into(), Some("POST")));
    // A body that streams on and on, without a length.
    let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000)).repeat(20);
    let endless = server.raw(
        format!("POST /v1/batch HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n{chunk}0\r\n\r\n").as_bytes(),
    );
    assert_eq!(endless.unwrap().status, 413);
    assert_eq!(server.get("/v1/health").at("status"), "\"ok\"");
}

#[test]
fn bytes_that_are_no_utf8_are_replaced_and_told() {
    let folder = Folder::new();
    let server = start(&folder);
    let body = batch(&[page("v", "a", now(), "https://acme.example/?q=XX")]).replace("XX", "\u{1}\u{1}");
    let mut body = body.into_bytes();
    body.iter_mut().filter(|byte| **byte == 1).for_each(|byte| *byte = 0xff);
    let response = server.post(body);
    assert_eq!((response.results(), response.at("warnings.0.code")), (vec!["stored".into()], "\"INVALID_UTF8\"".into()));
    assert_eq!(server.get("/v1/visitors/v").at("timeline.0.url"), "\"https://acme.example/?q=\u{fffd}\u{fffd}\"");
}

#[test]
fn what_was_acknowledged_survives_a_kill_and_is_counted_once() {
    let folder = Folder::new();
    let time = now() - 3_600_000;
    let batches: Vec<Vec<String>> = (0..60).map(|number| (0..20).map(|event| format!("e{number}-{event}")).collect()).collect();
    let body = |ids: &[String]| {
        let place = |id: &String| id.bytes().fold(0i64, |sum, byte| sum * 7 % 3_000_000 + i64::from(byte));
        batch(&ids.iter().map(|id| page("v", id, time + place(id), URL)).collect::<Vec<_>>())
    };
    let mut acknowledged: BTreeSet<String> = BTreeSet::new();
    // Three lives, each ended in the middle of the work.
    for life in 0..3 {
        let server = start(&folder);
        let address = server.address.clone();
        let killer = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(250 + 90 * life));
            server.kill();
        });
        for ids in &batches {
            let sent = common::send(&address, "POST", "/v1/batch", &[], body(ids).as_bytes());
            let Ok(response) = sent else { break };
            assert_eq!(response.status, 200);
            acknowledged.extend(ids.iter().cloned());
        }
        killer.join().unwrap();
        let server = start(&folder);
        assert!(ids_of(&server, "v").is_superset(&acknowledged), "nothing that was acknowledged is lost");
        server.kill();
    }
    // The client sends again what it has no acknowledgement for; to be sure, everything.
    let server = start(&folder);
    let mut last = None;
    for ids in &batches {
        last = Some(server.post(body(ids)));
    }
    let all: BTreeSet<String> = batches.iter().flatten().cloned().collect();
    assert_eq!(ids_of(&server, "v"), all);
    let expected: Vec<Event> = events_of(&server, "v");
    let expected = assess("v", expected, last.as_ref().unwrap().json().at("assessment.at").unwrap().as_number().unwrap() as i64);
    assert_eq!(last.unwrap().at("assessment.digest"), json::print(&expected.digest));
    assert_eq!(expected.events, 1_200);
}

fn events_of(server: &Server, visitor: &str) -> Vec<Event> {
    let everything = server.get(&format!("/v1/visitors/{visitor}")).json();
    let timeline = everything.at("timeline").and_then(Value::as_array).unwrap();
    timeline.iter().map(|event| Event::read(event, String::new).unwrap()).collect()
}

fn model() -> Model {
    Model::load(&json::parse(B2B_SAAS).unwrap()).unwrap()
}

fn assess(visitor: &str, events: Vec<Event>, at: i64) -> Assessment {
    let mut visitor = Visitor::new(visitor);
    visitor.extend(&model(), events);
    visitor.assess(&model(), at, false)
}

#[test]
fn a_full_disk_refuses_batches_and_nothing_else() {
    let folder = Folder::new();
    let db = folder.path("w.db");
    let server = Server::start(&db, &["--max-db-size", "128K"]);
    let title = "t".repeat(2_000);
    let body = |number: usize| {
        let message = |event: usize| {
            page("v", &format!("e{number}-{event}"), now(), URL).replace("\"url\"", &format!("\"title\":\"{title}\",\"url\""))
        };
        batch(&(0..5).map(message).collect::<Vec<_>>())
    };
    let full = (0..100).find(|number| server.post(body(*number)).status != 200).expect("it fills up");
    assert!(full > 2);
    let refused = server.post(body(full));
    assert_eq!((refused.status, refused.at("code")), (507, "\"DISK_FULL\"".into()));
    assert_eq!(ids_of(&server, "v").len(), full * 5, "a batch is stored as a whole or not at all");
    assert_eq!(server.post(body(0)).results(), ["duplicate"; 5], "what is known can still be acknowledged");
    assert_eq!(server.get("/v1/health").status, 200);
    server.kill();
    let server = Server::start(&db, &["--max-db-size", "64M"]);
    assert_eq!(server.post(body(full)).results(), ["stored"; 5], "with room it goes on");
    assert_eq!(ids_of(&server, "v").len(), (full + 1) * 5);
}

/// What an honest tab sends along that has seen these events.
fn claim(events: Vec<Event>, at: i64, client: &str) -> String {
    let assessment = assess("v", events, at);
    let scores: Vec<String> = assessment.scores.iter().map(|(name, score)| format!(r#""{name}":{}"#, json::print(&score.value))).collect();
    format!(
        r#""basis":{{"model":"{}","version":"{}","at":{at},"events":{},"digest":"{}"}},
           "claim":{{"stage":"{}","mql":{},"scores":{{{}}}}},"client":"{client}""#,
        assessment.model.id,
        assessment.model.version,
        assessment.events,
        assessment.digest,
        assessment.stage,
        assessment.mql,
        scores.join(",")
    )
}

fn event(id: &str, time: i64) -> Event {
    Event::read(&json::parse(&format!(r#"{{"id":"{id}","type":"page_view","time":{time},"url":"{URL}"}}"#)).unwrap(), String::new).unwrap()
}

fn with(messages: &[String], claim: &str) -> String {
    format!(r#"{{"batch":[{}],{claim}}}"#, messages.join(","))
}

#[test]
fn the_verdict_tells_other_events_from_another_result() {
    let folder = Folder::new();
    let server = start(&folder);
    let at = now() - 1_000;
    let sent = page("v", "a", at - 10, URL);

    let same = server.post(with(std::slice::from_ref(&sent), &claim(vec![event("a", at - 10)], at, "tab")));
    assert_eq!((same.at("verdict.verdict"), same.at("warnings")), ("\"same\"".into(), "nothing".into()));

    // Someone else reports about the same visitor: the tab is right for what it has seen, and gets what it lacks.
    server.post(with(&[page("v", "mail", at - 5_000, URL)], r#""client":"crm""#));
    let fewer = server.post(with(&[page("v", "b", at - 9, URL)], &claim(vec![event("a", at - 10), event("b", at - 9)], at, "tab")));
    assert_eq!((fewer.at("verdict.verdict"), fewer.at("verdict.missing.0.id")), ("\"fewer events\"".into(), "\"mail\"".into()));
    assert_eq!(Event::read(fewer.json().at("verdict.missing.0").unwrap(), String::new).unwrap(), event("mail", at - 5_000));

    let all = vec![event("a", at - 10), event("b", at - 9), event("mail", at - 5_000)];
    let honest = claim(all.clone(), at, "tab");
    assert_eq!(server.post(with(&[page("v", "b", at - 9, URL)], &honest)).at("verdict.verdict"), "\"same\"");

    let forged = honest.replace(r#""mql":false"#, r#""mql":true"#);
    let refuted = server.post(with(std::slice::from_ref(&sent), &forged));
    assert_eq!(
        (refuted.at("verdict.verdict"), refuted.at("verdict.reason")),
        ("\"refuted\"".into(), "\"`mql` is false here, and true was claimed\"".into())
    );

    let invented: Vec<Event> = all.into_iter().chain([event("never-sent", at)]).collect();
    let refuted = server.post(with(std::slice::from_ref(&sent), &claim(invented, at, "tab")));
    assert_eq!(refuted.at("verdict.verdict"), "\"refuted\"");
    assert!(refuted.at("verdict.reason").contains("counts 4 events, of which at most 3"), "{}", refuted.text());

    // A basis that can't be read costs the verdict, and no events.
    let unreadable = server.post(with(&[page("v", "c", at, URL)], r#""basis":{"at":1e999},"claim":7,"client":7"#));
    assert_eq!((unreadable.results(), unreadable.at("verdict")), (vec!["stored".to_owned()], "nothing".into()));
    assert_eq!(unreadable.json().at("warnings").unwrap().as_array().unwrap().len(), 3);
}

#[test]
fn a_verdict_goes_by_the_model_that_was_used() {
    let folder = Folder::new();
    let db = folder.path("w.db");
    let at = now() - 1_000;
    let message = page("v", "a", at, URL);
    let old = claim(vec![event("a", at)], at, "tab");
    drop(Server::start(&db, &[]));
    // Another version is served now; a tab that loaded the page before still uses the old one.
    let Value::Object(mut newer) = json::parse(B2B_SAAS).unwrap() else { unreachable!("a model is an object") };
    newer.insert("version", "newer");
    newer.insert("rules", Value::Array(Vec::new()));
    let newer = folder.write("newer.json", json::print(&newer));
    let server = Server::start(&db, &["--model", &newer]);
    let response = server.post(with(std::slice::from_ref(&message), &old));
    assert_eq!((response.at("verdict.verdict"), response.at("assessment.model.version")), ("\"same\"".into(), "\"newer\"".into()));
    let unknown = server.post(with(&[message], &old.replace(&format!(r#""version":"{}""#, model().version()), r#""version":"never""#)));
    assert_eq!(unknown.at("verdict.verdict"), "\"refuted\"");
    assert!(unknown.at("verdict.reason").contains("never served here"), "{}", unknown.text());
}

#[test]
fn a_wrong_clock_is_corrected_here_and_not_held_against_the_tab() {
    let folder = Folder::new();
    let server = start(&folder);
    for (visitor, wrong) in [("slow", -86_400_000), ("fast", 86_400_000 * 400)] {
        let at = now() + wrong;
        let claim = claim(vec![event("a", at - 5_000)], at, "tab");
        let response = server.post(with(&[page(visitor, "a", at - 5_000, URL)], &claim));
        assert_eq!(
            (response.at("warnings.0.code"), response.at("verdict.verdict")),
            ("\"CLOCK_SKEW\"".into(), "\"same\"".into()),
            "{visitor}"
        );
        assert_eq!(response.at("assessment.events"), "1", "{visitor}: it has happened by now");
        let everything = server.get(&format!("/v1/visitors/{visitor}"));
        let (shift, time) =
            (everything.at("timeline.0.shift").parse::<i64>().unwrap(), everything.at("timeline.0.time").parse::<i64>().unwrap());
        assert!((shift + wrong).abs() < 5_000 && (time + shift - now()).abs() < 15_000, "{visitor} {shift}");
    }
    let at = now() - 5 * 60_000;
    let response = server.post(with(&[page("late", "a", at, URL)], &claim(vec![event("a", at)], at, "tab")));
    assert_eq!((response.at("warnings"), response.at("verdict.verdict")), ("nothing".into(), "\"same\"".into()), "delay is no wrong clock");

    let never = claim(vec![event("a", at)], at, "tab").replace(&format!("\"at\":{at}"), "\"at\":8640000000000000");
    let response = server.post(with(&[page("never", "a", 8_640_000_000_000_000, URL)], &never));
    assert_eq!(
        (response.results(), response.at("verdict"), response.at("warnings.1.code")),
        (vec!["stored".into()], "nothing".into(), "\"INVALID_BASIS\"".into())
    );
}

#[test]
fn a_full_visitor_is_told_so() {
    let folder = Folder::new();
    let model = r#"{ "id": "m", "version": "1", "retention": { "events": 2 }, "scores": { "engagement": {} }, "rules": [{ "id": "r", "on": "*", "points": 1 }] }"#;
    let server = Server::start(&folder.path("w.db"), &["--model", &folder.write("m.json", model)]);
    let time = now() - 1_000;
    let response = server.post(batch(&[page("v", "a", time, URL), page("v", "b", time + 1, URL), page("v", "c", time + 2, URL)]));
    assert_eq!(response.results(), ["stored", "stored", "rejected VISITOR_FULL"]);
    // An earlier one has its place; what it pushes out stays kept, and is not counted.
    let earlier = server.post(batch(&[page("v", "0", time - 1, URL), page("v", "d", time + 3, URL)]));
    assert_eq!(
        (earlier.results(), earlier.at("assessment.events")),
        (vec!["stored".into(), "rejected VISITOR_FULL".to_owned()], "2".into())
    );
}

#[test]
fn the_model_is_served_with_a_tag() {
    let folder = Folder::new();
    let server = start(&folder);
    let first = server.get_with("/v1/model", &[("origin", "https://acme.example")]);
    assert_eq!((first.status, first.text().as_str(), first.header("content-type")), (200, B2B_SAAS, Some("application/json")));
    assert_eq!((first.header("cache-control"), first.header("access-control-allow-origin")), (Some("no-cache"), Some("*")));
    let tag = first.header("etag").unwrap();
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".into()] {
        let again = server.get_with("/v1/model", &[("if-none-match", &known)]);
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, Some(tag)), "{known}");
    }
    assert_eq!(server.get_with("/v1/model", &[("if-none-match", "\"other\"")]).status, 200);
    let small = server.get_with("/v1/model", &[("accept-encoding", "br")]);
    assert_eq!((small.header("content-encoding"), small.header("etag")), (Some("br"), Some(format!("W/{tag}").as_str())));
    assert!(small.body.len() < first.body.len() / 2);
}

#[test]
fn other_origins_may_report_and_not_read() {
    let folder = Folder::new();
    let server = start(&folder);
    let ask =
        [("origin", "https://acme.example"), ("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
    let preflight = server.request("OPTIONS", "/v1/batch", &ask, b"").unwrap();
    assert_eq!((preflight.status, preflight.header("access-control-allow-origin")), (200, Some("*")));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("content-type"));
    let too_large = server.request("POST", "/v1/batch", &ask[..1], "x".repeat(600_000).as_bytes()).unwrap();
    assert_eq!((too_large.status, too_large.header("access-control-allow-origin")), (413, Some("*")), "errors can be read, too");
    server.post(batch(&[page("v", "a", now(), URL)]));
    for path in ["/v1/visitors", "/v1/visitors/v", "/v1/health"] {
        let response = server.get_with(path, &ask[..1]);
        assert_eq!((response.status, response.header("access-control-allow-origin")), (200, None), "{path}");
    }
}

#[test]
fn a_visitor_can_be_read_by_programs_and_people() {
    let folder = Folder::new();
    let server = start(&folder);
    let time = now() - 60_000;
    let chat = |id: &str, event: &str, text: &str, at: i64| {
        format!(
            r#"{{"type":"track","messageId":"{id}","anonymousId":"a/b <i>","timestamp":{at},"event":"{event}","properties":{{"action":"sales-chat","text":"{text}"}}}}"#
        )
    };
    let messages = [
        page("a/b <i>", "p", time, "https://acme.example/pricing?<script>"),
        chat("m2", "chat_message", "and <b>when</b>?", time + 20),
        chat("m1", "chat_message", "How much", time + 10),
        r#"{"type":"track","messageId":"s","anonymousId":"a/b <i>","timestamp":"2026-01-01T00:00:00Z","event":"chat_start"}"#.into(),
    ];
    server.post(batch(&messages));
    let one = server.get("/v1/visitors/a%2Fb%20%3Ci%3E");
    assert_eq!((one.status, one.at("visitor"), one.header("cache-control")), (200, "\"a/b <i>\"".into(), Some("no-store")));
    assert_eq!(
        (one.at("chat.0.text"), one.at("chat.1.text"), one.at("chat.2")),
        ("\"How much\"".into(), "\"and <b>when</b>?\"".into(), "nothing".into())
    );
    assert_eq!((one.at("chat.0.action"), one.at("document.id")), ("\"sales-chat\"".into(), "\"a/b <i>\"".into()));
    let everything = one.json();
    let timeline = everything.at("timeline").and_then(Value::as_array).unwrap();
    let ids: Vec<&str> = timeline.iter().map(|event| event.at("id").unwrap().as_str().unwrap()).collect();
    assert_eq!(ids, ["s", "p", "m1", "m2"], "in order of time");
    assert!(timeline.iter().all(|event| (event.at("receivedAt").unwrap().as_number().unwrap() - now() as f64).abs() < 10_000.0));
    let (value, lines) =
        (everything.at("assessment.scores.engagement.value").unwrap(), everything.at("assessment.receipt.engagement").unwrap());
    let milli = |points: &Value| (points.as_number().unwrap() * 1000.0).round() as i64;
    let sum: i64 = lines.as_array().unwrap().iter().map(|line| milli(line.at("points").unwrap())).sum();
    assert_eq!(sum, milli(value), "the receipt adds up");

    let html = server.get_with("/v1/visitors/a%2Fb%20%3Ci%3E", &[("accept", "text/html,application/xhtml+xml,*/*;q=0.8")]);
    let page = html.text();
    assert_eq!((html.status, html.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(html.header("content-security-policy").unwrap().contains("default-src 'none'"));
    for shown in ["a/b &lt;i&gt;", "and &lt;b&gt;when&lt;/b&gt;?", "?&lt;script&gt;", "Why engagement is"] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("<script") && !page.contains("<b>when") && !page.contains("<i>"));

    let list = server.get("/v1/visitors");
    assert_eq!(
        (list.at("visitors.0.visitor"), list.at("visitors.0.events"), list.at("visitors.0.stage")),
        ("\"a/b <i>\"".into(), "4".into(), "\"visitor\"".into())
    );
    let page = server.get_with("/v1/visitors", &[("accept", "text/html")]).text();
    assert!(page.contains(r#"href="/v1/visitors/a%2Fb%20%3Ci%3E""#));

    let nobody = server.get("/v1/visitors/nobody");
    assert_eq!((nobody.status, nobody.at("code")), (404, "\"UNKNOWN_VISITOR\"".into()));
    assert_eq!(server.get_with("/v1/visitors/nobody", &[("accept", "text/html")]).status, 404);
    assert_eq!((server.get("/v1/nothing").status, server.get("/v1/nothing").at("code")), (404, "\"UNKNOWN_ROUTE\"".into()));
}

#[test]
fn visitors_are_shown_to_those_who_run_the_server_only() {
    let folder = Folder::new();
    let local = start(&folder);
    assert_eq!(local.get("/v1/visitors").status, 200);
    for headers in [[("host", "evil.example")], [("x-forwarded-for", "203.0.113.9")]] {
        assert_eq!(local.get_with("/v1/visitors", &headers).status, 403, "{headers:?}");
    }
    let open = Server::start(&folder.path("open.db"), &["--listen", "0.0.0.0:0"]);
    let refused = open.get("/v1/visitors");
    assert_eq!((refused.status, refused.at("code")), (403, "\"TOKEN_REQUIRED\"".into()));
    assert!(refused.at("message").contains("--token"));
    assert_eq!(open.post(batch(&[page("v", "a", now(), URL)])).status, 200, "events are taken all the same");

    let guarded = Server::start(&folder.path("guarded.db"), &["--listen", "0.0.0.0:0", "--token", "secret"]);
    let status = |value: &str| guarded.get_with("/v1/visitors", &[("authorization", value)]).status;
    assert_eq!([status("Bearer secret"), status("Bearer wrong"), status("Basic eDpzZWNyZXQ="), status("")], [200, 401, 200, 401]);
    let asked = guarded.get_with("/v1/visitors", &[("accept", "text/html")]);
    assert!(asked.status == 401 && asked.header("www-authenticate").unwrap().starts_with("Basic"));
}

fn get(server: &Server, path: &str) -> (u16, String) {
    let response: Response = server.get(path);
    (response.status, response.header("content-type").unwrap_or_default().to_owned())
}

#[test]
fn the_site_is_served_as_browsers_need_it() {
    let folder = Folder::new();
    for (name, content) in [
        ("site/index.html", "<h1>home</h1>"),
        ("site/pricing.html", "<h1>pricing</h1>"),
        ("site/shop/index.html", "<h1>shop</h1>"),
        ("site/a.js", "export {}"),
        ("site/a.css", "b{}"),
        ("site/a.svg", "<svg/>"),
        ("site/a.wasm", "\0asm"),
        ("site/.env", "SECRET"),
        ("site/.well-known/security.txt", "Contact:"),
        ("secret.txt", "SECRET"),
    ] {
        folder.write(name, content);
    }
    let server = Server::start(&folder.path("w.db"), &["--site", &folder.path("site")]);
    let table = [
        ("/", 200, "text/html; charset=utf-8"),
        ("/pricing", 200, "text/html; charset=utf-8"),
        ("/pricing?utm_source=x", 200, "text/html; charset=utf-8"),
        ("/shop/", 200, "text/html; charset=utf-8"),
        ("/shop", 307, ""),
        ("/a.js", 200, "text/javascript; charset=utf-8"),
        ("/a.css", 200, "text/css; charset=utf-8"),
        ("/a.svg", 200, "image/svg+xml"),
        ("/a.wasm", 200, "application/wasm"),
        ("/.well-known/security.txt", 200, "text/plain; charset=utf-8"),
        ("/nothing", 404, "text/html; charset=utf-8"),
        ("/.env", 404, "text/html; charset=utf-8"),
        ("/../secret.txt", 404, "text/html; charset=utf-8"),
        ("/%2e%2e/secret.txt", 404, "text/html; charset=utf-8"),
        ("/..%2fsecret.txt", 404, "text/html; charset=utf-8"),
        ("/%2eenv", 404, "text/html; charset=utf-8"),
        ("/a.js%00", 404, "text/html; charset=utf-8"),
    ];
    for (path, status, kind) in table {
        assert_eq!(get(&server, path), (status, kind.to_owned()), "{path}");
    }
    let home = server.get("/");
    let policy = home.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'self'") && policy.contains("'wasm-unsafe-eval'"));
    assert_eq!((home.header("x-content-type-options"), home.header("cache-control")), (Some("nosniff"), Some("no-cache")));
    let again = server.get_with("/", &[("if-none-match", home.header("etag").unwrap())]);
    assert_eq!((again.status, again.body.len()), (304, 0));
    let post = server.request("POST", "/", &[], b"").unwrap();
    assert_eq!(post.status, 405);

    let own = folder.write("site/404.html", "<h1>our own page</h1>");
    let server = Server::start(&folder.path("w2.db"), &["--site", own.strip_suffix("/404.html").unwrap()]);
    let missing = server.get("/nothing");
    assert_eq!((missing.status, missing.text().contains("our own page")), (404, true));
}

#[test]
fn the_example_of_the_documentation_works() {
    let folder = Folder::new();
    let server = start(&folder);
    let page = include_str!("../../../docs/collector.md");
    let example = page.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let response = server.post(example);
    assert_eq!((response.status, response.results()), (200, vec!["stored".to_owned()]));
    assert_eq!(response.at("verdict.verdict"), "\"refuted\"", "it counts events that are not in the example");
    assert_eq!(response.at("warnings.0.code"), "\"CLOCK_SKEW\"", "it is old");
}

#[test]
fn a_server_that_can_not_start_says_why() {
    let folder = Folder::new();
    let running = start(&folder);
    let bad_model = folder.write("bad.json", r#"{ "id": 5 }"#);
    let text = folder.write("text.db", "this is no database. ".repeat(100));
    let db = folder.path("new.db");
    let table: &[(&[&str], i32, &str)] = &[
        (&["--db", &db, "--listen", &running.address], 69, "already in use"),
        (&["--db", &db, "--listen", "nonsense"], 69, "--listen"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--model", &bad_model], 65, "has a problem"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--model", "nothing.json"], 66, "no such file"),
        (&["--db", &db, "--listen", "127.0.0.1:0", "--site", &bad_model], 66, "no folder"),
        (&["--db", &text, "--listen", "127.0.0.1:0"], 65, "no SQLite database"),
        (&["--db", "/nonexistent/w.db", "--listen", "127.0.0.1:0"], 66, "/nonexistent/w.db"),
        (&["--db", &db, "--max-db-size", "much"], 2, "500M"),
    ];
    for (args, exit, said) in table {
        let args: Vec<&str> = ["serve"].iter().chain(*args).copied().collect();
        let output = common::run(&args, b"");
        let error = common::text(&output.stderr);
        assert_eq!((output.status.code(), error.contains(said)), (Some(*exit), true), "{args:?}: {error}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn a_signal_ends_it_in_order() {
    let folder = Folder::new();
    for signal in ["TERM", "INT"] {
        let mut server = start(&folder);
        server.post(batch(&[page("v", signal, now(), URL)]));
        assert_eq!(server.signal(signal), Some(0));
    }
    assert!(!std::path::Path::new(&folder.path("w.db-wal")).exists(), "the log has been written back");
    assert_eq!(ids_of(&start(&folder), "v").len(), 2);
}

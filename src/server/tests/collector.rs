//! The collector as its clients meet it: a process, HTTP, a file. What becomes of batches.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Server, URL, V, assess, batch, events_of, ids_of, now, page, start};
use std::collections::BTreeSet;
use warmlead::event::Event;
use warmlead::json;

#[test]
fn each_event_is_counted_once() {
    const W: &str = "9f1c2d3e-4b5a-4678-9abc-def012345678";
    let folder = Folder::new();
    let server = start(&folder);
    let time = now() - 60_000;
    let first = server.post(batch(&[page(V, "a", time, URL), page(V, "b", time + 1, URL), page(V, "a", time, URL)]));
    assert_eq!((first.status, first.results()), (200, vec!["stored".into(), "stored".into(), "duplicate".to_owned()]));
    assert_eq!((first.at("success"), first.at("assessment.events"), first.at("results.1.id")), ("true".into(), "2".into(), "\"b\"".into()));
    let again = server.post(batch(&[page(V, "b", time + 1, URL), page(V, "c", time + 2, URL)]));
    assert_eq!(again.results(), ["duplicate", "stored"]);
    assert_eq!((again.at("assessment.events"), again.at("assessment.visitor")), ("3".into(), json::print(&V)));

    // Of events with equal ids the earliest is kept, whichever arrives first.
    let earlier =
        server.post(batch(&[page(V, "c", time - 5, "https://acme.example/earlier"), page(V, "b", time + 9, "https://acme.example/later")]));
    assert_eq!(earlier.results(), ["duplicate", "duplicate"]);
    let events = server.get(&format!("/v1/visitors/{V}"));
    assert_eq!((events.at("timeline.0.id"), events.at("timeline.0.url")), ("\"c\"".into(), "\"https://acme.example/earlier\"".into()));
    assert_eq!((events.at("timeline.2.id"), events.at("timeline.2.url")), ("\"b\"".into(), json::print(&URL)));

    // The same id of another visitor is another event.
    let other = server.post(batch(&[page(W, "a", time, URL), page(V, "a", time, URL)]));
    assert_eq!(other.results(), ["stored", "duplicate"]);
    assert_eq!(
        (other.at("assessment"), other.at("assessments.0.visitor"), other.at("assessments.1.events")),
        ("nothing".into(), json::print(&W), "3".into())
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
        batch(&ids.iter().map(|id| page(V, id, time + place(id), URL)).collect::<Vec<_>>())
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
        assert!(ids_of(&server, V).is_superset(&acknowledged), "nothing that was acknowledged is lost");
        server.kill();
    }
    // The client sends again what it has no acknowledgement for; to be sure, everything.
    let server = start(&folder);
    let mut last = None;
    for ids in &batches {
        last = Some(server.post(body(ids)));
    }
    let all: BTreeSet<String> = batches.iter().flatten().cloned().collect();
    assert_eq!(ids_of(&server, V), all);
    let expected: Vec<Event> = events_of(&server, V);
    let expected = assess(V, expected, last.as_ref().unwrap().json().at("assessment.at").unwrap().as_number().unwrap() as i64);
    assert_eq!(last.unwrap().at("assessment.digest"), format!(r#""{}""#, expected.digest));
    assert_eq!(expected.events, 1_200);
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

#[test]
fn a_full_visitor_is_told_so() {
    let folder = Folder::new();
    let model = r#"{ "id": "m", "version": "1", "retention": { "events": 2 }, "scores": { "engagement": {} }, "rules": [{ "id": "r", "on": "*", "points": 1 }] }"#;
    let server = Server::start(&folder.path("w.db"), &["--model", &folder.write("m.json", model)]);
    let time = now() - 1_000;
    let response = server.post(batch(&[page(V, "a", time, URL), page(V, "b", time + 1, URL), page(V, "c", time + 2, URL)]));
    assert_eq!(response.results(), ["stored", "stored", "rejected VISITOR_FULL"]);
    // An earlier one has its place; what it pushes out stays kept, and is not counted.
    let earlier = server.post(batch(&[page(V, "0", time - 1, URL), page(V, "d", time + 3, URL)]));
    assert_eq!(
        (earlier.results(), earlier.at("assessment.events")),
        (vec!["stored".into(), "rejected VISITOR_FULL".to_owned()], "2".into())
    );
}

#[test]
fn a_visitor_takes_no_more_than_four_mebibytes() {
    let folder = Folder::new();
    let server = start(&folder);
    let time = now() - 100_000;
    let large = |number: usize| {
        let rest = format!(r#""event":"x","properties":{{"a":"{}"}}"#, "x".repeat(32_000));
        format!(r#"{{"type":"track","messageId":"m{number}","anonymousId":"{V}","timestamp":{},{rest}}}"#, time - number as i64)
    };
    let results: Vec<String> = (0..10)
        .flat_map(|batch_number| server.post(batch(&(0..15).map(|n| large(batch_number * 15 + n)).collect::<Vec<_>>())).results())
        .collect();
    let stored = results.iter().take_while(|result| *result == "stored").count();
    assert!((128..=131).contains(&stored), "{stored}");
    assert!(results[stored..].iter().all(|result| result == "rejected VISITOR_FULL"), "{results:?}");
    let refused = server.post(batch(&[large(140), large(3), page(V, "small", time, URL), page("other", "a", time, URL)]));
    // What is small may still have room; nobody else minds.
    assert_eq!(refused.results(), ["rejected VISITOR_FULL", "duplicate", "stored", "stored"]);
    assert!(refused.at("results.0.message").contains("4 MiB"), "{}", refused.at("results.0.message"));
    // What takes the place of a known event counts as much as it is larger.
    let grown = |id: &str, length: usize| {
        let rest = format!(r#""event":"x","properties":{{"a":"{}"}}"#, "x".repeat(length));
        format!(r#"{{"type":"track","messageId":"{id}","anonymousId":"{V}","timestamp":{},{rest}}}"#, time - 1_000)
    };
    let replaced = server.post(batch(&[grown("small", 32_000), grown("m3", 100), grown("small", 31_000)]));
    assert_eq!(replaced.results(), ["rejected VISITOR_FULL", "duplicate", "duplicate"]);
    let events = events_of(&server, V);
    let size: usize = events.iter().map(|event| json::print(event).len()).sum();
    assert!(events.len() == stored + 1 && size <= 4 * 1024 * 1024, "{size}");
    assert_eq!(server.get("/v1/visitors").at("visitors.0.events"), events.len().to_string());
}

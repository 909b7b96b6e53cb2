//! How many bytes a visitor takes beside its events, counted exactly: what follows from them, and what tells known ids from new ones.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use peak_alloc::PeakAlloc;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::value::{Object, Value};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const KIB: usize = 1024;
const START: i64 = 1_769_000_000_000;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const EVENTS: i64 = 1_000;

/// Rules as models have them: most fade, some are limited, some count only while something holds; ten signals, two stages.
fn model(rules: usize) -> Model {
    let rule = |place: usize| {
        let more = match place % 10 {
            0..=3 => r#""decay": { "half_life": "14d" }"#,
            4 | 5 => r#""decay": { "expire": "30d" }"#,
            6 => r#""decay": { "linear": "60d" }, "when": { "signals.n1": { "$gte": 2 } }"#,
            7 => r#""limit": { "times": 3, "per": "7d" }"#,
            8 => r#""limit": { "times": 1 }, "group": "content""#,
            _ => r#""limit": { "times": 1, "per": "session" }, "decay": { "half_life": "30d" }, "group": "content""#,
        };
        format!(r#"{{ "id": "r{place}", "on": "page_view", "where": {{ "path": {{ "$glob": "/p{place}/*" }} }}, "points": 5, {more} }}"#)
    };
    let signal = |place: usize| {
        let more = match place % 4 {
            0 => "",
            1 => r#", "within": "30d""#,
            2 => r#", "measure": "days", "within": "90d""#,
            _ => r#", "measure": "sessions""#,
        };
        format!(r#""n{place}": {{ "on": "page_view", "where": {{ "path": {{ "$glob": "/p{place}*" }} }}{more} }}"#)
    };
    let list = |parts: Vec<String>| parts.join(", ");
    let text = format!(
        r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{ "groups": {{ "content": {{ "max": 40 }} }} }} }},
            "signals": {{ {} }}, "rules": [ {} ], "mql": "mql",
            "stages": [ {{ "id": "lead", "when": {{ "signals.n1": {{ "$gte": 5 }} }} }},
                        {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": 500 }} }}, "exit": {{ "scores.engagement": {{ "$lt": 100 }} }} }} ] }}"#,
        list((0..10).map(signal).collect()),
        list((0..rules).map(rule).collect()),
    );
    Model::load(&json::parse(&text).unwrap()).unwrap()
}

/// What the ids of events are like.
#[derive(Clone, Copy, Debug)]
enum Ids {
    /// Each greater than the one before it, as those that begin with a time are.
    Ascend,
    /// In any order.
    Mixed,
}

/// Forty visits of 25 page views each within 90 days. Some pages are seen far more often than others; most are seen at some time.
fn event(place: i64, rules: usize, ids: Ids) -> Event {
    let (visit, page) = (place / 25, place % 25);
    // Between 0 and 1, evenly; its square is mostly small.
    let even = (place * 7_919 % 1_009) as f64 / 1_009.0;
    let rule = (even * even * rules as f64) as usize;
    let mut event = Object::from_iter([("type", "page_view")]);
    let begin = match ids {
        Ids::Ascend => place,
        Ids::Mixed => place * 7_919 % 1_009,
    };
    event.insert("id", format!("{begin:08}-0000-7000-8000-{place:012}"));
    event.insert("time", START + visit * 90 * DAY / 40 + page * MINUTE);
    event.insert("url", format!("/p{rule}/a"));
    Event::read(&Value::from(event), String::new).unwrap()
}

/// The bytes beside the events, of a visitor that is looked at after each of them. Whoever runs the test takes and gives back memory, too; it is ours
/// that is the same twice.
fn beside(rules: usize, ids: Ids) -> usize {
    let mut measured = once(rules, ids);
    for _ in 0..20 {
        let again = once(rules, ids);
        if again == measured {
            return measured;
        }
        measured = again;
    }
    panic!("no two measurements agree");
}

fn once(rules: usize, ids: Ids) -> usize {
    let model = model(rules);
    // What a model keeps for all visitors is there from the first on.
    Visitor::new("first").value(&model, "engagement", START);
    let before = MEMORY.current_usage();
    let mut visitor = Visitor::new("v");
    for place in 0..EVENTS {
        let event = event(place, rules, ids);
        let time = event.time;
        visitor.record(&model, event);
        visitor.value(&model, "engagement", time);
    }
    assert!(visitor.value(&model, "engagement", START + 90 * DAY).unwrap().value() > 0.0);
    let all = MEMORY.current_usage() - before;
    let events = visitor.events().to_vec();
    let of_events = MEMORY.current_usage() - before - all;
    // The list of events has room for more: it doubles when it is full.
    let spare = (events.len().next_power_of_two() - events.len()) * size_of::<Event>();
    all - of_events - spare
}

#[test]
fn what_follows_from_a_thousand_events_is_small() {
    // What a visitor takes whatever the rules (ten signals, transitions, two sessions' beginnings, of ids in any order a filter) is some 4 KiB of it.
    let all = [(100, Ids::Ascend, 6_950), (100, Ids::Mixed, 8 * KIB), (1_000, Ids::Ascend, 24_000), (1_000, Ids::Mixed, 25_250)];
    for (rules, ids, most) in all {
        let bytes = beside(rules, ids);
        println!("{rules} rules, {EVENTS} events whose ids {ids:?}: {bytes} bytes beside the events");
        assert!(bytes <= most, "{bytes} bytes beside the events with {rules} rules; at most {most} are allowed");
    }
}

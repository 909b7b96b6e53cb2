//! Times what comes next and what a new model changes, for a visitor of 1,000 events and 100 rules: `cargo bench --bench explain`.
//! Prints the processor time of a run in milliseconds, on average. Each must stay below 50 (issue: “Explain”).
#![cfg(not(target_arch = "wasm32"))]
// A measurement that can't be taken should stop, as a test does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::time::Instant;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::explain::diff;
use warmlead::json;
use warmlead::model::Model;

const START: i64 = 1_769_000_000_000;
const MINUTE: i64 = 60_000;
const RUNS: usize = 5;

fn main() {
    // `cargo test` runs benches, too, with a flag that says so; there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // Out of reach, so that every addition is tried in vain; within reach; and reached.
    let (some, age) = (false, |days| format!(r#""retention": {{ "age": "{days}d" }},"#));
    for (name, decay, retention, threshold, every) in [
        ("MQL out of reach, decay by days", "14d", String::new(), 1e6, some),
        ("MQL within reach, decay by days", "14d", String::new(), 1_700.0, some),
        ("MQL, never left", "14d", String::new(), 0.0, some),
        ("MQL out of reach, decay by hours", "300h", String::new(), 1e6, some),
        ("MQL out of reach, events forgotten after 90 days", "14d", age(90), 1e6, some),
        ("MQL out of reach, events forgotten after 400 days", "14d", age(400), 1e6, some),
        ("every rule matches every event, decay by days", "14d", String::new(), 1e9, true),
        ("every rule matches every event, decay by hours", "300h", String::new(), 1e9, true),
        ("every rule matches every event, which are forgotten after 90 days", "14d", age(90), 1e9, true),
    ] {
        let (model, visitor, now) = given(decay, &retention, threshold, every);
        let explained = visitor.explain(&model, now);
        let said = format!("{}, next {:?}, {} ways", explained.stage, explained.next_change.unwrap(), explained.to_mql.unwrap().len());
        let plain = time(|| drop(black_box(visitor.assess(&model, now, true))));
        println!("{name}: {:.2} ms, of which receipt {plain:.3}  ({said})", time(|| drop(black_box(visitor.explain(&model, now)))));
    }
    let (one, visitor, now) = given("14d", "", 1e6, false);
    let (other, ..) = given("7d", "", 100.0, false);
    println!(
        "diff: {:.2} ms for {} visitor",
        time(|| drop(black_box(diff(&one, &other, [&visitor], now)))),
        diff(&one, &other, [&visitor], now).moved.len()
    );
}

/// 100 rules, 10 signals, two stages; 1,000 events over 90 days. Each matches one rule, or `every` one.
fn given(half_life: &str, retention: &str, threshold: f64, every: bool) -> (Model, Visitor, i64) {
    let rules = (0..100).map(|place| {
        let (on, path) = if place % 3 == 0 { ("click", "/x") } else { ("page_view", "/p") };
        let pattern = match every {
            true => r#""on": "*""#.to_owned(),
            false => format!(r#""on": "{on}", "where": {{ "path": {{ "$glob": "{path}{place}*" }} }}"#),
        };
        format!(r#"{{ "id": "r{place}", {pattern}, "points": 5, "decay": {{ "half_life": "{half_life}" }} }}"#)
    });
    let signals =
        (0..10).map(|place| format!(r#""n{place}": {{ "on": "page_view", "where": {{ "path": "/p{place}" }}, "within": "30d" }}"#));
    let model = format!(
        r#"{{ "id": "m", "version": "1", {retention} "scores": {{ "engagement": {{}} }}, "signals": {{ {} }}, "rules": [ {} ], "mql": "mql",
            "stages": [ {{ "id": "lead", "when": {{ "signals.n1": {{ "$gte": 500 }} }} }}, {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": {threshold} }} }} }} ] }}"#,
        signals.collect::<Vec<_>>().join(","),
        rules.collect::<Vec<_>>().join(",")
    );
    let model = Model::load(&json::parse(&model).unwrap()).unwrap();
    let mut visitor = Visitor::new("v");
    let mut now = START;
    for place in 0..1000_i64 {
        now = START + place * 90 * 24 * 60 * MINUTE / 1000;
        let (on, path) = if place % 3 == 0 { ("click", "/x") } else { ("page_view", "/p") };
        let event = format!(r#"{{ "id": "e{place:04}", "type": "{on}", "time": {now}, "url": "{path}{}/a?utm_source=x" }}"#, place % 100);
        visitor.record(&model, Event::read(&json::parse(&event).unwrap(), String::new).unwrap());
    }
    (model, visitor, now)
}

/// How long this thread has been on a processor, in nanoseconds: other programs don't count. Linux says so.
fn on_cpu() -> Option<f64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

/// What a run takes in milliseconds: on average, what this thread was on a processor; elsewhere than on Linux, the fastest run.
fn time(run: impl Fn()) -> f64 {
    let before = on_cpu();
    let once = || {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1000.0
    };
    let fastest = (0..RUNS).map(|_| once()).fold(f64::INFINITY, f64::min);
    match (before, on_cpu()) {
        (Some(before), Some(after)) => (after - before) / 1e6 / RUNS as f64,
        _ => fastest,
    }
}

//! Times what comes next and what a new model changes, for a visitor of 1,000 events and 100 rules: `cargo bench --bench explain`,
//! or with a part of a line's name only such lines.
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

fn main() {
    // `cargo test` runs benches, too, with a flag that says so; there is nothing to time then.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let only = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let plain = Shape { decay: "14d", mql: 1e6, on: On::Own, limit: "", retention: "", exit: "" };
    let every = Shape { on: On::Every, mql: 1e9, ..plain };
    let forgets = Shape { retention: r#""retention": { "age": "90d" },"#, ..every };
    let long = r#""retention": { "age": "400d" },"#;
    let left = r#", "exit": { "scores.engagement": { "$lt": 40000 } }"#;
    let soon = r#", "exit": { "scores.engagement": { "$lt": 300 } }"#;
    for (name, shape) in [
        ("MQL out of reach, decay by days", plain),
        ("MQL within reach, decay by days", Shape { mql: 1_700.0, ..plain }),
        ("MQL, never left", Shape { mql: 0.0, ..plain }),
        ("MQL out of reach, decay by hours", Shape { decay: "300h", ..plain }),
        ("MQL, left at some time", Shape { mql: 400.0, exit: soon, ..plain }),
        ("MQL, left at some time, decay by hours", Shape { mql: 400.0, exit: soon, decay: "300h", ..plain }),
        (
            "MQL, left at some time, decay by hours, events forgotten",
            Shape { mql: 400.0, exit: soon, decay: "300h", on: On::Own, ..forgets },
        ),
        ("MQL out of reach, events forgotten after 90 days", Shape { on: On::Own, ..forgets }),
        ("MQL out of reach, events forgotten after 400 days", Shape { retention: long, ..plain }),
        ("every rule matches every event, decay by days", every),
        ("every rule matches every event, decay by hours", Shape { decay: "300h", ..every }),
        ("every rule matches every event, MQL, left at some time", Shape { mql: 50_000.0, exit: left, ..every }),
        (
            "every rule matches every event, MQL, left at some time, decay by hours",
            Shape { mql: 50_000.0, exit: left, decay: "300h", ..every },
        ),
        ("every rule matches every event, limits by spans", Shape { limit: r#", "limit": { "times": 3, "per": "7d" }"#, ..every }),
        ("every rule matches every event, which are forgotten after 90 days", forgets),
        ("the same, events forgotten after 400 days", Shape { retention: long, ..every }),
        ("the same, decay by hours", Shape { decay: "300h", ..forgets }),
        ("the same, each rule with a decay of its own", Shape { decay: "own", ..forgets }),
        ("the same, limits by spans", Shape { limit: r#", "limit": { "times": 3, "per": "7d" }"#, ..forgets }),
        ("the same, a limit in all", Shape { limit: r#", "limit": { "times": 100 }"#, ..forgets }),
        ("the same, MQL, left at some time", Shape { mql: 50_000.0, exit: left, ..forgets }),
        ("the same, MQL, never left", Shape { mql: 50_000.0, ..forgets }),
        ("the same, MQL, left at some time, decay by hours", Shape { mql: 50_000.0, decay: "300h", exit: left, ..forgets }),
        ("the same, rules ask for traits", Shape { on: On::Trait, ..forgets }),
        ("the same, rules ask for sessions", Shape { on: On::Session, ..forgets }),
    ] {
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let (model, visitor, now) = given(shape);
        let explained = visitor.explain(&model, now);
        let said = format!("{}, next {:?}, {} ways", explained.stage, explained.next_change.unwrap(), explained.to_mql.unwrap().len());
        let plain = time(|| drop(black_box(visitor.assess(&model, now, true))));
        println!("{name}: {:.2} ms, of which receipt {plain:.3}  ({said})", time(|| drop(black_box(visitor.explain(&model, now)))));
    }
    let (one, visitor, now) = given(plain);
    let (other, ..) = given(Shape { decay: "7d", mql: 100.0, ..plain });
    println!(
        "diff: {:.2} ms for {} visitor",
        time(|| drop(black_box(diff(&one, &other, [&visitor], now)))),
        diff(&one, &other, [&visitor], now).moved.len()
    );
}

/// What is particular about a model.
#[derive(Clone, Copy)]
struct Shape {
    /// The half-life, or `own`: another for each rule.
    decay: &'static str,
    /// How much the MQL stage asks for: out of reach, so that every addition is tried in vain; within reach; or reached.
    mql: f64,
    on: On,
    limit: &'static str,
    retention: &'static str,
    exit: &'static str,
}

/// What the rules match.
#[derive(Clone, Copy, PartialEq)]
enum On {
    /// Each event one rule.
    Own,
    /// Each event every rule,
    Every,
    /// which asks for a trait,
    Trait,
    /// or for the session.
    Session,
}

/// 100 rules, 10 signals, two stages; 1,000 events over 90 days.
fn given(Shape { decay, mql, on, limit, retention, exit }: Shape) -> (Model, Visitor, i64) {
    let kind = |place: i64| if place % 3 == 0 { ("click", "/x") } else { ("page_view", "/p") };
    let rules = (0..100).map(|place| {
        let (r#type, path) = kind(place);
        let pattern = match on {
            On::Own => format!(r#""on": "{type}", "where": {{ "path": {{ "$glob": "{path}{place}*" }} }}"#),
            On::Every => r#""on": "*""#.to_owned(),
            On::Trait => r#""on": "*", "where": { "traits.role": "chief" }"#.to_owned(),
            On::Session => r#""on": "*", "where": { "session.events": { "$gte": 1 } }"#.to_owned(),
        };
        let half_life = if decay == "own" { format!("{}d", 3 + place) } else { decay.to_owned() };
        format!(r#"{{ "id": "r{place}", {pattern}, "points": {}, "decay": {{ "half_life": "{half_life}" }} {limit} }}"#, 5 + place % 7)
    });
    let signals =
        (0..10).map(|place| format!(r#""n{place}": {{ "on": "page_view", "where": {{ "path": "/p{place}" }}, "within": "30d" }}"#));
    let model = format!(
        r#"{{ "id": "m", "version": "1", {retention} "scores": {{ "engagement": {{}} }}, "signals": {{ {} }}, "rules": [ {} ], "mql": "mql",
            "stages": [ {{ "id": "lead", "when": {{ "signals.n1": {{ "$gte": 500 }} }} }},
                        {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": {mql} }} }} {exit} }} ] }}"#,
        signals.collect::<Vec<_>>().join(","),
        rules.collect::<Vec<_>>().join(",")
    );
    let model = Model::load(&json::parse(&model).unwrap()).unwrap();
    let mut visitor = Visitor::new("v");
    let mut now = START;
    for place in 0..1000_i64 {
        now = START + place * 90 * 24 * 60 * MINUTE / 1000;
        let (r#type, path) = kind(place);
        // Traits are set again and again, so that they outlast what is forgotten.
        let traits = if place % 10 == 0 { r#", "traits": { "role": "chief" }"# } else { "" };
        let event = format!(
            r#"{{ "id": "e{place:04}", "type": "{type}", "time": {now}, "url": "{path}{}/a?utm_source=x" {traits} }}"#,
            place % 100
        );
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
    let (start, before) = (Instant::now(), on_cpu());
    let (mut runs, mut fastest) = (0.0, f64::INFINITY);
    // The system counts in steps of a few milliseconds.
    while runs < 3.0 || (start.elapsed().as_millis() < 300 && runs < 1e6) {
        let once = Instant::now();
        run();
        fastest = once.elapsed().as_secs_f64().min(fastest);
        runs += 1.0;
    }
    match (before, on_cpu()) {
        (Some(before), Some(after)) => (after - before) / 1e6 / runs,
        _ => fastest * 1000.0,
    }
}

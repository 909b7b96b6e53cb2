//! Times what comes next and what a new model changes, for a visitor of 1,000 events and 100 rules: `cargo bench --bench explain`,
//! or with a part of a line's name only such lines.
//! With `--write FILE` it also leaves what was asked and what it took there, so that others can ask the same (`tests/measure/bench/explain.mjs`).
//! Prints the processor time of a run in milliseconds, on average. Each is to stay below 50. Two do not yet: where events are forgotten, the stage may change with
//! each session, and one that was left is barred for some days, or one that was entered stays for some.
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
    let only =
        std::env::args().skip(1).find(|argument| !argument.starts_with('-')).filter(|_| !std::env::args().any(|own| own == "--write"));
    let plain = Shape { decay: "14d", mql: 1e6, on: On::Own, limit: "", own: |_| String::new(), idle: false, retention: "", exit: "" };
    let every = Shape { on: On::Every, mql: 1e9, ..plain };
    let forgets = Shape { retention: r#""retention": { "age": "90d" },"#, ..every };
    let long = r#""retention": { "age": "400d" },"#;
    let left = r#", "exit": { "scores.engagement": { "$lt": 40000 } }"#;
    let soon = r#", "exit": { "scores.engagement": { "$lt": 300 } }"#;
    let at_last = r#", "exit": { "scores.engagement": { "$lt": 10000 } }"#;
    let for_long = r#", "exit": { "scores.engagement": { "$lt": 10000 } }, "reenter_after": "30d""#;
    let for_two_days = r#", "exit": { "scores.engagement": { "$lt": 10000 } }, "reenter_after": "2d""#;
    let after_days = r#", "exit": { "scores.engagement": { "$lt": 10000 }, "stage_days": { "$gte": 3 } }"#;
    let minimum = |place| format!(r#", "min": {}"#, 1 + place);
    let maximum = |place| format!(r#", "max": {}"#, 500 + 7 * place);
    let both = |place| format!(r#", "max": {}, "limit": {{ "times": {}, "per": "7d" }}"#, 500 + 7 * place, 3 + place);
    let on_trait = |place| format!(r#", "when": {{ "traits.level": {{ "$gte": {} }} }}"#, place % 10);
    let on_signal = |place| format!(r#", "when": {{ "signals.n{}": {{ "$gte": {} }} }}"#, place % 10, 1 + place / 20);
    let in_session = |_| r#", "when": { "session.active": true }"#.to_owned();
    let mut written = Vec::new();
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
        ("the same, each rule with a maximum of its own", Shape { own: maximum, ..forgets }),
        (
            "the same, each rule with a maximum of its own, MQL, left at some time",
            Shape { own: maximum, mql: 20_000.0, exit: at_last, ..forgets },
        ),
        ("the same, each rule with a maximum and a limit of its own", Shape { own: both, ..forgets }),
        (
            "the same, each rule with a maximum and a limit of its own, MQL, left at some time",
            Shape { own: both, mql: 20_000.0, exit: at_last, ..forgets },
        ),
        ("the same, each rule under a condition of its own on a trait", Shape { own: on_trait, ..forgets }),
        ("the same, each rule under a condition of its own on a signal", Shape { own: on_signal, ..forgets }),
        (
            "the same, each rule under a condition of its own on a signal, MQL, left at some time",
            Shape { own: on_signal, mql: 20_000.0, exit: at_last, ..forgets },
        ),
        ("the same, each rule with a minimum of its own", Shape { own: minimum, ..forgets }),
        (
            "the same, each rule with a minimum of its own, points taken off for idleness, MQL, left at some time",
            Shape { own: minimum, idle: true, mql: 20_000.0, exit: at_last, ..forgets },
        ),
        (
            "the same, each rule with a minimum of its own, points taken off for idleness, MQL, left for 30 days",
            Shape { own: minimum, idle: true, mql: 20_000.0, exit: for_long, ..forgets },
        ),
        ("the same, each rule counts during a session, MQL out of reach", Shape { own: in_session, exit: at_last, ..forgets }),
        (
            "the same, each rule counts during a session, MQL, left at some time",
            Shape { own: in_session, mql: 20_000.0, exit: at_last, ..forgets },
        ),
        (
            "the same, each rule counts during a session, MQL, left for 30 days",
            Shape { own: in_session, mql: 20_000.0, exit: for_long, ..forgets },
        ),
        (
            "the same, each rule counts during a session, MQL, left for 2 days",
            Shape { own: in_session, mql: 20_000.0, exit: for_two_days, ..forgets },
        ),
        (
            "the same, each rule counts during a session, MQL, left after 3 days at the earliest",
            Shape { own: in_session, mql: 20_000.0, exit: after_days, ..forgets },
        ),
        ("the same, rules ask for traits", Shape { on: On::Trait, ..forgets }),
        ("the same, rules ask for sessions", Shape { on: On::Session, ..forgets }),
    ] {
        if only.as_ref().is_some_and(|only| !name.contains(only.as_str())) {
            continue;
        }
        let given = Given::new(shape);
        let (model, visitor) = given.loaded();
        let explained = visitor.explain(&model, given.now);
        let took = time(|| drop(black_box(visitor.explain(&model, given.now))));
        let next = json::parse(&json::print(&explained)).unwrap().at("next_change").cloned().unwrap_or_default();
        println!("{name}: {took:.2} ms  ({}, next {}, {} ways)", explained.stage, json::print(&next), explained.to_mql.unwrap().len());
        written.push(format!(
            r#"{{ "name": "{name}", "native": {took}, "next": {}, "model": {}, "events": [{}], "now": {} }}"#,
            json::print(&next),
            given.model,
            given.events.join(","),
            given.now
        ));
    }
    let (one, other) = (Given::new(plain), Given::new(Shape { decay: "7d", mql: 100.0, ..plain }));
    let ((from, visitor), (to, _)) = (one.loaded(), other.loaded());
    let moved = diff(&from, &to, [&visitor], one.now).moved.len();
    let took = time(|| drop(black_box(diff(&from, &to, [&visitor], one.now))));
    println!("diff: {took:.2} ms for {moved} visitor");
    let exit = r#", "exit": { "signals.lately": { "$lt": 2 } }"#;
    let absences = [("", exit), (WINDOW, ""), (WINDOW, exit)].map(absence);
    let [without, stays, leaves] = absences;
    println!("a year's absence: {without:.0} ns; {stays:.0} with a window of 24 hours, {leaves:.0} if the stage is left with it");
    if let Some(file) = std::env::args().skip_while(|argument| argument != "--write").nth(1) {
        let diff = format!(r#"{{ "native": {took}, "moved": {moved}, "from": {}, "to": {} }}"#, one.model, other.model);
        let text = format!(r#"{{ "explain": [{}], "diff": {diff}, "absence": {absences:?} }}"#, written.join(",\n"));
        std::fs::write(file, text).unwrap();
    }
}

const WINDOW: &str = r#", "within": "24h""#;

/// Nanoseconds that it takes to take in the event with which a visitor comes back after a year, and to tell the stage, where a stage looks at a signal, with a
/// window or without, and is left when that is empty or never.
fn absence((within, exit): (&str, &str)) -> f64 {
    let model = format!(
        r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{}} }}, "rules": [{{ "id": "view", "on": "page_view", "points": 1 }}],
            "signals": {{ "lately": {{ "on": "page_view" {within} }} }},
            "stages": [{{ "id": "lead", "when": {{ "signals.lately": {{ "$gte": 5 }} }} {exit} }}] }}"#
    );
    let model = Model::load(&json::parse(&model).unwrap()).unwrap();
    let event = |id: String, time: i64| {
        Event::read(&json::parse(&format!(r#"{{ "id": "{id}", "type": "page_view", "time": {time} }}"#)).unwrap(), String::new).unwrap()
    };
    let mut visitor = Visitor::new("v");
    for place in 0..10 {
        visitor.record(&model, event(format!("e{place}"), START + place * MINUTE));
    }
    assert_eq!(visitor.stage(&model, START + 9 * MINUTE), "lead");
    let later = START + 365 * 24 * 60 * MINUTE;
    let back = event("last".to_owned(), later);
    let round = || {
        let mut visitors = vec![visitor.clone(); 500];
        let events = vec![back.clone(); visitors.len()];
        let (start, count) = (Instant::now(), events.len());
        for (visitor, event) in visitors.iter_mut().zip(events) {
            visitor.record(&model, event);
            black_box(visitor.stage(&model, later));
        }
        start.elapsed().as_nanos() as f64 / count as f64
    };
    let mut rounds: Vec<f64> = (0..101).map(|_| round()).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[50]
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
    /// What each rule has of its own, by its place.
    own: fn(i64) -> String,
    /// Whether another rule takes points off for each day without activity.
    idle: bool,
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
struct Given {
    model: String,
    events: Vec<String>,
    now: i64,
}

impl Given {
    fn new(Shape { decay, mql, on, limit, own, idle, retention, exit }: Shape) -> Given {
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
            format!(
                r#"{{ "id": "r{place}", {pattern}, "points": {}, "decay": {{ "half_life": "{half_life}" }} {limit} {} }}"#,
                5 + place % 7,
                own(place)
            )
        });
        let signals =
            (0..10).map(|place| format!(r#""n{place}": {{ "on": "page_view", "where": {{ "path": "/p{place}" }}, "within": "30d" }}"#));
        let model = format!(
            r#"{{ "id": "m", "version": "1", {retention} "scores": {{ "engagement": {{}} }}, "signals": {{ {} }}, "rules": [ {} ], "mql": "mql",
            "stages": [ {{ "id": "lead", "when": {{ "signals.n1": {{ "$gte": 500 }} }} }},
                        {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": {mql} }} }} {exit} }} ] }}"#,
            signals.collect::<Vec<_>>().join(","),
            rules.chain(idle.then(|| r#"{ "id": "idle", "idle": "1d", "points": -5 }"#.to_owned())).collect::<Vec<_>>().join(",")
        );
        let time = |place: i64| START + place * 90 * 24 * 60 * MINUTE / 1000;
        let event = |place: i64| {
            let (r#type, path) = kind(place);
            // Traits are set again and again, so that they outlast what is forgotten.
            let traits = if place % 10 == 0 { r#", "traits": { "role": "chief", "level": 5 }"# } else { "" };
            format!(
                r#"{{ "id": "e{place:04}", "type": "{type}", "time": {}, "url": "{path}{}/a?utm_source=x" {traits} }}"#,
                time(place),
                place % 100
            )
        };
        Given { model, events: (0..1000).map(event).collect(), now: time(999) }
    }

    fn loaded(&self) -> (Model, Visitor) {
        let model = Model::load(&json::parse(&self.model).unwrap()).unwrap();
        let mut visitor = Visitor::new("v");
        for event in &self.events {
            visitor.record(&model, Event::read(&json::parse(event).unwrap(), String::new).unwrap());
        }
        visitor.stage(&model, self.now);
        (model, visitor)
    }
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

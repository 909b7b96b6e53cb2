//! Times one `score()` natively, for `make measure`. Reads `{ runs, now, visits: [{ events }] }` from the file it is given, and prints a line
//! for each visit: `{ "median": nanoseconds, "assessment": …, "snapshot": { "bytes", "encode", "decode" } }`. What is timed begins with values in memory, as a page begins with objects.
#![cfg(not(target_arch = "wasm32"))]
// A measurement that can't be taken should stop, as a test does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::time::Instant;
use warmlead::engine::{Visitor, score};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::models;
use warmlead::value::{Object, Value};

fn main() {
    // `cargo test` and `cargo bench` add flags of their own; without a file there is nothing to time.
    let Some(path) = std::env::args().skip(1).find(|argument| argument.ends_with(".json")) else { return };
    let input = json::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let model = Model::load(&json::parse(models::B2B_SAAS).unwrap()).unwrap();
    let number = |key| input.at(key).and_then(Value::as_number).unwrap() as i64;
    let median = |run: &mut dyn FnMut()| {
        let once = |run: &mut dyn FnMut()| {
            let start = Instant::now();
            run();
            start.elapsed().as_nanos()
        };
        let mut times: Vec<u128> = (0..number("runs")).map(|_| once(run)).collect();
        times.sort_unstable();
        times[times.len() / 2] as f64
    };
    for visit in input.at("visits").and_then(Value::as_array).unwrap() {
        let events = visit.at("events").and_then(Value::as_array).unwrap();
        let run = || score(&model, "measured", None, black_box(events), number("now"), false);
        let mut visitor = Visitor::new("measured");
        visitor.extend(&model, events.iter().map(|event| Event::read(event, String::new).unwrap()).collect());
        let bytes = visitor.snapshot();
        let snapshot = Object::from_iter([
            ("bytes", bytes.len() as f64),
            ("encode", median(&mut || drop(black_box(black_box(&visitor).snapshot())))),
            ("decode", median(&mut || drop(black_box(Visitor::from_snapshot(black_box(&bytes)).unwrap())))),
        ]);
        let mut line = Object::new();
        line.insert("median", median(&mut || drop(black_box(run()))));
        line.insert("snapshot", snapshot);
        line.insert("assessment", json::parse(&json::print(&run())).unwrap());
        println!("{}", json::print(&Value::Object(line)));
    }
}

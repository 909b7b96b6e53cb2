//! Times one `score()` natively, for `make measure`. Reads `{ runs, now, visits: [{ events }] }` from the file it is given, and prints a line
//! for each visit: `{ "median": nanoseconds, "assessment": … }`. What is timed begins with values in memory, as a page begins with objects.
#![cfg(not(target_arch = "wasm32"))]
// A measurement that can't be taken should stop, as a test does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::hint::black_box;
use std::time::Instant;
use warmlead::engine::score;
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
    for visit in input.at("visits").and_then(Value::as_array).unwrap() {
        let events = visit.at("events").and_then(Value::as_array).unwrap();
        let run = || score(&model, "measured", None, black_box(events), number("now"), false);
        let mut times: Vec<u128> = (0..number("runs"))
            .map(|_| {
                let start = Instant::now();
                black_box(run());
                start.elapsed().as_nanos()
            })
            .collect();
        times.sort_unstable();
        let mut line = Object::new();
        line.insert("median", times[times.len() / 2] as f64);
        line.insert("assessment", json::parse(&json::print(&run())).unwrap());
        println!("{}", json::print(&Value::Object(line)));
    }
}

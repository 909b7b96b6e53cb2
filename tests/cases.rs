//! Random models and visitors with what the native engine says of them, written as JSON lines, so that the npm package can be held against it:
//! `tests/package/native.test.mjs` does. `WARMLEAD_CASES` says how many, `WARMLEAD_SEED` from which one on.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;

use choices::{Choices, DAY, START, bytes, number};
use std::io::Write;
use warmlead::engine::score;
use warmlead::json;
use warmlead::model::Model;
use warmlead::value::{Object, Value};

#[test]
fn cases_are_written_for_other_platforms() {
    let (cases, first) = (number("WARMLEAD_CASES", 300), number("WARMLEAD_SEED", 0));
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("cases.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let mut visible = 0;
    for seed in first..first + cases {
        let bytes = bytes(seed);
        let c = &mut Choices::new(&bytes);
        let model = choices::model(c);
        let traits = c.rarely(6).then(|| Object::from_iter([("role", "chief")]));
        let events: Vec<Value> = (0..c.below(40)).map(|_| choices::event(c)).collect();
        let now = if c.rarely(3) { choices::time(c) } else { START + c.of(&[2, 10, 40]) * DAY };
        let scored = score(&Model::load(&model).unwrap(), "v", traits.clone(), &events, now, true);
        visible += usize::from(!scored.assessment.transitions.is_empty());
        let mut line = Object::from_iter([("seed", seed as f64)]);
        line.insert("model", model);
        line.insert("traits", traits);
        line.insert("events", events);
        line.insert("now", now);
        line.insert("says", json::print(&scored));
        writeln!(file, "{}", json::print(&Value::Object(line))).unwrap();
    }
    file.flush().unwrap();
    println!("{cases} cases, {visible} with a change of stage, in {}", path.display());
    assert!(visible as u64 >= cases / 5, "hardly any case says something");
}

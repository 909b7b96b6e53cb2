//! What is fuzzed: functions that take any bytes, and panic if something does not hold that must hold for all of them. They use the public
//! interface alone. `bin/` runs them under libFuzzer, `tests/fuzz.rs` over the corpus and mutations of it; both run exactly these.

pub mod condition;
pub mod engine;
pub mod events;
pub mod model;
pub mod packed;
pub mod snapshot;
pub mod sync;
pub mod translate;

#[path = "../../support/choices.rs"]
pub mod choices;

use std::sync::OnceLock;
use warmlead::engine::Assessment;
use warmlead::event::{Event, Rejection};
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::Value;
use warmlead::{json, problem::Problem};

/// A target.
pub type Target = fn(&[u8]);

/// All targets, by name.
pub const TARGETS: [(&str, Target); 8] = [
    ("condition", condition::run),
    ("engine", engine::run),
    ("events", events::run),
    ("model", model::run),
    ("packed", packed::run),
    ("snapshot", snapshot::run),
    ("sync", sync::run),
    ("translate", translate::run),
];

/// When targets ask: a day after the events of the corpus.
const NOW: Time = choices::START + choices::DAY;

/// A model that uses every construct.
fn everything() -> &'static Model {
    static MODEL: OnceLock<Model> = OnceLock::new();
    MODEL.get_or_init(|| {
        let value = json::parse(include_str!("../../models/everything.json")).expect("it is JSON");
        Model::load(&value).expect("it is a model")
    })
}

/// The JSON value that bytes are, if they are one.
fn value(data: &[u8]) -> Option<Value> {
    json::parse(std::str::from_utf8(data).ok()?).ok()
}

/// What is said to be wrong must have a code, a place and words.
fn check_problems(problems: &[Problem]) {
    for problem in problems {
        assert!(is_code(problem.code) && !problem.message.is_empty(), "{problem:?}");
        assert!(problem.path.is_empty() || problem.path.starts_with('/'), "{problem:?}");
    }
}

/// What is refused must have a code, words, and a place in the list.
fn check_rejections(rejected: &[Rejection]) {
    for rejection in rejected {
        assert!(is_code(rejection.code) && !rejection.message.is_empty(), "{rejection:?}");
    }
    assert!(rejected.iter().zip(rejected.iter().skip(1)).all(|(one, next)| one.index <= next.index), "{rejected:?}");
}

fn is_code(code: &str) -> bool {
    !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

/// An event that was read must be one when it comes back, and the same.
fn check_event(event: &Event) {
    let again = Event::read(&event.to_value(), || panic!("it has an id")).expect("an event that was read can be read");
    assert_eq!(again, *event);
}

/// Receipts must add up to the milli-point.
fn check_receipts(assessment: &Assessment) {
    // Without consent there is nothing to explain.
    let Some(receipt) = assessment.receipt.as_ref() else { return };
    for (name, lines) in &receipt.0 {
        let sum: i64 = lines.iter().map(|line| line.points().0).sum();
        let score = assessment.scores.iter().find(|(own, _)| **own == **name).map(|(_, score)| score.value.0);
        assert_eq!(Some(sum), score, "the receipt of `{name}`: {lines:?}");
    }
}

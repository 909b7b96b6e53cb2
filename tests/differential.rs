//! The engine against the judge of `reference/`: random models, events and times, assessed while they come in any order.
//!
//! `WARMLEAD_CASES` says how many cases, `WARMLEAD_SEED` from which one on; a failure prints a small case as JSON.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;

use choices::{Choices, number};
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::model::Model;
use warmlead::value::{Object, Value};
use warmlead::{json, reference};

/// What is done with a visitor.
#[derive(Debug)]
enum Step {
    Record(Vec<Value>),
    Assess(i64),
}

struct Case {
    model: Value,
    traits: Option<Object>,
    steps: Vec<Step>,
}

impl Case {
    fn new(bytes: &[u8]) -> Case {
        let c = &mut Choices::new(bytes);
        let model = choices::model(c);
        let traits = c.rarely(6).then(|| Object::from_iter([("role", "chief")]));
        let count = 1 + c.below(24);
        let mut last = 0;
        let steps = (0..count).map(|_| match c.below(5) {
            0 | 1 => Step::Record(vec![choices::event(c)]),
            2 => Step::Record((0..c.below(10)).map(|_| choices::event(c)).collect()),
            _ => {
                // Mostly, time goes on.
                let time = choices::time(c);
                last = if c.rarely(4) { time } else { time.max(last) };
                Step::Assess(last)
            }
        });
        let mut steps: Vec<Step> = steps.collect();
        // In the end everything has come, and nearly everything has faded.
        steps.extend([4, 20, 50, 120].map(|days| Step::Assess(choices::START + days * choices::DAY + 1)));
        Case { model, traits, steps }
    }

    /// What differs, if anything does.
    fn difference(&self) -> Option<String> {
        let model = match Model::load(&self.model) {
            Ok(model) => model,
            Err(problems) => return Some(format!("the generator made a bad model: {problems:?}")),
        };
        let mut visitor = Visitor::new("v");
        visitor.set_traits(self.traits.clone());
        for step in &self.steps {
            match step {
                Step::Record(values) => {
                    let events: Vec<Event> = values.iter().map(|value| Event::read(value, String::new).unwrap()).collect();
                    match <[Event; 1]>::try_from(events) {
                        Ok([event]) => drop(visitor.record(&model, event)),
                        Err(events) => drop(visitor.extend(&model, events)),
                    }
                }
                Step::Assess(now) => {
                    let expected = json::print(&reference::assess(&model, &visitor, *now, true));
                    let document = json::print(&reference::document(&model, &visitor, *now));
                    let got = json::print(&visitor.assess(&model, *now, true));
                    if got != expected {
                        return Some(format!("at {now}\n  judge  {expected}\n  engine {got}"));
                    }
                    let got = json::print(&visitor.document(&model, *now));
                    if got != document {
                        return Some(format!("document at {now}\n  judge  {document}\n  engine {got}"));
                    }
                }
            }
        }
        None
    }
}

/// Makes a failing list shorter and its bytes smaller as long as it still fails.
fn shrink(mut bytes: Vec<u8>) -> Vec<u8> {
    let fails = |bytes: &[u8]| std::panic::catch_unwind(|| Case::new(bytes).difference().is_some()).unwrap_or(true);
    loop {
        let before = bytes.clone();
        for size in [256, 64, 16, 4, 1] {
            let mut start = 0;
            while start < bytes.len() {
                let mut shorter = bytes.clone();
                shorter.drain(start..(start + size).min(bytes.len()));
                if fails(&shorter) { bytes = shorter } else { start += size }
            }
        }
        for place in 0..bytes.len() {
            for smaller in [0, bytes[place] / 2, bytes[place].saturating_sub(1)] {
                let mut lower = bytes.clone();
                lower[place] = smaller;
                if smaller < bytes[place] && fails(&lower) {
                    bytes = lower;
                }
            }
        }
        if bytes == before {
            return bytes;
        }
    }
}

#[test]
fn the_engine_agrees_with_the_judge() {
    let (cases, first) = (number("WARMLEAD_CASES", 5_000), number("WARMLEAD_SEED", 0));
    for seed in first..first + cases {
        let found = choices::bytes(seed);
        if let Some(difference) = Case::new(&found).difference() {
            println!("seed {seed}, before it is made small: {difference}");
            let case = Case::new(&shrink(found));
            panic!(
                "seed {seed}: {}\nmodel {}\ntraits {:?}\nsteps {:#?}",
                case.difference().unwrap_or_default(),
                json::print(&case.model),
                case.traits,
                case.steps
                    .iter()
                    .map(|step| match step {
                        Step::Record(events) => json::print(&Value::Array(events.clone())),
                        Step::Assess(now) => format!("assess at {now}"),
                    })
                    .collect::<Vec<_>>()
            );
        }
    }
}

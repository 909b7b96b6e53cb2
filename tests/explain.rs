//! What comes next, held against the judge of `reference/` on random models and visitors: the next change of stage, the ways to become an MQL.
//!
//! `WARMLEAD_CASES` says how many cases, `WARMLEAD_SEED` from which one on; a failure names the seed and prints the case.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;

use choices::{Choices, DAY, START, bytes, number};
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::model::Model;
use warmlead::value::{Object, Value};
use warmlead::{json, reference};

/// What a case is to be about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Anything,
    /// Events are forgotten.
    Age,
    /// There is an MQL stage that more events can reach.
    Goal,
}

struct Case {
    model: Value,
    traits: Option<Object>,
    events: Vec<Value>,
    now: i64,
}

impl Case {
    fn new(seed: u64, about: About) -> Case {
        let bytes = bytes(seed);
        let c = &mut Choices::new(&bytes);
        let mut model = choices::model(c);
        if let Value::Object(model) = &mut model {
            match about {
                About::Anything => {}
                About::Age => model.insert("retention", Object::from_iter([("age", c.of(&["1d", "2d", "5d", "14d"]))])),
                About::Goal => aim(c, model),
            }
        }
        let traits = c.rarely(6).then(|| Object::from_iter([("role", "chief")]));
        let events: Vec<Value> = (0..c.below(16)).map(|_| choices::event(c)).collect();
        let times = events.iter().filter_map(|event| event.at("time").and_then(Value::as_number));
        let last = times.fold(START as f64, f64::max) as i64;
        let now = if c.rarely(3) { choices::time(c) } else { last + c.of(&[0, 1, DAY, 3 * DAY]) };
        Case { model, traits, events, now }
    }

    fn given(&self) -> (Model, Visitor) {
        let model = Model::load(&self.model).unwrap();
        let mut visitor = Visitor::new("v");
        visitor.set_traits(self.traits.clone());
        visitor.extend(&model, self.events.iter().map(|event| Event::read(event, String::new).unwrap()).collect());
        (model, visitor)
    }

    fn told(&self, seed: u64) -> String {
        let traits = self.traits.as_ref().map(json::print);
        format!(
            "seed {seed}\nmodel {}\ntraits {traits:?}\nevents {}\nnow {}",
            json::print(&self.model),
            json::print(&self.events),
            self.now
        )
    }
}

/// Adds an MQL stage above the others that asks for points, for a signal, or for both, and rules that give some points.
fn aim(c: &mut Choices<'_>, model: &mut Object) {
    let at_least = |least: f64| Value::from(Object::from_iter([("$gte", least)]));
    let mut when = Object::new();
    if !c.rarely(3) {
        when.insert("scores.engagement", at_least(c.of(&[9.0, 12.0, 15.0, 20.0])));
    }
    if model.get("signals").and_then(|signals| signals.at("n0")).is_some() && !c.rarely(3) {
        when.insert("signals.n0", at_least(c.of(&[3.0, 2.0, 5.0])));
    }
    let rule = |id: &str, on: &str, points: f64, times: f64| {
        let mut rule = Object::from_iter([("id", id), ("on", on), ("score", "engagement")]);
        rule.insert("points", points);
        rule.insert("limit", Object::from_iter([("times", times)]));
        Value::from(rule)
    };
    let mut rules = model.get("rules").and_then(Value::as_array).unwrap_or_default().to_vec();
    rules.extend([rule("aimed-view", "page_view", 4.0, 2.0), rule("aimed-mail", "email_click", 3.0, 4.0)]);
    model.insert("rules", rules);
    let goal = Object::from_iter([("id", Value::from("goal")), ("when", when.into())]);
    let mut stages = model.get("stages").and_then(Value::as_array).unwrap_or_default().to_vec();
    stages.push(goal.into());
    model.insert("stages", stages);
    model.insert("mql", "goal");
}

/// Runs cases, and fails if hardly any says something.
fn run(cases: u64, about: About, interesting: impl Fn(&Case, u64) -> bool) {
    let first = number("WARMLEAD_SEED", 0);
    let cases = number("WARMLEAD_CASES", cases);
    let count = (first..first + cases).filter(|seed| interesting(&Case::new(*seed, about), *seed)).count() as u64;
    println!("{count} of {cases} cases say something");
    assert!(count >= cases / 40, "only {count} of {cases} cases say something");
}

fn next_change_is_right(case: &Case, seed: u64) -> bool {
    let (model, visitor) = case.given();
    let got = visitor.explain(&model, case.now).next_change.unwrap();
    assert_eq!(got, reference::next_change(&model, &visitor, case.now), "{}", case.told(seed));
    let Some(change) = got else { return false };
    // Assessed at those times, without what comes after now.
    let mut known = Visitor::new("v");
    known.set_traits(case.traits.clone());
    known.extend(&model, visitor.events().iter().filter(|event| event.time <= case.now).cloned().collect());
    let stage = |at: i64| reference::assess(&model, &known, at, false).stage;
    assert_eq!((stage(change.at - 1), stage(change.at)), (stage(case.now), change.stage), "{}", case.told(seed));
    true
}

#[test]
fn the_next_change_is_the_first_that_later_assessments_show() {
    run(1_000, About::Anything, next_change_is_right);
}

#[test]
fn what_is_forgotten_changes_stages_when_it_is() {
    run(150, About::Age, next_change_is_right);
}

#[test]
fn the_ways_to_an_mql_are_the_smallest_that_suffice() {
    run(40, About::Goal, |case, seed| {
        let (model, visitor) = case.given();
        let got = visitor.explain(&model, case.now).to_mql.unwrap();
        assert_eq!(got, reference::to_mql(&model, &visitor, case.now), "{}", case.told(seed));
        !got.is_empty()
    });
}

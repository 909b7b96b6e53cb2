//! What must hold for every visitor, whatever the vectors expect: receipts add up, neither order nor repetition nor batching shows,
//! what has been seen at a time is what is seen of that time later. docs/model.md says each of these in so many words.

use super::{Case, printed};
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::golden::case::read_events;
use warmlead::time::Time;
use warmlead::value::Value;

/// Checks a case against all promises.
pub fn check(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    receipts_add_up(case, answer, found);
    transitions_are_a_chain(answer, found);
    the_future_does_not_show(case, answer, found);
    the_past_stays(case, answer, found);
    if case.given.events.iter().all(|event| event.at("id").and_then(Value::as_str).is_some()) {
        neither_order_nor_repetition_shows(case, answer, found);
        batching_does_not_show(case, answer, found);
    }
}

/// A number of points in milli-points.
fn milli(points: Option<&Value>) -> i64 {
    points.and_then(Value::as_number).map_or(0, |points| (points * 1000.0).round() as i64)
}

fn receipts_add_up(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    let explained = case.answer(case.given.events, case.given.now, true).unwrap_or_default();
    for (score, value) in explained.at("scores").and_then(Value::as_object).into_iter().flat_map(|scores| scores.iter()) {
        let lines = explained.at("receipt").and_then(|receipt| receipt.at(score)).and_then(Value::as_array);
        let sum: Option<i64> = lines.map(|lines| lines.iter().map(|line| milli(line.at("points"))).sum());
        if sum != Some(milli(value.at("value"))) {
            found.push(format!("the receipt of `{score}` adds up to {sum:?} milli-points: {}", printed(&explained)));
        }
    }
    if !case.explain {
        let plain = ["receipt", "next_change", "to_mql"].iter().fold(explained, |explained, key| without(&explained, key));
        same("explained", &plain, answer, found);
    }
}

fn transitions_are_a_chain(answer: &Value, found: &mut Vec<String>) {
    let mut stage = &Value::from("visitor");
    let mut since = 0.0;
    for transition in transitions(answer) {
        let at = transition.at("at").and_then(Value::as_number).unwrap_or(-1.0);
        if transition.at("from") != Some(stage) || transition.at("to") == Some(stage) || at < since {
            found.push(format!("a transition does not continue what was: {}", printed(transition)));
        }
        (stage, since) = (transition.at("to").unwrap_or(&Value::Null), at);
    }
    if answer.at("stage") != Some(stage) {
        found.push(format!("the transitions end in {}", printed(stage)));
    }
}

/// At `now` only events with time ≤ now exist.
fn the_future_does_not_show(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    let ids: Vec<_> =
        read_events(case.given.events).into_iter().filter(|event| event.time <= case.given.now).map(|event| event.to_value()).collect();
    same("without what comes after now", &case.answer(&ids, case.given.now, case.explain).unwrap_or_default(), answer, found);
}

/// What is asked later is never different from what would have been seen then. Forgetting (`age`) and a consent that comes later are
/// the exceptions.
fn the_past_stays(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    if case.model_value.at("retention.age").is_some() || case.model_value.at("consent.score").is_some() {
        return;
    }
    let mut times: Vec<Time> =
        read_events(case.given.events).iter().map(|event| event.time).filter(|time| *time <= case.given.now).collect();
    times.sort_unstable();
    times.dedup();
    let between: Vec<Time> =
        times.iter().zip(times.iter().skip(1).chain([&case.given.now])).map(|(one, next)| one + (next - one) / 2).collect();
    for time in times.into_iter().chain(between) {
        let then = case.answer(case.given.events, time, false).unwrap_or_default();
        let seen_then: Vec<_> = transitions(&then).collect();
        let at = |transition: &Value| transition.at("at").and_then(Value::as_number).unwrap_or(-1.0);
        let seen_now: Vec<_> = transitions(answer).filter(|transition| at(transition) <= time as f64).collect();
        if seen_then != seen_now {
            let list = |transitions: &[&Value]| transitions.iter().map(|transition| printed(transition)).collect::<String>();
            found.push(format!("the past has changed: at {time} it was {}, now it is {}", list(&seen_then), list(&seen_now)));
        }
    }
}

fn neither_order_nor_repetition_shows(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    let reversed: Vec<Value> = case.given.events.iter().rev().cloned().collect();
    let mut rotated = case.given.events.to_vec();
    rotated.rotate_left(case.given.events.len() / 2);
    let doubled: Vec<Value> = case.given.events.iter().chain(&rotated).cloned().collect();
    for (what, events) in [("reversed", reversed), ("rotated", rotated), ("doubled", doubled)] {
        same(what, &case.answer(&events, case.given.now, case.explain).unwrap_or_default(), answer, found);
    }
}

fn batching_does_not_show(case: &Case<'_>, answer: &Value, found: &mut Vec<String>) {
    let events = read_events(case.given.events);
    let (first, second) = events.split_at(events.len() / 2);
    let visitor = |batches: &[&[Event]]| {
        let mut visitor = Visitor::new(case.given.visitor);
        visitor.set_traits(case.given.traits.cloned());
        for batch in batches {
            visitor.extend(&case.model, batch.to_vec());
        }
        visitor
    };
    let mut merged = visitor(&[second]);
    merged.merge(&case.model, visitor(&[first]));
    let mut recorded = visitor(&[]);
    for event in events.iter().rev() {
        recorded.record(&case.model, event.clone());
    }
    for (what, visitor) in [("in two batches", visitor(&[first, second])), ("merged", merged), ("recorded one by one", recorded)] {
        let now = case.given.now;
        let assessment = if case.explain { visitor.explain(&case.model, now) } else { visitor.assess(&case.model, now, false) };
        match super::outside(&assessment) {
            Ok(other) => same(what, &other, &without(answer, "document"), found),
            Err(problem) => found.push(problem),
        }
    }
}

fn transitions(answer: &Value) -> impl Iterator<Item = &Value> {
    answer.at("transitions").and_then(Value::as_array).unwrap_or_default().iter()
}

fn without(value: &Value, key: &str) -> Value {
    let mut value = value.clone();
    if let Value::Object(object) = &mut value {
        object.remove(key);
    }
    value
}

/// Whether two answers are the same, but for the positions of refused events.
fn same(what: &str, other: &Value, answer: &Value, found: &mut Vec<String>) {
    let (other, answer) = (without(other, "rejected"), without(answer, "rejected"));
    if other != answer {
        found.push(format!("{what} the answer is another: {} instead of {}", printed(&other), printed(&answer)));
    }
}

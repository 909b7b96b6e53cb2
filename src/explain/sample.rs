//! An event that a pattern might match, made from what the pattern says outright: the values it asks to equal, the members of its lists, the
//! plain characters of its globs.
//!
//! It is a guess: whether the event matches, the engine says. Traits, sessions and times are not made up: those the visitor must have.

use crate::condition::{AllOf, Clause, Members, Operator, Relation, Term, Test};
use crate::event::Event;
use crate::model::rule::Pattern;
use crate::value::{Object, Value};

/// The type where a pattern names none.
const ANY: &str = "page_view";

/// An event for a pattern, without id and time; `None` if what the pattern says can't stand in an event.
pub fn sample(pattern: &Pattern) -> Option<Event> {
    let mut event = Object::from_iter([("type", Value::from(ANY)), ("id", Value::from("+")), ("time", Value::from(0))]);
    if let Some(r#type) = pattern.types.as_ref().and_then(|types| types.first()) {
        event.insert("type", r#type.as_str());
    }
    if let Some(condition) = &pattern.r#where {
        fill(&condition.clause, &mut event);
    }
    Event::read(&Value::Object(event), String::new).ok()
}

fn fill(clause: &Clause, event: &mut Object) {
    for term in clause {
        match term {
            Term::Path(path, test) => {
                if let Some(value) = literal(test) {
                    set(path, value, event);
                }
            }
            Term::And(clauses) => clauses.iter().for_each(|clause| fill(clause, event)),
            Term::Or(clauses) => clauses.iter().take(1).for_each(|clause| fill(clause, event)),
            Term::Nor(_) | Term::Not(_) => {}
        }
    }
}

/// Sets a field of an event, if it is one that an event brings along.
fn set(path: &str, value: Value, event: &mut Object) {
    let mut keys = path.split('.');
    match (keys.next(), keys.next()) {
        (Some("type" | "url" | "host" | "path" | "title" | "referrer" | "offsite"), None) => event.insert(path, value),
        (Some("query" | "properties"), Some(_)) => set_below(path, value, event),
        _ => {}
    }
}

fn set_below(path: &str, value: Value, object: &mut Object) {
    let Some((key, rest)) = path.split_once('.') else { return object.insert(path, value) };
    if !matches!(object.get(key), Some(Value::Object(_))) {
        object.insert(key, Object::new());
    }
    if let Some(Value::Object(inner)) = object.get_mut(key) {
        set_below(rest, value, inner);
    }
}

/// A value that may pass a test.
fn literal(test: &Test) -> Option<Value> {
    match test {
        Test::Equals(value) => Some(value.clone()),
        Test::Operators(operators) => operators.iter().find_map(of_operator),
    }
}

fn of_operator(operator: &Operator) -> Option<Value> {
    match operator {
        Operator::Identical(value) | Operator::Order(Relation::GreaterOrEqual | Relation::LessOrEqual | Relation::Equal, value) => {
            Some(value.clone())
        }
        Operator::In(Members { strings, others }) | Operator::InFolded(Members { strings, others }) => {
            strings.first().map(|string| Value::from(string.as_str())).or_else(|| others.first().cloned())
        }
        Operator::All(all) => {
            let values = all.iter().map(|one| match one {
                AllOf::Passes(test) => literal(test),
                AllOf::EqualsFolded(text) => Some(Value::from(text.as_str())),
            });
            values.collect::<Option<Vec<Value>>>().map(Value::from)
        }
        Operator::Glob(glob) => Some(Value::from(glob.example())),
        _ => None,
    }
}

//! Breaks one thing of a model: drops, renames or adds a key, or puts another value somewhere. What comes of it may well be a good model.

use crate::choices::Choices;
use warmlead::value::{Object, Value};

/// Keys that mean something somewhere, and some that mean nothing.
#[rustfmt::skip]
const KEYS: [&str; 52] = [
    "id", "on", "where", "idle", "when", "points", "limit", "decay", "min", "max", "of", "best_of", "times", "per", "by", "score",
    "group", "sequence", "span", "within", "since", "measure", "groups", "grades", "reset", "half_life", "linear", "step", "expire",
    "from", "label", "exit", "reenter_after", "do", "holdout", "hours", "days", "description", "$and", "$not", "$elemMatch", "$in",
    "$gte", "$size", "$glob", "traits.x", "session.active", "stage", "properties.x", "bogus", "$bogus", "",
];

/// Breaks one thing.
pub fn break_one(model: &mut Value, c: &mut Choices<'_>) {
    let count = places(model);
    let place = c.below(257.max(count)) % count;
    let other = copy_of(model, c.below(257.max(count)) % count);
    change(nth(model, &mut { place }).unwrap_or(&mut Value::Null), other, c);
}

fn change(value: &mut Value, other: Value, c: &mut Choices<'_>) {
    match value {
        Value::Object(object) if !c.rarely(4) => change_keys(object, other, c),
        Value::Array(items) if !c.rarely(3) => match c.below(3) {
            0 => items.clear(),
            1 => items.push(other),
            _ => items.extend(items.first().cloned()),
        },
        value => *value = if c.rarely(4) { other } else { any_value(c) },
    }
}

fn change_keys(object: &mut Object, other: Value, c: &mut Choices<'_>) {
    let key = object.keys().nth(c.below(object.len())).map(str::to_owned);
    match (c.below(5), key) {
        (0, Some(key)) => drop(object.remove(&key)),
        (1, Some(key)) => {
            let value = object.remove(&key).unwrap_or_default();
            let name = c.of(&KEYS);
            object.insert(if c.rarely(2) { format!("{key}s") } else { name.to_owned() }, value);
        }
        (2, Some(key)) => object.insert(key, any_value(c)),
        (3, _) => object.insert(c.of(&KEYS), other),
        _ => {
            let key = c.of(&KEYS);
            object.insert(key, any_value(c));
        }
    }
}

/// Values that are good somewhere and bad elsewhere.
fn any_value(c: &mut Choices<'_>) -> Value {
    const NUMBERS: [f64; 10] = [0.0, 1.0, -1.0, 0.5, 1.5, 2.0, 1e9, 1e10, -1e300, 10_000.0];
    #[rustfmt::skip]
    const TEXTS: [&str; 36] = [
        "", "x", "*", "7d", "0d", "30m", "2w", "24h", "7y", "07d", "999999999999w", "ever", "session", "day", "none", "visitor", "count",
        "sum", "first", "+01:00", "-14:30", "+14:00", "09:30", "24:00", "25:00", "9:30", "mon", "fit", "1x", "traits.role", "path",
        "session.active", "session.number.x", "nowhere", "a\\", "(",
    ];
    match c.below(12) {
        0 => Value::Null,
        1 => c.rarely(2).into(),
        2..=4 => c.of(&NUMBERS).into(),
        5 => Value::Array(Vec::new()),
        6 => Object::new().into(),
        7 => vec![c.of(&TEXTS)].into(),
        8 => {
            let key = c.of(&KEYS);
            let inside = if c.rarely(2) { c.of(&NUMBERS).into() } else { c.of(&TEXTS).into() };
            Object::from_iter([(key, c.one([inside, Object::new().into(), Value::Null]))]).into()
        }
        _ => c.of(&TEXTS).into(),
    }
}

/// How many values there are in it, itself included.
fn places(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(places).sum(),
        Value::Object(object) => object.iter().map(|(_, value)| places(value)).sum::<usize>(),
        _ => 0,
    }
}

/// The value at this place, counted from 0 in file order.
fn nth<'a>(value: &'a mut Value, place: &mut usize) -> Option<&'a mut Value> {
    if *place == 0 {
        return Some(value);
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().find_map(|item| nth(item, place)),
        Value::Object(object) => {
            let keys: Vec<String> = object.keys().map(str::to_owned).collect();
            // The key first, then its value: a value found in a loop could not be handed out.
            let key = keys.into_iter().find(|key| {
                let inside = object.get(key).map_or(0, places);
                let here = *place < inside;
                *place -= if here { 0 } else { inside };
                here
            })?;
            nth(object.get_mut(&key)?, place)
        }
        _ => None,
    }
}

fn copy_of(value: &Value, place: usize) -> Value {
    nth(&mut value.clone(), &mut { place }).cloned().unwrap_or_default()
}

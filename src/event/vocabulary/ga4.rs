//! Google Analytics 4: what pages push to the `dataLayer`, themselves or by `gtag`, and bodies of the Measurement Protocol.
//!
//! A push that names no event says nothing, unless it sets user properties. GA4 has no ids for what happened.

use super::{Said, Translation, copy_text, event, name, object, object_of, time, visitor};
use crate::engine::fnv64;
use crate::event::Refusal;
use crate::time::Time;
use crate::value::{Object, Value};

/// Whose it is.
const VISITOR: [&str; 3] = ["client_id", "app_instance_id", "user_id"];

/// The keys that a hit of the Measurement Protocol may have, as a body or as one of its events.
const HIT: [&str; 7] = ["name", "params", "timestamp_micros", "user_properties", "client_id", "app_instance_id", "user_id"];

/// Keys of a `dataLayer` push that are about the tag manager.
const INTERNAL: [&str; 4] = ["event", "eventCallback", "eventTimeout", "user_properties"];

/// Whether it is one `gtag` command, as the array that it was called with: `["event", "login", {…}]`.
pub fn is_command(message: &Value) -> bool {
    message.as_array().is_some_and(|parts| matches!(parts.first(), Some(Value::String(_))))
}

/// Whether a tag manager says this to itself: `gtm.js`, `gtm.click`.
pub fn is_internal(name: &str) -> bool {
    name.starts_with("gtm.")
}

/// Adds what a push or a body says.
pub(super) fn read(message: &Value, now: Option<Time>, to: &mut Translation) {
    if is_command(message) {
        return to.take(command(|place| message.as_array()?.get(place), now), None);
    }
    let message = match object_of(message, "`event`, or with `events`") {
        Ok(message) => message,
        Err(refusal) => return to.take(Err(refusal), None),
    };
    // `gtag` pushes its `arguments`, which JSON writes with their places for keys.
    if let Some(Value::String(_)) = message.get("0") {
        to.take(command(|place| message.get(["0", "1", "2"].get(place).copied()?), now), None);
    } else if message.get("event").is_some_and(|event| !event.is_null()) {
        to.take(push(message, now), None);
    } else if let Some(Value::Array(events)) = message.get("events") {
        for (place, event) in events.iter().enumerate() {
            let said = object_of(event, "`name`").and_then(|event| hit(event, message, place, now));
            to.take(said, None);
        }
    } else if message.get("name").is_some() && message.keys().all(|key| HIT.contains(&key)) {
        to.take(hit(message, message, 0, now), None);
    } else {
        to.take(Ok(None), None);
    }
}

/// A `gtag` command, of which this gives the arguments.
fn command<'a>(argument: impl Fn(usize) -> Option<&'a Value>, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let parameters = argument(2).and_then(Value::as_object);
    match argument(0).and_then(Value::as_str) {
        Some("event") => {
            let mut message = Object::new();
            message.insert("event", argument(1).cloned().unwrap_or_default());
            let parameters = parameters.cloned().unwrap_or_default();
            happened(name(&message, "event")?, &parameters, visitor(&parameters, &VISITOR)?, None, time(None, "time", now)?)
        }
        Some("set") => match argument(1) {
            Some(Value::String(what)) if what == "user_properties" => set(parameters, now),
            what => set(object(what.and_then(Value::as_object), "user_properties"), now),
        },
        Some("config") => set(object(parameters, "user_properties"), now),
        _ => Ok(None),
    }
}

/// User properties that are set without anything happening.
fn set(user_properties: Option<&Object>, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let Some(traits) = traits(user_properties) else { return Ok(None) };
    let mut translated = Object::new();
    translated.insert("type", "identify");
    translated.insert("time", time(None, "time", now)?);
    translated.insert("traits", traits);
    event(None, translated)
}

/// A push that is no command: an event with what the page knows of it.
fn push(message: &Object, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let name = name(message, "event")?;
    if is_internal(&name) {
        return Ok(None);
    }
    let parameters = match message.get("params") {
        Some(Value::Object(parameters)) => parameters.clone(),
        _ => {
            // As tag managers send it: the members of `ecommerce` are parameters like any other.
            let own = message.iter().filter(|(key, _)| *key != "ecommerce" && !INTERNAL.contains(key) && !is_internal(key));
            let shop = object(Some(message), "ecommerce").into_iter().flat_map(Object::iter);
            shop.chain(own).map(|(key, value)| (key, value.clone())).collect()
        }
    };
    let user_properties = object(Some(message), "user_properties");
    happened(name, &parameters, visitor(message, &VISITOR)?, user_properties, time(None, "time", now)?)
}

/// An event of the Measurement Protocol, and the body in which it stands.
fn hit(event: &Object, body: &Object, place: usize, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let visitor = visitor(body, &VISITOR)?;
    let name = name(event, "name")?;
    let parameters = match event.get("params") {
        None | Some(Value::Null) => Object::new(),
        Some(Value::Object(parameters)) => parameters.clone(),
        Some(other) => return Err(("INVALID_FIELD", format!("`params` is {}; it must be an object", other.kind()))),
    };
    let micros = [event, body].into_iter().find_map(|said| said.get("timestamp_micros").filter(|micros| !micros.is_null()));
    let said = micros.or(if now.is_none() { Some(&Value::Null) } else { None });
    let time = time(said.map(in_millis).transpose()?.as_ref(), "timestamp_micros", now)?;
    let user_properties = object(Some(body), "user_properties");
    let id = micros.map(|micros| {
        // The same hit twice is one event: what makes it the same is all that it says, and its place in the body.
        let mut bytes = (place as u64).to_le_bytes().to_vec();
        write(&Value::from(visitor.clone()), &mut bytes);
        write(&Value::from(name.as_str()), &mut bytes);
        write(micros, &mut bytes);
        parameters.iter().for_each(|(key, value)| write_member(key, value, &mut bytes));
        for (key, value) in user_properties.into_iter().flat_map(Object::iter) {
            // No parameter begins so.
            bytes.push(0xfe);
            write_member(key, value, &mut bytes);
        }
        format!("ga4-{:016x}", fnv64(&bytes))
    });
    let said = happened(name, &parameters, visitor, user_properties, time)?;
    Ok(said.map(|said| match (said, id) {
        (Said::Event(mut translated), Some(id)) => {
            translated.event.id = id;
            Said::Event(translated)
        }
        (said, _) => said,
    }))
}

/// Something that happened.
fn happened(
    name: String,
    parameters: &Object,
    visitor: Option<String>,
    user_properties: Option<&Object>,
    time: Time,
) -> Result<Option<Said>, Refusal> {
    let mut translated = Object::new();
    translated.insert("type", name);
    translated.insert("time", time);
    copy_text(Some(parameters), "page_location", &mut translated, "url");
    copy_text(Some(parameters), "page_referrer", &mut translated, "referrer");
    copy_text(Some(parameters), "page_title", &mut translated, "title");
    if !parameters.is_empty() {
        translated.insert("properties", parameters.clone());
    }
    if let Some(traits) = traits(user_properties) {
        translated.insert("traits", traits);
    }
    event(visitor, translated)
}

/// User properties: `{ "plan": { "value": "pro" } }` in the Measurement Protocol, `{ "plan": "pro" }` on pages.
fn traits(user_properties: Option<&Object>) -> Option<Object> {
    let value = |value: &Value| match value {
        Value::Object(wrapped) => wrapped.get("value").unwrap_or(value).clone(),
        plain => plain.clone(),
    };
    user_properties.filter(|traits| !traits.is_empty()).map(|traits| traits.iter().map(|(key, own)| (key, value(own))).collect())
}

/// Microseconds, a number or its digits, in whole milliseconds.
fn in_millis(micros: &Value) -> Result<Value, Refusal> {
    let millis = match micros {
        Value::Number(micros) => Some((micros / 1000.0).floor()),
        Value::String(digits) => digits.parse::<i64>().ok().map(|micros| micros.div_euclid(1000) as f64),
        _ => None,
    };
    let wanted = "`timestamp_micros` must be a whole number of microseconds since 1970";
    millis.map(Value::Number).ok_or_else(|| ("INVALID_TIME", wanted.into()))
}

/// Bytes that tell values apart, for an id.
fn write(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Bool(bool) => bytes.push(1 + u8::from(*bool)),
        Value::Number(number) => {
            bytes.push(3);
            bytes.extend_from_slice(&number.to_bits().to_le_bytes());
        }
        Value::String(text) => {
            bytes.push(4);
            bytes.extend(text.as_bytes());
            bytes.push(0xff);
        }
        Value::Array(items) => {
            bytes.push(5);
            items.iter().for_each(|item| write(item, bytes));
            bytes.push(6);
        }
        Value::Object(members) => {
            bytes.push(7);
            members.iter().for_each(|(key, member)| write_member(key, member, bytes));
            bytes.push(8);
        }
    }
}

fn write_member(key: &str, member: &Value, bytes: &mut Vec<u8>) {
    bytes.extend(key.as_bytes());
    bytes.push(0xff);
    write(member, bytes);
}

#[cfg(test)]
mod tests {
    use crate::event::vocabulary::{Vocabulary, translate};
    use crate::json::parse;

    /// The id of the event of a hit with these members.
    fn id(members: &str) -> String {
        let hit = format!(r#"{{"client_id": "c", "timestamp_micros": 1769000000000000, {members}}}"#);
        translate(&parse(&hit).unwrap(), Vocabulary::Ga4, None).events[0].event.id.clone()
    }

    #[test]
    fn hits_that_say_different_things_of_the_visitor_are_two() {
        let hits = [
            r#""events": [{"name": "x"}]"#,
            r#""events": [{"name": "x", "params": {"plan": "pro"}}]"#,
            r#""events": [{"name": "x"}], "user_properties": {"plan": "pro"}"#,
            r#""events": [{"name": "x"}], "user_properties": {"plan": {"value": "free"}}"#,
        ];
        for (place, hit) in hits.iter().enumerate() {
            assert_eq!(id(hit), id(hit), "{hit}");
            hits.iter().skip(place + 1).for_each(|other| assert_ne!(id(hit), id(other), "{hit} {other}"));
        }
        assert_eq!(id(hits[0]), id(r#""events": [{"name": "x"}], "user_properties": {}"#), "nothing is said of them");
    }
}

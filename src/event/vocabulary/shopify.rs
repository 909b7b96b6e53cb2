//! Shopify's customer events, as web pixels get them from `analytics.subscribe`: standard, custom and DOM events.

use super::{Said, copy, copy_text, event, name, object, object_of, time, visitor};
use crate::event::Refusal;
use crate::time::Time;
use crate::value::{Object, Value};

/// What an event says.
pub(super) fn read(message: &Value, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let message = object_of(message, "`name` and `timestamp`")?;
    let visitor = visitor(message, &["clientId"])?;
    let mut translated = Object::new();
    translated.insert("type", name(message, "name")?);
    translated.insert("time", time(message.get("timestamp"), "timestamp", now)?);
    copy(Some(message), "id", &mut translated);
    let document = object(object(Some(message), "context"), "document");
    copy_text(object(document, "location"), "href", &mut translated, "url");
    copy_text(document, "title", &mut translated, "title");
    copy_text(document, "referrer", &mut translated, "referrer");
    // What a shop publishes itself has `customData` instead.
    let data = match message.get("data") {
        None | Some(Value::Null) => "customData",
        Some(Value::Object(data)) if data.is_empty() => "customData",
        Some(_) => "data",
    };
    match message.get(data) {
        None | Some(Value::Null) => {}
        Some(Value::Object(data)) => translated.insert("properties", data.clone()),
        Some(other) => return Err(("INVALID_FIELD", format!("`{data}` is {}; it must be an object", other.kind()))),
    }
    // Who buys says who they are.
    let checkout = object(object(Some(message), "data"), "checkout");
    let mut traits = Object::new();
    copy_text(checkout, "email", &mut traits, "email");
    copy_text(checkout, "phone", &mut traits, "phone");
    if !traits.is_empty() {
        translated.insert("traits", traits);
    }
    event(visitor, translated)
}

//! Snowplow's enriched events in the form of its analytics SDKs: a flat object of atomic fields, in which a self-describing event
//! stands under `unstruct_event_…` and each kind of context entity under `contexts_…`.
//!
//! How they are stored (CSV, the tab-separated form) is not its business. Warehouses write times without their offset, which is UTC.

use super::{Said, copy_text, event, object_of, time, visitor};
use crate::event::{MAX_PROPERTIES_DEPTH, Refusal};
use crate::time::{Time, parse_any_iso};
use crate::value::{Object, Value};

/// The atomic fields that describe what happened rather than where and on what device: of structured events, page pings and
/// the old transactions.
const DESCRIBE: [&str; 4] = ["se_", "pp_", "tr_", "ti_"];

/// What an event says.
pub(super) fn read(message: &Value, now: Option<Time>) -> Result<Option<Said>, Refusal> {
    let message = object_of(message, "`event_name`, `event_id` and `derived_tstamp`")?;
    let visitor = visitor(message, &["domain_userid", "user_id", "network_userid"])?;
    let mut translated = Object::new();
    // What old pipelines did not name is known by its kind.
    let named = ["event_name", "event"].into_iter().find(|key| given(message, key).is_some()).unwrap_or("event_name");
    translated.insert("type", super::name(message, named)?);
    // Where clocks were not compared, when it was collected is the best that is known.
    let stamp = ["derived_tstamp", "collector_tstamp"].into_iter().find(|key| given(message, key).is_some()).unwrap_or("derived_tstamp");
    translated.insert("time", time(given(message, stamp).map(in_utc).as_ref(), stamp, now)?);
    if let Some(id) = given(message, "event_id") {
        translated.insert("id", id.clone());
    }
    copy_text(Some(message), "page_url", &mut translated, "url");
    copy_text(Some(message), "page_title", &mut translated, "title");
    copy_text(Some(message), "page_referrer", &mut translated, "referrer");
    let properties = properties(message);
    if !properties.is_empty() {
        translated.insert("properties", properties);
    }
    event(visitor, translated)
}

/// What is under a key; an empty string, as a table has it, is nothing.
fn given<'a>(message: &'a Object, key: &str) -> Option<&'a Value> {
    message.get(key).filter(|value| !value.is_null() && value.as_str() != Some(""))
}

fn in_utc(value: &Value) -> Value {
    match value {
        Value::String(text) if parse_any_iso(text).is_none() => {
            let utc = format!("{}Z", text.strip_suffix(" UTC").unwrap_or(text));
            // What is no time either way is told as it was written.
            if parse_any_iso(&utc).is_some() { Value::String(utc) } else { value.clone() }
        }
        other => other.clone(),
    }
}

/// The self-describing event's data; beside it, under their own names, the context entities and the fields that describe the event.
fn properties(message: &Object) -> Object {
    let mut properties = Object::new();
    for (key, value) in message.iter() {
        if key.starts_with("contexts_") {
            let entities = entities(value);
            // One that nests too deep must not take the event with it.
            if !entities.is_empty() && entities.iter().all(|entity| entity.depth() + 2 <= MAX_PROPERTIES_DEPTH) {
                properties.insert(key, Value::Array(entities.to_vec()));
            }
        } else if DESCRIBE.iter().any(|prefix| key.starts_with(prefix)) && given(message, key).is_some() {
            properties.insert(key, value.clone());
        }
    }
    for (key, value) in message.iter() {
        if let (true, Value::Object(data)) = (key.starts_with("unstruct_event_"), value) {
            data.iter().for_each(|(key, value)| properties.insert(key, value.clone()));
        }
    }
    properties
}

/// The entities of one kind: a list, which some tables wrap into another.
fn entities(value: &Value) -> &[Value] {
    match value {
        Value::Array(list) => match list.as_slice() {
            [only @ Value::Array(_)] => entities(only),
            list => list,
        },
        Value::Object(_) => core::slice::from_ref(value),
        _ => &[],
    }
}

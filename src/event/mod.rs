//! The event: what a visitor did, when. Its fields, how it is read, and what makes a bad one bad.
//!
//! Sessions and channels are computed from events in their own files; what an event is worth is the engine's business.

pub mod channel;
pub mod list;
pub mod packed;
pub mod session;
pub mod types;
pub mod url;
pub mod view;
pub mod vocabulary;

use crate::condition::number::number_to_text;
use crate::time::{MAX_TIME, Time, parse_any_iso};
use crate::value::{Object, ToValue, Value, count, fields, number_size, serialize_as_value, string_size};

/// The largest event, in bytes of its JSON text.
pub const MAX_EVENT_BYTES: usize = 32 * 1024;

/// How deep `properties` and `traits` may nest.
pub const MAX_PROPERTIES_DEPTH: usize = 8;

/// Something that happened (docs/model.md, section 2). Fields are as given: `host`, `path` and `query` are those given
/// outright, and [`Event::document`] fills them in from `url`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// Identifies it: events with equal ids are one event.
    pub id: String,
    /// A canonical name (docs/events.md) or any other; names of other vocabularies are translated when it is read.
    pub r#type: String,
    /// When it happened.
    pub time: Time,
    /// The page's address, absolute or relative.
    pub url: Option<String>,
    /// The page's host, if given outright.
    pub host: Option<String>,
    /// The page's path, if given outright.
    pub path: Option<String>,
    /// The page's query, if given outright.
    pub query: Option<Object>,
    /// The page's title.
    pub title: Option<String>,
    /// The address the visitor came from.
    pub referrer: Option<String>,
    /// Whatever else is known of it.
    pub properties: Option<Object>,
    /// What it says about the visitor.
    pub traits: Option<Object>,
    /// Whether it was said to be off-site. Its type may make it so, too: see [`types::is_offsite`].
    pub offsite: bool,
}

/// An event that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// Its position in the list that was given, from 0.
    pub index: usize,
    /// Its id, if it had one.
    pub id: Option<String>,
    /// Why, in capitals: stable, for programs. `docs/errors.md` lists them.
    pub code: &'static str,
    /// Why, for people.
    pub message: String,
}

/// Why an event can't be read: a code and a message.
pub type Refusal = (&'static str, String);

impl Event {
    /// Reads an event; `id` is called for one that has none.
    ///
    /// # Errors
    /// A code and a message: `INVALID_EVENT` (not an object), `INVALID_ID`, `INVALID_TYPE`, `INVALID_TIME`, `INVALID_FIELD`,
    /// `EVENT_TOO_LARGE`, `EVENT_TOO_DEEP`.
    pub fn read(value: &Value, id: impl FnOnce() -> String) -> Result<Event, Refusal> {
        let mut event = Event::read_as_given(value)?;
        if event.id.is_empty() {
            event.id = id();
        }
        Ok(event)
    }

    /// Reads an event; the id of one that has none is empty. Apart from `read`, of which there is a copy for each way to make an id.
    #[inline(never)]
    fn read_as_given(value: &Value) -> Result<Event, Refusal> {
        let Value::Object(object) = value else {
            return Err(("INVALID_EVENT", format!("an event is an object with `type` and `time`, not {}", value.kind())));
        };
        // As it is kept: another vocabulary's name may be shorter than ours.
        let r#type = object.get("type").and_then(Value::as_str).unwrap_or_default();
        let size = value.json_size() + types::canonical(r#type).len().saturating_sub(r#type.len());
        if size > MAX_EVENT_BYTES {
            return Err(("EVENT_TOO_LARGE", format!("the event has {size} bytes; at most {MAX_EVENT_BYTES} are allowed")));
        }
        for key in ["properties", "traits", "query"] {
            let depth = object.get(key).map_or(0, Value::depth);
            if depth > MAX_PROPERTIES_DEPTH {
                return Err((
                    "EVENT_TOO_DEEP",
                    format!("`{key}` is nested {depth} levels deep; at most {MAX_PROPERTIES_DEPTH} are allowed"),
                ));
            }
        }
        // Filled step by step: what was read so far would be dropped after each field apart.
        let mut event = Event::default();
        match object.get("id") {
            None | Some(Value::Null) => {}
            Some(Value::String(id)) if !id.is_empty() => event.id.clone_from(id),
            Some(Value::String(_)) => return Err(("INVALID_ID", "`id` is empty; leave it out or give a unique string".into())),
            Some(other) => return Err(("INVALID_ID", format!("`id` is {}; it must be a string", other.kind()))),
        }
        match object.get("type") {
            Some(Value::String(r#type)) if !r#type.is_empty() => event.r#type.push_str(types::canonical(r#type)),
            Some(Value::String(_)) => return Err(("INVALID_TYPE", "`type` is empty; give the event's name, such as `page_view`".into())),
            None | Some(Value::Null) => {
                return Err(("INVALID_TYPE", "`type` is missing; give the event's name, such as `page_view`".into()));
            }
            Some(other) => return Err(("INVALID_TYPE", format!("`type` is {}; it must be a string such as `page_view`", other.kind()))),
        }
        event.time = read_time(object.get("time"), "time")?;
        for (key, text) in [("url", &mut event.url), ("host", &mut event.host), ("path", &mut event.path)] {
            *text = string(object, key)?;
        }
        event.query = map(object, "query")?;
        for (key, text) in [("title", &mut event.title), ("referrer", &mut event.referrer)] {
            *text = string(object, key)?;
        }
        for (key, own) in [("properties", &mut event.properties), ("traits", &mut event.traits)] {
            *own = map(object, key)?;
        }
        event.offsite = match object.get("offsite") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(offsite)) => *offsite,
            Some(other) => return Err(("INVALID_FIELD", format!("`offsite` is {}; it must be true or false", other.kind()))),
        };
        Ok(event)
    }

    /// Its JSON form, as it is stored and sent: what was given, nothing derived.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        object.insert("id", self.id.as_str());
        object.insert("type", self.r#type.as_str());
        object.insert("time", self.time);
        for (key, value) in [("url", &self.url), ("host", &self.host), ("path", &self.path)] {
            insert_some(&mut object, key, value);
        }
        insert_some(&mut object, "query", &self.query);
        insert_some(&mut object, "title", &self.title);
        insert_some(&mut object, "referrer", &self.referrer);
        insert_some(&mut object, "properties", &self.properties);
        insert_some(&mut object, "traits", &self.traits);
        if self.offsite {
            object.insert("offsite", true);
        }
        Value::Object(object)
    }

    /// The bytes of its JSON text that were counted when it was read, whatever id and type it got then.
    pub(crate) fn content_size(&self) -> usize {
        let texts = [("url", &self.url), ("host", &self.host), ("path", &self.path), ("title", &self.title), ("referrer", &self.referrer)];
        let maps = [("query", &self.query), ("properties", &self.properties), ("traits", &self.traits)];
        // Two quotation marks, a colon and a comma stand about each.
        let mut size = 2 + "time".len() + 4 + number_size(self.time as f64) + if self.offsite { "offsite".len() + 4 + 4 } else { 0 };
        for (key, text) in texts {
            size += text.as_deref().map_or(0, |text| key.len() + 4 + string_size(text));
        }
        for (key, map) in maps {
            size += map.as_ref().map_or(0, |map| key.len() + 4 + map.json_size());
        }
        size
    }
}

impl ToValue for Event {
    fn to_value(&self) -> Value {
        Event::to_value(self)
    }
}

impl ToValue for Rejection {
    fn to_value(&self) -> Value {
        fields([
            ("index", count(self.index)),
            ("id", self.id.as_ref().into()),
            ("code", self.code.into()),
            ("message", (&self.message).into()),
        ])
        .into()
    }
}

serialize_as_value!(Event, Rejection);

fn insert_some<T: Clone + Into<Value>>(object: &mut Object, key: &str, value: &Option<T>) {
    if let Some(value) = value {
        object.insert(key, value.clone());
    }
}

/// What a time looks like.
const TIME_WANTED: &str = "give milliseconds since 1970 (`Date.now()`) or ISO 8601 with an offset (`2026-01-21T12:53:20Z`)";

/// Reads a time: whole milliseconds since 1970, or ISO 8601 with an offset. `key` names it in the message.
///
/// # Errors
/// `INVALID_TIME` with a message.
pub fn read_time(value: Option<&Value>, key: &str) -> Result<Time, Refusal> {
    let fail = |what: String| Err(("INVALID_TIME", format!("`{key}` {what}; {TIME_WANTED}")));
    match value {
        None | Some(Value::Null) => fail("is missing".into()),
        Some(Value::Number(number)) if number.trunc() != *number => {
            fail(format!("is {}, which is not a whole number", number_to_text(*number)))
        }
        Some(Value::Number(number)) if *number < 0.0 => fail("is before 1970".into()),
        Some(Value::Number(number)) if *number > MAX_TIME as f64 => fail("is after the year 275760".into()),
        Some(Value::Number(number)) => Ok(*number as Time),
        Some(Value::String(text)) => match parse_any_iso(text) {
            Some(time) if time >= 0 => Ok(time),
            Some(_) => fail("is before 1970".into()),
            None => fail(format!("is `{}`, which can't be read", shorten(text))),
        },
        Some(other) => fail(format!("is {}", other.kind())),
    }
}

/// The beginning of what a user wrote, for a message.
pub fn shorten(text: &str) -> String {
    let mut short: String = text.chars().take(80).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

fn string(object: &Object, key: &str) -> Result<Option<String>, Refusal> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(string)) => Ok(Some(string.clone())),
        Some(other) => Err(("INVALID_FIELD", format!("`{key}` is {}; it must be a string", other.kind()))),
    }
}

fn map(object: &Object, key: &str) -> Result<Option<Object>, Refusal> {
    match object.get(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map.clone())),
        Some(other) => Err(("INVALID_FIELD", format!("`{key}` is {}; it must be an object", other.kind()))),
    }
}

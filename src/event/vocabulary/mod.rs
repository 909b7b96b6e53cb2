//! Other vocabularies: the messages of Segment, GA4, Shopify and Snowplow, as events (docs/events.md, *Envelope translation*).
//!
//! Each has a file, which reads one message; here is what they share. What their names for event types mean, [`super::types`] says.
//! It knows neither where messages come from nor what becomes of the events.

pub mod ga4;
pub mod segment;
mod shopify;
mod snowplow;

use super::{Event, Refusal, Rejection, read_time};
use crate::condition::number::number_to_text;
use crate::time::Time;
use crate::value::{Object, ToValue, Value, fields, serialize_as_value};

/// The longest visitor id, in bytes: longer ones are attacks on storage, not ids.
pub const MAX_VISITOR_BYTES: usize = 1024;

/// Whose words a message is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Vocabulary {
    /// Segment's HTTP Tracking API, and what speaks it, such as RudderStack.
    Segment,
    /// Google Analytics 4: `gtag` and `dataLayer` pushes, bodies of the Measurement Protocol.
    Ga4,
    /// Shopify's customer events, as web pixels get them.
    Shopify,
    /// Snowplow's enriched events, as its analytics SDKs give them.
    Snowplow,
}

impl Vocabulary {
    /// All of them, by name.
    pub const ALL: [(&str, Vocabulary); 4] =
        [("segment", Vocabulary::Segment), ("ga4", Vocabulary::Ga4), ("shopify", Vocabulary::Shopify), ("snowplow", Vocabulary::Snowplow)];

    /// The one of this name.
    pub fn named(name: &str) -> Option<Vocabulary> {
        Vocabulary::ALL.iter().find(|(own, _)| *own == name).map(|(_, vocabulary)| *vocabulary)
    }
}

/// An event, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated {
    /// The visitor's id, if the message says whose it is.
    pub visitor: Option<String>,
    /// The event. Its id is empty if the message has none.
    pub event: Event,
}

impl Translated {
    /// The event's JSON form, with its `visitor`: what a line of `warmlead score` is.
    pub fn to_value(&self) -> Value {
        let mut object = Object::new();
        if let Some(visitor) = &self.visitor {
            object.insert("visitor", visitor.as_str());
        }
        if let Value::Object(event) = self.event.to_value() {
            let known = |(key, value): &(String, Value)| key != "id" || value.as_str() != Some("");
            event.into_iter().filter(known).for_each(|(key, value)| object.insert(key, value));
        }
        Value::Object(object)
    }
}

/// Two ids that turned out to be one person's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    /// The id that goes.
    pub from: String,
    /// The id that stays.
    pub into: String,
}

impl ToValue for Translated {
    fn to_value(&self) -> Value {
        Translated::to_value(self)
    }
}

impl ToValue for Merge {
    fn to_value(&self) -> Value {
        fields([("from", (&self.from).into()), ("into", (&self.into).into())]).into()
    }
}

serialize_as_value!(Merge);

/// What a message says.
enum Said {
    /// Something happened.
    Event(Box<Translated>),
    /// Two visitors are one.
    Merge(Merge),
}

/// What a message, or a list of them, comes to.
#[derive(Debug, Default)]
pub struct Translation {
    /// The events, in the order in which they stand in the message.
    pub events: Vec<Translated>,
    /// Who turned out to be whom.
    pub merges: Vec<Merge>,
    /// What can't be read. `index` is its position among the messages of a list, or the events of a hit.
    pub rejected: Vec<Rejection>,
    /// How many messages have come.
    position: usize,
}

impl Translation {
    /// Adds what a message says.
    pub fn message(&mut self, message: &Value, vocabulary: Vocabulary, now: Option<Time>) {
        let id = |key| message.as_object().and_then(|message| message.get(key));
        match vocabulary {
            Vocabulary::Segment => segment::read(message, now, self),
            Vocabulary::Ga4 => ga4::read(message, now, self),
            Vocabulary::Shopify => self.take(shopify::read(message, now), id("id")),
            Vocabulary::Snowplow => self.take(snowplow::read(message, now), id("event_id")),
        }
    }

    /// Adds what a message of a list says.
    pub fn item(&mut self, message: &Value, vocabulary: Vocabulary, now: Option<Time>) {
        // What is null in a `dataLayer` was a function, which tag managers let stand among the pushes.
        match vocabulary == Vocabulary::Ga4 && message.is_null() {
            true => self.skip(),
            false => self.message(message, vocabulary, now),
        }
    }

    /// Counts a message that says nothing.
    pub fn skip(&mut self) {
        self.position += 1;
    }

    /// Adds a message that can't be read.
    pub fn refuse(&mut self, (code, message): Refusal, id: Option<String>) {
        self.rejected.push(Rejection { index: self.position, id, code, message });
        self.position += 1;
    }

    /// Adds what was read of a message that has this id; `None` is a message that says nothing.
    fn take(&mut self, said: Result<Option<Said>, Refusal>, id: Option<&Value>) {
        match said {
            Ok(Some(Said::Event(event))) => self.events.push(*event),
            Ok(Some(Said::Merge(merge))) if merge.from != merge.into => self.merges.push(merge),
            // Whoever becomes themselves is who they were.
            Ok(Some(Said::Merge(_)) | None) => {}
            Err(refusal) => {
                return self.refuse(refusal, id.and_then(Value::as_str).filter(|id| !id.is_empty()).map(str::to_owned));
            }
        }
        self.position += 1;
    }
}

/// Translates a message or a list of messages. A message that does not say when it happened, happened at `now`; it is refused if
/// that is `None`. What can't be read is among the rejections, and harms nothing beside it.
///
/// ```
/// use warmlead::event::vocabulary::{Vocabulary, translate};
/// let push = warmlead::json::parse(r#"["event", "generate_lead", {"value": 5}]"#).unwrap();
/// let translation = translate(&push, Vocabulary::Ga4, Some(1_769_000_000_000));
/// assert_eq!(translation.events[0].event.r#type, "generate_lead");
/// ```
pub fn translate(message: &Value, vocabulary: Vocabulary, now: Option<Time>) -> Translation {
    let mut translation = Translation::default();
    match message {
        Value::Array(messages) if vocabulary != Vocabulary::Ga4 || !ga4::is_command(message) => {
            messages.iter().for_each(|message| translation.item(message, vocabulary, now));
        }
        message => translation.message(message, vocabulary, now),
    }
    translation
}

/// The message, which must be an object; `wanted` says what it has.
fn object_of<'a>(message: &'a Value, wanted: &str) -> Result<&'a Object, Refusal> {
    message.as_object().ok_or_else(|| ("INVALID_EVENT", format!("a message is an object with {wanted}, not {}", message.kind())))
}

/// Checks an event that was put together; an id is not asked for.
fn event(visitor: Option<String>, event: Object) -> Result<Option<Said>, Refusal> {
    let event = Event::read(&Value::Object(event), String::new)?;
    Ok(Some(Said::Event(Box::new(Translated { visitor, event }))))
}

/// What happened, which the message must name under `key`.
fn name(message: &Object, key: &str) -> Result<String, Refusal> {
    let wanted = "it names what happened, such as `add_to_cart`";
    match message.get(key) {
        Some(Value::String(name)) if !name.is_empty() => Ok(name.clone()),
        None | Some(Value::Null) => Err(("INVALID_TYPE", format!("`{key}` is missing; {wanted}"))),
        Some(Value::String(_)) => Err(("INVALID_TYPE", format!("`{key}` is empty; {wanted}"))),
        Some(other) => Err(("INVALID_TYPE", format!("`{key}` is {}; {wanted}", other.kind()))),
    }
}

/// The first of these keys that says whose the message is.
fn visitor(message: &Object, keys: &[&str]) -> Result<Option<String>, Refusal> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    for key in keys {
        let id = match message.get(key) {
            None | Some(Value::Null) => continue,
            Some(Value::String(id)) if id.is_empty() => continue,
            Some(Value::String(id)) => id.clone(),
            Some(Value::Number(id)) if id.trunc() == *id && id.abs() <= EXACT => number_to_text(*id),
            Some(other) => return Err(("INVALID_VISITOR", format!("`{key}` is {}; it must be a string", other.kind()))),
        };
        if id.len() > MAX_VISITOR_BYTES {
            return Err(("INVALID_VISITOR", format!("`{key}` has {} bytes; at most {MAX_VISITOR_BYTES} are allowed", id.len())));
        }
        return Ok(Some(id));
    }
    Ok(None)
}

/// When it happened: what the message says under `key`, else `now`.
fn time(value: Option<&Value>, key: &str, now: Option<Time>) -> Result<Time, Refusal> {
    match (value, now) {
        (None | Some(Value::Null), Some(now)) => Ok(now),
        (value, _) => read_time(value, key),
    }
}

fn object<'a>(from: Option<&'a Object>, key: &str) -> Option<&'a Object> {
    from?.get(key)?.as_object()
}

/// Copies what is there, as it is: what it must be, [`Event::read`] says.
fn copy(from: Option<&Object>, key: &str, to: &mut Object) {
    if let Some(value) = from.and_then(|from| from.get(key)).filter(|value| !value.is_null()) {
        to.insert(key, value.clone());
    }
}

/// Copies a string; what is none, or empty, says nothing here.
fn copy_text(from: Option<&Object>, key: &str, to: &mut Object, name: &str) {
    if let Some(Value::String(text)) = from.and_then(|from| from.get(key))
        && !text.is_empty()
    {
        to.insert(name, text.as_str());
    }
}

//! Translation between events and the messages of Segment's HTTP Tracking API (EVENTS.md, *Envelope translation*).
//!
//! Any Segment-compatible SDK can be a client of the collector, and our own client speaks the same format. Our messages
//! name their library in the context, as Segment's SDKs do: they are read back exactly as they were written, while those
//! of others are interpreted: addresses and campaigns gathered from where Segment's SDKs put them.
//! It knows nothing of batches, HTTP or storage.

use crate::event::{Event, Refusal, read_time, shorten, url};
use crate::time::Time;
use crate::value::{Object, Value};

/// The name by which our own messages are known.
const LIBRARY: &str = "warmlead";

/// The longest visitor id, in bytes: longer ones are attacks on storage, not ids.
pub const MAX_VISITOR_BYTES: usize = 1024;

/// What a message says: an event, and whose it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Translated {
    /// The visitor's id: the message's `anonymousId`, else its `userId`.
    pub visitor: String,
    /// The event.
    pub event: Event,
}

/// Reads a message of a batch that arrived at `received_at`; `batch_sent_at` is the batch's own `sentAt`, which holds for
/// messages without one.
///
/// # Errors
/// A code and a message: those of [`Event::read`], `INVALID_VISITOR`, and `UNSUPPORTED_CALL` for `alias`.
pub fn event_from_segment(message: &Value, received_at: Time, batch_sent_at: Option<Time>) -> Result<Translated, Refusal> {
    let Value::Object(message) = message else {
        return Err(("INVALID_EVENT", format!("a message is an object with `type` and `messageId`, not {}", message.kind())));
    };
    let context = object(message, "context");
    let ours = context.and_then(|context| object(context, "library")?.get("name")?.as_str()) == Some(LIBRARY);
    let call = Call::read(message)?;
    let visitor = visitor(message)?;
    let mut event = Object::new();
    event.insert("id", message_id(message)?);
    event.insert("type", call.event_type(message)?);
    event.insert("time", time(message, received_at, batch_sent_at)?);
    let page = context.and_then(|context| object(context, "page"));
    for key in ["url", "host", "path", "query", "title", "referrer"] {
        copy(page, key, &mut event);
    }
    copy(Some(message), "properties", &mut event);
    copy(context, "offsite", &mut event);
    if let Some(traits) = call.traits(message, context) {
        event.insert("traits", traits);
    }
    if !ours && matches!(call, Call::Page) {
        gather_page(message, &mut event);
    }
    // An id there is: `message_id` saw to that.
    let read = |event: &Value| Event::read(event, String::new);
    let mut event = read(&Value::Object(event))?;
    if let Some(campaign) = context.and_then(|context| object(context, "campaign")).filter(|_| !ours) {
        add_campaign(campaign, &mut event);
        event = read(&event.to_value())?;
    }
    Ok(Translated { visitor, event })
}

/// Writes an event as a message that [`event_from_segment`] reads back exactly. It has no `sentAt`: the collector would
/// correct the time by it, and then both sides would score different times.
pub fn segment_from_event(event: &Event, visitor: &str) -> Value {
    let mut page = Object::new();
    for (key, value) in
        [("url", &event.url), ("host", &event.host), ("path", &event.path), ("title", &event.title), ("referrer", &event.referrer)]
    {
        insert_some(&mut page, key, value);
    }
    insert_some(&mut page, "query", &event.query);
    let mut context = Object::new();
    context.insert("library", Object::from_iter([("name", LIBRARY), ("version", env!("CARGO_PKG_VERSION"))]));
    if !page.is_empty() {
        context.insert("page", page);
    }
    if event.offsite {
        context.insert("offsite", true);
    }
    let mut message = Object::new();
    match event.r#type.as_str() {
        "page_view" => message.insert("type", "page"),
        "identify" => message.insert("type", "identify"),
        other => {
            message.insert("type", "track");
            message.insert("event", other);
        }
    }
    message.insert("messageId", event.id.as_str());
    message.insert("anonymousId", visitor);
    message.insert("timestamp", event.time);
    insert_some(&mut message, "properties", &event.properties);
    let traits_of_its_own = event.r#type == "identify";
    insert_some(if traits_of_its_own { &mut message } else { &mut context }, "traits", &event.traits);
    message.insert("context", context);
    Value::Object(message)
}

/// The kinds of message.
#[derive(Clone, Copy)]
enum Call {
    Track,
    /// `page` and `screen`.
    Page,
    Identify,
    Group,
}

impl Call {
    fn read(message: &Object) -> Result<Call, Refusal> {
        let wanted = "it must be `track`, `page`, `screen`, `identify` or `group`";
        match message.get("type") {
            None | Some(Value::Null) => Err(("INVALID_TYPE", format!("`type` is missing; {wanted}"))),
            Some(Value::String(call)) => match call.as_str() {
                "track" => Ok(Call::Track),
                "page" | "screen" => Ok(Call::Page),
                "identify" => Ok(Call::Identify),
                "group" => Ok(Call::Group),
                "alias" => Err(("UNSUPPORTED_CALL", "`alias` is not supported: identities are not merged".into())),
                other => Err(("INVALID_TYPE", format!("`type` is `{}`; {wanted}", shorten(other)))),
            },
            Some(other) => Err(("INVALID_TYPE", format!("`type` is {}; {wanted}", other.kind()))),
        }
    }

    fn event_type(self, message: &Object) -> Result<String, Refusal> {
        match self {
            Call::Page => Ok("page_view".into()),
            Call::Identify | Call::Group => Ok("identify".into()),
            Call::Track => match message.get("event") {
                Some(Value::String(name)) if !name.is_empty() => Ok(name.clone()),
                None | Some(Value::Null) | Some(Value::String(_)) => {
                    Err(("INVALID_TYPE", "`event` is missing; a `track` message must name what happened, such as `add_to_cart`".into()))
                }
                Some(other) => Err(("INVALID_TYPE", format!("`event` is {}; it must be a string such as `add_to_cart`", other.kind()))),
            },
        }
    }

    /// The traits that the message sets. On calls other than `identify` and `group`, SDKs put them into `context.traits`.
    fn traits(self, message: &Object, context: Option<&Object>) -> Option<Value> {
        let own = message.get("traits").filter(|traits| !traits.is_null());
        match self {
            Call::Group => {
                let mut company = match own {
                    None => Object::new(),
                    Some(Value::Object(traits)) => traits.clone(),
                    // Of the wrong kind: Event::read will say so.
                    Some(other) => return Some(other.clone()),
                };
                if let (None, Some(id)) = (company.get("id"), message.get("groupId").filter(|id| !id.is_null())) {
                    company.insert("id", id.clone());
                }
                Some(Object::from_iter([("company", company)]).into())
            }
            Call::Track | Call::Page | Call::Identify => own.or_else(|| context?.get("traits").filter(|traits| !traits.is_null())).cloned(),
        }
    }
}

fn message_id(message: &Object) -> Result<String, Refusal> {
    let why = "it identifies the message, so that one sent twice is counted once";
    match message.get("messageId") {
        Some(Value::String(id)) if !id.is_empty() => Ok(id.clone()),
        None | Some(Value::Null) => Err(("INVALID_ID", format!("`messageId` is missing; {why}"))),
        Some(Value::String(_)) => Err(("INVALID_ID", format!("`messageId` is empty; {why}"))),
        Some(other) => Err(("INVALID_ID", format!("`messageId` is {}; it must be a string", other.kind()))),
    }
}

fn visitor(message: &Object) -> Result<String, Refusal> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    for key in ["anonymousId", "userId"] {
        let id = match message.get(key) {
            None | Some(Value::Null) => continue,
            Some(Value::String(id)) if id.is_empty() => continue,
            Some(Value::String(id)) => id.clone(),
            Some(Value::Number(id)) if id.trunc() == *id && id.abs() <= EXACT => (*id as i64).to_string(),
            Some(other) => return Err(("INVALID_VISITOR", format!("`{key}` is {}; it must be a string", other.kind()))),
        };
        if id.len() > MAX_VISITOR_BYTES {
            return Err(("INVALID_VISITOR", format!("`{key}` has {} bytes; at most {MAX_VISITOR_BYTES} are allowed", id.len())));
        }
        return Ok(id);
    }
    Err(("INVALID_VISITOR", "`anonymousId` and `userId` are missing; one of them must say whose event this is".into()))
}

/// `receivedAt − (sentAt − timestamp)` where all three are present, which cancels a wrong clock at the sender; else
/// `timestamp`. A message that Segment forwards has the sender's time in `originalTimestamp`, its `timestamp` being corrected
/// already. A message without any time happened when it arrived, as in Segment.
fn time(message: &Object, received_at: Time, batch_sent_at: Option<Time>) -> Result<Time, Refusal> {
    let given = |key| message.get(key).filter(|value| !value.is_null()).map(|value| (key, value));
    let lenient = |key| given(key).and_then(|(key, value)| read_time(Some(value), key).ok());
    let received_at = lenient("receivedAt").unwrap_or(received_at);
    let Some((key, value)) = given("originalTimestamp").or_else(|| given("timestamp")) else {
        return Ok(received_at);
    };
    let timestamp = read_time(Some(value), key)?;
    match lenient("sentAt").or(batch_sent_at) {
        None => Ok(timestamp),
        Some(sent_at) => read_time(Some(&Value::from(received_at - (sent_at - timestamp))), key),
    }
}

/// A page call says where it was in `properties`, too, and its name and category beside them.
fn gather_page(message: &Object, event: &mut Object) {
    let properties = object(message, "properties");
    for key in ["url", "path", "title", "referrer"] {
        if event.get(key).is_none() {
            let strings = properties.filter(|properties| matches!(properties.get(key), Some(Value::String(_))));
            copy(strings, key, event);
        }
    }
    for key in ["name", "category"] {
        let missing = properties.is_none_or(|properties| properties.get(key).is_none());
        if let (true, Some(Value::String(value))) = (missing, message.get(key)) {
            if !matches!(event.get("properties"), Some(Value::Object(_))) {
                event.insert("properties", Object::new());
            }
            if let Some(Value::Object(properties)) = event.get_mut("properties") {
                properties.insert(key, value.as_str());
            }
        }
    }
}

/// Adds `context.campaign` to the query as `utm_*` where the query lacks it. What is then in `query` wins over what the
/// engine would split off the url, so it holds all of it.
fn add_campaign(campaign: &Object, event: &mut Event) {
    /// Segment documents five keys; more than this is no campaign.
    const MOST_KEYS: usize = 32;
    let mut query = event.query.clone().or_else(|| event.url.as_deref().map(|address| url::split(address).query)).unwrap_or_default();
    let before = query.len();
    for (key, value) in campaign.iter().take(MOST_KEYS) {
        let key = if key == "name" { "utm_campaign".to_owned() } else { format!("utm_{key}") };
        if let (Value::String(value), None) = (value, query.get(&key)) {
            query.insert(key, value.as_str());
        }
    }
    if query.len() > before {
        event.query = Some(query);
    }
}

fn object<'a>(from: &'a Object, key: &str) -> Option<&'a Object> {
    from.get(key).and_then(Value::as_object)
}

fn copy(from: Option<&Object>, key: &str, to: &mut Object) {
    if let Some(value) = from.and_then(|from| from.get(key)).filter(|value| !value.is_null()) {
        to.insert(key, value.clone());
    }
}

fn insert_some<T: Clone + Into<Value>>(object: &mut Object, key: &str, value: &Option<T>) {
    if let Some(value) = value {
        object.insert(key, value.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, print};

    const RECEIVED: Time = 1_769_000_100_000;

    fn read(message: &str) -> Result<Translated, Refusal> {
        event_from_segment(&parse(message).unwrap(), RECEIVED, None)
    }

    /// The event of a message to which what every message needs has been added, without its id.
    fn event(members: &str) -> String {
        let message = format!(r#"{{"messageId": "m1", "anonymousId": "v1", "timestamp": 1769000000000, {members}}}"#);
        let Value::Object(mut event) = read(&message).unwrap().event.to_value() else { panic!() };
        event.remove("id");
        if event.get("time") == Some(&Value::from(1_769_000_000_000)) {
            event.remove("time");
        }
        print(&event)
    }

    #[test]
    fn messages_become_events() {
        let table = [
            (
                r#""type": "track", "event": "Product Added", "properties": {"value": 9.5}"#,
                r#"{"type":"add_to_cart","properties":{"value":9.5}}"#,
            ),
            (r#""type": "track", "event": "demo_use""#, r#"{"type":"demo_use"}"#),
            (
                r#""type": "track", "event": "Spaceship Launched", "properties": {"url": "/x"}"#,
                r#"{"type":"Spaceship Launched","properties":{"url":"/x"}}"#,
            ),
            (
                r#""type": "track", "event": "x", "context": {"page": {"url": "https://a.example/p", "path": "/p", "title": "P", "referrer": ""}, "traits": {"email": "a@b.c"}}"#,
                r#"{"type":"x","url":"https://a.example/p","path":"/p","title":"P","referrer":"","traits":{"email":"a@b.c"}}"#,
            ),
            (
                r#""type": "page", "name": "Home", "properties": {"url": "https://a.example/", "title": "T", "referrer": "https://b.example"}"#,
                r#"{"type":"page_view","url":"https://a.example/","title":"T","referrer":"https://b.example","properties":{"url":"https://a.example/","title":"T","referrer":"https://b.example","name":"Home"}}"#,
            ),
            (
                r#""type": "page", "properties": {"path": "/virtual"}, "context": {"page": {"path": "/real", "url": null}}"#,
                r#"{"type":"page_view","path":"/real","properties":{"path":"/virtual"}}"#,
            ),
            (r#""type": "screen", "name": "Cart", "category": null"#, r#"{"type":"page_view","properties":{"name":"Cart"}}"#),
            (
                r#""type": "page", "properties": {"url": 5, "name": "own"}, "name": "other""#,
                r#"{"type":"page_view","properties":{"url":5,"name":"own"}}"#,
            ),
            (
                r#""type": "identify", "traits": {"role": "cto"}, "context": {"traits": {"role": "old"}}"#,
                r#"{"type":"identify","traits":{"role":"cto"}}"#,
            ),
            (
                r#""type": "group", "groupId": "g1", "traits": {"size": 50}"#,
                r#"{"type":"identify","traits":{"company":{"size":50,"id":"g1"}}}"#,
            ),
            (r#""type": "group", "groupId": "g1", "traits": {"id": "own"}"#, r#"{"type":"identify","traits":{"company":{"id":"own"}}}"#),
            (
                r#""type": "page", "context": {"page": {"url": "/p?utm_source=own&a=1"}, "campaign": {"name": "spring", "source": "mail", "medium": "email", "id": 5}}"#,
                r#"{"type":"page_view","url":"/p?utm_source=own&a=1","query":{"utm_source":"own","a":"1","utm_campaign":"spring","utm_medium":"email"}}"#,
            ),
            (r#""type": "track", "event": "x", "context": {"campaign": {}}"#, r#"{"type":"x"}"#),
            (r#""type": "track", "event": "webinar", "context": {"offsite": true}"#, r#"{"type":"webinar","offsite":true}"#),
        ];
        for (members, expected) in table {
            assert_eq!(event(members), expected, "{members}");
        }
    }

    #[test]
    fn the_visitor_is_the_anonymous_id_else_the_user_id() {
        let table = [
            (r#""anonymousId": "a", "userId": "u""#, "a"),
            (r#""anonymousId": null, "userId": "u""#, "u"),
            (r#""anonymousId": "", "userId": 17"#, "17"),
        ];
        for (ids, visitor) in table {
            let message = format!(r#"{{"type": "page", "messageId": "m", "timestamp": 0, {ids}}}"#);
            assert_eq!(read(&message).unwrap().visitor, visitor, "{ids}");
        }
    }

    #[test]
    fn a_wrong_clock_is_corrected_where_the_sender_says_what_it_shows() {
        // The sender's clock is an hour behind: it wrote the event a minute before sending it.
        let hour_ago = RECEIVED - 3_600_000;
        let table = [
            (format!(r#""timestamp": {}, "sentAt": {hour_ago}"#, hour_ago - 60_000), None, RECEIVED - 60_000),
            (format!(r#""timestamp": {}"#, hour_ago - 60_000), Some(hour_ago), RECEIVED - 60_000),
            (format!(r#""timestamp": {}"#, hour_ago - 60_000), None, hour_ago - 60_000),
            (r#""timestamp": "2026-01-21T12:53:20Z", "sentAt": "2026-01-21T12:53:21Z""#.into(), Some(5), RECEIVED - 1_000),
            (r#""timestamp": 1000, "sentAt": "nonsense""#.into(), None, 1000),
            (r#""timestamp": 1000, "sentAt": 3000, "receivedAt": 10000"#.into(), None, 8000),
            (r#""timestamp": 8000, "originalTimestamp": 1000, "sentAt": 3000, "receivedAt": 10000"#.into(), None, 8000),
            (r#""sentAt": 5"#.into(), None, RECEIVED),
        ];
        for (members, batch_sent_at, expected) in table {
            let message = parse(&format!(r#"{{"type": "page", "messageId": "m", "userId": "u", {members}}}"#)).unwrap();
            assert_eq!(event_from_segment(&message, RECEIVED, batch_sent_at).unwrap().event.time, expected, "{members}");
        }
    }

    #[test]
    fn bad_messages_are_refused_with_what_would_be_right() {
        let long = format!(r#"{{"type":"page","messageId":"m","userId":"{}"}}"#, "x".repeat(MAX_VISITOR_BYTES + 1));
        let campaign =
            format!(r#"{{"type":"page","messageId":"m","userId":"u","context":{{"campaign":{{"name":"{}"}}}}}}"#, "x".repeat(40_000));
        let table = [
            ("[]", "INVALID_EVENT", "an array"),
            ("{}", "INVALID_TYPE", "`type` is missing"),
            (r#"{"type": 5}"#, "INVALID_TYPE", "a number"),
            (r#"{"type": "trak"}"#, "INVALID_TYPE", "`trak`"),
            (r#"{"type": "alias"}"#, "UNSUPPORTED_CALL", "alias"),
            (r#"{"type": "page"}"#, "INVALID_VISITOR", "anonymousId"),
            (r#"{"type": "page", "userId": [1]}"#, "INVALID_VISITOR", "an array"),
            (r#"{"type": "page", "userId": 1.5}"#, "INVALID_VISITOR", "a number"),
            (&long, "INVALID_VISITOR", "1025 bytes"),
            (r#"{"type": "page", "userId": "u", "timestamp": 0}"#, "INVALID_ID", "`messageId` is missing"),
            (r#"{"type": "page", "userId": "u", "messageId": ""}"#, "INVALID_ID", "`messageId` is empty"),
            (r#"{"type": "page", "userId": "u", "messageId": 4}"#, "INVALID_ID", "`messageId` is a number"),
            (r#"{"type": "track", "userId": "u", "messageId": "m"}"#, "INVALID_TYPE", "`event` is missing"),
            (r#"{"type": "track", "userId": "u", "messageId": "m", "event": {}}"#, "INVALID_TYPE", "`event` is an object"),
            (
                r#"{"type": "page", "userId": "u", "messageId": "m", "timestamp": "yesterday"}"#,
                "INVALID_TIME",
                "`timestamp` is `yesterday`",
            ),
            (
                r#"{"type": "page", "userId": "u", "messageId": "m", "timestamp": 0, "sentAt": 1769000100001}"#,
                "INVALID_TIME",
                "before 1970",
            ),
            (r#"{"type": "page", "userId": "u", "messageId": "m", "properties": []}"#, "INVALID_FIELD", "`properties` is an array"),
            (r#"{"type": "group", "userId": "u", "messageId": "m", "traits": 5}"#, "INVALID_FIELD", "`traits` is a number"),
            (r#"{"type": "page", "userId": "u", "messageId": "m", "properties": {"a":[[[[[[[[]]]]]]]]}}"#, "EVENT_TOO_DEEP", "properties"),
            (&campaign, "EVENT_TOO_LARGE", "bytes"),
        ];
        for (message, code, part) in table {
            let refusal = read(message).unwrap_err();
            assert!(refusal.0 == code && refusal.1.contains(part), "{message}: {refusal:?}");
        }
    }

    /// Every combination of fields, with values that a less careful translation would change.
    #[test]
    fn our_own_messages_come_back_exactly() {
        let some = |set: bool, text: &str| set.then(|| text.to_owned());
        let map = |set: bool, text: &str| set.then(|| parse(text).unwrap().as_object().unwrap().clone());
        let types = ["page_view", "identify", "track", "page", "Spaceship Launched", "add_to_cart", "consent", "ünïcode 😀"];
        for bits in 0_u32..1 << 10 {
            let bit = |place: u32| bits >> place & 1 == 1;
            for r#type in types {
                let event = Event {
                    id: "0190-é".into(),
                    r#type: r#type.into(),
                    time: 1_769_000_000_001,
                    url: some(bit(0), "https://a.example/p?utm_source=x&q=%20"),
                    host: some(bit(1), "Other.Example"),
                    path: some(bit(2), ""),
                    query: map(bit(3), r#"{"utm_source": "y", "n": 5}"#),
                    title: some(bit(4), "\"T\" "),
                    referrer: some(bit(5), ""),
                    properties: map(bit(6), r#"{"url": "/other", "name": null, "path": 5, "company": {"id": 1}, "a": [1.5, {}]}"#),
                    traits: map(bit(7), if bit(9) { "{}" } else { r#"{"company": {"size": null}, "email": "a@b.c"}"# }),
                    offsite: bit(8),
                };
                let message = segment_from_event(&event, "v-1");
                let text = print(&message);
                assert!(!text.contains("sentAt"));
                let back = event_from_segment(&parse(&text).unwrap(), RECEIVED, None);
                assert_eq!(back, Ok(Translated { visitor: "v-1".into(), event }), "{text}");
            }
        }
    }
}

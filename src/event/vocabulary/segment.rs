//! Translation between events and the messages of Segment's HTTP Tracking API (docs/events.md, *Envelope translation*).
//!
//! Any Segment-compatible SDK can be a client of the collector, and our own client speaks the same format. Our messages
//! name their library in the context, as Segment's SDKs do: they are read back exactly as they were written, while those
//! of others are interpreted: addresses and campaigns gathered from where Segment's SDKs put them.
//! It knows nothing of batches, HTTP or storage.

use super::{Merge, Said, Translated, Translation, copy, name, object, object_of, visitor};
use crate::event::types::canonical_whatever_case;
use crate::event::{Event, Refusal, read_time, shorten, url};
use crate::time::Time;
use crate::value::{Object, Value, fields};

/// The name by which our own messages are known.
const LIBRARY: &str = "warmlead";

/// Whose it is.
const VISITOR: [&str; 2] = ["anonymousId", "userId"];

/// What is known of a message from outside of it.
#[derive(Clone, Copy, Default)]
struct Arrival {
    /// When we got it: its `receivedAt`, if it has none.
    received_at: Option<Time>,
    /// The `sentAt` of the batch in which it came, which holds for messages without one.
    sent_at: Option<Time>,
    /// When it happened, if it says nothing at all of times.
    now: Option<Time>,
}

/// Adds what a message says, or each message of a batch.
pub(super) fn read(message: &Value, now: Option<Time>, to: &mut Translation) {
    let id = |message: &Value| message.as_object().and_then(|message| message.get("messageId")).cloned();
    match message.as_object().and_then(|batch| Some((batch.get("batch")?.as_array()?, batch.get("sentAt")))) {
        Some((messages, sent_at)) => {
            let arrival = Arrival { sent_at: read_time(sent_at, "sentAt").ok(), now, ..Arrival::default() };
            messages.iter().for_each(|message| to.take(said(message, arrival).map(Some), id(message).as_ref()));
        }
        None => to.take(said(message, Arrival { now, ..Arrival::default() }).map(Some), id(message).as_ref()),
    }
}

/// Reads a message of a batch that arrived here at `received_at`, and says whose event it is; `batch_sent_at` is the batch's own
/// `sentAt`, which holds for messages without one. Here each must have an id: what is not acknowledged comes again.
///
/// # Errors
/// A code and a message: those of [`Event::read`], `INVALID_VISITOR`, and `UNSUPPORTED_CALL` for `alias`.
pub fn event_from_segment(message: &Value, received_at: Time, batch_sent_at: Option<Time>) -> Result<(String, Event), Refusal> {
    let arrival = Arrival { received_at: Some(received_at), sent_at: batch_sent_at, now: None };
    match said(message, arrival)? {
        Said::Merge(_) => Err(("UNSUPPORTED_CALL", "`alias` is not supported: identities are not merged".into())),
        Said::Event(translated) => match *translated {
            Translated { visitor: None, .. } => {
                Err(("INVALID_VISITOR", "`anonymousId` and `userId` are missing; one of them must say whose event this is".into()))
            }
            Translated { event, .. } if event.id.is_empty() => {
                Err(("INVALID_ID", "`messageId` is missing; it identifies the message, so that one sent twice is counted once".into()))
            }
            Translated { visitor: Some(visitor), event } => Ok((visitor, event)),
        },
    }
}

fn said(message: &Value, arrival: Arrival) -> Result<Said, Refusal> {
    let message = object_of(message, "`type` and `messageId`")?;
    let Some(call) = Call::read(message)? else { return alias(message).map(Said::Merge) };
    let context = object(Some(message), "context");
    let ours = object(context, "library").and_then(|library| library.get("name")?.as_str()) == Some(LIBRARY);
    let visitor = visitor(message, &VISITOR)?;
    let mut event = Object::new();
    match message.get("messageId") {
        None | Some(Value::Null) => {}
        Some(Value::String(id)) if !id.is_empty() => event.insert("id", id.as_str()),
        Some(Value::String(_)) => return Err(("INVALID_ID", "`messageId` is empty; leave it out or give a unique string".into())),
        Some(other) => return Err(("INVALID_ID", format!("`messageId` is {}; it must be a string", other.kind()))),
    }
    let name = call.event_type(message)?;
    event.insert("type", if ours { name.as_str() } else { canonical_whatever_case(&name) });
    event.insert("time", time(message, arrival)?);
    let page = object(context, "page");
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
    if let Some(campaign) = object(context, "campaign").filter(|_| !ours) {
        add_campaign(campaign, &mut event);
    }
    let event = Event::read(&Value::Object(event), String::new)?;
    Ok(Said::Event(Box::new(Translated { visitor, event })))
}

/// Who turned out to be whom.
fn alias(message: &Object) -> Result<Merge, Refusal> {
    let missing = || ("INVALID_VISITOR", "`alias` must say with `previousId` who became `userId`".to_owned());
    Ok(Merge {
        from: visitor(message, &["previousId", "anonymousId"])?.ok_or_else(missing)?,
        into: visitor(message, &["userId"])?.ok_or_else(missing)?,
    })
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
    context.insert("library", fields([("name", LIBRARY.into()), ("version", env!("CARGO_PKG_VERSION").into())]));
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
    /// `None` is `alias`, which is about visitors, not events.
    fn read(message: &Object) -> Result<Option<Call>, Refusal> {
        let wanted = "it must be `track`, `page`, `screen`, `identify`, `group` or `alias`";
        match message.get("type") {
            None | Some(Value::Null) => Err(("INVALID_TYPE", format!("`type` is missing; {wanted}"))),
            Some(Value::String(call)) => match call.as_str() {
                "track" => Ok(Some(Call::Track)),
                "page" | "screen" => Ok(Some(Call::Page)),
                "identify" => Ok(Some(Call::Identify)),
                "group" => Ok(Some(Call::Group)),
                "alias" => Ok(None),
                other => Err(("INVALID_TYPE", format!("`type` is `{}`; {wanted}", shorten(other)))),
            },
            Some(other) => Err(("INVALID_TYPE", format!("`type` is {}; {wanted}", other.kind()))),
        }
    }

    fn event_type(self, message: &Object) -> Result<String, Refusal> {
        match self {
            Call::Page => Ok("page_view".into()),
            Call::Identify | Call::Group => Ok("identify".into()),
            Call::Track => name(message, "event"),
        }
    }

    /// The traits that the message sets. On calls other than `identify` and `group`, SDKs put them into `context.traits`; where both
    /// are there, the message's own win.
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
                // What is around it is the visitor's, not the company's.
                let mut traits = object(context, "traits").cloned().unwrap_or_default();
                traits.insert("company", company);
                Some(traits.into())
            }
            Call::Track | Call::Page | Call::Identify => {
                let around = context.and_then(|context| context.get("traits")).filter(|traits| !traits.is_null());
                match (own, around) {
                    (Some(Value::Object(own)), Some(Value::Object(around))) => {
                        let mut traits = around.clone();
                        own.iter().for_each(|(key, value)| traits.insert(key, value.clone()));
                        Some(traits.into())
                    }
                    (own, around) => own.or(around).cloned(),
                }
            }
        }
    }
}

/// `receivedAt − (sentAt − timestamp)` where all three are present, which cancels a wrong clock at the sender; else
/// `timestamp`. A message that Segment forwards has the sender's time in `originalTimestamp`, its `timestamp` being corrected
/// already: it is what is corrected here, and the time of a message that has no other. A message without any time happened when it
/// arrived, as in Segment.
fn time(message: &Object, arrival: Arrival) -> Result<Time, Refusal> {
    let given = |key| message.get(key).filter(|value| !value.is_null()).map(|value| (key, value));
    let lenient = |key| given(key).and_then(|(key, value)| read_time(Some(value), key).ok());
    let received_at = lenient("receivedAt").or(arrival.received_at);
    let clocks = received_at.zip(lenient("sentAt").or(arrival.sent_at));
    let (best, other) = if clocks.is_some() { ("originalTimestamp", "timestamp") } else { ("timestamp", "originalTimestamp") };
    let Some((key, value)) = given(best).or_else(|| given(other)) else {
        return received_at.or(arrival.now).map_or_else(|| read_time(None, "timestamp"), Ok);
    };
    let timestamp = read_time(Some(value), key)?;
    match clocks {
        Some((received_at, sent_at)) => read_time(Some(&Value::from(received_at - (sent_at - timestamp))), key),
        None => Ok(timestamp),
    }
}

/// A page call says where it was in `properties`, too, and its name and category beside them.
fn gather_page(message: &Object, event: &mut Object) {
    let properties = object(Some(message), "properties");
    for key in ["url", "path", "title", "referrer"] {
        if event.get(key).is_none() {
            let strings = properties.filter(|properties| matches!(properties.get(key), Some(Value::String(_))));
            copy(strings, key, event);
        }
    }
    for key in ["name", "category"] {
        let missing = properties.is_none_or(|properties| properties.get(key).is_none());
        if let (true, Some(Value::String(value))) = (missing, message.get(key)) {
            // Of the wrong kind: Event::read will say so.
            if event.get("properties").is_none() {
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
fn add_campaign(campaign: &Object, event: &mut Object) {
    /// Segment documents five keys; more than this is no campaign.
    const MOST_KEYS: usize = 32;
    let mut query = match (event.get("query"), event.get("url")) {
        (Some(Value::Object(query)), _) => query.clone(),
        (None, Some(Value::String(address))) => url::split(address).query,
        (None, None) => Object::new(),
        // Of the wrong kind: Event::read will say so.
        _ => return,
    };
    let before = query.len();
    for (key, value) in campaign.iter().take(MOST_KEYS) {
        let key = if key == "name" { "utm_campaign".to_owned() } else { format!("utm_{key}") };
        if let (Value::String(value), None) = (value, query.get(&key)) {
            query.insert(key, value.as_str());
        }
    }
    if query.len() > before {
        event.insert("query", query);
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
    use crate::event::vocabulary::MAX_VISITOR_BYTES;
    use crate::json::{parse, print};

    const RECEIVED: Time = 1_769_000_100_000;

    fn read(message: &str) -> Result<(String, Event), Refusal> {
        event_from_segment(&parse(message).unwrap(), RECEIVED, None)
    }

    /// The event of a message to which what every message needs has been added, without its id.
    fn event(members: &str) -> String {
        let message = format!(r#"{{"messageId": "m1", "anonymousId": "v1", "timestamp": 1769000000000, {members}}}"#);
        let Value::Object(mut event) = read(&message).unwrap().1.to_value() else { panic!() };
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
                r#""type": "identify", "traits": {"role": "cto"}, "context": {"traits": {"role": "old", "plan": "pro"}}"#,
                r#"{"type":"identify","traits":{"role":"cto","plan":"pro"}}"#,
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
            assert_eq!(read(&message).unwrap().0, visitor, "{ids}");
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
            assert_eq!(event_from_segment(&message, RECEIVED, batch_sent_at).unwrap().1.time, expected, "{members}");
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
            (r#"{"type": "alias", "previousId": "a", "userId": "u"}"#, "UNSUPPORTED_CALL", "alias"),
            (r#"{"type": "alias", "userId": "u"}"#, "INVALID_VISITOR", "previousId"),
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
                assert_eq!(back, Ok(("v-1".into(), event)), "{text}");
            }
        }
    }
}

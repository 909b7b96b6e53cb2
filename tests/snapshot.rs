//! Snapshots: what they bring back, what they refuse, how large they are; and that merging them is a union of sets, under random models.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;

use choices::{Choices, DAY, START};
use std::collections::HashMap;
use warmlead::engine::{Forgotten, Visitor, fnv64};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::snapshot::SnapshotError;
use warmlead::value::{Object, Value};

/// How many random visitors each law is held against.
const CASES: u64 = 500;

fn read(value: &Value) -> Event {
    Event::read(value, || unreachable!()).unwrap()
}

fn empty_model() -> Model {
    Model::load(&json::parse(r#"{ "id": "m", "version": "1", "scores": { "s": {} } }"#).unwrap()).unwrap()
}

fn visitor<'a>(id: &str, values: impl IntoIterator<Item = &'a Value>) -> Visitor {
    let mut visitor = Visitor::new(id);
    visitor.extend(&empty_model(), values.into_iter().map(read).collect());
    visitor
}

/// A value of any kind; what is in an event nests at most 8 levels deep.
fn value(c: &mut Choices<'_>, depth: usize) -> Value {
    match c.below(if depth < 7 { 10 } else { 8 }) {
        0 => Value::Null,
        1 => Value::Bool(c.rarely(2)),
        2 => Value::from(c.of(&["", "x", "EUR", "naïve 😀", "\u{0}\"\\\n"])),
        3 => Value::from("long ".repeat(c.below(200))),
        4 => Value::Number(c.of(&[0.0, 1.0, -1.0, 63.0, -64.0, 64.0, 1e15, 9_007_199_254_740_991.0, -9_007_199_254_740_991.0])),
        5 => Value::Number(c.of(&[0.5, -0.1, 9_007_199_254_740_992.0, 1e300, -1e-300, 5e-324, f64::MAX, f64::MIN])),
        6 => Value::Number(c.below(1 << 16) as f64),
        7 => Value::from(format!("text {}", c.below(40))),
        8 => Value::Array((0..c.below(4)).map(|_| value(c, depth + 1)).collect()),
        _ => object(c, depth).into(),
    }
}

fn object(c: &mut Choices<'_>, depth: usize) -> Object {
    (0..c.below(4)).map(|_| (c.of(&["b", "a", "value", "__proto__", "", "ключ"]), value(c, depth + 1))).collect()
}

/// An event in which anything may stand that an event may have.
fn event(c: &mut Choices<'_>, place: usize) -> Value {
    let Value::Object(mut event) = choices::event(c) else { unreachable!() };
    let Some(Value::Number(time)) = event.get("time").cloned() else { unreachable!() };
    let random = c.below(1 << 16);
    let id = match c.below(5) {
        0 => format!("e{place}"),
        1 => format!("{place:08x}-{random:04x}-4abc-8def-0123456789ab"),
        2 => format!("{place:08X}-{random:04x}-4abc-8def-0123456789ab"),
        // As the browser makes them: of the event's time, or a little off; and of some time.
        3 => uuid7(time as u64 + c.below(3) as u64, place as u64, random as u64),
        _ => uuid7(c.of(&[0, (1 << 48) - 1, 1_769_000_000_000]), place as u64, random as u64),
    };
    event.insert("id", id);
    for key in ["host", "path", "title", "referrer"] {
        if c.rarely(3) {
            event.insert(key, c.of(&["", "acme.example", "/pricing?a=1#b", "https://acme.example?x/y//", "//", "https://t.co/é", "a//b?"]));
        }
    }
    for key in ["query", "properties", "traits"] {
        if c.rarely(3) {
            event.insert(key, object(c, 0));
        }
    }
    event.into()
}

fn uuid7(time: u64, place: u64, random: u64) -> String {
    format!("{:08x}-{:04x}-7{:03x}-8{random:03x}-{place:012x}", time >> 16, time & 0xffff, random & 0xfff, random = random >> 4 & 0xfff)
}

/// A visitor of random events, and those.
fn random_visitor(seed: u64) -> (Visitor, Vec<Value>) {
    let bytes = choices::bytes(seed);
    let c = &mut Choices::new(&bytes);
    let events: Vec<Value> = (0..c.below(30)).map(|place| event(c, place)).collect();
    let id = c.of(&["v", "", "0123abcd-4567-89ef-fedc-ba9876543210", "019bdf0a-1234-7abc-8def-0123456789ab", "naïve 😀"]);
    let mut visitor = visitor(id, &events);
    if c.rarely(3) {
        visitor.forget(&empty_model(), 1);
    }
    (visitor, events)
}

#[test]
fn a_snapshot_brings_everything_back() {
    for seed in 0..CASES {
        let (visitor, _) = random_visitor(seed);
        let bytes = visitor.snapshot();
        let back = Visitor::from_snapshot(&bytes).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        assert_eq!((back.id(), back.events(), back.forgotten()), (visitor.id(), visitor.events(), visitor.forgotten()), "seed {seed}");
        assert_eq!(back.snapshot(), bytes, "seed {seed}");
    }
}

#[test]
fn equal_visitors_give_equal_bytes() {
    fn turned(value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let mut pairs: Vec<(String, Value)> = object.iter().map(|(key, value)| (key.to_owned(), turned(value))).collect();
                pairs.reverse();
                Value::Object(pairs.into_iter().collect())
            }
            Value::Array(items) => Value::Array(items.iter().map(turned).collect()),
            Value::Number(0.0) => Value::Number(-0.0),
            other => other.clone(),
        }
    }
    for seed in 0..CASES {
        let (_, events) = random_visitor(seed);
        let straight = visitor("v", &events);
        let mut other = Visitor::new("v");
        for event in events.iter().rev().chain(&events) {
            other.record(&empty_model(), read(&turned(event)));
        }
        assert_eq!(straight.snapshot(), other.snapshot(), "seed {seed}");
    }
}

/// A visitor in whom each part of the form occurs.
fn whole() -> Visitor {
    let texts = [
        r#"{ "id": "first", "type": "page_view", "time": 1769000000000, "url": "https://acme.example/?utm_source=x#top", "title": "Acme", "referrer": "https://t.co/" }"#,
        r#"{ "id": "019bdf0a-1234-7abc-8def-0123456789ab", "type": "form_submit", "time": 1769000000500, "url": "/contact",
            "properties": { "n": [1, -2.5, null, true, { "a": {} }], "form": "contact" }, "traits": { "email": "ada@example.org" } }"#,
        r#"{ "id": "0123abcd-4567-49ef-9edc-ba9876543210", "type": "page_view", "time": 1769000000500, "host": "acme.example", "path": "/a", "query": { "a": "1" }, "offsite": true }"#,
        r#"{ "id": "gone", "type": "click", "time": 1 }"#,
    ];
    let mut visitor = visitor("0123abcd-4567-89ef-fedc-ba9876543210", &texts.map(|text| json::parse(text).unwrap()));
    visitor.forget(&empty_model(), 1);
    assert_eq!(visitor.forgotten(), Some(Forgotten { events: 1, until: 1 }));
    visitor
}

#[test]
fn a_byte_that_is_another_or_missing_is_found() {
    let bytes = whole().snapshot();
    let mut refused = 0;
    for place in 0..bytes.len() {
        for change in 1..=255 {
            let mut broken = bytes.clone();
            broken[place] ^= change;
            let error = Visitor::from_snapshot(&broken).unwrap_err();
            match (place, error) {
                (0..3, SnapshotError::Foreign) | (3, SnapshotError::Version(_)) | (4.., SnapshotError::Broken(_)) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        assert!(Visitor::from_snapshot(&bytes[..place]).is_err(), "cut to {place} bytes");
        let shorter = [&bytes[..place], &bytes[place + 1..]].concat();
        assert!(Visitor::from_snapshot(&shorter).is_err(), "without byte {place}");
    }
    assert_eq!(refused, bytes.len() * 255);
    assert!(Visitor::from_snapshot(&[&bytes[..], &[0]].concat()).is_err());
}

/// The bytes with a checksum that says they are right.
fn sealed(content: &[u8]) -> Vec<u8> {
    [content, &fnv64(content).to_le_bytes()].concat()
}

/// What a forger who mends the checksum gets in is a visitor like any other, or nothing.
#[test]
fn a_snapshot_that_was_forged_is_refused_or_a_visitor() {
    let bytes = whole().snapshot();
    let content = &bytes[..bytes.len() - 8];
    let (mut accepted, mut refused) = (0, 0);
    let mut attempt = |content: &[u8]| match Visitor::from_snapshot(&sealed(content)) {
        Ok(visitor) => {
            accepted += 1;
            for event in visitor.events() {
                assert_eq!(Event::read(&event.to_value(), || unreachable!()).as_ref(), Ok(event));
            }
            let again = visitor_of(&visitor);
            assert_eq!(again.events(), visitor.events(), "in canonical order, with unique ids");
            assert_eq!(Visitor::from_snapshot(&visitor.snapshot()).unwrap().events(), visitor.events());
        }
        Err(_) => refused += 1,
    };
    for place in 0..content.len() {
        for byte in 0..=255 {
            let mut forged = content.to_vec();
            forged[place] = byte;
            attempt(&forged);
            forged.insert(place, byte);
            attempt(&forged);
        }
        attempt(&content[..place]);
    }
    assert!(accepted > 1000 && refused > 1000, "{accepted} accepted, {refused} refused");
}

fn visitor_of(other: &Visitor) -> Visitor {
    let mut visitor = Visitor::new(other.id());
    visitor.extend(&empty_model(), other.events().to_vec());
    visitor
}

#[test]
fn what_is_no_snapshot_is_refused_with_the_reason() {
    let head = b"wls\x01\x00\x01v".as_slice();
    let many = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let event = |parts: &[&[u8]]| sealed(&[&[head, &[1]], parts].concat().concat());
    let deep = |levels: usize| event(&[&[32, 5, 1, b'a', 0, 1, b't', 1, 0, 1, b'k'], &vec![1 << 3 | 4; levels], &[0]]);
    let cases: &[(Vec<u8>, &str)] = &[
        (vec![], "these bytes are no snapshot of a visitor"),
        (b"wl".to_vec(), "these bytes are no snapshot of a visitor"),
        (br#"{"warmlead":1,"visitor":"v","events":[]}"#.to_vec(), "these bytes are no snapshot of a visitor"),
        (b"wls".to_vec(), "the snapshot is broken: it ends too early"),
        (sealed(b"wls\x02"), "the snapshot is of version 2; this version of warmlead reads version 1"),
        (b"wls\x01sho".to_vec(), "the snapshot is broken: it ends too early"),
        (b"wls\x01short".to_vec(), "the snapshot is broken: its checksum does not match"),
        (sealed(b"wls\x01"), "the snapshot is broken: it ends too early"),
        (sealed(b"wls\x01\x02"), "the snapshot is broken: it has an unknown kind of id"),
        (sealed(b"wls\x01\x08\x01v\x00"), "the snapshot is broken: it has an unknown flag"),
        (sealed(b"wls\x01\x00\x02\xff\xfe\x00"), "the snapshot is broken: a string is no UTF-8"),
        (sealed(&[b"wls\x01\x00".as_slice(), &many, b"v"].concat()), "the snapshot is broken: it ends too early"),
        (sealed(&[head, &many].concat()), "the snapshot is broken: it ends too early"),
        (sealed(&[head, &[0xff; 9], &[2]].concat()), "the snapshot is broken: a number is too large"),
        (sealed(&[head, &[0, 0]].concat()), "the snapshot is broken: something follows its last event"),
        (event(&[&[0, 5, 0, 0, 1, b't']]), "the snapshot is broken: an event has no id"),
        (event(&[&[0, 5, 1, b'a', 1]]), "the snapshot is broken: an event has no type"),
        (event(&[&[0, 5, 1, b'a', 2]]), "the snapshot is broken: a string is referred to before it was written"),
        (event(&[&[3, 5]]), "the snapshot is broken: an event has an unknown kind of id"),
        (event(&[&[0x80, 0x10]]), "the snapshot is broken: an event has an unknown flag"),
        (event(&[&[0], &many, &[1, b'a', 0, 1, b't']]), "the snapshot is broken: a time is out of range"),
        (event(&[&[2, 5, 13], &[0x70; 10], &[0, 1, b't']]), "the snapshot is broken: the time of an id is out of range"),
        (event(&[&[32, 5, 1, b'a', 0, 1, b't', 1, 0, 1, b'k', 6]]), "the snapshot is broken: a value is of an unknown kind"),
        (
            event(&[&[32, 5, 1, b'a', 0, 1, b't', 1, 0, 1, b'k', 2], &f64::NAN.to_le_bytes()]),
            "the snapshot is broken: a number is not finite",
        ),
        (event(&[&[32, 5, 1, b'a', 0, 1, b't', 2, 0, 1, b'k', 0, 3, 0]]), "the snapshot is broken: the keys of an object are not in order"),
        (event(&[&[32, 5, 1, b'a', 0, 1, b't'], &many]), "the snapshot is broken: it ends too early"),
        (deep(8), "the snapshot is broken: an event is nested too deep"),
        (deep(100_000), "the snapshot is broken: an event is nested too deep"),
        (
            sealed(&[head, &[2, 0, 5, 1, b'a', 0, 1, b't', 0, 0, 1, b'a', 2]].concat()),
            "the snapshot is broken: its events are not in order",
        ),
        (
            sealed(&[head, &[2, 0, 5, 1, b'a', 0, 1, b't', 0, 1, 1, b'a', 2]].concat()),
            "the snapshot is broken: two events have the same id",
        ),
    ];
    for (bytes, message) in cases {
        assert_eq!(&Visitor::from_snapshot(bytes).unwrap_err().to_string(), message, "{:?}", &bytes[..bytes.len().min(40)]);
    }
    assert_eq!(Visitor::from_snapshot(&deep(7)).unwrap().events()[0].properties.as_ref().unwrap().len(), 1);
}

#[test]
fn the_largest_events_come_back_and_larger_ones_do_not() {
    let event = |id: &str, noise: usize| {
        let properties = Object::from_iter([("noise", "\"".repeat(noise))]);
        Object::from_iter([("id", Value::from(id)), ("type", "x".into()), ("time", 5.into()), ("properties", Value::from(properties))])
            .into()
    };
    let fits = (0..).take_while(|noise| Event::read(&event("a", *noise), || unreachable!()).is_ok()).last().unwrap();
    let mut largest = read(&event("a", fits));
    assert!(Visitor::from_snapshot(&visitor_with(&largest).snapshot()).is_ok());
    // An id that it got when it was read counts no more here than there.
    largest.id = "019bdf0a-1234-7abc-8def-0123456789ab".into();
    assert!(Visitor::from_snapshot(&visitor_with(&largest).snapshot()).is_ok());
    largest.properties = Some(Object::from_iter([("noise", "\"".repeat(fits + 100))]));
    let error = Visitor::from_snapshot(&visitor_with(&largest).snapshot()).unwrap_err();
    assert_eq!(error, SnapshotError::Broken("an event is too large"));
}

fn visitor_with(event: &Event) -> Visitor {
    let mut visitor = Visitor::new("v");
    visitor.record(&empty_model(), event.clone());
    visitor
}

/// The worst that few bytes can do: an event full of references to the longest string that can be referred to.
#[test]
fn few_bytes_do_not_unfold_into_much() {
    let mut events = Vec::new();
    for place in 0..1000 {
        let properties = Object::from_iter([("k", Value::Array(vec![Value::from("x".repeat(128)); 240]))]);
        let pairs =
            [("id", Value::from(format!("{place:04}"))), ("type", "x".into()), ("time", 5.into()), ("properties", properties.into())];
        events.push(Value::from(Object::from_iter(pairs)));
    }
    let bytes = visitor("v", &events).snapshot().len();
    let unfolded: usize = events.iter().map(Value::json_size).sum();
    assert!(unfolded / bytes <= 130, "{bytes} bytes unfold into {unfolded}");
    let properties = Object::from_iter([("k", Value::from("x".repeat(129)))]);
    for event in &mut events {
        let Value::Object(event) = event else { unreachable!() };
        event.insert("properties", properties.clone());
    }
    assert!(visitor("v", &events).snapshot().len() > 129_000, "longer ones are written each time");
}

/// What merging is held against: events spread over three places, some of them in several.
struct Spread {
    model: Model,
    places: [Visitor; 3],
    all: Visitor,
    times: Vec<i64>,
}

impl Spread {
    fn new(seed: u64) -> Spread {
        let bytes = choices::bytes(seed);
        let c = &mut Choices::new(&bytes);
        let Value::Object(mut model) = choices::model(c) else { unreachable!() };
        // A model that retains few events keeps the earliest that it has been told of; the law is about those that none refuses.
        if let Some(Value::Object(retention)) = model.get_mut("retention") {
            retention.insert("events", 10_000.0);
        }
        let model = Model::load(&model.into()).unwrap();
        let mut known: HashMap<(String, i64, String), Event> = HashMap::new();
        let mut places = [(); 3].map(|()| Vec::new());
        for _ in 0..c.below(40) {
            let event = read(&choices::event(c));
            // Events with equal ids, times and types are one event (docs/model.md, section 2).
            let event = known.entry((event.id.clone(), event.time, event.r#type.clone())).or_insert(event);
            let first = c.below(3);
            places[first].push(event.clone());
            if c.rarely(3) {
                places[(first + 1) % 3].push(event.clone());
            }
        }
        let of = |events: Vec<Event>| {
            let mut visitor = Visitor::new("v");
            assert!(visitor.extend(&model, events).is_empty());
            visitor
        };
        let all = of(places.iter().flatten().cloned().collect());
        let places = places.map(of);
        let times = (0..4).map(|_| choices::time(c)).chain([START + 60 * DAY]).collect();
        Spread { model, places, all, times }
    }

    fn merged(&self, one: &Visitor, other: &Visitor) -> Visitor {
        let mut merged = Visitor::from_snapshot(&one.snapshot()).unwrap();
        // What is known already must not show.
        merged.assess(&self.model, self.times[0], true);
        merged.merge(&self.model, Visitor::from_snapshot(&other.snapshot()).unwrap());
        merged
    }

    fn same(&self, one: &Visitor, other: &Visitor, law: &str) {
        assert_eq!(one.snapshot(), other.snapshot(), "{law}");
        for now in &self.times {
            assert_eq!(one.assess(&self.model, *now, true), other.assess(&self.model, *now, true), "{law}, at {now}");
        }
    }

    fn laws(&self) {
        let [a, b, c] = &self.places;
        self.same(&self.merged(a, b), &self.merged(b, a), "commutative");
        self.same(&self.merged(&self.merged(a, b), c), &self.merged(a, &self.merged(b, c)), "associative");
        self.same(&self.merged(a, a), a, "idempotent");
        self.same(&self.merged(&self.merged(a, b), b), &self.merged(a, b), "idempotent");
        self.same(&self.merged(a, &Visitor::new("v")), a, "nothing is neutral");
    }
}

#[test]
fn merging_is_the_union_of_what_was_seen_in_each_place() {
    for seed in 0..CASES {
        let spread = Spread::new(seed);
        spread.laws();
        let [a, b, c] = &spread.places;
        spread.same(&spread.merged(&spread.merged(c, b), a), &spread.all, "all in one place");
    }
}

#[test]
fn merging_obeys_its_laws_where_something_was_forgotten() {
    for seed in 0..CASES {
        let mut spread = Spread::new(seed);
        for (place, visitor) in spread.places.iter_mut().enumerate().skip(seed as usize % 2) {
            visitor.forget(&spread.model, place + 1);
        }
        spread.laws();
    }
}

/// Someone unknown becomes someone known: the same operation, under the name of the one who is known.
#[test]
fn merging_identities_is_merging() {
    for seed in 0..CASES / 10 {
        let spread = Spread::new(seed);
        let [a, b, _] = &spread.places;
        let anonymous = b.events().iter().fold(Visitor::new("anonymous"), |mut visitor, event| {
            visitor.record(&spread.model, event.clone());
            visitor
        });
        spread.same(&spread.merged(a, &anonymous), &spread.merged(a, b), "whoever it was");
    }
}

/// Another model sees the same events.
#[test]
fn a_snapshot_is_scored_anew_by_another_model() {
    for seed in 0..CASES / 10 {
        let (one, other) = (Spread::new(seed), Spread::new(seed + 1));
        one.all.assess(&one.model, one.times[0], false);
        let back = Visitor::from_snapshot(&one.all.snapshot()).unwrap();
        let mut fresh = Visitor::new("v");
        fresh.extend(&other.model, one.all.events().to_vec());
        for now in &other.times {
            assert_eq!(back.assess(&other.model, *now, true), fresh.assess(&other.model, *now, true));
        }
    }
}

/// An ordinary event is one that a website's own script sends: by turns a page view (a UUID, the page's address with one of forty paths, its title,
/// the page before it) and, every fifth, a form that was sent (with three properties). A UUID of version 7 is what warmlead's own have.
fn ordinary(count: usize, version: u8) -> Visitor {
    let page = |number: usize| format!("https://www.acme.example/products/item-{:02}", number % 40);
    let events: Vec<Value> = (0..count)
        .map(|place| {
            let time = START + place as i64 * 41_234;
            let noise = fnv64(&place.to_le_bytes());
            let (time_part, rest) =
                (time as u64, format!("{:03x}-8{:03x}-{:012x}", noise & 0xfff, noise >> 12 & 0xfff, noise >> 16 & 0xffff_ffff_ffff));
            let head = if version == 7 { time_part } else { noise.rotate_left(17) & 0xffff_ffff_ffff };
            let mut event = Object::new();
            event.insert("id", format!("{:08x}-{:04x}-{version}{rest}", head >> 16, head & 0xffff));
            event.insert("type", if place % 5 == 4 { "form_submit" } else { "page_view" });
            event.insert("time", time);
            event.insert("url", page(place));
            if place % 5 == 4 {
                let properties = [("form", Value::from("contact")), ("fields", 7.into()), ("value", (noise as f64 % 1e4 / 100.0).into())];
                event.insert("properties", Object::from_iter(properties));
            } else {
                event.insert("title", format!("Item {:02} – Acme", place % 40));
                event.insert("referrer", page(place.saturating_sub(1)));
            }
            Value::from(event)
        })
        .collect();
    visitor("019bdf0a-1234-7abc-8def-0123456789ab", &events)
}

#[test]
fn an_ordinary_event_takes_at_most_120_bytes() {
    for (count, version) in [(10, 4), (100, 4), (1000, 4), (10, 7), (100, 7), (1000, 7)] {
        let visitor = ordinary(count, version);
        assert_eq!(visitor.events().len(), count);
        let bytes = visitor.snapshot().len();
        println!("{count} events, UUIDs of version {version}: {bytes} bytes, {} for each", bytes / count);
        assert!(bytes <= 120 * count, "{count} events take {bytes} bytes");
    }
}

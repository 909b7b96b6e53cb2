//! The limits of docs/model.md, section 11, and what else is bounded: at the limit all is well, one beyond it is refused with its code.
//! `package/limits.test.mjs` does the same through the npm package; `bombs.rs` measures what memory is taken by what is far beyond.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use warmlead::condition::{self, matches};
use warmlead::engine::{Recorded, Visitor, score};
use warmlead::event::vocabulary::{MAX_VISITOR_BYTES, Vocabulary, translate};
use warmlead::event::{Event, MAX_EVENT_BYTES, MAX_PROPERTIES_DEPTH};
use warmlead::model::{MAX_MODEL_BYTES, MAX_RULES, Model};
use warmlead::time::MAX_TIME;
use warmlead::value::{MAX_DEPTH, Value};
use warmlead::{json, problem::Problem};

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
const NOON: i64 = 1_769_000_000_000;

fn object(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Object(pairs.into_iter().collect())
}

/// Objects in objects, so many levels in all.
fn nested(levels: usize) -> Value {
    (1..levels).fold(object([]), |inner, _| object([("a", inner)]))
}

/// A value of so many bytes: `make` gets a text to put into it.
fn of_size(size: usize, make: impl Fn(String) -> Value) -> Value {
    let bytes = |value: &Value| json::print(value).len();
    let value = make("x".repeat(size - bytes(&make(String::new()))));
    assert_eq!(bytes(&value), size);
    value
}

fn event(more: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    let Value::Object(mut event) = object([("id", "e".into()), ("type", "click".into()), ("time", NOON.into())]) else { unreachable!() };
    more.into_iter().for_each(|(key, value)| event.insert(key, value));
    Value::Object(event)
}

fn read(value: &Value) -> Result<Event, &'static str> {
    Event::read(value, String::new).map_err(|(code, _)| code)
}

fn codes(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.code, problem.path.as_str())).collect()
}

fn model_with(key: &'static str, part: Value) -> Value {
    object([("id", "m".into()), ("version", "1".into()), ("scores", object([("engagement", object([]))])), (key, part)])
}

fn load(value: &Value) -> Model {
    Model::load(value).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn a_model_has_at_most_one_mebibyte() {
    assert_eq!(MAX_MODEL_BYTES, MIB);
    let model = |size| of_size(size, |text| model_with("description", text.into()));
    load(&model(MIB));
    assert_eq!(codes(&Model::load(&model(MIB + 1)).unwrap_err()), [("MODEL_TOO_LARGE", "")]);
}

#[test]
fn a_model_has_at_most_ten_thousand_rules() {
    assert_eq!(MAX_RULES, 10_000);
    let rule = |place| object([("id", format!("r{place}").into()), ("on", "x".into()), ("points", 1.0.into())]);
    let model = |count| model_with("rules", Value::Array((0..count).map(rule).collect()));
    load(&model(10_000));
    assert_eq!(codes(&Model::load(&model(10_001)).unwrap_err()), [("TOO_MANY_RULES", "/rules")]);
}

#[test]
fn a_condition_is_at_most_32_deep() {
    assert_eq!(condition::MAX_DEPTH, 32);
    let condition = |levels| (1..levels).fold(object([("traits.a", 1.0.into())]), |inner, _| object([("$not", inner)]));
    // The innermost holds, and 31 times not is not.
    assert_eq!(matches(&condition(32), &json::parse(r#"{ "traits.a": 1, "traits": { "a": 1 } }"#).unwrap()), Ok(false));
    let beyond = matches(&condition(33), &Value::Null).unwrap_err();
    assert_eq!(beyond.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["CONDITION_TOO_DEEP"]);
    let model = |levels| model_with("disqualify", vec![object([("id", "d".into()), ("when", condition(levels))])].into());
    load(&model(32));
    let refused = Model::load(&model(33)).unwrap_err();
    assert_eq!(refused.len(), 1);
    assert!(refused[0].code == "CONDITION_TOO_DEEP" && refused[0].path.starts_with("/disqualify/0/when/$not"), "{refused:?}");
}

#[test]
fn an_event_has_at_most_32_kibibytes() {
    assert_eq!(MAX_EVENT_BYTES, 32 * KIB);
    for key in ["title", "url", "referrer"] {
        let event = |size| of_size(size, |text| event([(key, text.into())]));
        assert!(read(&event(32 * KIB)).is_ok());
        assert_eq!(read(&event(32 * KIB + 1)), Err("EVENT_TOO_LARGE"));
    }
    let event = |size| of_size(size, |text| event([("properties", object([("a", vec![Value::from(text)].into())]))]));
    assert!(read(&event(32 * KIB)).is_ok());
    assert_eq!(read(&event(32 * KIB + 1)), Err("EVENT_TOO_LARGE"));
    // It is kept under its canonical name: what was taken must be taken again.
    let growth = "view_search_results".len() - "site_search".len();
    let other = |size| {
        of_size(size, |text| {
            object([("type", "site_search".into()), ("id", "e".into()), ("time", Value::Number(1.0)), ("title", text.into())])
        })
    };
    let kept = Event::read(&other(32 * KIB - growth), String::new).unwrap();
    assert_eq!(kept.to_value().json_size(), 32 * KIB);
    assert!(read(&kept.to_value()).is_ok());
    assert_eq!(read(&other(32 * KIB - growth + 1)), Err("EVENT_TOO_LARGE"));
}

#[test]
fn what_an_event_carries_is_at_most_8_deep() {
    assert_eq!(MAX_PROPERTIES_DEPTH, 8);
    for key in ["properties", "traits", "query"] {
        assert!(read(&event([(key, nested(8))])).is_ok(), "{key}");
        assert_eq!(read(&event([(key, nested(9))])), Err("EVENT_TOO_DEEP"), "{key}");
    }
}

#[test]
fn a_time_is_within_those_of_javascript() {
    assert_eq!(MAX_TIME, 8_640_000_000_000_000);
    for (time, expected) in [(0.0, None), (-1.0, Some("INVALID_TIME")), (8.64e15, None), (8.64e15 + 1.0, Some("INVALID_TIME"))] {
        assert_eq!(read(&event([("time", time.into())])).err(), expected, "{time}");
    }
}

#[test]
fn a_visitors_id_has_at_most_1024_bytes_in_a_message() {
    assert_eq!(MAX_VISITOR_BYTES, 1024);
    let said = |size: usize| {
        let message = object([("type", "track".into()), ("event", "x".into()), ("anonymousId", "v".repeat(size).into())]);
        translate(&message, Vocabulary::Segment, Some(NOON))
    };
    assert_eq!(said(1024).events.len(), 1);
    assert_eq!(said(1025).rejected.iter().map(|rejection| rejection.code).collect::<Vec<_>>(), ["INVALID_VISITOR"]);
}

#[test]
fn json_text_is_at_most_96_deep() {
    assert_eq!(MAX_DEPTH, 96);
    let text = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert_eq!(json::parse(&text(96)).unwrap().depth(), 96);
    assert!(json::parse(&text(97)).is_err());
}

/// The earliest are kept, of activity and off site each.
#[test]
fn a_visitor_keeps_as_many_events_as_the_model_says() {
    let model = load(&model_with("retention", object([("events", 3.0.into())])));
    let named = |id: &str, r#type: &str, time: i64| {
        read(&event([("id", id.into()), ("type", r#type.into()), ("time", (NOON + time).into())])).unwrap()
    };
    let mut visitor = Visitor::new("v");
    for (id, r#type, time, expected) in [
        ("a", "click", 10, Recorded::Added),
        ("b", "click", 20, Recorded::Added),
        ("c", "click", 30, Recorded::Added),
        ("d", "click", 40, Recorded::Full),
        ("e", "email_open", 50, Recorded::Added),
        ("f", "email_open", 60, Recorded::Added),
        ("g", "email_open", 70, Recorded::Added),
        ("h", "email_open", 80, Recorded::Full),
        ("a", "click", 10, Recorded::Known),
        ("i", "click", 15, Recorded::Added),
        ("c", "click", 30, Recorded::Full),
    ] {
        assert_eq!(visitor.record(&model, named(id, r#type, time)), expected, "{id}");
    }
    let ids: Vec<&str> = visitor.events().iter().map(|event| event.id.as_str()).collect();
    assert_eq!(ids, ["a", "i", "b", "e", "f", "g"]);
}

#[test]
fn ten_thousand_events_are_kept_by_default() {
    let model = load(&model_with("description", "".into()));
    let events = |count: usize| -> Vec<Value> {
        (0..count).map(|place| object([("type", "click".into()), ("time", (NOON + place as i64).into())])).collect()
    };
    let full = score(&model, "v", None, &events(10_000), MAX_TIME, false);
    assert_eq!((full.assessment.events, full.rejected.len()), (10_000, 0));
    let beyond = score(&model, "v", None, &events(10_001), MAX_TIME, false);
    assert_eq!(beyond.assessment.events, 10_000);
    let refused: Vec<_> = beyond.rejected.iter().map(|rejection| (rejection.index, rejection.code)).collect();
    assert_eq!(refused, [(10_000, "VISITOR_FULL")]);
    assert!(beyond.rejected[0].message.starts_with("the visitor has 10000 earlier events"), "{}", beyond.rejected[0].message);
}

/// A repetition is one part more than what it repeats: a hundred times 10,000, which is what a pattern may have, and one more.
#[test]
fn the_regular_expressions_of_a_model_come_to_at_most_a_million_parts() {
    let rule = |place: usize| {
        let pattern = if place < 100 { "a{9999}" } else { "a" };
        let condition = object([("path", object([("$regex", pattern.into())]))]);
        object([("id", format!("r{place}").into()), ("on", "x".into()), ("points", 1.0.into()), ("where", condition)])
    };
    let model = |count| model_with("rules", Value::Array((0..count).map(rule).collect()));
    load(&model(100));
    assert_eq!(codes(&Model::load(&model(101)).unwrap_err()), [("INVALID_REGEX", "/rules/100/where/path/$regex")]);
}

/// Events off site and others each have their own room.
#[test]
fn who_is_full_of_one_kind_has_room_for_the_other() {
    let model = load(&model_with("retention", json::parse(r#"{ "events": 10 }"#).unwrap()));
    let numbered = |place: usize, offsite: bool| {
        let more = [("id", Value::from(format!("e{place:02}"))), ("time", (NOON + place as i64).into()), ("offsite", offsite.into())];
        Event::read(&event(more), String::new).unwrap()
    };
    for first in [false, true] {
        let mut visitor = Visitor::new("v");
        let mut record = |place, offsite| visitor.record(&model, numbered(place, offsite));
        for place in 0..10 {
            assert_eq!(record(place, first), Recorded::Added);
        }
        // Of one kind there are ten, of the other five, then six, and so on.
        for place in 10..20 {
            assert_eq!(record(2 * place, first), Recorded::Full);
            assert_eq!(record(2 * place + 1, !first), Recorded::Added);
        }
        assert_eq!((record(50, first), record(51, !first)), (Recorded::Full, Recorded::Full));
    }
}

//! What must hold whatever the events are: the invariants of ARCHITECTURE.md, on random visitors.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::HashSet;
use warmlead::engine::{Assessment, Visitor, score};
use warmlead::event::Event;
use warmlead::event::vocabulary::{Vocabulary, translate};
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

const EVERYTHING: &str = include_str!("models/everything.json");
const START: Time = 1_769_000_000_000;
const MINUTE: Time = 60_000;

fn model(text: &str) -> Model {
    Model::load(&json::parse(text).unwrap()).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// Events of a few types, close together, at boundaries, at equal times, and weeks apart.
fn event() -> impl Strategy<Value = Value> {
    let types = select(vec![
        "page_view",
        "page_view",
        "page_view",
        "click",
        "form_submit",
        "purchase",
        "email_click",
        "email_open",
        "identify",
        "crm_note",
        "consent",
        "action_shown",
        "action_dismissed",
        "action_converted",
        "action_held_out",
        "email_unsubscribe",
    ]);
    let time = prop_oneof![
        4 => (0..60_i64).prop_map(|step| START + step * 5 * MINUTE),
        3 => (0..40_i64).prop_map(|day| START - START % (24 * 60 * MINUTE) + day * 24 * 60 * MINUTE - 330 * MINUTE),
        2 => (0..900_i64).prop_map(|hour| START + hour * 60 * MINUTE + 1),
    ];
    let url = select(vec!["/pricing", "/pricing/teams?utm_source=x&utm_medium=cpc", "https://acme.example/blog/a", "/", "/careers"]);
    let role = select(vec!["student", "Head of Ops", "chief", "analyst"]);
    (types, time, url, 0..12_u8, -5..200_i64, role, 0..40_u8).prop_map(|(r#type, time, url, id, value, role, more)| {
        let mut event = Object::new();
        // Few ids, so that events collide.
        event.insert("id", if more < 8 { format!("e{id}") } else { format!("{}-{time}-{more}", r#type) });
        event.insert("type", r#type);
        event.insert("time", time);
        event.insert("url", url);
        let mut properties = Object::new();
        properties.insert("value", value as f64 / 4.0);
        properties.insert("action", ["chat", "form", "banner"][usize::from(id) % 3]);
        properties.insert("marketing", more % 2 == 0);
        event.insert("properties", properties);
        if r#type == "identify" || more == 1 {
            let company = Object::from_iter([("size", Value::from(value))]);
            event.insert("traits", Object::from_iter([("role", Value::from(role)), ("company", Value::from(company))]));
        }
        Value::Object(event)
    })
}

fn events() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(event(), 0..40).prop_map(|mut events| {
        // Events with equal ids, times and types are one event (docs/model.md, section 2), so they say the same.
        let mut seen = HashSet::new();
        events.retain(|event| seen.insert(["id", "time", "type"].map(|key| event.at(key).map(json::print))));
        events
    })
}

fn later() -> impl Strategy<Value = Time> {
    (0..60 * 24_i64).prop_map(|hours| START + hours * 60 * MINUTE - 330 * MINUTE)
}

fn read(values: &[Value]) -> Vec<Event> {
    values.iter().map(|value| Event::read(value, || unreachable!()).unwrap()).collect()
}

fn visitor(model: &Model, values: &[Value]) -> Visitor {
    let mut visitor = Visitor::new("v");
    visitor.extend(model, read(values));
    visitor
}

fn check_receipts(assessment: &Assessment) {
    for (name, lines) in &assessment.receipt.as_ref().unwrap().0 {
        let sum: i64 = lines.iter().map(|line| line.points().0).sum();
        let value = assessment.scores.iter().find(|(own, _)| **own == **name).unwrap().1.value.0;
        assert_eq!(sum, value, "{name}: {lines:#?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// Invariant 1: arrival order, duplicates and batching don't show.
    #[test]
    fn an_assessment_depends_on_the_set_of_events_alone(values in events(), order in any::<u64>(), cut in any::<Index>(), now in later()) {
        let model = model(EVERYTHING);
        let expected = visitor(&model, &values).assess(&model, now, true);
        check_receipts(&expected);
        let mut shuffled = values.clone();
        shuffled.extend(values.iter().take(5).cloned());
        shuffled.sort_by_key(|value| warmlead::engine::fnv64(format!("{order}{}", json::print(value)).as_bytes()));
        prop_assert_eq!(&visitor(&model, &shuffled).assess(&model, now, true), &expected);
        let mut one_by_one = Visitor::new("v");
        for event in read(&shuffled) {
            one_by_one.record(&model, event);
        }
        prop_assert_eq!(&one_by_one.assess(&model, now, true), &expected);
        let (left, right) = values.split_at(cut.index(values.len() + 1));
        let mut merged = visitor(&model, left);
        merged.merge(&model, visitor(&model, right));
        merged.merge(&model, visitor(&model, right));
        prop_assert_eq!(&merged.assess(&model, now, true), &expected);
    }

    /// What is asked later is never different from what would have been seen then.
    #[test]
    fn the_past_does_not_change(values in events(), first in later(), second in later()) {
        let model = model(EVERYTHING);
        let visitor = visitor(&model, &values);
        let (first, second) = (first.min(second), first.max(second));
        let (then, now) = (visitor.assess(&model, first, false), visitor.assess(&model, second, false));
        let seen = now.transitions.iter().filter(|transition| transition.at <= first);
        prop_assert_eq!(then.transitions.iter().collect::<Vec<_>>(), seen.collect::<Vec<_>>());
    }

    /// Boundaries that are left out could not have changed anything: a rule that is never over keeps all of them.
    #[test]
    fn skipped_moments_change_nothing(values in events(), now in later()) {
        let mut with_all = json::parse(EVERYTHING).unwrap();
        let Value::Object(object) = &mut with_all else { unreachable!() };
        let Some(Value::Array(rules)) = object.get_mut("rules") else { unreachable!() };
        rules.push(json::parse(r#"{ "id": "tick", "score": "fit-two", "idle": "1d", "points": 0, "decay": { "expire": "1h" } }"#).unwrap());
        // Without `stage_days` and idle rules the short model may skip; the other visits every hour.
        let strip = |mut value: Value| {
            let Value::Object(object) = &mut value else { unreachable!() };
            let Some(Value::Array(rules)) = object.get_mut("rules") else { unreachable!() };
            rules.retain(|rule| rule.at("id") != Some(&Value::from("idle")));
            let Some(Value::Array(stages)) = object.get_mut("stages") else { unreachable!() };
            stages.truncate(3);
            if let Some(Value::Object(mql)) = stages.last_mut() {
                mql.insert("exit", json::parse(r#"{ "scores.blend": { "$lt": 10 } }"#).unwrap());
            }
            Model::load(&value).unwrap()
        };
        let (short, long) = (strip(json::parse(EVERYTHING).unwrap()), strip(with_all));
        let far = now + 20 * 24 * 60 * MINUTE;
        prop_assert_eq!(visitor(&short, &values).assess(&short, far, false).transitions, visitor(&long, &values).assess(&long, far, false).transitions);
    }

    /// Bad events lose nothing beside them, and nothing panics.
    #[test]
    fn hostile_events_are_refused_one_by_one(values in events(), hostile in prop::collection::vec(any_value(), 0..8), now in later()) {
        let model = model(EVERYTHING);
        let expected = score(&model, "v", None, &values, now, true);
        let mut mixed = values.clone();
        mixed.extend(hostile.iter().cloned());
        let mixed = score(&model, "v", None, &mixed, now, true);
        prop_assert_eq!(mixed.rejected.len(), hostile.len());
        prop_assert_eq!(mixed.assessment, expected.assessment);
    }

    /// A model with a part replaced by anything is loaded or refused with a reason; it never panics.
    #[test]
    fn hostile_models_are_refused_with_reasons(path in any::<u64>(), part in any_value(), values in events(), now in later()) {
        let mut value = json::parse(EVERYTHING).unwrap();
        replace(&mut value, path, part);
        match Model::load(&value) {
            Ok(model) => check_receipts(&score(&model, "v", None, &values, now, true).assessment),
            Err(problems) => prop_assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.message.is_empty())),
        }
    }

    /// A message with a part replaced by anything is an event that can be recorded, or refused with a reason; it harms nothing beside it.
    #[test]
    fn hostile_messages_are_refused_one_by_one(path in any::<u64>(), part in any_value(), which in 0..MESSAGES.len()) {
        let (vocabulary, good) = MESSAGES[which];
        let vocabulary = Vocabulary::named(vocabulary).unwrap();
        let good = json::parse(good).unwrap();
        let alone = translate(&good, vocabulary, None);
        prop_assert!(alone.rejected.is_empty() && !alone.events.is_empty());
        let mut hostile = good.clone();
        replace(&mut hostile, path, part);
        let list = translate(&Value::Array(vec![good.clone(), hostile, good]), vocabulary, None);
        let count = alone.events.len();
        prop_assert_eq!(&list.events[..count], &alone.events[..]);
        prop_assert_eq!(&list.events[list.events.len() - count..], &alone.events[..]);
        for translated in &list.events {
            prop_assert!(Event::read(&translated.to_value(), || "fresh".into()).is_ok());
        }
        prop_assert!(list.rejected.iter().all(|rejection| !rejection.message.is_empty()));
    }
}

/// A rich message of each vocabulary.
const MESSAGES: [(&str, &str); 5] = [
    (
        "segment",
        r#"{"batch": [{"type": "page", "messageId": "m", "anonymousId": "a", "userId": 7, "timestamp": 1000, "sentAt": 2000, "receivedAt": 3000, "name": "n",
            "properties": {"title": "t"}, "context": {"page": {"url": "/?a=1"}, "campaign": {"name": "c", "source": "s"}, "traits": {"role": "r"}}},
            {"type": "group", "groupId": "g", "userId": "u", "timestamp": 1000, "traits": {"size": 5}}], "sentAt": 2000}"#,
    ),
    (
        "ga4",
        r#"{"client_id": "c", "timestamp_micros": 1000000, "user_properties": {"plan": {"value": "pro"}},
            "events": [{"name": "page_view", "params": {"page_location": "/", "items": [{"id": 1}]}}, {"name": "x", "timestamp_micros": "2000000"}]}"#,
    ),
    ("ga4", r#"{"name": "login", "params": {"method": "m", "page_title": "t"}, "timestamp_micros": 5, "user_id": "u"}"#),
    (
        "shopify",
        r#"{"id": "s", "clientId": "c", "name": "checkout_completed", "timestamp": 1000, "context": {"document": {"location": {"href": "/"}, "title": "t"}},
            "data": {"checkout": {"email": "e", "lineItems": [{"id": 1}]}}, "customData": {}}"#,
    ),
    (
        "snowplow",
        r#"{"event_name": "link_click", "event": "unstruct", "event_id": "e", "derived_tstamp": "2026-01-21 12:53:20.000", "domain_userid": "d", "user_id": "u",
            "page_url": "/", "se_value": 5, "contexts_w_1": [[{"id": "p"}]], "unstruct_event_x_1": {"targetUrl": "/"}}"#,
    ),
];

/// Any JSON value, of words that mean something here. None of them is a valid event.
fn any_value() -> impl Strategy<Value = Value> {
    let words = select(vec![
        "",
        "ever",
        "day",
        "0d",
        "30d",
        "5m",
        "visitor",
        "$gt",
        "traits.role",
        "engagement",
        "*",
        "none",
        "mql",
        "\u{fffd}",
        "😀",
    ]);
    let numbers = select(vec![0.0, -1.0, 0.5, 1e15, 1e300, -1e300, 5e-324, 9_007_199_254_740_993.0]);
    let leaf =
        prop_oneof![Just(Value::Null), any::<bool>().prop_map(Value::Bool), numbers.prop_map(Value::Number), words.prop_map(Value::from)];
    leaf.prop_recursive(4, 24, 5, |inner| {
        let keys =
            select(vec!["type", "id", "on", "when", "where", "points", "of", "$or", "$in", "$not", "$elemMatch", "path", "times", "per"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Array),
            prop::collection::vec((keys, inner), 0..5).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

/// Replaces one part of a value, chosen by the digits of `path`: at each level a step down, or a stop.
fn replace(value: &mut Value, path: u64, part: Value) {
    let children = match value {
        Value::Array(items) => items.len(),
        Value::Object(object) => object.len(),
        _ => 0,
    };
    let levels = children as u64 + 1;
    let (choice, path) = ((path % levels) as usize, path / levels);
    match value {
        Value::Array(items) if choice < items.len() => replace(&mut items[choice], path, part),
        Value::Object(object) if choice < object.len() => {
            let key = object.keys().nth(choice).unwrap().to_owned();
            replace(object.get_mut(&key).unwrap(), path, part);
        }
        whole => *whole = part,
    }
}

/// All visitors of a model begin alike, unless their ids or what is known of them from elsewhere say otherwise.
#[test]
fn no_visitor_has_anything_of_another() {
    let of = |named: &str, anybody: &str| {
        model(&format!(
            r#"{{ "id": "asks", "version": "1", "scores": {{ "engagement": {{}}, "fit": {{}} }},
                 "rules": [{{ "id": "named", "score": "engagement", "when": {named}, "points": 7 }},
                           {{ "id": "size", "when": {anybody}, "points": {{ "of": "traits.size" }} }},
                           {{ "id": "country", "when": {{ "traits.country": "DE" }}, "points": 2 }}] }}"#
        ))
    };
    let (ids, traits) = (
        of(r#"{ "id": "b" }"#, r#"{ "id": { "$ne": "" } }"#),
        of(r#"{ "traits.country": "FR" }"#, r#"{ "traits.country": { "$exists": true } }"#),
    );
    let known = json::parse(r#"{ "country": "DE", "size": 5 }"#).unwrap();
    let view = json::parse(&format!(r#"{{ "id": "e", "type": "page_view", "time": {START} }}"#)).unwrap();
    // One after the other, so that each comes after each of the others.
    for id in ["a", "b", "c", "b", "a", "c"] {
        for (model, named) in [(&ids, if id == "b" { 7.0 } else { 0.0 }), (&traits, 0.0)] {
            for (given, fit) in [(None, 0.0), (known.as_object(), 7.0), (None, 0.0)] {
                for events in [vec![], vec![view.clone()]] {
                    let said = score(model, id, given.cloned(), &events, START, false).assessment;
                    let values: Vec<f64> = said.scores.iter().map(|(_, score)| score.value.value()).collect();
                    assert_eq!(values, [named, fit], "{id}, {given:?}, {} events", events.len());
                }
            }
        }
    }
}

/// Somebody asked as of a later time, and an event comes that happened before that, after all others: what followed up to then is found anew.
#[test]
fn an_event_before_what_was_asked_last_counts_from_its_own_time() {
    let model = model(
        r#"{ "id": "m", "version": "1", "scores": { "engagement": { "min": -100 } }, "rules": [{ "id": "idle", "idle": "2d", "points": -5 }],
            "signals": { "lately": { "on": "click", "within": "2d" } },
            "stages": [{ "id": "lead", "when": { "signals.lately": { "$gte": 2 } }, "exit": { "signals.lately": 0 } }] }"#,
    );
    let day = 24 * 60 * MINUTE;
    let event = |id: &str, time: Time| Event { id: id.into(), r#type: "click".into(), time, ..Event::default() };
    let mut asked = Visitor::new("v");
    asked.record(&model, event("a", START));
    asked.record(&model, event("b", START + MINUTE));
    let before = asked.value(&model, "engagement", START + 6 * day);
    asked.record(&model, event("c", START + day));
    let mut fresh = Visitor::new("v");
    fresh.extend(&model, asked.events().to_vec());
    for later in [START + 6 * day, START + 7 * day] {
        assert_eq!(json::print(&asked.assess(&model, later, true)), json::print(&fresh.assess(&model, later, true)));
    }
    assert_ne!(asked.value(&model, "engagement", START + 6 * day), before);
}

/// Of the same actions in the same order, whether one is shown or held out can be seen.
#[test]
fn what_is_held_out_now_is_a_change_to_see() {
    let action = |id: &str| format!(r#"{{ "id": "{id}", "when": {{}}, "do": {{ "type": "chat", "message": "m" }}, "holdout": 0.000001 }}"#);
    let model = model(&format!(
        r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{}} }}, "actions": [{}, {}] }}"#,
        action("a"),
        action("b")
    ));
    let mut visitor = Visitor::new("v");
    visitor.record(&model, Event { id: "a".into(), r#type: "click".into(), time: START, ..Event::default() });
    let shown = |visitor: &Visitor| {
        let Assessment { show, held_out, .. } = visitor.assess(&model, START, false);
        (show.len(), held_out.len())
    };
    let before = (shown(&visitor), visitor.glance(&model, START));
    let properties = Some(Object::from_iter([("action", "b")]));
    visitor.record(&model, Event { id: "b".into(), r#type: "action_held_out".into(), time: START, properties, ..Event::default() });
    assert_eq!((before.0, shown(&visitor)), ((2, 0), (1, 1)));
    assert_ne!(visitor.glance(&model, START), before.1);
}

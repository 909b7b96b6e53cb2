//! Bombs: whatever is thrown at the engine, what it takes of memory stays within a bound, which is measured.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use peak_alloc::PeakAlloc;
use std::sync::{Mutex, MutexGuard};
use warmlead::engine::{Recorded, Visitor, score};
use warmlead::event::vocabulary::{Vocabulary, translate};
use warmlead::event::{Event, MAX_EVENT_BYTES};
use warmlead::json;
use warmlead::model::Model;
use warmlead::value::Value;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;
const NOON: i64 = 1_769_000_000_000;

/// One test at a time: they share the memory that is measured.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// The most bytes that `work` has beside what there was before, and its answer.
fn measured<T>(work: impl FnOnce() -> T) -> (usize, T) {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let answer = work();
    (MEMORY.peak_usage().saturating_sub(before), answer)
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Value {
    Value::Object(pairs.into_iter().collect())
}

/// A model under which a visitor keeps 1,000 events.
fn model() -> Model {
    let text = r#"{ "id": "m", "version": "1", "scores": { "engagement": {} }, "retention": { "events": 1000 },
        "rules": [{ "id": "click", "on": "click", "points": 1, "limit": { "times": 3, "per": "7d" }, "decay": { "half_life": "7d" } }] }"#;
    Model::load(&json::parse(text).unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn bombs_of_json_text_take_what_their_text_takes() {
    let _turn = turn();
    let opened = "[".repeat(100_000);
    let braces = "{\"a\":".repeat(100_000);
    let closed = format!("{opened}{}", "]".repeat(100_000));
    for text in [opened, braces, closed] {
        let (peak, parsed) = measured(|| json::parse(&text));
        assert!(parsed.is_err() && peak < MIB, "{peak} bytes");
    }
}

/// What is wide or long is read by the host in full; the engine adds nothing that grows with it.
#[test]
fn wide_and_long_bombs_are_refused_within_little_memory() {
    let _turn = turn();
    let wide = Value::Array(vec![Value::Array(Vec::new()); 1_000_000]);
    let long = Value::from("x".repeat(MIB));
    // The first key comes twice.
    let keys: Vec<String> = (0..=100_000).map(|place| format!("\"k{}\":0", place % 100_000)).collect();
    let many = json::parse(&format!("{{{}}}", keys.join(","))).unwrap();
    for (name, bomb) in [("wide", wide), ("long", long), ("many keys", many)] {
        let event = object([("type", "click".into()), ("time", NOON.into()), ("properties", object([("bomb", bomb.clone())]))]);
        let (peak, refused) = measured(|| Event::read(&event, String::new).map_err(|(code, _)| code));
        assert_eq!(refused, Err("EVENT_TOO_LARGE"), "{name}");
        assert!(peak < 64 * KIB, "{name}: {peak} bytes");

        let model = object([("id", "m".into()), ("description", bomb.clone())]);
        let (peak, refused) = measured(|| Model::load(&model).unwrap_err());
        assert_eq!(refused.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["MODEL_TOO_LARGE"], "{name}");
        assert!(peak < 64 * KIB, "{name}: {peak} bytes");

        for vocabulary in Vocabulary::ALL {
            let message = object([
                ("type", "track".into()),
                ("event", "x".into()),
                ("name", "x".into()),
                ("properties", bomb.clone()),
                ("customData", bomb.clone()),
            ]);
            let (peak, said) = measured(|| translate(&message, vocabulary.1, Some(NOON)));
            assert!(said.events.iter().all(|said| said.event.to_value().json_size() <= MAX_EVENT_BYTES));
            assert!(peak < 256 * MIB, "{name} of {}: {peak} bytes", vocabulary.0);
        }
    }
}

/// A few bytes of text that would be compiled into megabytes each, as often as a model has room for.
#[test]
fn regular_expressions_are_bounded_together() {
    let _turn = turn();
    let bomb = r#"{ "path": { "$regex": "[\\u{100}-\\u{10ffff}]{9998}" } }"#;
    let list = json::parse(&format!("[{}]", [bomb; 1_000].join(","))).unwrap();
    let rule = object([("id", "r".into()), ("on", "x".into()), ("points", 1.0.into()), ("where", object([("$or", list)]))]);
    let model = object([("id", "m".into()), ("scores", object([("engagement", object([]))])), ("rules", vec![rule].into())]);
    let (peak, refused) = measured(|| Model::load(&model).unwrap_err());
    assert_eq!(refused.len(), 1_000 - 12);
    assert!(refused.iter().all(|problem| problem.code == "INVALID_REGEX" && problem.message.contains("too much")), "{}", refused[0]);
    assert!(peak < 256 * MIB, "{peak} bytes");
}

/// A million events are offered one by one, each of them of a kilobyte.
#[test]
fn a_visitor_who_never_stops_takes_bounded_memory() {
    let _turn = turn();
    let model = model();
    let text = "x".repeat(1_000);
    let mut visitor = Visitor::new("v");
    let (peak, full) = measured(|| {
        let mut full = 0;
        for place in 0..1_000_000_i64 {
            let event = Event {
                id: format!("e{place}"),
                r#type: "click".into(),
                time: NOON + place,
                url: None,
                host: None,
                path: None,
                query: None,
                title: Some(text.clone()),
                referrer: None,
                properties: None,
                traits: None,
                offsite: false,
            };
            full += usize::from(visitor.record(&model, event) == Recorded::Full);
        }
        full
    });
    assert_eq!((full, visitor.events().len()), (999_000, 1_000));
    assert!(peak < 8 * MIB, "{peak} bytes");
    let (peak, assessment) = measured(|| visitor.assess(&model, NOON + 1_000_000, true));
    assert_eq!(assessment.events, 1_000);
    assert!(peak < MIB, "{peak} bytes");
}

/// A million events in one list: beside the list itself, a bounded number of bytes for each.
#[test]
fn a_list_that_never_stops_takes_memory_in_proportion() {
    let _turn = turn();
    let model = model();
    let event = object([("type", "click".into()), ("time", NOON.into())]);
    let list = vec![event; 1_000_000];
    let (peak, scored) = measured(|| score(&model, "v", None, &list, NOON, false));
    assert_eq!((scored.assessment.events, scored.rejected.len()), (1_000, 999_000));
    assert!(scored.rejected.iter().all(|rejection| rejection.code == "VISITOR_FULL"));
    assert!(peak < 1_000 * MIB, "{peak} bytes");
}

/// Keys and values that a visitor chooses by the thousand cost what their text costs, not the square of it. The bound is far: each of these takes a fraction of a second, seconds without
/// optimisation, and many minutes if it grows with the square.
#[test]
fn nobody_is_kept_busy_by_what_a_visitor_chooses() {
    let _turn = turn();
    let text = r#"{ "id": "m", "version": "1", "scores": { "engagement": {} }, "signals": { "files": { "on": "*", "measure": "distinct", "of": "properties.file" } },
        "rules": [{ "id": "size", "score": "engagement", "when": { "traits.company.size": { "$gte": 5 } }, "points": 1 },
                  { "id": "query", "on": "*", "where": { "query.last": "1" }, "points": 1, "limit": { "times": 3, "by": "properties.file" } }] }"#;
    let model = Model::load(&json::parse(text).unwrap()).unwrap_or_else(|problems| panic!("{problems:?}"));
    let keys = |event: usize, count: usize| (0..count).map(move |key| (format!("{:x}", event * count + key), Value::from(0.0)));
    let traits = |event: usize| object([("traits", Value::Object(keys(event, 2_500).collect()))]);
    let company = |event: usize| {
        let own = keys(event, 2_400).chain([("size".to_owned(), 7.0.into())]);
        object([("traits", object([("company", Value::Object(own.collect()))]))])
    };
    let forgotten = |event: usize| {
        let gone = keys(event.saturating_sub(1), 1_200).map(|(key, _)| (key, Value::Null));
        object([("traits", Value::Object(keys(event, 1_200).chain(gone).collect()))])
    };
    let files = |event: usize| {
        let own = keys(0, 2_500).chain([("last".to_owned(), (event as f64).into())]);
        object([("properties", object([("file", Value::Object(own.collect()))]))])
    };
    let lists = |event: usize| {
        let items: Vec<Value> = (0..4_000).map(|_| 0.0.into()).chain([(event as f64).into()]).collect();
        object([("properties", object([("file", items.into())]))])
    };
    let query = |_: usize| {
        let keys: Vec<String> = (0..7_000).map(|key| format!("{key:x}")).collect();
        object([("url", format!("/?{}&last=1", keys.join("&")).into())])
    };
    type Kind<'a> = (&'a str, usize, &'a dyn Fn(usize) -> Value, f64);
    let kinds: [Kind<'_>; 6] = [
        ("traits", 40, &traits, 0.0),
        ("company", 40, &company, 1.0),
        ("forgotten", 40, &forgotten, 0.0),
        ("files", 100, &files, 0.0),
        ("lists", 200, &lists, 0.0),
        ("query", 40, &query, 3.0),
    ];
    for (name, count, make, points) in kinds {
        let events: Vec<Value> = (0..count)
            .map(|event| {
                let mut value = make(event).as_object().unwrap().clone();
                value.insert("type", "click");
                value.insert("time", NOON as f64 + event as f64);
                value.into()
            })
            .collect();
        let start = std::time::Instant::now();
        let scored = score(&model, "v", None, &events, NOON + 1_000, false);
        assert_eq!((scored.assessment.scores[0].1.value.value(), scored.rejected.len()), (points, 0), "{name}");
        assert!(start.elapsed().as_secs() < 100, "{name}: {:?}", start.elapsed());
    }
}

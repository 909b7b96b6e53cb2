//! Compares what is expected with what came out: of objects only the keys that are expected, of arrays every item, and a text that is a
//! time with the number that it stands for.
//!
//! An expectation is a part of an answer ([`super::Given::answer`]). Its keys may be dotted paths. Two of them are no parts of it: `absent`
//! lists paths at which nothing may be, and `rejected`, the refused events, is expected to be empty where it is not written.

use crate::model::read;
use crate::problem::{Problems, did_you_mean};
use crate::time::parse_iso;
use crate::value::{Object, Value};

/// What may be expected.
const KEYS: [&str; 22] = [
    "model",
    "visitor",
    "at",
    "events",
    "scores",
    "grade",
    "stage",
    "stage_since",
    "mql",
    "mql_at",
    "disqualified",
    "digest",
    "transitions",
    "show",
    "held_out",
    "consent",
    "receipt",
    "next_change",
    "to_mql",
    "document",
    "rejected",
    "absent",
];

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where, as a dotted path into the answer.
    pub path: String,
    /// What should be there; `None` if nothing should.
    pub expected: Option<Value>,
    /// What is there; `None` if nothing is.
    pub got: Option<Value>,
    /// A guess at what was meant, if the path leads nowhere.
    pub hint: Option<String>,
}

/// All that is not as expected, in the order of the expectation.
///
/// ```
/// # use warmlead::{golden::differences, json::parse};
/// let answer = parse(r#"{ "stage": "mql", "mql_at": 86400000, "scores": { "fit": { "value": 40, "grade": "B" } }, "rejected": [] }"#).unwrap();
/// let found = |expect| differences(parse(expect).unwrap().as_object().unwrap(), &answer);
/// assert_eq!(found(r#"{ "scores.fit": { "value": 40 }, "mql_at": "1970-01-02T00:00:00Z" }"#), []);
/// assert_eq!(found(r#"{ "scores": { "fit.value": 45 } }"#)[0].path, "scores.fit.value");
/// assert_eq!(found(r#"{ "scores.fti.value": 40 }"#)[0].hint.as_deref(), Some("did you mean `fit`?"));
/// ```
pub fn differences(expect: &Object, answer: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, expected) in expect.iter().filter(|(key, _)| *key != "absent") {
        differ(key, expected, answer, key, &mut found);
    }
    if expect.get("rejected").is_none() {
        differ("rejected", &Value::Array(Vec::new()), answer, "rejected", &mut found);
    }
    for path in expect.get("absent").and_then(Value::as_array).unwrap_or_default().iter().filter_map(Value::as_str) {
        if let Some(there) = answer.at(path) {
            found.push(Difference { path: path.to_owned(), expected: None, got: Some(there.clone()), hint: None });
        }
    }
    found
}

/// Whether a value is as expected.
pub fn holds(expected: &Value, got: &Value) -> bool {
    let mut found = Vec::new();
    compare("", expected, got, &mut found);
    found.is_empty()
}

/// Compares what stands in an object at a key with what is expected there.
fn differ(path: &str, expected: &Value, object: &Value, key: &str, found: &mut Vec<Difference>) {
    match part(object, key) {
        Some(got) => compare(path, expected, got, found),
        None => {
            let hint = nearest(object, key);
            found.push(Difference { path: path.to_owned(), expected: Some(expected.clone()), got: None, hint });
        }
    }
}

fn compare(path: &str, expected: &Value, got: &Value, found: &mut Vec<Difference>) {
    match (expected, got) {
        (Value::Object(object), Value::Object(_)) => {
            for (key, expected) in object.iter() {
                differ(&format!("{path}.{key}"), expected, got, key, found);
            }
        }
        (Value::Array(wanted), Value::Array(items)) if wanted.len() == items.len() => {
            for (place, (expected, got)) in wanted.iter().zip(items).enumerate() {
                compare(&format!("{path}.{place}"), expected, got, found);
            }
        }
        (Value::String(text), Value::Number(time)) if parse_iso(text).is_some_and(|expected| expected as f64 == *time) => {}
        _ if expected == got => {}
        _ => found.push(Difference { path: path.to_owned(), expected: Some(expected.clone()), got: Some(got.clone()), hint: None }),
    }
}

/// Own key first, then dotted path.
fn part<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_object().and_then(|object| object.get(key)).or_else(|| value.at(key))
}

/// Where a path that leads nowhere leaves what is there, the key that it may have meant.
fn nearest(mut value: &Value, path: &str) -> Option<String> {
    for key in path.split('.') {
        match value.at(key) {
            Some(next) => value = next,
            None => return did_you_mean(key, value.as_object()?.keys()),
        }
    }
    None
}

/// Refuses keys of an expectation that no answer has.
pub(super) fn check_keys(expect: &Object, problems: &mut Problems) {
    for key in expect.keys() {
        problems.at(key, |problems| check_key(key, problems));
    }
    if let Some(absent) = expect.get("absent") {
        problems.at("absent", |problems| {
            read::list(absent, "a list of paths at which nothing may be", problems, |path, problems| {
                read::text(path, problems).map(|path| check_key(path, problems))
            });
        });
    }
}

fn check_key(path: &str, problems: &mut Problems) {
    let key = path.split('.').next().unwrap_or_default();
    if !KEYS.contains(&key) {
        let message = format!("unknown key `{key}`; what can be expected is {}", read::listed(&KEYS));
        problems.add_with_hint("UNKNOWN_KEY", message, did_you_mean(key, KEYS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, print};

    #[test]
    fn differences_say_where_and_what() {
        let answer = r#"{ "mql": true, "grade": null, "at": 0, "rejected": [], "show": [{ "id": "chat", "priority": 1 }, { "id": "form" }],
            "scores": { "a.b": { "value": 1 } }, "document": { "signals": { "visits": 2 } } }"#;
        let answer = parse(answer).unwrap();
        let table: &[(&str, &[&str])] = &[
            (r#"{ "mql": true, "grade": null }"#, &[]),
            (r#"{ "mql": 1 }"#, &["mql: 1 true"]),
            (r#"{ "grade": "A" }"#, &["grade: \"A\" null"]),
            (r#"{ "at": "1970-01-01T01:00:00+01:00" }"#, &[]),
            (r#"{ "at": "1970-01-01" }"#, &["at: \"1970-01-01\" 0"]),
            (r#"{ "show": [{ "id": "chat" }, {}] }"#, &[]),
            (
                r#"{ "show": [{ "id": "form" }, { "id": "form", "priority": 0 }] }"#,
                &["show.0.id: \"form\" \"chat\"", "show.1.priority: 0 nothing"],
            ),
            (r#"{ "show": [{ "id": "chat" }] }"#, &[r#"show: [{"id":"chat"}] [{"id":"chat","priority":1},{"id":"form"}]"#]),
            (r#"{ "show.0.id": "chat", "show.2": {} }"#, &["show.2: {} nothing"]),
            (r#"{ "scores.a.b.value": 1 }"#, &["scores.a.b.value: 1 nothing"]),
            (r#"{ "scores": { "a.b": { "value": 1 } } }"#, &[]),
            (r#"{ "document.signals.vistis": 2 }"#, &["document.signals.vistis: 2 nothing did you mean `visits`?"]),
            (r#"{ "document": { "signals": 1 } }"#, &[r#"document.signals: 1 {"visits":2}"#]),
            (r#"{ "rejected": [{}] }"#, &["rejected: [{}] []"]),
            (
                r#"{ "absent": ["grade", "mql_at", "document.signals.visits"] }"#,
                &["grade: nothing null", "document.signals.visits: nothing 2"],
            ),
        ];
        for (expect, expected) in table {
            let found = differences(parse(expect).unwrap().as_object().unwrap(), &answer).into_iter().map(|difference| {
                let printed = |value: Option<Value>| value.map_or("nothing".to_owned(), |value| print(&value));
                let line = format!("{}: {} {}", difference.path, printed(difference.expected), printed(difference.got));
                difference.hint.map_or(line.clone(), |hint| format!("{line} {hint}"))
            });
            assert_eq!(found.collect::<Vec<_>>(), *expected, "{expect}");
        }
        let refused = parse(r#"{ "rejected": [{ "index": 0 }] }"#).unwrap();
        assert_eq!(differences(&Object::new(), &refused).len(), 1, "no event may be refused unless a case says so");
    }
}

//! Cases of translation (`vectors/translate.json`): a message in, and exactly these events, merges and refusals out.

use crate::support::{fnv64, printed, say};
use warmlead::event::read_time;
use warmlead::event::vocabulary::{Translation, Vocabulary, translate};
use warmlead::time::parse_iso;
use warmlead::value::{Object, Value};

/// Runs every case, reports all that are wrong, and prints a hash of all the translations.
///
/// # Errors
/// The wrong cases, a line each.
pub fn run(vectors: &Value) -> Result<(), String> {
    let cases = vectors.at("cases").and_then(Value::as_array).ok_or("there are no `cases`")?;
    let (mut all, mut wrong) = (String::new(), Vec::new());
    for case in cases {
        let name = case.at("name").and_then(Value::as_str).unwrap_or("a case without a name");
        match said(case) {
            Ok(said) => {
                all += &printed(&said);
                let expected = expected(case.at("expect"));
                if !agrees(&expected, &said) {
                    wrong.push(format!("{name}: expected {}, got {}", printed(&expected), printed(&said)));
                }
            }
            Err(problem) => wrong.push(format!("{name}: {problem}")),
        }
    }
    say(&format!("digest translate {:016x}", fnv64(all.as_bytes())));
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"))) }
}

/// What a case's message comes to; empty lists are left out, and refusals are their places and codes.
fn said(case: &Value) -> Result<Value, String> {
    let vocabulary = case.at("vocabulary").and_then(Value::as_str).and_then(Vocabulary::named).ok_or("no such vocabulary")?;
    let now = case.at("now").map(|now| read_time(Some(now), "now")).transpose().map_err(|(_, message)| message)?;
    let message = case.at("message").ok_or("there is no `message`")?;
    let Translation { events, merges, rejected, .. } = translate(message, vocabulary, now);
    let mut said = Object::new();
    let mut add = |key: &str, list: Vec<Value>| {
        if !list.is_empty() {
            said.insert(key, list);
        }
    };
    add("events", events.iter().map(|event| event.to_value()).collect());
    add("merges", merges.into_iter().map(|merge| Object::from_iter([("from", merge.from), ("into", merge.into)]).into()).collect());
    let refused = |index: usize, code: &str| Value::Array(vec![Value::from(index as f64), Value::from(code)]);
    add("rejected", rejected.iter().map(|rejection| refused(rejection.index, rejection.code)).collect());
    Ok(said.into())
}

/// What is expected, its times read.
fn expected(expect: Option<&Value>) -> Value {
    let mut expect = expect.cloned().unwrap_or_default();
    if let Value::Object(expect) = &mut expect
        && let Some(Value::Array(events)) = expect.get_mut("events")
    {
        for event in events {
            if let Value::Object(event) = event
                && let Some(time) = event.get("time").and_then(Value::as_str).and_then(parse_iso)
            {
                event.insert("time", time);
            }
        }
    }
    expect
}

/// Whether it is what is expected; an expected id that ends in `*` stands for any that begins so.
fn agrees(expected: &Value, said: &Value) -> bool {
    match (expected, said) {
        (Value::Object(expected), Value::Object(said)) => {
            expected.len() == said.len() && expected.iter().all(|(key, value)| said.get(key).is_some_and(|said| agrees(value, said)))
        }
        (Value::Array(expected), Value::Array(said)) => {
            expected.len() == said.len() && expected.iter().zip(said).all(|(value, said)| agrees(value, said))
        }
        (Value::String(expected), Value::String(said)) if expected.ends_with('*') => {
            expected.strip_suffix('*').is_some_and(|beginning| said.starts_with(beginning))
        }
        (expected, said) => expected == said,
    }
}

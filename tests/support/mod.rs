//! Reads, runs and compares test vectors, the same natively and in JavaScript hosts. The format is `tests/vectors/README.md`.
//!
//! It knows nothing of what the right answers are: those stand in the JSON files, reasoned by hand.

pub mod promises;

use warmlead::engine::{Visitor, score};
use warmlead::event::{Event, read_time};
use warmlead::model::Model;
use warmlead::time::{Time, parse_iso};
use warmlead::value::{Object, Value};

/// Runs every case of a file, reports all that are wrong, and prints a hash of all the answers.
///
/// # Errors
/// The wrong cases, one line for each difference.
pub fn run(file: &str, vectors: &Value) -> Result<(), String> {
    let cases = vectors.at("cases").and_then(Value::as_array).ok_or("there are no `cases`")?;
    let mut assessments = String::new();
    let mut wrong = Vec::new();
    for value in cases {
        let name = value.at("name").and_then(Value::as_str).unwrap_or("a case without a name");
        let differences = match Case::read(value, vectors.at("models")) {
            Ok(case) => case.differences(&mut assessments),
            Err(problem) => vec![problem],
        };
        wrong.extend(differences.into_iter().map(|difference| format!("{file}: {name}: {difference}")));
    }
    say(&format!("digest {file} {:016x}", fnv64(assessments.as_bytes())));
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} differences in {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"))) }
}

/// JSON text as a value.
///
/// # Errors
/// What is wrong with the text.
#[cfg(not(target_arch = "wasm32"))]
pub fn read(text: &str) -> Result<Value, String> {
    warmlead::json::parse(text).map_err(|error| error.to_string())
}

/// JSON text as a value, read by the host.
///
/// # Errors
/// What is wrong with the text.
#[cfg(target_arch = "wasm32")]
pub fn read(text: &str) -> Result<Value, String> {
    let value = js_sys::JSON::parse(text).map_err(|error| format!("{error:?}"))?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

/// What goes out, as the outside sees it.
#[cfg(not(target_arch = "wasm32"))]
pub fn outside(answer: &impl serde::Serialize) -> Result<Value, String> {
    read(&warmlead::json::print(answer))
}

/// What goes out, as the outside sees it.
#[cfg(target_arch = "wasm32")]
pub fn outside(answer: &impl serde::Serialize) -> Result<Value, String> {
    let value = answer.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|error| error.to_string())?;
    serde_wasm_bindgen::from_value(value).map_err(|error| error.to_string())
}

#[cfg(not(target_arch = "wasm32"))]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(target_arch = "wasm32")]
fn say(line: &str) {
    wasm_bindgen_test::console_log!("{line}");
}

/// A case: what goes in, and what is expected of what comes out.
pub struct Case<'a> {
    pub model: Model,
    pub model_value: &'a Value,
    pub visitor: &'a str,
    pub traits: Option<Object>,
    pub events: &'a [Value],
    pub now: Time,
    pub explain: bool,
    expect: &'a Object,
}

impl<'a> Case<'a> {
    /// Reads a case; `models` are those that cases may name.
    ///
    /// # Errors
    /// What is missing or refused.
    pub fn read(case: &'a Value, models: Option<&'a Value>) -> Result<Case<'a>, String> {
        let model_value = match case.at("model") {
            Some(Value::String(name)) => models.and_then(|models| models.at(name)).ok_or(format!("there is no model `{name}`"))?,
            Some(model) => model,
            None => return Err("there is no `model`".into()),
        };
        let model = Model::load(model_value).map_err(|problems| {
            let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
            format!("the model is refused: {}", problems.join("; "))
        })?;
        Ok(Case {
            model,
            model_value,
            visitor: case.at("visitor").and_then(Value::as_str).unwrap_or("v"),
            traits: case.at("traits").and_then(Value::as_object).cloned(),
            events: case.at("events").and_then(Value::as_array).ok_or("there are no `events`")?,
            now: read_time(case.at("now"), "now").map_err(|(_, message)| message)?,
            explain: case.at("explain") == Some(&Value::Bool(true)),
            expect: case.at("expect").and_then(Value::as_object).ok_or("there is no `expect`")?,
        })
    }

    /// The assessment of some events at a time, as the outside sees it, with the visitor document as `document`.
    ///
    /// # Errors
    /// If it can't be seen from outside.
    pub fn answer(&self, events: &[Value], now: Time, explain: bool) -> Result<Value, String> {
        let scored = score(&self.model, self.visitor, self.traits.clone(), events, now, explain);
        let Value::Object(mut answer) = outside(&scored)? else { return Err("the assessment is no object".into()) };
        answer.insert("document", self.as_visitor(events).document(&self.model, now));
        Ok(Value::Object(answer))
    }

    /// A visitor with the events that can be read.
    pub fn as_visitor(&self, events: &[Value]) -> Visitor {
        let mut visitor = Visitor::new(self.visitor);
        visitor.set_traits(self.traits.clone());
        visitor.extend(&self.model, read_events(events));
        visitor
    }

    fn differences(&self, assessments: &mut String) -> Vec<String> {
        let answer = match self.answer(self.events, self.now, self.explain) {
            Ok(answer) => answer,
            Err(problem) => return vec![problem],
        };
        print(&answer, assessments);
        assessments.push('\n');
        let mut found = Vec::new();
        for (key, expected) in self.expect.iter().filter(|(key, _)| *key != "absent") {
            differ(key, expected, part(&answer, key), &mut found);
        }
        if self.expect.get("rejected").is_none() {
            differ("rejected", &Value::Array(Vec::new()), answer.at("rejected"), &mut found);
        }
        for path in self.expect.get("absent").and_then(Value::as_array).unwrap_or_default() {
            if let Some(there) = path.as_str().and_then(|path| answer.at(path)) {
                found.push(format!("{path:?}: expected nothing, got {}", printed(there)));
            }
        }
        promises::check(self, &answer, &mut found);
        found
    }
}

/// The events that can be read, with the ids that `score` would give them.
pub fn read_events(events: &[Value]) -> Vec<Event> {
    let events = events.iter().enumerate();
    events.filter_map(|(place, event)| Event::read(event, || format!("#{place:06}")).ok()).collect()
}

/// Own key first, then dotted path.
fn part<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.as_object().and_then(|object| object.get(key)).or_else(|| value.at(key))
}

/// Compares what is expected with what came out: of objects only the keys that are expected, of arrays every item, and a text that
/// is a time with the number that it stands for.
fn differ(path: &str, expected: &Value, got: Option<&Value>, found: &mut Vec<String>) {
    let Some(got) = got else {
        found.push(format!("{path}: expected {}, got nothing", printed(expected)));
        return;
    };
    match (expected, got) {
        (Value::Object(object), Value::Object(_)) => {
            for (key, expected) in object.iter() {
                differ(&format!("{path}.{key}"), expected, part(got, key), found);
            }
        }
        (Value::Array(wanted), Value::Array(items)) if wanted.len() == items.len() => {
            for (place, (expected, got)) in wanted.iter().zip(items).enumerate() {
                differ(&format!("{path}.{place}"), expected, Some(got), found);
            }
        }
        (Value::String(text), Value::Number(time)) if parse_iso(text).is_some_and(|expected| expected as f64 == *time) => {}
        _ if expected == got => {}
        _ => found.push(format!("{path}: expected {}, got {}", printed(expected), printed(got))),
    }
}

/// Compact JSON, the same to the byte on every platform (the host's own printing of numbers stays out of it).
pub fn printed(value: &Value) -> String {
    let mut text = String::new();
    print(value, &mut text);
    text
}

fn print(value: &Value, text: &mut String) {
    let list = |text: &mut String, begin: &str, end: &str, items: &mut dyn FnMut(&mut String)| {
        text.push_str(begin);
        items(text);
        if text.ends_with(',') {
            text.pop();
        }
        text.push_str(end);
    };
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(bool) => text.push_str(&bool.to_string()),
        Value::Number(number) => text.push_str(&number.to_string()),
        Value::String(string) => text.push_str(&format!("{string:?}")),
        Value::Array(items) => list(text, "[", "]", &mut |text| {
            for item in items {
                print(item, text);
                text.push(',');
            }
        }),
        Value::Object(object) => list(text, "{", "}", &mut |text| {
            for (key, value) in object.iter() {
                text.push_str(&format!("{key:?}:"));
                print(value, text);
                text.push(',');
            }
        }),
    }
}

fn fnv64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

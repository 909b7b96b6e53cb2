//! Runs cases, the same natively and in JavaScript hosts: test vectors and golden cases, which the tests read.
//!
//! It knows nothing of what the right answers are (those stand in JSON files, reasoned by hand), nor of how they are compared: that is the
//! library's.

pub mod promises;

use warmlead::golden::{Difference, Given, differences};
use warmlead::model::Model;
use warmlead::problem::Problem;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// Runs cases, reports all that are wrong, and prints a hash of all the answers.
///
/// # Errors
/// The wrong cases, one line for each difference.
pub fn run<'a>(file: &str, cases: impl Iterator<Item = (&'a str, Result<Case<'a>, String>)>) -> Result<(), String> {
    let (mut assessments, mut wrong, mut count) = (String::new(), Vec::new(), 0);
    for (name, case) in cases {
        count += 1;
        let differences = match case {
            Ok(case) => case.differences(&mut assessments),
            Err(problem) => vec![problem],
        };
        wrong.extend(differences.into_iter().map(|difference| format!("{file}: {name}: {difference}")));
    }
    say(&format!("digest {file} {:016x}", fnv64(assessments.as_bytes())));
    if wrong.is_empty() { Ok(()) } else { Err(format!("{} differences in {count} cases:\n{}", wrong.len(), wrong.join("\n"))) }
}

/// Loads a model.
///
/// # Errors
/// All that is wrong with it.
pub fn load(model: &Value) -> Result<Model, String> {
    Model::load(model).map_err(|problems| format!("the model is refused: {}", all(&problems)))
}

/// Problems as a line.
pub fn all(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
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

/// Prints a line, wherever this runs.
#[cfg(not(target_arch = "wasm32"))]
pub fn say(line: &str) {
    println!("{line}");
}

/// Prints a line, wherever this runs.
#[cfg(target_arch = "wasm32")]
pub fn say(line: &str) {
    wasm_bindgen_test::console_log!("{line}");
}

/// A case: what goes in, and what is expected of what comes out.
pub struct Case<'a> {
    pub model: Model,
    pub model_value: &'a Value,
    pub given: Given<'a>,
    pub explain: bool,
    pub expect: &'a Object,
}

impl Case<'_> {
    /// What comes out for some events at a time.
    ///
    /// # Errors
    /// If it can't be seen from outside.
    pub fn answer(&self, events: &[Value], now: Time, explain: bool) -> Result<Value, String> {
        Given { events, now, ..self.given }.answer(&self.model, explain, outside)
    }

    fn differences(&self, assessments: &mut String) -> Vec<String> {
        let answer = match self.answer(self.given.events, self.given.now, self.explain) {
            Ok(answer) => answer,
            Err(problem) => return vec![problem],
        };
        print(&answer, assessments);
        assessments.push('\n');
        let mut found: Vec<String> = differences(self.expect, &answer).iter().map(told).collect();
        promises::check(self, &answer, &mut found);
        found
    }
}

/// A difference as a line.
fn told(difference: &Difference) -> String {
    let printed = |value: &Option<Value>| value.as_ref().map_or("nothing".into(), printed);
    format!("{}: expected {}, got {}", difference.path, printed(&difference.expected), printed(&difference.got))
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

/// A hash of what was computed.
pub fn fnv64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3))
}

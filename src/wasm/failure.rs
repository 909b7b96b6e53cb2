//! Errors on their way to JavaScript: plain objects `{ code, path, message, problems? }`, of which the entry makes a `WarmleadError`.

use super::encode;
use crate::problem::{Problem, text_of, told, words};
use crate::value::{Value, fields, list};
use wasm_bindgen::JsValue;

/// Why a call failed.
#[derive(Debug)]
pub struct Failure {
    code: &'static str,
    path: String,
    message: String,
    problems: Option<Vec<Problem>>,
}

impl Failure {
    /// A failure at a place of what was given: a JSON pointer, empty for the whole.
    pub fn new(code: &'static str, path: impl Into<String>, message: impl Into<String>) -> Failure {
        Failure { code, path: path.into(), message: message.into(), problems: None }
    }

    /// A scoring model that can't be used: its code and place are those of the whole, its message is that of the first problem.
    pub fn model(problems: Vec<Problem>) -> Failure {
        Failure::of_problems("INVALID_MODEL", "the scoring model", problems)
    }

    /// A condition that can't be read.
    pub fn condition(problems: Vec<Problem>) -> Failure {
        Failure::of_problems("INVALID_CONDITION", "the condition", problems)
    }

    fn of_problems(code: &'static str, what: &str, problems: Vec<Problem>) -> Failure {
        let message = match problems.as_slice() {
            [] => words!("{what} can't be used"),
            [only] => words!("{what} has a problem: {only}"),
            [first, ..] => words!("{what} has {} problems; the first: {first}", problems.len()),
        };
        let path = problems.first().map(|problem| problem.path.clone()).unwrap_or_default();
        Failure { code, path, message: text_of(message), problems: Some(problems) }
    }
}

impl From<Failure> for JsValue {
    fn from(failure: Failure) -> JsValue {
        let mut thrown = fields([
            ("code", failure.code.into()),
            ("path", (&failure.path).into()),
            ("message", told(&failure.message, failure.code, &failure.path)),
        ]);
        if let Some(problems) = &failure.problems {
            thrown.insert("problems", list(problems));
        }
        encode::value(&Value::from(thrown))
    }
}

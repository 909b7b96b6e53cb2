//! `golden/*.json`: named visitors on the shipped model, each a believable list of events over days, looked at several times.
//! They hold the model, not the engine: whoever changes its points or stages sees here which visitors notice.
//!
//! A file is `{ about, visitor, events, cases: [{ name, why, now, explain?, expect }] }`; `expect` is that of `vectors/README.md`.

mod support;

use warmlead::models::B2B_SAAS;
use warmlead::value::{Object, Value};

macro_rules! golden {
    ($($test:ident: $file:literal,)*) => {
        $(
            #[cfg_attr(not(target_arch = "wasm32"), test)]
            #[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
            fn $test() {
                let story = support::read(include_str!(concat!("golden/", $file, ".json"))).unwrap();
                if let Err(report) = support::run($file, &as_vectors(&story)) {
                    panic!("{report}");
                }
            }
        )*
    };
}

golden! {
    the_ready_buyer: "ready-buyer",
    the_curious_student: "curious-student",
    the_job_seeker: "job-seeker",
    the_returning_reader: "returning-reader",
    the_competitor: "competitor",
}

/// A story as vectors: each of its cases with the model, the visitor and the events.
fn as_vectors(story: &Value) -> Value {
    let part = |key: &'static str| (key, story.at(key).cloned().unwrap_or_default());
    let case = |case: &Value| {
        let own = case.as_object().cloned().unwrap_or_default().into_iter();
        let shared = [("model", Value::from("shipped")), part("visitor"), part("events")];
        Value::from(own.chain(shared.map(|(key, value)| (key.to_owned(), value))).collect::<Object>())
    };
    let cases: Vec<Value> = story.at("cases").and_then(Value::as_array).unwrap_or_default().iter().map(case).collect();
    let shipped = support::read(B2B_SAAS).unwrap_or_default();
    Value::from(Object::from_iter([("models", Value::from(Object::from_iter([("shipped", shipped)]))), ("cases", Value::from(cases))]))
}

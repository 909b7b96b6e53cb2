//! `vectors/conditions.json`: what the condition language means, reasoned by hand from `docs/model.md`, natively and in JavaScript
//! hosts. A case is `{ name, condition, document, expected }`; expected is `true`, `false` or the codes of the problems, in order,
//! separated by spaces. A missing document is `null`.

use warmlead::condition;
use warmlead::value::Value;

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> Option<Value> {
    warmlead::json::parse(text).ok()
}

#[cfg(target_arch = "wasm32")]
fn read(text: &str) -> Option<Value> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}

#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn conditions_mean_what_the_vectors_say() {
    let vectors = read(include_str!("vectors/conditions.json")).expect("the vectors are JSON");
    let cases = vectors.as_array().expect("the vectors are a list");
    let wrong: Vec<_> = cases.iter().filter_map(wrong).collect();
    assert!(wrong.is_empty(), "{} of {} cases are wrong:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    assert!(cases.len() >= 120);
}

/// A case as a line, if it does not come out as expected.
fn wrong(case: &Value) -> Option<String> {
    let part = |key: &str| case.at(key).unwrap_or(&Value::Null);
    let actual = match condition::matches(part("condition"), part("document")) {
        Ok(holds) => Value::Bool(holds),
        Err(problems) => Value::from(problems.iter().map(|problem| problem.code).collect::<Vec<_>>().join(" ")),
    };
    (actual != *part("expected")).then(|| format!("{:?}: expected {:?}, got {actual:?}", part("name"), part("expected")))
}

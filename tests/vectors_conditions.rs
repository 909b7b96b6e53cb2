//! `vectors/conditions.json`: what the condition language means, reasoned by hand from `docs/model.md`, natively and in JavaScript
//! hosts. A case is `{ name, condition, document, expected }`; expected is `true`, `false` or the codes of the problems, in order,
//! separated by spaces. A missing document is `null`.

#[path = "support/patterns.rs"]
mod patterns;

use patterns::Trial;
use warmlead::condition;
use warmlead::engine::fnv64;
use warmlead::value::{Object, Value};

#[cfg(not(target_arch = "wasm32"))]
fn read(text: &str) -> Option<Value> {
    warmlead::json::parse(text).ok()
}

#[cfg(target_arch = "wasm32")]
fn read(text: &str) -> Option<Value> {
    serde_wasm_bindgen::from_value(js_sys::JSON::parse(text).ok()?).ok()
}

fn say(line: &str) {
    #[cfg(not(target_arch = "wasm32"))]
    println!("{line}");
    #[cfg(target_arch = "wasm32")]
    wasm_bindgen_test::console_log!("{line}");
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

/// Random regular expressions, natively by the `regex` crate and in JavaScript hosts by theirs: the digests of what they match are compared by
/// `make test`. Where they differ, `src/condition/regex/differential.rs` says which.
#[cfg_attr(not(target_arch = "wasm32"), test)]
#[cfg_attr(target_arch = "wasm32", wasm_bindgen_test::wasm_bindgen_test)]
fn random_regular_expressions_match_the_same_everywhere() {
    let (mut answers, mut hits) = (Vec::new(), 0);
    for seed in 0..1_000 {
        let Trial { pattern, ignoring, texts } = Trial::random(seed + 1_000_000, 12);
        let operator = if ignoring { "$regexi" } else { "$regex" };
        let test = Object::from_iter([(operator, Value::from(pattern.as_str()))]);
        let texts: Vec<Value> = texts.into_iter().map(Value::from).collect();
        for text in texts {
            let condition = Object::from_iter([("text", Value::from(test.clone()))]);
            let holds = condition::matches(&condition.into(), &Object::from_iter([("text", text)]).into());
            let holds = holds.unwrap_or_else(|problems| panic!("{pattern}: {problems:?}"));
            answers.push(u8::from(holds));
            hits += usize::from(holds);
        }
    }
    assert!((2_000..10_000).contains(&hits), "{hits} of {} match", answers.len());
    say(&format!("digest regular-expressions {:016x}", fnv64(&answers)));
}

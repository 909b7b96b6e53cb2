//! Regular expressions that may freeze a visitor's tab.

use crate::condition::regex::backtrack::may_explode;
use crate::problem::Problems;
use crate::value::Value;

/// Looks at all regular expressions of a model. What an action does is opaque.
pub fn report(value: &Value, problems: &mut Problems) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                problems.at(index, |problems| report(item, problems));
            }
        }
        Value::Object(object) => {
            for (key, item) in object.iter().filter(|(key, _)| *key != "do") {
                problems.at(key, |problems| one(key, item, problems));
            }
        }
        _ => {}
    }
}

fn one(key: &str, item: &Value, problems: &mut Problems) {
    let ignore_case = matches!(key, "$regexi" | "$notRegexi");
    match item.as_str().filter(|_| ignore_case || matches!(key, "$regex" | "$notRegex")) {
        Some(pattern) if may_explode(pattern, ignore_case) => problems.add(
            "SLOW_REGEX",
            "JavaScript may need very long for this regular expression: a repetition stands within a repetition, and the same text can be \
             divided up between them in many ways; repeat once, as in `a+` instead of `(a+)+`",
        ),
        Some(_) => {}
        None => report(item, problems),
    }
}

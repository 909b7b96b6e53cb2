//! Event types that look like misspellings of canonical ones. Any name is legal, so this is a guess, and a careful one: two names that
//! differ in how they are written together, or in a letter, two if they are long.

use crate::event::types::{ACTIVITY, OFFSITE, canonical};
use crate::model::Model;
use crate::problem::{Problems, distance};
use crate::value::Value;

/// Looks at all types that a model names in `on`. Those that it declares as `offsite` itself are meant.
pub fn report(model: &Model, value: &Value, problems: &mut Problems) {
    let list = |key: &str| value.at(key).and_then(Value::as_array).unwrap_or_default().iter().enumerate();
    let entries = |key: &str| value.at(key).and_then(Value::as_object).into_iter().flat_map(|object| object.iter().collect::<Vec<_>>());
    problems.at("scores", |problems| {
        for (name, score) in entries("scores") {
            problems.at(name, |problems| below("reset", score, model, problems));
        }
    });
    problems.at("signals", |problems| {
        for (name, signal) in entries("signals") {
            problems.at(name, |problems| {
                pattern(signal, model, problems);
                below("since", signal, model, problems);
                let steps = signal.at("sequence").and_then(Value::as_array).unwrap_or_default().iter().enumerate();
                problems.at("sequence", |problems| {
                    for (index, step) in steps {
                        problems.at(index, |problems| pattern(step, model, problems));
                    }
                });
            });
        }
    });
    problems.at("rules", |problems| {
        for (index, rule) in list("rules") {
            problems.at(index, |problems| pattern(rule, model, problems));
        }
    });
}

fn below(key: &str, value: &Value, model: &Model, problems: &mut Problems) {
    if let Some(value) = value.at(key) {
        problems.at(key, |problems| pattern(value, model, problems));
    }
}

fn pattern(value: &Value, model: &Model, problems: &mut Problems) {
    problems.at("on", |problems| match value.at("on") {
        Some(Value::String(r#type)) => one(r#type, model, problems),
        Some(Value::Array(types)) => {
            for (index, r#type) in types.iter().enumerate() {
                problems.at(index, |problems| r#type.as_str().map(|r#type| one(r#type, model, problems)));
            }
        }
        _ => {}
    });
}

fn one(r#type: &str, model: &Model, problems: &mut Problems) {
    if r#type == "*" || model.offsite.iter().any(|own| own == canonical(r#type)) {
        return;
    }
    if let Some(meant) = misspelt(r#type) {
        let message = format!("`{type}` is no type of docs/events.md and looks like `{meant}`; it is right only if your site sends it so");
        problems.add_with_hint("MISSPELLED_TYPE", message, Some(format!("did you mean `{meant}`?")));
    }
}

/// The canonical type that a name was probably meant to be.
fn misspelt(r#type: &str) -> Option<&'static str> {
    let mut known = ACTIVITY.iter().chain(OFFSITE).copied();
    if canonical(r#type) != r#type || known.clone().any(|known| known == r#type) {
        return None;
    }
    let letters = |text: &str| text.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let own = letters(r#type);
    let length = r#type.chars().count();
    let close = |known: &str| match distance(r#type, known) {
        0 | 1 => length >= 5,
        2 => length >= 12,
        _ => false,
    };
    known.clone().find(|known| letters(known) == own).or_else(|| known.find(|known| close(known)))
}

#[cfg(test)]
mod tests {
    use super::misspelt;

    #[test]
    fn misspellings_are_found_and_other_names_left_alone() {
        for (r#type, meant) in [
            ("page_veiw", "page_view"),
            ("pageview", "page_view"),
            ("PageView", "page_view"),
            ("Page View", "page_view"),
            ("page-view", "page_view"),
            ("form_submits", "form_submit"),
            ("newsleter_subscribe", "newsletter_subscribe"),
            ("contct_reqest", "contact_request"),
        ] {
            assert_eq!(misspelt(r#type), Some(meant), "{type}");
        }
        for r#type in ["page_view", "sign_in", "logout", "Product Added", "chat_end", "email_check", "crm_note", "note", "page", "view"] {
            assert_eq!(misspelt(r#type), None, "{type}");
        }
    }
}

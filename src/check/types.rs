//! Event types that look like misspellings of canonical ones, or like addresses. Any name is legal, so this is a guess, and a careful one:
//! two names that differ in how they are written together, or in a letter, two if they are long; and a few words for the same.

use super::miswritten::pages;
use crate::condition::matches;
use crate::event::types::{ACTIVITY, OFFSITE, canonical};
use crate::model::Model;
use crate::problem::{Problems, distance};
use crate::value::{Object, Value};

/// Where a type stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// In `on`, where types of other vocabularies are translated.
    On,
    /// In a condition, where they stand for themselves, and no event has them.
    Condition,
}

/// Looks at all types that a model names. Those that it declares as `offsite` and names elsewhere, too, are meant.
pub fn report(model: &Model, value: &Value, problems: &mut Problems) {
    let mut named = Vec::new();
    each(value, problems, &mut |r#type, place, problems| {
        named.push(canonical(r#type).to_owned());
        if !model.offsite.iter().any(|own| own == canonical(r#type)) {
            one(r#type, place, problems);
        }
    });
    problems.at("offsite", |problems| {
        for (index, r#type) in items(value, "offsite") {
            if let Some(r#type) = r#type.as_str().filter(|own| !named.iter().any(|named| named == canonical(own))) {
                problems.at(index, |problems| one(r#type, Place::On, problems));
            }
        }
    });
}

/// Tells of each type in `on` and in the conditions beside it.
fn each(value: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, Place, &mut Problems)) {
    problems.at("scores", |problems| {
        for (name, score) in entries(value, "scores") {
            problems.at(name, |problems| below("reset", score, problems, tell));
        }
    });
    problems.at("signals", |problems| {
        for (name, signal) in entries(value, "signals") {
            problems.at(name, |problems| {
                pattern(signal, problems, tell);
                below("since", signal, problems, tell);
                problems.at("sequence", |problems| {
                    for (index, step) in items(signal, "sequence") {
                        problems.at(index, |problems| pattern(step, problems, tell));
                    }
                });
            });
        }
    });
    problems.at("rules", |problems| {
        for (index, rule) in items(value, "rules") {
            problems.at(index, |problems| pattern(rule, problems, tell));
        }
    });
}

fn items<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (usize, &'v Value)> {
    value.at(key).and_then(Value::as_array).unwrap_or_default().iter().enumerate()
}

fn entries<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = (&'v str, &'v Value)> {
    value.at(key).and_then(Value::as_object).into_iter().flat_map(Object::iter)
}

fn below(key: &str, value: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, Place, &mut Problems)) {
    if let Some(value) = value.at(key) {
        problems.at(key, |problems| pattern(value, problems, tell));
    }
}

fn pattern(value: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, Place, &mut Problems)) {
    if let Some(on) = value.at("on") {
        problems.at("on", |problems| words(on, problems, &mut |r#type, problems| tell(r#type, Place::On, problems)));
    }
    if let Some(condition) = value.at("where") {
        problems
            .at("where", |problems| in_condition(condition, problems, &mut |r#type, problems| tell(r#type, Place::Condition, problems)));
    }
}

/// A text, or the texts of a list.
fn words(value: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, &mut Problems)) {
    match value {
        Value::String(word) => tell(word, problems),
        Value::Array(words) => {
            for (index, word) in words.iter().enumerate() {
                problems.at(index, |problems| word.as_str().map(|word| tell(word, problems)));
            }
        }
        _ => {}
    }
}

/// What a condition compares an event's `type` with.
fn in_condition(condition: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, &mut Problems)) {
    for (key, value) in condition.as_object().into_iter().flat_map(Object::iter) {
        problems.at(key, |problems| match key {
            "$and" | "$or" | "$nor" => {
                for (index, condition) in value.as_array().unwrap_or_default().iter().enumerate() {
                    problems.at(index, |problems| in_condition(condition, problems, tell));
                }
            }
            "$not" => in_condition(value, problems, tell),
            "type" => in_test(value, problems, tell),
            _ => {}
        });
    }
}

fn in_test(test: &Value, problems: &mut Problems, tell: &mut dyn FnMut(&str, &mut Problems)) {
    match test {
        Value::Object(operators) => {
            for (operator, operand) in operators.iter() {
                problems.at(operator, |problems| match operator {
                    "$eq" | "$ne" | "$in" | "$nin" => words(operand, problems, tell),
                    "$not" => in_test(operand, problems, tell),
                    _ => {}
                });
            }
        }
        test => words(test, problems, tell),
    }
}

fn one(r#type: &str, place: Place, problems: &mut Problems) {
    const CODE: &str = "MISSPELLED_TYPE";
    let canonical = canonical(r#type);
    if r#type == "*" {
        return;
    }
    if canonical != r#type && place == Place::Condition {
        let message = format!("events that are sent as `{type}` have the type `{canonical}` here, which is what a condition sees");
        problems.add_with_hint(CODE, message, Some(format!("did you mean `{canonical}`?")));
    } else if let Some(meant) = pages(r#type).filter(|_| place == Place::On) {
        let message = format!("`{type}` is an address, and no event's type; it is right only if your site sends it so");
        problems.add_with_hint(CODE, message, Some(format!("did you mean `{meant}`?")));
    } else if let Some(meant) = misspelt(r#type) {
        let message = format!("`{type}` is no type of docs/events.md and looks like `{meant}`; it is right only if your site sends it so");
        problems.add_with_hint(CODE, message, Some(format!("did you mean `{meant}`?")));
    } else if let Some(meant) = pattern_of(r#type).filter(|_| place == Place::On) {
        let message =
            format!("`{type}` is taken as it is written, since no type but `*` is a pattern; it is right only if your site sends it so");
        problems.add_with_hint(CODE, message, Some(format!("did you mean {meant}?")));
    }
}

/// The canonical types that a name with a `*` was probably meant to stand for.
fn pattern_of(r#type: &str) -> Option<String> {
    if !r#type.contains('*') {
        return None;
    }
    let glob = Object::from_iter([("type", Value::from(Object::from_iter([("$glob", r#type)])))]).into();
    let holds = |known: &&str| matches(&glob, &Object::from_iter([("type", *known)]).into()) == Ok(true);
    let meant: Vec<String> = ACTIVITY.iter().chain(OFFSITE).copied().filter(holds).map(|known| format!("`{known}`")).collect();
    (!meant.is_empty()).then(|| meant.join(" or "))
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
    known.clone().find(|known| letters(known) == own).or_else(|| synonym(&own)).or_else(|| known.find(|known| close(known)))
}

/// The canonical type that goes by another name, given by its letters.
fn synonym(letters: &str) -> Option<&'static str> {
    Some(match letters {
        "download" | "downloads" | "pdfdownload" => "file_download",
        "formsubmission" => "form_submit",
        "newsletter" | "newslettersignup" => "newsletter_subscribe",
        "webinar" => "webinar_attend",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{misspelt, pattern_of};

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
            ("download", "file_download"),
            ("Downloads", "file_download"),
            ("pdf_download", "file_download"),
            ("form_submission", "form_submit"),
            ("newsletter_signup", "newsletter_subscribe"),
            ("newsletter", "newsletter_subscribe"),
            ("webinar", "webinar_attend"),
        ] {
            assert_eq!(misspelt(r#type), Some(meant), "{type}");
        }
        for r#type in ["page_view", "sign_in", "logout", "Product Added", "chat_end", "email_check", "crm_note", "note", "page", "view"] {
            assert_eq!(misspelt(r#type), None, "{type}");
        }
    }

    #[test]
    fn patterns_stand_for_canonical_types() {
        assert_eq!(pattern_of("email_o*").as_deref(), Some("`email_open`"));
        assert_eq!(pattern_of("video_*").as_deref(), Some("`video_start` or `video_progress` or `video_complete`"));
        assert_eq!(pattern_of("crm_*"), None);
        assert_eq!(pattern_of("page_view"), None);
    }
}

//! Conditions that say something else than they look like: an operator without its dollar, a list where one of several is meant, a path as
//! no page has it. Each may be meant as it is written, so these are guesses, and careful ones.

use crate::condition::meant;
use crate::condition::number::number_to_text;
use crate::event::url;
use crate::problem::{Problem, Problems};
use crate::value::{Object, Value};

const CODE: &str = "MISWRITTEN_CONDITION";

/// Looks at all conditions of a model, but where one of these certain warnings stands already. What an action does is opaque.
pub fn report(value: &Value, certain: &[Problem], problems: &mut Problems) {
    let mut guesses = Problems::new();
    walk(value, &mut guesses);
    for guess in guesses.into_vec() {
        if !certain.iter().any(|warning| below(&guess.path, &warning.path) || below(&warning.path, &guess.path)) {
            problems.add_at(&guess.path, CODE, guess.message, guess.hint);
        }
    }
}

/// Whether a JSON pointer leads to what another one does, or into it.
fn below(inner: &str, outer: &str) -> bool {
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn walk(value: &Value, problems: &mut Problems) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                problems.at(index, |problems| walk(item, problems));
            }
        }
        Value::Object(object) => {
            for (key, item) in object.iter() {
                problems.at(key, |problems| match key {
                    "do" => {}
                    "where" | "when" | "exit" => condition(item, key == "exit", problems),
                    // Their keys are names, which may be any.
                    "scores" | "groups" | "signals" => {
                        for (name, named) in item.as_object().into_iter().flat_map(Object::iter) {
                            problems.at(name, |problems| walk(named, problems));
                        }
                    }
                    _ => walk(item, problems),
                });
            }
        }
        _ => {}
    }
}

/// A condition, one that a stage is left by or another.
fn condition(value: &Value, exit: bool, problems: &mut Problems) {
    for (key, value) in value.as_object().into_iter().flat_map(Object::iter) {
        problems.at(key, |problems| match key {
            "$and" | "$or" | "$nor" => {
                for (index, part) in value.as_array().unwrap_or_default().iter().enumerate() {
                    problems.at(index, |problems| condition(part, exit, problems));
                }
            }
            "$not" => condition(value, exit, problems),
            path => test(&Asked { path, exit }, value, problems),
        });
    }
}

/// What is asked for something.
struct Asked<'a> {
    path: &'a str,
    /// Whether by the `exit` of a stage.
    exit: bool,
}

impl Asked<'_> {
    /// Whether it is the path of an address.
    fn is_path(&self) -> bool {
        matches!(self.path, "path" | "first.entry_path" | "last.entry_path")
    }

    /// Whether it is an address, or a part of one, where nobody looks for a `*`.
    fn is_address(&self) -> bool {
        self.is_path() || matches!(self.path, "url" | "host" | "referrer" | "first.referrer_host" | "last.referrer_host")
    }
}

fn test(asked: &Asked<'_>, value: &Value, problems: &mut Problems) {
    let Value::Object(operators) = value else { return equality(asked, value, problems) };
    if !operators.keys().any(|key| key.starts_with('$')) {
        return equality(asked, value, problems);
    }
    for (operator, operand) in operators.iter() {
        problems.at(operator, |problems| match operator {
            "$not" => test(asked, operand, problems),
            "$eq" => equality(asked, operand, problems),
            "$in" => {
                for (index, item) in operand.as_array().unwrap_or_default().iter().enumerate() {
                    problems.at(index, |problems| text(asked, item, problems));
                }
            }
            "$glob" | "$globi" => {
                if let (Some(glob), true) = (operand.as_str(), asked.is_path()) {
                    path(glob, problems);
                }
            }
            _ => {}
        });
    }
}

fn equality(asked: &Asked<'_>, value: &Value, problems: &mut Problems) {
    match value {
        Value::Object(object) => operators(asked.path, object, problems),
        Value::Array(items) if !items.is_empty() && !items.iter().any(|item| matches!(item, Value::Array(_) | Value::Object(_))) => {
            let message = format!("this holds only if `{}` equals the list as a whole: all of its items, in this order", asked.path);
            guess(message, &format!("`{{ \"$in\": [{}] }}`", written(items)), problems);
        }
        Value::Number(points) if *points != 0.0 && asked.path.starts_with("scores.") => {
            let points = number_to_text(*points);
            let operator = if asked.exit { "$lt" } else { "$gte" };
            let message = format!("this holds only as long as `{}` is exactly {points} points", asked.path);
            guess(message, &format!("`{{ \"{operator}\": {points} }}`"), problems);
        }
        value => text(asked, value, problems),
    }
}

/// An object all of whose keys are operators, but for the dollar.
fn operators(path: &str, object: &Object, problems: &mut Problems) {
    let Some(meant) = object.keys().map(meant::same).collect::<Option<Vec<_>>>().filter(|meant| !meant.is_empty()) else { return };
    let listed = meant.iter().map(|operator| format!("`{operator}`")).collect::<Vec<_>>().join(" and ");
    // These may as well be what the object is to have.
    let field = object.keys().next().filter(|key| object.len() == 1 && matches!(*key, "size" | "type" | "count" | "length"));
    let or = field.map(|field| format!(", or the path `{path}.{field}`")).unwrap_or_default();
    let message =
        format!("`{path}` is compared with the object as a whole, and equals only one with the same keys and values and no others");
    guess(message, &format!("{listed}{or}"), problems);
}

/// A text that something is to equal.
fn text(asked: &Asked<'_>, value: &Value, problems: &mut Problems) {
    let Some(text) = value.as_str() else { return };
    if text.contains('*') && asked.is_address() {
        let meant = if asked.is_path() { rooted(text).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() };
        let message = format!("a `*` stands for itself here, and `{}` has none; it is any run of characters only in a `$glob`", asked.path);
        guess(message, &format!("`{}`", globbed(&meant)), problems);
    } else if asked.is_path() {
        path(text, problems);
    }
}

/// `{ "$glob": "…" }`
fn globbed(text: &str) -> String {
    format!("{{ \"$glob\": {} }}", quoted(text))
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The first items of a list that holds no others.
fn written(items: &[Value]) -> String {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = items.iter().take(SHOWN).map(one).collect();
    if items.len() > SHOWN {
        shown.push("…".to_owned());
    }
    shown.join(", ")
}

fn one(item: &Value) -> String {
    match item {
        Value::String(text) => quoted(text),
        Value::Number(number) => number_to_text(*number),
        Value::Bool(holds) => holds.to_string(),
        _ => "null".to_owned(),
    }
}

/// A text, or a glob, that is to be a path.
fn path(text: &str, problems: &mut Problems) {
    let name = query(text).map(|name| format!("`query.{name}`"));
    match (rooted(text), name) {
        (Some(meant), _) if has_host(text) => {
            guess("a path has no host, but begins with the `/` behind it", &format!("`{meant}`"), problems)
        }
        (_, Some(name)) => guess("a path has no query: it ends before the `?`", &name, problems),
        (Some(meant), None) => guess("a path begins with `/`", &format!("`{meant}`"), problems),
        (None, None) => {}
    }
}

fn has_host(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The path of an address, or what is none with a slash before it; nothing if it is one, or a glob that may be.
fn rooted(text: &str) -> Option<String> {
    if has_host(text) {
        return Some(url::path(text).to_owned());
    }
    (!text.is_empty() && !text.starts_with(['/', '*', '?', '\\'])).then(|| format!("/{text}"))
}

/// The first name of the query of what is more than a path. In a glob `?` is any character, so it must look like one.
fn query(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('?')?;
    let (name, _) = rest.split_once('=')?;
    let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    good.then_some(name)
}

fn guess(message: impl Into<String>, meant: &str, problems: &mut Problems) {
    problems.add_with_hint(CODE, message.into(), Some(format!("did you mean {meant}?")));
}

/// The pages that an address stands for, as the condition of a rule; nothing if a text is no address.
pub fn pages(text: &str) -> Option<String> {
    if !text.starts_with('/') && !has_host(text) {
        return None;
    }
    let path = url::path(text);
    let asked = if path.contains('*') { globbed(path) } else { quoted(path) };
    Some(format!("\"on\": \"page_view\", \"where\": {{ \"path\": {asked} }}"))
}

//! Guesses at what was meant where something else is written, for hints: durations in other notations, numbers in quotes.
//!
//! A guess decides nothing: what is refused stays refused. A page's module has none of them.

mod hours;

pub use hours::{clock, day, offset};

use crate::condition::coerce::to_number;
use crate::condition::number::number_to_text;
use crate::problem::{Words, distance, nearest};
use crate::time::{Duration, Unit};
use crate::value::{Object, Value};
use crate::value_ref::ValueRef;

/// “did you mean `x`?”, if there is a guess.
#[cfg(feature = "check")]
pub fn hint(guess: impl FnOnce() -> Option<String>) -> Option<Words> {
    guess().map(|guess| format!("did you mean `{guess}`?"))
}

/// No guess: it would be in words.
#[cfg(not(feature = "check"))]
pub fn hint(_: impl FnOnce() -> Option<String>) -> Option<Words> {
    None
}

/// The value written in the way that is wanted: a number without its quotes, a text with them, a list of one thing as a list.
pub fn rewritten(value: &Value, wanted: &str) -> Option<String> {
    match (value, wanted) {
        (Value::Number(number), "a string") => Some(format!("\"{}\"", number_to_text(*number))),
        (Value::String(text), SHARE) => match text.trim().strip_suffix('%') {
            Some(percent) => share(to_number(ValueRef::Text(percent.trim_end()))),
            None if text.is_empty() => None,
            None => match to_number(ValueRef::Text(text)) {
                number if (0.0..=1.0).contains(&number) => Some(number_to_text(number)),
                number => share(number),
            },
        },
        (Value::String(text), wanted)
            if wanted.starts_with("a number") && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-')) =>
        {
            Some(to_number(value.into())).filter(|number| !text.is_empty() && number.is_finite()).map(number_to_text)
        }
        (Value::String(text), "a list of days") => hours::days(text),
        (Value::String(text), "a list of opening hours") => hours::hours(text).map(|hours| format!("[{hours}]")),
        (Value::String(text), wanted) if wanted.starts_with("a list of ") && !text.is_empty() && !text.contains(['"', '\\']) => {
            Some(format!("[\"{text}\"]"))
        }
        (value, wanted) => as_object(value, wanted),
    }
}

/// What a number is called that is to be a share.
pub const SHARE: &str = "a number from 0 to 1";

/// A number of percent as a share.
pub fn share(percent: f64) -> Option<String> {
    (percent > 0.0 && percent <= 100.0).then(|| number_to_text(percent / 100.0))
}

/// A name with other characters than names have.
pub fn name(text: &str) -> Option<String> {
    let mut meant = String::new();
    for char in text.chars().flat_map(char::to_lowercase) {
        match char {
            'a'..='z' | '0'..='9' | '_' => meant.push(char),
            'ä' => meant.push_str("ae"),
            'ö' => meant.push_str("oe"),
            'ü' => meant.push_str("ue"),
            'ß' => meant.push_str("ss"),
            other if other.is_alphabetic() => return None,
            _ if meant.ends_with('-') => {}
            _ => meant.push('-'),
        }
    }
    let meant = meant.trim_matches('-');
    let begin = if meant.starts_with(|char: char| char.is_ascii_digit()) { "_" } else { "" };
    (!meant.is_empty()).then(|| format!("{begin}{meant}"))
}

/// An object with the one key that what is written is meant for.
fn as_object(value: &Value, wanted: &str) -> Option<String> {
    let text = value.as_str().filter(|text| !text.contains(['"', '\\']));
    match wanted {
        "`decay`" if text?.eq_ignore_ascii_case("none") => Some("none".to_owned()),
        "`decay`" => duration(text?, &[]).map(|duration| format!("{{ \"half_life\": \"{duration}\" }}")),
        "`limit`" | "an action's `limit`" => value.as_number().map(|times| format!("{{ \"times\": {} }}", number_to_text(times))),
        "opening hours" => hours::hours(text?),
        // No event is called by a date, or a duration.
        "a signal" | "`since`" | "`reset`" | "a step" => {
            text.filter(|on| !on.starts_with(|char: char| char.is_ascii_digit())).map(|on| format!("{{ \"on\": \"{on}\" }}"))
        }
        _ => None,
    }
}

/// A key by another name, in an object that may have these keys.
pub fn key(key: &str, object: &Object, keys: &[&str]) -> Option<String> {
    const EVENTS: [&str; 5] = ["on", "event", "events", "type", "trigger"];
    let has_events = object.keys().any(|key| EVENTS.contains(&key.to_ascii_lowercase().as_str()));
    let key = key.to_ascii_lowercase();
    let meant: &[&str] = match key.as_str() {
        "condition" | "conditions" | "if" | "filter" | "filters" if has_events => &["where", "when"],
        "condition" | "conditions" | "if" | "filter" | "filters" => &["when", "where"],
        "event" | "events" | "type" | "trigger" => &["on"],
        "name" | "key" => &["id"],
        // The `times` of points is what they are multiplied by.
        "max" | "count" if !keys.contains(&"of") => &["times"],
        "timezone" | "time_zone" | "tz" => &["utc_offset"],
        "//" | "_comment" | "comment" | "comments" | "note" | "notes" => &["description"],
        _ => &[],
    };
    meant.iter().find(|meant| keys.contains(meant)).map(|meant| (*meant).to_owned())
}

/// What combines conditions, without its dollar.
pub fn combiner(path: &str) -> Option<String> {
    let meant = match path.to_ascii_lowercase().as_str() {
        "and" | "all" => "$and",
        "or" | "any" => "$or",
        "nor" | "none" => "$nor",
        "not" => "$not",
        _ => return None,
    };
    Some(meant.to_owned())
}

/// A path whose first word is misspelt; else one that stands below another name.
pub fn path(path: &str, roots: &[&str], below: &str) -> Option<String> {
    let (root, rest) = path.split_at(path.find('.').unwrap_or(path.len()));
    if !root.starts_with(|char: char| char.is_alphabetic() || char == '_') {
        return None;
    }
    // In a short word two letters are too many to be a slip: `file` is not `time`.
    let slip = nearest(root, roots.iter().copied()).filter(|near| 3 * distance(root, near) <= root.chars().count());
    slip.map(|root| format!("{root}{rest}")).or_else(|| (!below.is_empty()).then(|| format!("{below}.{path}")))
}

/// A duration in days, or in days or hours, as those.
pub fn whole(duration: Duration, days: bool) -> Option<String> {
    let millis = duration.millis();
    [(Unit::Day, 'd'), (Unit::Hour, 'h')]
        .iter()
        .take(if days { 1 } else { 2 })
        .find(|(unit, _)| millis % unit.millis() == 0)
        .map(|(unit, letter)| format!("{}{letter}", millis / unit.millis()))
}

/// A duration in another notation, such as `30 days`, `1 week`, `90D`, `P30D`, `3 months`, `hourly`; or one of the words that may stand
/// besides, by another name.
pub fn duration(text: &str, besides: &[&str]) -> Option<String> {
    let text = text.trim();
    // A capital M by itself stands for months, where there are not too many of them.
    if let Some(months) =
        text.strip_suffix('M').and_then(|count| count.trim_end().parse::<i64>().ok()).filter(|months| (1..=24).contains(months))
    {
        return Some(format!("{}d", 30 * months));
    }
    let text = text.to_ascii_lowercase();
    let word = match text.as_str() {
        "ever" | "always" | "lifetime" | "total" | "never" | "forever" => "ever",
        "session" | "visit" => "session",
        "day" | "daily" | "today" => "day",
        _ => "",
    };
    if besides.contains(&word) {
        return Some(word.to_owned());
    }
    // ISO 8601 has months before the `T`, and minutes behind it.
    let (text, minutes) = match (text.strip_prefix("pt"), text.strip_prefix('p')) {
        (Some(rest), _) => (rest, true),
        (None, Some(rest)) => (rest, false),
        (None, None) => (text.as_str(), true),
    };
    let letters = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let digits = text.strip_suffix(letters)?;
    let count = if digits.is_empty() { 1 } else { digits.parse::<i64>().ok()? };
    let (times, unit) = match letters.trim_start_matches([' ', '-', '_']) {
        "m" if minutes => (1, 'm'),
        "min" | "mins" | "minute" | "minutes" => (1, 'm'),
        "h" | "hr" | "hrs" | "hour" | "hours" | "hourly" => (1, 'h'),
        "d" | "day" | "days" | "daily" => (1, 'd'),
        "w" | "wk" | "wks" | "week" | "weeks" | "weekly" => (1, 'w'),
        "m" | "mo" | "month" | "months" | "monthly" => (30, 'd'),
        "y" | "yr" | "yrs" | "year" | "years" | "yearly" => (365, 'd'),
        _ => return None,
    };
    let meant = format!("{}{unit}", count.checked_mul(times)?);
    Duration::parse(&meant).map(|_| meant)
}

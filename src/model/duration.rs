//! Durations as a model writes them: which units may stand where, and what is wrong with one that can't be used.

use super::meant;
use super::read::string_of;
use super::rule::Per;
use crate::problem::{Problems, words};
use crate::time::{Duration, Units};
use crate::value::Value;

/// A duration in m, h, d or w.
fn duration(value: &Value, problems: &mut Problems) -> Option<Duration> {
    parse(string_of(value, "a duration such as `30d`", problems)?, &[], problems)
}

/// Reads a text; `besides` are the words that may stand in its place.
fn parse(text: &str, besides: &[&str], problems: &mut Problems) -> Option<Duration> {
    let duration = Duration::parse(text);
    if duration.is_none() {
        let hint = meant::hint(|| meant::duration(text, besides));
        problems.add_with_hint("INVALID_DURATION", words!("{}", fault(text, besides)), hint);
    }
    duration
}

/// What is wrong with a text that is no duration; `besides` are the words that may stand in its place.
fn fault(text: &str, besides: &[&str]) -> String {
    let zero = text.strip_suffix(['m', 'h', 'd', 'w']).is_some_and(|count| !count.is_empty() && count.bytes().all(|byte| byte == b'0'));
    match Duration::longest_in_unit_of(text) {
        Some(longest) => format!("`{text}` is too long; the longest duration in this unit is `{longest}`"),
        None if zero => format!("`{text}` is no time at all; a duration is at least 1 minute, hour, day or week, such as `1d`"),
        None => {
            let besides: String = besides.iter().map(|word| format!("`{word}`, ")).collect();
            let or = if besides.is_empty() { "" } else { "or " };
            format!("`{text}` is no duration; write {besides}{or}a whole number and one of `m`, `h`, `d`, `w`, such as `30m` or `90d`")
        }
    }
}

/// A duration in milliseconds, for spans between events.
pub fn span(value: &Value, problems: &mut Problems) -> Option<i64> {
    duration(value, problems).map(Duration::millis)
}

/// A duration in hours or days, for what lapses at boundaries.
pub fn units(value: &Value, problems: &mut Problems) -> Option<Units> {
    let duration = duration(value, problems)?;
    let units = duration.units();
    if units.is_none() {
        let message = words!("minutes can't be used here, where time passes in whole hours and days; write `h`, `d` or `w`");
        problems.add_with_hint("INVALID_DURATION", message, meant::hint(|| meant::whole(duration, false)));
    }
    units
}

/// A duration in days.
pub fn days(value: &Value, problems: &mut Problems) -> Option<i64> {
    let duration = duration(value, problems)?;
    let days = duration.days();
    if days.is_none() {
        let message = words!("a number of days is needed here; write `d` or `w`, such as `30d`");
        problems.add_with_hint("INVALID_DURATION", message, meant::hint(|| meant::whole(duration, true)));
    }
    days
}

/// `"ever"` as the longest span there is, or a duration in milliseconds.
pub fn span_or_ever(value: &Value, problems: &mut Problems) -> Option<i64> {
    match string_of(value, "`ever` or a duration such as `30d`", problems)? {
        "ever" => Some(i64::MAX),
        text => parse(text, &["ever"], problems).map(Duration::millis),
    }
}

/// Reads `ever`, `session`, `day` or a duration.
pub fn read_per(value: &Value, problems: &mut Problems) -> Option<Per> {
    match string_of(value, "`ever`, `session`, `day` or a duration such as `7d`", problems)? {
        "ever" => Some(Per::Ever),
        "session" => Some(Per::Session),
        "day" => Some(Per::Day),
        text => parse(text, &["ever", "session", "day"], problems).map(|duration| Per::Span(duration.millis())),
    }
}

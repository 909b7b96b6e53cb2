//! Days of the week, times of day and offsets in other notations: `mon-fri`, `weekdays`, `9-17`, `5:30pm`, `UTC+1`.

use crate::model::action::WEEK;
use crate::time::UtcOffset;

/// A day of the week by its whole name or its first two letters; or several, as they stand in a list.
pub fn day(text: &str) -> Option<String> {
    match several(text) {
        Some(days) if days.len() > 1 => Some(list(&days)),
        _ => number(text).and_then(|day| WEEK.get(day)).map(|day| (*day).to_owned()),
    }
}

/// A list of the days that a text names.
pub fn days(text: &str) -> Option<String> {
    several(text).map(|days| list(&days))
}

fn list(days: &[&str]) -> String {
    format!("[{}]", days.iter().map(|day| format!("\"{day}\"")).collect::<Vec<_>>().join(", "))
}

/// The days that `mon-fri`, `Mon, Wed` or `weekdays` stand for.
fn several(text: &str) -> Option<Vec<&'static str>> {
    let (first, last) = match text.trim().to_ascii_lowercase().as_str() {
        "weekday" | "weekdays" | "workday" | "workdays" | "working days" | "business days" => (0, 4),
        "weekend" | "weekends" => (5, 6),
        text => match from_to(text) {
            Some((first, last)) => (number(first)?, number(last)?),
            None => return text.split(',').map(|day| WEEK.get(number(day)?).copied()).collect(),
        },
    };
    // From Saturday to Monday leads over the end of the week.
    let length = (last + WEEK.len() - first) % WEEK.len() + 1;
    Some(WEEK.iter().cycle().skip(first).take(length).copied().collect())
}

/// The number of a day of the week.
fn number(text: &str) -> Option<usize> {
    let text = text.trim().to_ascii_lowercase();
    WEEK.iter().position(|day| text.starts_with(day) || (text.len() == 2 && day.starts_with(&text)))
}

/// The two ends of `a-b`, `a – b` or `a to b`.
fn from_to(text: &str) -> Option<(&str, &str)> {
    ["-", "–", "—", " to "].iter().find_map(|between| text.split_once(between))
}

/// Opening hours such as `9-17` or `9am – 5:30pm`.
pub fn hours(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (from, to) = from_to(&text)?;
    let (from, to) = (clock(from)?, clock(to)?);
    (from < to).then(|| format!("{{ \"from\": \"{from}\", \"to\": \"{to}\" }}"))
}

/// A time of day in another notation: `9:00`, `9`, `17.30`, `5:30pm`.
pub fn clock(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, noon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (_, Some(digits)) => (digits, Some(12)),
        _ => (text.as_str(), None),
    };
    let digits = digits.trim_end();
    let (hour, minute) = digits.split_once([':', '.']).unwrap_or((digits, "00"));
    let count = |digits: &str| digits.parse::<u32>().ok().filter(|_| digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let hour = match (count(hour)?, noon) {
        (hour @ 1..=12, Some(noon)) => hour % 12 + noon,
        (hour @ 0..=23, None) => hour,
        _ => return None,
    };
    let minute = count(minute).filter(|count| *count < 60 && minute.len() == 2)?;
    Some(format!("{hour:02}:{minute:02}"))
}

/// An offset such as `UTC`, `GMT+1`, `+1` or `-0530`.
pub fn offset(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    let zone = ["utc", "gmt", "z"].iter().find_map(|zone| text.strip_prefix(zone));
    let (sign, digits) = match zone.unwrap_or(&text).trim() {
        "" => ('+', "0"),
        offset if offset.starts_with(['-', '−']) => ('-', offset.trim_start_matches(['-', '−'])),
        offset => ('+', offset.strip_prefix('+').unwrap_or(offset)),
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None if digits.len() == 4 => digits.split_at_checked(2)?,
        None => (digits, "00"),
    };
    let meant = format!("{sign}{hours:0>2}:{minutes}");
    UtcOffset::parse(&meant).map(|_| meant)
}

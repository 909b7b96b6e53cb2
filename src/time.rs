//! Times, durations and units, as docs/model.md section 1 defines them.
//!
//! Time passes in whole hours and days of the model's `utc_offset`; spans between events are exact to the millisecond.
//! It knows no clock: `now` always comes from outside.

/// Milliseconds since 1970-01-01T00:00:00Z, in \[0, 8.64e15].
pub type Time = i64;

/// The last time that JavaScript's `Date` can hold.
pub const MAX_TIME: Time = 8_640_000_000_000_000;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// The units in which time passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// An hour.
    Hour,
    /// A day.
    Day,
}

impl Unit {
    /// Its length in milliseconds.
    pub fn millis(self) -> i64 {
        match self {
            Unit::Hour => HOUR,
            Unit::Day => DAY,
        }
    }
}

/// A duration as written, `"30m"`, `"24h"`, `"90d"`, `"2w"`: a positive number and a unit of `m h d w`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration {
    count: i64,
    unit: char,
}

impl Duration {
    /// Reads a duration; `None` if it is malformed or longer than time itself.
    pub fn parse(text: &str) -> Option<Duration> {
        let unit = text.chars().next_back()?;
        let digits = text.strip_suffix(unit)?;
        let plain = !digits.is_empty() && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !plain || !matches!(unit, 'm' | 'h' | 'd' | 'w') {
            return None;
        }
        let duration = Duration { count: digits.parse().ok()?, unit };
        (duration.count <= MAX_TIME / duration.unit_millis()).then_some(duration)
    }

    /// The longest duration in the unit of a text that is well formed but longer than time itself, as it is written.
    pub fn longest_in_unit_of(text: &str) -> Option<String> {
        let unit = text.chars().next_back()?;
        let digits = text.strip_suffix(unit)?;
        let one = Duration::parse(&format!("1{unit}"))?;
        let too_long = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()) && Duration::parse(text).is_none();
        (too_long && !digits.is_empty()).then(|| format!("{}{unit}", MAX_TIME / one.unit_millis()))
    }

    fn unit_millis(self) -> i64 {
        match self.unit {
            'm' => MINUTE,
            'h' => HOUR,
            'd' => DAY,
            _ => 7 * DAY,
        }
    }

    /// Its exact length in milliseconds, for spans between events.
    pub fn millis(self) -> i64 {
        self.count * self.unit_millis()
    }

    /// As a number of hours or days; `None` for minutes, in which no time passes. A week is 7 days.
    pub fn units(self) -> Option<Units> {
        match self.unit {
            'h' => Some(Units { count: self.count, unit: Unit::Hour }),
            'd' => Some(Units { count: self.count, unit: Unit::Day }),
            'w' => Some(Units { count: self.count * 7, unit: Unit::Day }),
            _ => None,
        }
    }

    /// As a number of days; `None` if it is written in minutes or hours.
    pub fn days(self) -> Option<i64> {
        self.units().filter(|units| units.unit == Unit::Day).map(|units| units.count)
    }
}

/// A positive number of hours or days, which lapse at boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Units {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: Unit,
}

/// The model's `utc_offset`: where its hours and days begin.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UtcOffset {
    millis: i64,
}

impl UtcOffset {
    /// Reads `+hh:mm` or `-hh:mm`, up to 14 hours either way.
    pub fn parse(text: &str) -> Option<UtcOffset> {
        let millis = Rest(text.as_bytes()).offset()?;
        (millis.abs() <= 14 * HOUR).then_some(UtcOffset { millis })
    }

    /// The number of the hour or day in which a time lies.
    pub fn number(self, time: Time, unit: Unit) -> i64 {
        (time + self.millis).div_euclid(unit.millis())
    }

    /// The boundary at which the hour or day of this number begins.
    pub fn start(self, number: i64, unit: Unit) -> Time {
        number.saturating_mul(unit.millis()).saturating_sub(self.millis)
    }

    /// Whether `event` is within so many units at `now` (docs/model.md, section 1).
    pub fn within(self, event: Time, now: Time, window: Units) -> bool {
        event <= now && self.age(event, now, window.unit) < window.count
    }

    /// How many units have begun since `event`.
    pub fn age(self, event: Time, now: Time, unit: Unit) -> i64 {
        self.number(now, unit) - self.number(event, unit)
    }

    /// The minute of the day (0 to 1439) and the day of the week (0 is Monday) at a time.
    pub fn minute_and_weekday(self, time: Time) -> (i64, i64) {
        let minute = (time + self.millis).div_euclid(MINUTE).rem_euclid(24 * 60);
        // 1970-01-01 was a Thursday.
        (minute, (self.number(time, Unit::Day) + 3).rem_euclid(7))
    }
}

/// What is still to be read of a time. Each step takes what it names from the beginning, or answers `None`.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    /// One of these.
    fn one(&mut self, of: &[u8]) -> Option<u8> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| of.contains(first))?;
        self.0 = rest;
        Some(*first)
    }

    fn digit(&mut self) -> Option<i64> {
        let (first, rest) = self.0.split_first().filter(|(first, _)| first.is_ascii_digit())?;
        self.0 = rest;
        Some(i64::from(first - b'0'))
    }

    /// Exactly so many decimal digits.
    fn digits(&mut self, count: usize) -> Option<i64> {
        (0..count).try_fold(0, |number, _| Some(number * 10 + self.digit()?))
    }

    /// `-` and `+hh:mm`, in milliseconds, and nothing more.
    fn offset(&mut self) -> Option<i64> {
        let sign = self.one(b"+-")?;
        let hours = self.digits(2)?;
        self.one(b":")?;
        let minutes = self.digits(2)?;
        let millis = hours * HOUR + minutes * MINUTE;
        (hours <= 23 && minutes <= 59 && self.0.is_empty()).then_some(if sign == b'-' { -millis } else { millis })
    }

    /// At least one digit behind a point, of which three say how many milliseconds.
    fn fraction(&mut self) -> Option<i64> {
        let (mut millis, mut weight) = (self.digit()? * 100, 10);
        while let Some(digit) = self.digit() {
            millis += digit * weight;
            weight /= 10;
        }
        Some(millis)
    }
}

/// Reads an ISO 8601 time with an offset or `Z`, such as `2026-01-21T12:53:20.000Z`. What is finer than a millisecond is
/// dropped; seconds may be missing. `None` if it is malformed, has no offset, or is out of range.
///
/// ```
/// # use warmlead::time::parse_iso;
/// assert_eq!(parse_iso("1970-01-02T01:00:00+01:00"), Some(86_400_000));
/// assert_eq!(parse_iso("1970-01-02T01:00:00"), None);
/// ```
pub fn parse_iso(text: &str) -> Option<Time> {
    parse_any_iso(text).filter(|time| *time >= 0)
}

/// As [`parse_iso`], but a time before 1970 is a negative number. No such text lies beyond the last time: a year has four digits.
pub(crate) fn parse_any_iso(text: &str) -> Option<i64> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.digits(4)?;
    rest.one(b"-")?;
    let month = rest.digits(2)?;
    rest.one(b"-")?;
    let day = rest.digits(2)?;
    rest.one(b"Tt ")?;
    let hour = rest.digits(2)?;
    rest.one(b":")?;
    let minute = rest.digits(2)?;
    let second = if rest.one(b":").is_some() { Some(rest.digits(2)?) } else { None };
    let fraction = if second.is_some() && rest.one(b".,").is_some() { rest.fraction()? } else { 0 };
    let second = second.unwrap_or(0);
    let offset = match rest.one(b"Zz") {
        Some(_) if rest.0.is_empty() => 0,
        Some(_) => return None,
        None => rest.offset()?,
    };
    let midnight = hour == 24 && minute == 0 && second == 0 && fraction == 0;
    if !(hour <= 23 || midnight) || minute > 59 || second > 59 {
        return None;
    }
    Some(days_from_civil(year, month, day)? * DAY + hour * HOUR + minute * MINUTE + second * 1000 + fraction - offset)
}

/// The days from 1970-01-01 to a date of the proleptic Gregorian calendar (Howard Hinnant's algorithm).
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_a_positive_number_and_a_unit() {
        assert_eq!(Duration::parse("30m").map(Duration::millis), Some(1_800_000));
        assert_eq!(Duration::parse("2w").and_then(Duration::days), Some(14));
        assert_eq!(Duration::parse("24h").and_then(Duration::days), None);
        assert_eq!(Duration::parse("30m").and_then(Duration::units), None);
        for bad in ["", "d", "0d", "-1d", "+1d", "01d", "1.5d", "7 d", "7D", "1y", "99999999999999999999d", "9000000000000d", "7é"] {
            assert_eq!(Duration::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_is_too_long_has_a_longest() {
        for (text, longest) in [
            ("100000001d", Some("100000000d")),
            ("99999999999999999999m", Some("144000000000m")),
            ("14285715w", Some("14285714w")),
            ("100000000d", None),
            ("0100000001d", None),
            ("d", None),
            ("100000001y", None),
            ("-100000001d", None),
            ("", None),
        ] {
            assert_eq!(Duration::longest_in_unit_of(text).as_deref(), longest, "{text}");
            assert!(longest.is_none_or(|longest| Duration::parse(longest).is_some()), "{text}");
        }
    }

    #[test]
    fn windows_move_at_boundaries() {
        let utc = UtcOffset::default();
        let (day, hours) = (Duration::parse("1d").unwrap().units().unwrap(), Duration::parse("24h").unwrap().units().unwrap());
        assert!(utc.within(DAY, 2 * DAY - 1, day));
        assert!(!utc.within(2 * DAY - 1, 2 * DAY, day), "one millisecond ago, but yesterday");
        assert!(utc.within(30 * MINUTE, 24 * HOUR - 1, hours));
        assert!(!utc.within(30 * MINUTE, 24 * HOUR, hours));
        assert!(!utc.within(5, 4, day), "the future is not within");
        let kathmandu = UtcOffset::parse("+05:45").unwrap();
        assert_eq!(kathmandu.number(18 * HOUR + 15 * MINUTE, Unit::Day), 1);
        assert_eq!(kathmandu.start(1, Unit::Day), 18 * HOUR + 15 * MINUTE);
    }

    #[test]
    fn iso_times_need_an_offset() {
        assert_eq!(parse_iso("2026-01-21T12:53:20Z"), Some(1_769_000_000_000));
        assert_eq!(parse_iso("2026-01-21T12:53:20.1239+00:00"), Some(1_769_000_000_123));
        assert_eq!(parse_iso("2026-01-21t14:53:20,1+02:00"), Some(1_769_000_000_100));
        assert_eq!(parse_iso("2026-01-21 11:53:20.00000000000000000000000000000000000009-01:00"), Some(1_769_000_000_000));
        assert_eq!(parse_iso("2024-02-29T24:00Z"), parse_iso("2024-03-01T00:00Z"));
        for bad in [
            "2026-01-21",
            "2026-01-21T12:53:20",
            "2025-02-29T00:00Z",
            "2026-13-01T00:00Z",
            "1969-12-31T23:59Z",
            "2026-01-21T25:00Z",
            "2026-01-21T12:53:20.Z",
            "2026-01-21T12:53:20.1xZ",
            "2026-01-21T12:53.5Z",
            "2026-01-21T12:53:20ZZ",
            "2026-01-21T12:53:20Z ",
            "2026-01-21T12:53:20+01:00Z",
            "2026-01-21T12:53:20+0100",
            "2026-01-21T12:53:20+01:60",
            "2026-1-21T12:53:20Z",
            "02026-01-21T12:53:20Z",
            "2026-01-21T1:53:20Z",
            "2026-01-21T12:5é:20Z",
            "x",
        ] {
            assert_eq!(parse_iso(bad), None, "{bad}");
        }
    }

    #[test]
    fn weekdays_begin_with_monday() {
        assert_eq!(UtcOffset::default().minute_and_weekday(0), (0, 3));
        assert_eq!(UtcOffset::parse("-00:01").unwrap().minute_and_weekday(0), (1439, 2));
    }
}

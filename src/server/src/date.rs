//! Times for people: `2026-01-21 12:53:20`, in UTC.

use warmlead::time::Time;

/// A time in UTC, to the second.
pub fn utc(time: Time) -> String {
    let (days, seconds) = (time.div_euclid(86_400_000), time.div_euclid(1000).rem_euclid(86_400));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// The date of a number of days since 1970-01-01 (Howard Hinnant's algorithm, the inverse of the one in the core).
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day_of_year - (153 * shifted_month + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use warmlead::time::parse_iso;

    #[test]
    fn dates_are_those_that_are_read() {
        for text in ["1970-01-01 00:00:00", "2000-02-29 23:59:59", "2023-12-31 12:00:00", "2024-03-01 00:00:01", "2100-02-28 06:07:08"] {
            let time = parse_iso(&format!("{text}Z")).unwrap();
            assert_eq!(utc(time), text);
        }
    }
}

//! How long to wait after a failure: exponential back-off with full jitter, or what the collector asks for.

use crate::time::Time;

/// The shortest pause, in milliseconds.
pub const SHORTEST: Time = 1_000;
/// The longest pause of our own, in milliseconds.
pub const LONGEST: Time = 300_000;
/// The longest pause that a collector may ask for, in milliseconds: beyond it, it is a mistake.
pub const LONGEST_ASKED: Time = 24 * 3_600_000;

/// After so many failures in a row the pause grows no more.
pub const MANY_FAILURES: u32 = 9;

/// The pause after the nth failure in a row: at random between [`SHORTEST`] and a bound that doubles up to [`LONGEST`],
/// so that clients which failed together don't come back together. `random` is in \[0, 1).
pub fn back_off(failures: u32, random: f64) -> Time {
    let bound = (SHORTEST << failures.min(MANY_FAILURES)).min(LONGEST);
    let random = if (0.0..1.0).contains(&random) { random } else { 0.5 };
    SHORTEST + (random * (bound - SHORTEST) as f64) as Time
}

/// Until when to wait if the collector names a time, at most [`LONGEST_ASKED`] from now.
pub fn asked(retry_at: Option<Time>, now: Time) -> Option<Time> {
    retry_at.filter(|at| *at > now).map(|at| at.min(now.saturating_add(LONGEST_ASKED)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_a_second_to_five_minutes() {
        // Failures in a row, the shortest and the longest pause, in seconds.
        let table = [(1, 1, 2), (2, 1, 4), (3, 1, 8), (8, 1, 256), (9, 1, 300), (10, 1, 300), (u32::MAX, 1, 300)];
        for (failures, shortest, longest) in table {
            assert_eq!(back_off(failures, 0.0), shortest * 1_000, "{failures}");
            let almost = back_off(failures, 1.0 - f64::EPSILON);
            assert!((longest * 1_000 - 1..=longest * 1_000).contains(&almost), "{failures}: {almost}");
        }
        for nonsense in [f64::NAN, -1.0, 1.0, f64::INFINITY] {
            assert_eq!(back_off(2, nonsense), 2_500);
        }
    }

    #[test]
    fn what_is_asked_for_is_honoured_within_reason() {
        assert_eq!(asked(None, 10), None);
        assert_eq!(asked(Some(10), 10), None, "the past is no pause");
        assert_eq!(asked(Some(7_200_000), 10), Some(7_200_000));
        assert_eq!(asked(Some(Time::MAX), 10), Some(10 + LONGEST_ASKED));
    }
}

//! What a rule contributes (MODEL.md, section 5): its matches, and which of them count. How they fade is `fading`'s business.

use super::limits::Limited;
use crate::model::MAX_MILLI;
use crate::model::rule::{Limit, Per, Rule};
use crate::time::{Time, UtcOffset};
use crate::value::Value;

/// The running contribution of a rule.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// What it adds to its score, in milli-points.
    pub points: i64,
    /// Counted matches together; of those that fade, what was left of them when that was last looked at. No sum of as many matches as a visitor
    /// can have overflows.
    pub sum: i64,
    /// All matches, whether or not they count.
    pub matches: u32,
    /// Those that count while the rule's `when` holds.
    pub counted: u32,
    limit: Option<Box<Limited>>,
}

/// A match, as a rule sees it.
#[derive(Clone, Debug)]
pub struct Match {
    pub time: Time,
    /// In milli-points.
    pub points: i64,
    /// What its limit is told apart by.
    pub by: Option<Value>,
}

impl Contribution {
    /// Forgets what counted: a reset came. Matches stay matches.
    pub fn reset(&mut self) {
        (self.counted, self.sum, self.limit) = (0, 0, None);
    }

    /// A match, in the session of this number or off site; says whether it counts. `counts` unless it is itself the reset.
    pub fn takes(&mut self, rule: &Rule, own: &Match, session: Option<usize>, counts: bool, offset: UtcOffset) -> bool {
        self.matches = self.matches.saturating_add(1);
        let counts = counts
            && match &rule.limit {
                None => true,
                Some(Limit { times, per: Per::Ever, by: None }) => (self.counted as usize) < *times,
                Some(limit) => self.limit.get_or_insert_default().lets_through(limit, own, session, offset),
            };
        self.counted = self.counted.saturating_add(u32::from(counts));
        counts
    }

    /// What it comes to, in milli-points, given whether its matches count.
    pub fn value(&self, rule: &Rule, counts: bool) -> i64 {
        if counts && self.counted > 0 { bounded(rule, saturated(self.sum)) } else { 0 }
    }
}

/// A rule's result within its own `min` and `max`.
pub fn bounded(rule: &Rule, points: i64) -> i64 {
    let points = rule.min.map_or(points, |min| points.max(min));
    rule.max.map_or(points, |max| points.min(max))
}

/// A sum of milli-points: exact, then saturated, so that order does not matter.
pub fn saturated(sum: impl Into<i128>) -> i64 {
    sum.into().clamp(i128::from(-MAX_MILLI), i128::from(MAX_MILLI)) as i64
}

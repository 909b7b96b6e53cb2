//! What a rule contributes (docs/model.md, section 5): its matches, and which of them count. How they fade is `fading`'s business, which of them a limit
//! lets through is that of `limits`.

use crate::model::MAX_MILLI;
use crate::model::rule::Rule;
use crate::time::Time;
use crate::value::Value;

/// The running contribution of a rule.
#[derive(Clone, Copy, Debug, Default)]
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
    /// A match counts, for so many points.
    pub fn count(&mut self, points: i64) {
        self.sum = self.sum.saturating_add(points);
        self.counted = self.counted.saturating_add(1);
    }

    /// What it comes to, in milli-points, given whether its matches count.
    pub fn value(&self, rule: &Rule, counts: bool) -> i64 {
        if counts && self.counted > 0 { rule.bounded(saturated(self.sum)) } else { 0 }
    }
}

/// A sum of milli-points: exact, then saturated, so that order does not matter.
pub fn saturated(sum: impl Into<i128>) -> i64 {
    sum.into().clamp(i128::from(-MAX_MILLI), i128::from(MAX_MILLI)) as i64
}

//! The receipt: lines whose points add up, in whole milli-points, exactly to the score (MODEL.md, section 10).

use crate::engine::Points;
use serde::{Serialize, Serializer};

/// The lines of each score, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt(pub Vec<(String, Vec<Line>)>);

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(score, lines)| (score, lines)))
    }
}

/// One line of a receipt.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Line {
    /// What a rule contributes.
    Rule {
        /// The rule's id.
        rule: String,
        /// Its group.
        group: Option<String>,
        /// How often it matched, whether or not the match counts.
        matches: usize,
        /// How many matches count.
        counted: usize,
        /// What they are worth now.
        points: Points,
    },
    /// A group whose sum was clamped.
    Group {
        /// `group`.
        adjustment: &'static str,
        /// The group's name.
        group: String,
        /// What the clamp added or took.
        points: Points,
    },
    /// What a part of a combined score contributes.
    Part {
        /// The part's name.
        score: String,
        /// Its share, rounded.
        points: Points,
    },
    /// What clamping (`score`) or rounding (`rounding`) the whole added or took.
    Adjustment {
        /// `score` or `rounding`.
        adjustment: &'static str,
        /// How much.
        points: Points,
    },
}

impl Line {
    /// What the line adds to the score.
    pub fn points(&self) -> Points {
        match self {
            Line::Rule { points, .. } | Line::Group { points, .. } | Line::Part { points, .. } | Line::Adjustment { points, .. } => *points,
        }
    }
}

//! The receipt: lines whose points add up, in whole milli-points, exactly to the score (docs/model.md, section 10).

use crate::engine::Points;
use crate::value::{Object, ToValue, Value, count, fields, list, serialize_as_value};

/// The lines of each score, in file order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt(pub Vec<(String, Vec<Line>)>);

impl ToValue for Receipt {
    fn to_value(&self) -> Value {
        let mut receipt = Object::new();
        for (score, lines) in &self.0 {
            receipt.insert(score.as_str(), list(lines));
        }
        receipt.into()
    }
}

/// One line of a receipt.
#[derive(Clone, Debug, PartialEq)]
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

impl ToValue for Line {
    fn to_value(&self) -> Value {
        let line = match self {
            Line::Rule { rule, group, matches, counted, points } => fields([
                ("rule", rule.into()),
                ("group", group.as_ref().into()),
                ("matches", count(*matches)),
                ("counted", count(*counted)),
                ("points", (*points).into()),
            ]),
            Line::Group { adjustment, group, points } => {
                fields([("adjustment", (*adjustment).into()), ("group", group.into()), ("points", (*points).into())])
            }
            Line::Part { score, points } => fields([("score", score.into()), ("points", (*points).into())]),
            Line::Adjustment { adjustment, points } => fields([("adjustment", (*adjustment).into()), ("points", (*points).into())]),
        };
        line.into()
    }
}

serialize_as_value!(Receipt, Line);

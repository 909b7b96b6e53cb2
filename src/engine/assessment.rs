//! What comes out: the assessment of a visitor at a time (docs/model.md, section 10).

use super::forget::Forgotten;
use super::hash::hex;
use crate::explain::{Addition, NextChange, Receipt};
use crate::time::Time;
use crate::value::{Object, ToValue, Value, count, fields, list, serialize_as_value};
use core::fmt;
use std::sync::Arc;

/// Whole milli-points: 1 point is 1 000. Outside, points are milli-points / 1 000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(pub i64);

impl Points {
    /// The number of points, as it is shown.
    pub fn value(self) -> f64 {
        self.0 as f64 / 1000.0
    }
}

impl From<Points> for Value {
    fn from(points: Points) -> Value {
        Value::number(points.value())
    }
}

impl ToValue for Points {
    fn to_value(&self) -> Value {
        Value::from(*self)
    }
}

/// Everything there is to say about a visitor at a time. What is the same in all of them is shared: somebody may want one after each event.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// The model that was applied.
    pub model: Arc<ModelName>,
    /// The visitor's id.
    pub visitor: Arc<str>,
    /// The time of the assessment: `now`.
    pub at: Time,
    /// How many events exist at `at`.
    pub events: usize,
    /// The value of each score, in file order.
    pub scores: Vec<(Arc<str>, ScoreValue)>,
    /// The joined grade; `None` if there is none or a part is missing.
    pub grade: Option<String>,
    /// The stage's id; `visitor` before the first.
    pub stage: Arc<str>,
    /// When it was reached: the last transition, else the first event.
    pub stage_since: Option<Time>,
    /// Whether the stage is at or above the MQL stage.
    pub mql: bool,
    /// When the visitor last became an MQL; stays after leaving.
    pub mql_at: Option<Time>,
    /// The disqualifications that hold, in file order.
    pub disqualified: Vec<String>,
    /// Which events these are.
    pub digest: Digest,
    /// Every change of stage, in order.
    pub transitions: Arc<Vec<Transition>>,
    /// The actions that may be shown, best first. The caller shows one at a time.
    pub show: Vec<Show>,
    /// The actions that would be shown if the visitor were not in their control group.
    pub held_out: Vec<String>,
    /// `missing` if the model asks for a consent that was not given; the assessment is then empty.
    pub consent: Option<&'static str>,
    /// What the visitor has forgotten for want of room: the assessment rests on what is left. Not there if everything is known.
    pub forgotten: Option<Forgotten>,
    /// How each score comes about, if it was asked for.
    pub receipt: Option<Receipt>,
    /// When the stage changes next by itself, if that was asked for; `Some(None)` if it does not.
    pub next_change: Option<Option<NextChange>>,
    /// The smallest additions that would make the visitor an MQL now, if they were asked for.
    pub to_mql: Option<Vec<Addition>>,
}

/// The name of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelName {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// The value of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreValue {
    /// In points.
    pub value: Points,
    /// The label of the highest grade that is reached.
    pub grade: Option<String>,
    /// The score's cap, in points.
    pub max: Option<Points>,
}

/// Says which events there are: the XOR of their ids' hashes (docs/model.md, section 10). Shown as 16 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex(self.0))
    }
}

/// A change of stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transition {
    /// The stage before.
    pub from: Arc<str>,
    /// The stage after.
    pub to: Arc<str>,
    /// When.
    pub at: Time,
    /// The event that made it; `None` if time did.
    pub event: Option<String>,
}

/// An action that may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Show {
    /// The action's id.
    pub id: String,
    /// Its priority; higher comes first.
    pub priority: f64,
    /// What to do: opaque here; its `type` names a handler.
    pub r#do: Object,
}

impl ToValue for Assessment {
    fn to_value(&self) -> Value {
        let mut scores = Object::new();
        for (name, score) in &self.scores {
            scores.insert(&**name, score.to_value());
        }
        let mut assessment = fields([
            ("model", self.model.to_value()),
            ("visitor", (&*self.visitor).into()),
            ("at", self.at.into()),
            ("events", count(self.events)),
            ("scores", scores.into()),
            ("grade", self.grade.as_ref().into()),
            ("stage", (&*self.stage).into()),
            ("stage_since", self.stage_since.into()),
            ("mql", self.mql.into()),
            ("mql_at", self.mql_at.into()),
            ("disqualified", strings(&self.disqualified)),
            ("digest", hex(self.digest.0).into()),
            ("transitions", list(&self.transitions)),
            ("show", list(&self.show)),
            ("held_out", strings(&self.held_out)),
        ]);
        if let Some(consent) = self.consent {
            assessment.insert("consent", consent);
        }
        if let Some(forgotten) = self.forgotten {
            assessment.insert("forgotten", forgotten.to_value());
        }
        if let Some(receipt) = &self.receipt {
            assessment.insert("receipt", receipt.to_value());
        }
        if let Some(next) = &self.next_change {
            assessment.insert("next_change", next.as_ref().map(ToValue::to_value));
        }
        if let Some(additions) = &self.to_mql {
            assessment.insert("to_mql", list(additions));
        }
        assessment.into()
    }
}

impl ToValue for ModelName {
    fn to_value(&self) -> Value {
        fields([("id", (&self.id).into()), ("version", (&self.version).into())]).into()
    }
}

impl ToValue for ScoreValue {
    fn to_value(&self) -> Value {
        fields([("value", self.value.into()), ("grade", self.grade.as_ref().into()), ("max", self.max.into())]).into()
    }
}

impl ToValue for Transition {
    fn to_value(&self) -> Value {
        fields([("from", (&*self.from).into()), ("to", (&*self.to).into()), ("at", self.at.into()), ("event", self.event.as_ref().into())])
            .into()
    }
}

impl ToValue for Show {
    fn to_value(&self) -> Value {
        fields([("id", (&self.id).into()), ("priority", self.priority.into()), ("do", self.r#do.clone().into())]).into()
    }
}

serialize_as_value!(Points, Assessment, ModelName, ScoreValue, Transition, Show);

fn strings(strings: &[String]) -> Value {
    let mut values = Vec::with_capacity(strings.len());
    for string in strings {
        values.push(string.into());
    }
    Value::Array(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_told_in_points_and_digests_in_sixteen_digits() {
        assert_eq!((Points(1500).to_value(), Points(-1).to_value()), (Value::from(1.5), Value::from(-0.001)));
        assert_eq!((Digest(0x1f).to_string(), Digest(u64::MAX).to_string()), ("000000000000001f".into(), "f".repeat(16)));
    }
}

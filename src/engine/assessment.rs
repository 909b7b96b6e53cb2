//! What comes out: the assessment of a visitor at a time (MODEL.md, section 10).

use super::forget::Forgotten;
use crate::explain::{Addition, NextChange, Receipt};
use crate::time::Time;
use crate::value::{Object, Value};
use serde::{Serialize, Serializer};

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

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::from(*self).serialize(serializer)
    }
}

/// Everything there is to say about a visitor at a time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    /// The model that was applied.
    pub model: ModelName,
    /// The visitor's id.
    pub visitor: String,
    /// The time of the assessment: `now`.
    pub at: Time,
    /// How many events exist at `at`.
    pub events: usize,
    /// The value of each score, in file order.
    #[serde(serialize_with = "as_map")]
    pub scores: Vec<(String, ScoreValue)>,
    /// The joined grade; `None` if there is none or a part is missing.
    pub grade: Option<String>,
    /// The stage's id; `visitor` before the first.
    pub stage: String,
    /// When it was reached: the last transition, else the first event.
    pub stage_since: Option<Time>,
    /// Whether the stage is at or above the MQL stage.
    pub mql: bool,
    /// When the visitor last became an MQL; stays after leaving.
    pub mql_at: Option<Time>,
    /// The disqualifications that hold, in file order.
    pub disqualified: Vec<String>,
    /// 16 hex digits that say which events these are.
    pub digest: String,
    /// Every change of stage, in order.
    pub transitions: Vec<Transition>,
    /// The actions that may be shown, best first. The caller shows one at a time.
    pub show: Vec<Show>,
    /// The actions that would be shown if the visitor were not in their control group.
    pub held_out: Vec<String>,
    /// `missing` if the model asks for a consent that was not given; the assessment is then empty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<&'static str>,
    /// What the visitor has forgotten for want of room: the assessment rests on what is left. Not there if everything is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<Forgotten>,
    /// How each score comes about, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt: Option<Receipt>,
    /// When the stage changes next by itself, if that was asked for; `Some(None)` if it does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_change: Option<Option<NextChange>>,
    /// The smallest additions that would make the visitor an MQL now, if they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_mql: Option<Vec<Addition>>,
}

/// The name of a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModelName {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
}

/// The value of a score.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreValue {
    /// In points.
    pub value: Points,
    /// The label of the highest grade that is reached.
    pub grade: Option<String>,
    /// The score's cap, in points.
    pub max: Option<Points>,
}

/// A change of stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Transition {
    /// The stage before.
    pub from: String,
    /// The stage after.
    pub to: String,
    /// When.
    pub at: Time,
    /// The event that made it; `None` if time did.
    pub event: Option<String>,
}

/// An action that may be shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Show {
    /// The action's id.
    pub id: String,
    /// Its priority; higher comes first.
    #[serde(serialize_with = "as_number")]
    pub priority: f64,
    /// What to do: opaque here; its `type` names a handler.
    pub r#do: Object,
}

/// As every number is printed: whole ones without `.0`.
fn as_number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    Value::number(*number).serialize(serializer)
}

fn as_map<S: Serializer>(scores: &[(String, ScoreValue)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(scores.iter().map(|(name, score)| (name, score)))
}

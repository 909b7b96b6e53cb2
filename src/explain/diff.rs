//! What becomes of visitors when one scoring model takes another's place: who changes stage or becomes an MQL, and why.
//!
//! Nothing of a page or of the engine calls this, so the module that pages download does not have it.

use super::asks::{Ask, asks};
use super::receipt::Line;
use crate::engine::{Assessment, ModelName, Points, Visitor};
use crate::event::Event;
use crate::model::Model;
use crate::time::Time;
use crate::value::{Object, Value};
use serde::Serialize;

/// The difference that a model makes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Diff {
    /// The model that was.
    pub from: ModelName,
    /// The model that takes its place.
    pub to: ModelName,
    /// How many visitors were assessed under both.
    pub visitors: usize,
    /// How many of them are MQLs under the one and under the other.
    pub mqls: (usize, usize),
    /// Those whose stage is another, or who are MQLs under one model only, in the order in which they were given.
    pub moved: Vec<Moved>,
}

/// A visitor whose stage is another, or who is an MQL under one model only.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// The visitor's id.
    pub visitor: String,
    /// Where they stand under the one model, and under the other.
    pub from: Standing,
    /// See `from`.
    pub to: Standing,
    /// The scores that differ, in value or in how they come about.
    pub scores: Vec<ScoreChange>,
    /// The signals that differ.
    pub signals: Vec<SignalChange>,
    /// What stages ask for, where that differs or where one holds and the other does not.
    pub thresholds: Vec<ThresholdChange>,
}

/// Where a visitor stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The stage.
    pub stage: String,
    /// Since when.
    pub since: Option<Time>,
    /// Whether that is an MQL.
    pub mql: bool,
    /// The disqualifications that hold.
    pub disqualified: Vec<String>,
    /// `missing` if the model asks for a consent that was not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consent: Option<&'static str>,
}

/// A score that differs; `None` where the model has none of this name.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreChange {
    /// Its name.
    pub score: String,
    /// Its values.
    pub from: Option<Points>,
    /// See `from`.
    pub to: Option<Points>,
    /// The lines of its receipts that differ.
    pub lines: Vec<LineChange>,
}

/// A line of a receipt that differs; `None` where there is no such line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LineChange {
    /// What the line is about: a rule (`rule`), a limit (`group`, `adjustment`) or a part (`score`).
    #[serde(flatten)]
    pub line: Object,
    /// What it adds.
    pub from: Option<Points>,
    /// See `from`.
    pub to: Option<Points>,
}

/// A signal that differs; `None` where the model has none of this name, or it has no value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SignalChange {
    /// Its name.
    pub signal: String,
    /// Its values.
    pub from: Option<Value>,
    /// See `from`.
    pub to: Option<Value>,
}

/// A comparison in a stage's `when` or `exit` that differs; `None` where the model does not make it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ThresholdChange {
    /// The stage.
    pub stage: String,
    /// `when` or `exit`.
    pub part: &'static str,
    /// The dotted path of what is compared.
    pub path: String,
    /// How: `$eq`, `$gt`, `$gte`, `$lt` or `$lte`.
    pub operator: &'static str,
    /// Under the one model, and under the other.
    pub from: Option<Threshold>,
    /// See `from`.
    pub to: Option<Threshold>,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Threshold {
    /// What is asked for.
    pub asks: Value,
    /// What there is.
    pub has: Option<Value>,
    /// Whether that is enough.
    pub holds: bool,
}

/// A visitor, whatever the model.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    /// Their id.
    pub id: &'a str,
    /// Traits given from outside.
    pub traits: Option<&'a Object>,
    /// What they did, in any order. Which of it is kept, each model says.
    pub events: &'a [Event],
}

impl Diff {
    /// Nobody has been compared yet.
    pub fn new(from: &Model, to: &Model) -> Diff {
        let name = |model: &Model| ModelName { id: model.id().into(), version: model.version().into() };
        Diff { from: name(from), to: name(to), visitors: 0, mqls: (0, 0), moved: Vec::new() }
    }

    /// Compares one more visitor at a time, by what they did; says how they moved, if they did. The models must be those that it was made for.
    pub fn add(&mut self, from: &Model, to: &Model, person: Person<'_>, now: Time) -> Option<&Moved> {
        let (one, other) = (Side::new(from, person, now), Side::new(to, person, now));
        self.visitors += 1;
        self.mqls.0 += usize::from(one.assessment.mql);
        self.mqls.1 += usize::from(other.assessment.mql);
        if (&one.assessment.stage, one.assessment.mql) == (&other.assessment.stage, other.assessment.mql) {
            return None;
        }
        self.moved.push(moved(&one, &other));
        self.moved.last()
    }
}

/// Who changes stage if a model takes another's place, and why, at a time.
///
/// ```
/// use warmlead::{engine::Visitor, event::Event, explain::diff, json, model::Model};
/// let model = |points| Model::load(&json::parse(&format!(r#"{{
///     "id": "tiny", "version": "{points}", "scores": {{ "engagement": {{}} }}, "rules": [{{ "id": "demo", "on": "demo_use", "points": {points} }}],
///     "stages": [{{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": 50 }} }} }}], "mql": "mql"
/// }}"#)).unwrap()).unwrap();
/// let mut visitor = Visitor::new("ada");
/// visitor.record(&model(25), Event::read(&json::parse(r#"{ "id": "e", "type": "demo_use", "time": 0 }"#).unwrap(), String::new).unwrap());
/// let found = diff(&model(25), &model(60), [&visitor], 0);
/// assert_eq!((found.visitors, found.mqls, found.moved[0].from.stage.as_str(), found.moved[0].to.stage.as_str()), (1, (0, 1), "visitor", "mql"));
/// assert_eq!(json::print(&found.moved[0].scores), r#"[{"score":"engagement","from":25,"to":60,"lines":[{"rule":"demo","from":25,"to":60}]}]"#);
/// ```
pub fn diff<'v>(from: &Model, to: &Model, visitors: impl IntoIterator<Item = &'v Visitor>, now: Time) -> Diff {
    let mut found = Diff::new(from, to);
    for visitor in visitors {
        found.add(from, to, Person { id: visitor.id(), traits: visitor.traits(), events: visitor.events() }, now);
    }
    found
}

/// Which comparison: the stage, `when` or `exit`, path and operator, and which of those that are the same so far.
type Asked = (String, &'static str, String, &'static str, usize);

/// A visitor under a model.
struct Side<'m> {
    model: &'m Model,
    assessment: Assessment,
    document: Value,
}

impl<'m> Side<'m> {
    fn new(model: &'m Model, Person { id, traits, events }: Person<'_>, now: Time) -> Side<'m> {
        let mut visitor = Visitor::new(id);
        visitor.set_traits(traits.cloned());
        visitor.extend(model, events.to_vec());
        Side { model, assessment: visitor.assess(model, now, true), document: visitor.document(model, now) }
    }

    fn standing(&self) -> Standing {
        let Assessment { stage, stage_since, mql, disqualified, consent, .. } = self.assessment.clone();
        Standing { stage: stage.to_string(), since: stage_since, mql, disqualified, consent }
    }

    fn value(&self, score: &str) -> Option<Points> {
        self.assessment.scores.iter().find(|(name, _)| **name == *score).map(|(_, score)| score.value)
    }

    /// The lines of a score, by what they are about.
    fn lines(&self, score: &str) -> Vec<(Object, Points)> {
        let receipt = self.assessment.receipt.iter().flat_map(|receipt| &receipt.0);
        let lines = receipt.filter(|(name, _)| name == score).flat_map(|(_, lines)| lines);
        lines.map(|line| (about(line), line.points())).collect()
    }

    fn signals(&self) -> Vec<(String, Value)> {
        let signals = self.document.at("signals").and_then(Value::as_object);
        signals.into_iter().flat_map(|signals| signals.iter()).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    /// What stages ask for, each with which of the same kind it is.
    fn thresholds(&self) -> Vec<(Asked, Threshold)> {
        let mut found: Vec<(Asked, Threshold)> = Vec::new();
        for stage in &self.model.stages {
            for (part, condition) in [("when", Some(&stage.when)), ("exit", stage.exit.as_ref())] {
                let all = condition.map(|condition| asks(&condition.clause, &self.document)).unwrap_or_default();
                for Ask { path, operator, asks, holds } in all {
                    let is_same = |key: &&Asked| (&*key.0, key.1, &*key.2, key.3) == (&*stage.id, part, &*path, operator);
                    let which = found.iter().map(|(key, _)| key).filter(is_same).count();
                    let has = self.document.at(&path).cloned();
                    found.push(((stage.id.clone(), part, path, operator, which), Threshold { asks, has, holds }));
                }
            }
        }
        found
    }
}

/// What a line is about.
fn about(line: &Line) -> Object {
    match line {
        Line::Rule { rule, .. } => Object::from_iter([("rule", rule.as_str())]),
        Line::Group { adjustment, group, .. } => Object::from_iter([("adjustment", *adjustment), ("group", group.as_str())]),
        Line::Part { score, .. } => Object::from_iter([("score", score.as_str())]),
        Line::Adjustment { adjustment, .. } => Object::from_iter([("adjustment", *adjustment)]),
    }
}

fn moved(one: &Side<'_>, other: &Side<'_>) -> Moved {
    let names = |side: &Side<'_>| side.assessment.scores.iter().map(|(name, _)| (name.to_string(), ())).collect();
    let score = |(score, _, _): (String, Option<()>, Option<()>)| {
        let lines = side_by_side(one.lines(&score), other.lines(&score));
        let lines = lines.into_iter().filter(|(_, from, to)| from != to).map(|(line, from, to)| LineChange { line, from, to });
        ScoreChange { from: one.value(&score), to: other.value(&score), lines: lines.collect(), score }
    };
    let scores = side_by_side(names(one), names(other)).into_iter().map(score);
    let signals = side_by_side(one.signals(), other.signals()).into_iter().filter(|(_, from, to)| from != to);
    let differs = |from: &Option<Threshold>, to: &Option<Threshold>| {
        let asked = |side: &Option<Threshold>| side.as_ref().map(|own| (own.asks.clone(), own.holds));
        asked(from) != asked(to)
    };
    let thresholds = side_by_side(one.thresholds(), other.thresholds()).into_iter().filter(|(_, from, to)| differs(from, to));
    Moved {
        visitor: one.assessment.visitor.to_string(),
        from: one.standing(),
        to: other.standing(),
        scores: scores.filter(|score| score.from != score.to || !score.lines.is_empty()).collect(),
        signals: signals.map(|(signal, from, to)| SignalChange { signal, from, to }).collect(),
        thresholds: thresholds
            .map(|((stage, part, path, operator, _), from, to)| ThresholdChange { stage, part, path, operator, from, to })
            .collect(),
    }
}

/// Two lists by their keys: those of the first in their order, then those that only the second has.
fn side_by_side<K: PartialEq, V: Clone>(one: Vec<(K, V)>, mut other: Vec<(K, V)>) -> Vec<(K, Option<V>, Option<V>)> {
    let mut both: Vec<(K, Option<V>, Option<V>)> = Vec::new();
    for (key, value) in one {
        let same = other.iter().position(|(own, _)| *own == key).map(|place| other.remove(place).1);
        both.push((key, Some(value), same));
    }
    both.extend(other.into_iter().map(|(key, value)| (key, None, Some(value))));
    both
}

//! The assessment: everything put together (docs/model.md, section 10). A pure function of (model, visitor, events, now).

use super::actions::actions;
use super::facts::Facts;
use super::history::History;
use super::points;
use super::stages::{Stages, stages};
use crate::engine::{Assessment, Digest, ModelName, Points, ScoreValue, Visitor, fnv64};
use crate::event::Event;
use crate::explain::Receipt;
use crate::model::Model;
use crate::model::stage::VISITOR;
use crate::time::{Time, Unit, Units};
use crate::value::Value;

/// Assesses a visitor at a time.
pub fn assess(model: &Model, visitor: &Visitor, now: Time, explain: bool) -> Assessment {
    Assessment { forgotten: visitor.forgotten(), ..of_events(model, visitor, now, explain) }
}

fn of_events(model: &Model, visitor: &Visitor, now: Time, explain: bool) -> Assessment {
    let history = history(model, visitor, now);
    let consents = history.consents.last();
    let missing = model.consent.iter().any(|key| consents.and_then(|given| given.get(key)) != Some(&Value::Bool(true)));
    if missing {
        return without_consent(&history, now, explain);
    }
    let facts = Facts::at(&history, history.events.len(), now);
    let stages = stages(&history, now);
    let (show, held_out) = actions(&history, now, &document_of(&history, &facts, &stages, now));
    Assessment {
        grade: facts.grade(),
        stage: stages.id(model).into(),
        stage_since: stages.since,
        mql: stages.is_mql(model),
        mql_at: stages.mql_at,
        disqualified: facts.disqualified.iter().map(|id| (*id).to_owned()).collect(),
        transitions: stages.transitions.into(),
        show,
        held_out,
        ..scored(&history, now, facts.scores, explain)
    }
}

/// The whole visitor document at a time.
pub fn document(model: &Model, visitor: &Visitor, now: Time) -> Value {
    let history = history(model, visitor, now);
    let facts = Facts::at(&history, history.events.len(), now);
    document_of(&history, &facts, &stages(&history, now), now)
}

fn document_of(history: &History<'_>, facts: &Facts<'_>, stages: &Stages, now: Time) -> Value {
    let mut document = facts.stage_document();
    document.insert("stage", stages.id(history.model));
    document.insert("stage_days", stages.days(history.model, now));
    document.insert("mql", stages.is_mql(history.model));
    Value::Object(document)
}

/// The visitor's events that exist at `now`, followed up to there.
pub fn history<'a>(model: &'a Model, visitor: &'a Visitor, now: Time) -> History<'a> {
    let exists = |event: &&Event| {
        let young = |age| model.utc_offset.within(event.time, now, Units { count: age, unit: Unit::Day });
        event.time <= now && model.max_age.is_none_or(young)
    };
    History::new(model, visitor.id(), visitor.traits(), visitor.events().iter().filter(exists).collect(), now)
}

/// An assessment with its scores, and nothing yet of stages and actions.
fn scored(history: &History<'_>, now: Time, scores: Vec<points::Scored>, explain: bool) -> Assessment {
    let model = history.model;
    let digest = history.events.iter().fold(0, |digest, event| digest ^ fnv64(event.id.as_bytes()));
    let value = |scored: &points::Scored, score: &crate::model::score::Score| ScoreValue {
        value: Points(scored.value),
        grade: score.grade(scored.value).map(str::to_owned),
        max: score.max.map(Points),
    };
    Assessment {
        model: ModelName { id: model.id.clone(), version: model.version.clone() }.into(),
        visitor: history.visitor.into(),
        at: now,
        events: history.events.len(),
        scores: model.scores.iter().zip(&scores).map(|(score, scored)| (score.name.as_str().into(), value(scored, score))).collect(),
        grade: None,
        stage: VISITOR.into(),
        stage_since: history.events.first().map(|event| event.time),
        mql: false,
        mql_at: None,
        disqualified: Vec::new(),
        digest: Digest(digest),
        transitions: Vec::new().into(),
        show: Vec::new(),
        held_out: Vec::new(),
        consent: None,
        forgotten: None,
        next_change: None,
        to_mql: None,
        receipt: explain
            .then(|| Receipt(model.scores.iter().zip(scores).map(|(score, scored)| (score.name.clone(), scored.lines)).collect())),
    }
}

/// The empty assessment of a visitor who has not given the consent that the model asks for.
fn without_consent(history: &History<'_>, now: Time, explain: bool) -> Assessment {
    let floors: Vec<points::Scored> = history.model.scores.iter().map(points::floor).collect();
    let label = |place: &usize| history.model.scores.get(*place)?.grade(floors.get(*place)?.value);
    let grade = history.model.grade.as_ref().and_then(|places| places.iter().map(label).collect());
    Assessment { grade, consent: Some("missing"), ..scored(history, now, floors, explain) }
}

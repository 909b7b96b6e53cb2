//! The assessment: what there is to say of a state at a time (docs/model.md, section 10).

use super::actions::{actions, eligible};
use super::assessment::{Assessment, Digest, Points, ScoreValue};
use super::digest::Digested;
use super::state::{Line, State};
use crate::event::Event;
use crate::explain::Receipt;
use crate::model::Model;
use crate::model::action::Action;
use crate::model::score::Score;
use crate::model::stage::VISITOR;
use crate::time::Time;
use crate::value::Value;
use std::sync::Arc;

/// A state that has been brought to a time, and what it has taken in.
pub struct Present<'m, 'a> {
    pub model: &'m Model,
    pub visitor: &'a Arc<str>,
    pub state: &'a State,
    /// The events that the state has taken in.
    pub events: &'a [Event],
    /// Those before them, too old to exist. They take their place among the earliest all the same (docs/model.md, section 2).
    pub too_old: &'a [Event],
    pub now: Time,
}

/// What a page would show or do, as numbers that are equal if, and only if, that is: whether consent is missing; the scores, in milli-points, which make the grades;
/// the stage, which makes the MQL; which disqualifications hold; the places of actions to show, best first, and of those held out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glance(Vec<i64>);

impl<'m> Present<'m, '_> {
    /// Whether the model asks for a consent that the visitor has not given.
    pub fn lacks_consent(&self) -> bool {
        self.model.consent.iter().any(|key| self.state.consent.get(key) != Some(&Value::Bool(true)))
    }

    /// The value of a score, by place, in milli-points.
    pub fn value(&self, place: usize) -> Option<i64> {
        let score = self.model.scores.get(place)?;
        if self.lacks_consent() { Some(score.min) } else { self.state.values.get(place).copied() }
    }

    /// The id of the stage.
    pub fn stage(&self) -> &'m str {
        if self.lacks_consent() { VISITOR } else { self.state.stages.id(self.model) }
    }

    /// Whether the visitor is an MQL.
    pub fn mql(&self) -> bool {
        !self.lacks_consent() && self.state.stages.is_mql(self.model)
    }

    /// The stage, by place; `None` before the first.
    pub fn stage_place(&self) -> Option<usize> {
        if self.lacks_consent() { None } else { self.state.stages.stage }
    }

    /// Writes down what a page would show or do, to be compared with what it would at another moment.
    pub fn glance(&self, Glance(numbers): &mut Glance) {
        let missing = self.lacks_consent();
        numbers.clear();
        numbers.push(i64::from(missing));
        if missing {
            return;
        }
        numbers.extend_from_slice(&self.state.values);
        numbers.push(self.stage_place().map_or(-1, |place| place as i64));
        numbers.extend(self.state.disqualifications(self.model).map(i64::from));
        if !self.model.actions.is_empty() {
            let (show, held_out) = eligible(self.model, self.state, self.visitor, self.events, self.now);
            for actions in [show, held_out] {
                let place = |action: &&Action| self.model.actions.iter().position(|own| core::ptr::eq(own, *action));
                numbers.extend(actions.iter().filter_map(place).map(|place| place as i64));
                numbers.push(-1);
            }
        }
    }

    /// Everything there is to say; with `explain`, receipts are made.
    pub fn assess(&self, digested: &mut Digested, explain: bool) -> Assessment {
        let (model, state, names) = (self.model, self.state, &self.model.program.names);
        let missing = self.lacks_consent();
        let label = |place: usize| model.scores.get(place)?.grade(self.value(place)?).map(str::to_owned);
        let score = |(place, (score, name)): (usize, (&Score, &Arc<str>))| {
            let value = Points(self.value(place).unwrap_or_default());
            (name.clone(), ScoreValue { value, grade: label(place), max: score.max.map(Points) })
        };
        // Without consent nothing follows from events.
        let (show, held_out) = if missing { Default::default() } else { actions(model, state, self.visitor, self.events, self.now) };
        Assessment {
            model: names.model.clone(),
            visitor: self.visitor.clone(),
            at: self.now,
            events: self.events.len(),
            scores: model.scores.iter().zip(&names.scores).enumerate().map(score).collect(),
            grade: model.grade.as_ref().and_then(|places| places.iter().map(|place| label(*place)).collect()),
            stage: names.stage(self.stage_place()),
            stage_since: if missing { self.events.first().map(|event| event.time) } else { state.stages.since },
            mql: self.mql(),
            mql_at: state.stages.mql_at.filter(|_| !missing),
            disqualified: if missing { Vec::new() } else { state.disqualified(model) },
            digest: Digest(digested.of(self.events)),
            transitions: if missing { Arc::default() } else { state.stages.transitions() },
            show,
            held_out,
            consent: missing.then_some("missing"),
            forgotten: None,
            next_change: None,
            to_mql: None,
            receipt: explain.then(|| self.receipt(missing)),
        }
    }

    fn receipt(&self, missing: bool) -> Receipt {
        let lines = |(place, score): (usize, &Score)| {
            let floor = || Line::Adjustment { adjustment: "score", points: Points(score.min) };
            let lines = match missing {
                true => Some(floor()).filter(|_| score.min != 0).into_iter().collect(),
                false => self.state.lines(self.model, place),
            };
            (score.name.clone(), lines)
        };
        Receipt(self.model.scores.iter().enumerate().map(lines).collect())
    }
}

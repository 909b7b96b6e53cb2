//! Taking the same events in again and again, each time without the first of those before: what each does is found out once.

use super::pooled::{Condensed, Pooled, Pools};
use super::{Effect, EventDocument, State};
use crate::engine::program::condition::Document;
use crate::engine::program::index::Target;
use crate::engine::program::slot::EventSlot;
use crate::event::session::Entry;
use crate::event::view::EventView;
use crate::model::Model;
use crate::value::Value;
use std::sync::Arc;

/// What an event does.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    /// What it says of a session that it begins.
    pub(super) entry: Option<Arc<Entry>>,
    /// What it saw of those before it when that was found out.
    saw: Option<Vec<Value>>,
    pub(super) condensed: Condensed,
}

impl Memo {
    /// What it does, as far as a stage may depend on it.
    pub fn effects(&self) -> &[Effect] {
        &self.condensed.effects
    }
}

impl State {
    /// Before any event: from now on, rules stand for others.
    pub fn follow(&mut self, pooled: Pooled) {
        self.flow.pooled = Some(Box::new(pooled));
    }

    /// Gives back who is followed together.
    pub fn followed(&mut self) -> Option<Pooled> {
        self.flow.pooled.take().map(|pooled| *pooled)
    }

    /// Finds out which patterns the next event matches, without doing what follows from that.
    pub fn look(&mut self, model: &Model, event: &EventView<'_>, targets: &mut Vec<Target>) {
        let kind = model.program.index.of_type(event.r#type);
        let offsite = event.offsite || kind.is_some_and(|kind| kind.offsite);
        self.see(model, event, offsite, None);
        self.find_targets(model, event, kind, offsite, targets);
    }

    /// Finds out what the next event does, unless that is known, without doing it; says whether that is news.
    pub fn foresee(&mut self, model: &Model, event: &EventView<'_>, pools: &Pools, memo: &mut Memo) -> bool {
        let program = &*model.program;
        let kind = program.index.of_type(event.r#type);
        let offsite = event.offsite || kind.is_some_and(|kind| kind.offsite);
        self.see(model, event, offsite, Some(memo));
        let document = EventDocument::new(event, offsite, self);
        let see = |slot: &EventSlot| document.at(slot).get().to_value();
        if memo.saw.as_ref().is_some_and(|saw| program.back.iter().zip(saw).all(|(slot, saw)| see(slot) == *saw)) {
            return false;
        }
        memo.saw = Some(program.back.iter().map(see).collect());
        let mut targets = Vec::new();
        self.find_targets(model, event, kind, offsite, &mut targets);
        let found = targets.iter().filter_map(|target| self.effect(model, event, offsite, *target));
        memo.condensed = pools.condense(model, found);
        true
    }

    /// Takes in what the next event says of sessions and traits, and no more.
    fn see(&mut self, model: &Model, event: &EventView<'_>, offsite: bool, memo: Option<&mut Memo>) {
        if !offsite {
            let begins = self.take_activity(model, event, memo.as_deref());
            if let Some(memo) = memo.filter(|_| begins) {
                memo.entry = self.entry.clone();
            }
        }
        if let Some(set) = event.traits {
            self.take_traits(&model.program, set);
        }
    }
}

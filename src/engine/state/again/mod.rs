//! Taking the same events in again and again, each time without the first of those before: what each does is found out once.

mod leap;
pub mod pooled;
mod streams;
mod tally;

use super::State;
use super::documents::EventDocument;
use crate::engine::program::condition::Document;
use crate::engine::program::index::Target;
use crate::engine::program::slot::{EventSlot, SessionSlot};
use crate::event::Event;
use crate::event::session::Entry;
use crate::event::view::EventView;
use crate::model::Model;
use crate::value::{Object, Value};
use pooled::{Condensed, Pooled, Pools};
use std::sync::Arc;

/// What an event does.
#[derive(Clone, Debug, Default)]
pub struct Memo {
    /// What it says of a session that it begins.
    pub(super) entry: Option<Arc<Entry>>,
    /// What it saw of those before it when that was found out.
    saw: Option<Vec<Value>>,
    /// The traits behind it, if it sets any.
    left: Option<Object>,
    /// Whether it is off site.
    pub(super) offsite: bool,
    pub(super) condensed: Condensed,
}

/// Whether later events see the same of those before them as they did the last time.
#[derive(Debug, Default)]
pub struct Seen {
    traits: bool,
    session: bool,
}

impl Memo {
    /// What it does, as far as a stage may depend on it, but for what is known of rules.
    pub fn condensed(&self) -> &Condensed {
        &self.condensed
    }
}

impl State {
    /// Before any event: from now on, this is known of rules.
    pub fn follow(&mut self, pooled: Pooled) {
        self.flow.pooled = Some(Arc::new(pooled));
    }

    /// Gives back what was known of rules.
    pub fn followed(&mut self) -> Option<Pooled> {
        self.flow.pooled.take().and_then(Arc::into_inner)
    }

    /// Finds out which patterns the next event matches, without doing what follows from that.
    pub fn look(&mut self, model: &Model, event: &EventView<'_>, targets: &mut Vec<Target>) {
        let kind = model.program.index.of_type(event.r#type);
        let offsite = event.offsite || kind.is_some_and(|kind| kind.offsite);
        self.see(model, event, offsite, None);
        self.find_targets(model, event, kind, offsite, targets);
    }

    /// Finds out what the next event does, unless that is known, without doing it; gives back what it was thought to do, if that is not so.
    pub fn foresee(&mut self, model: &Model, event: &EventView<'_>, pools: &Pools, memo: &mut Memo) -> Option<Condensed> {
        let program = &*model.program;
        let kind = program.index.of_type(event.r#type);
        let offsite = event.offsite || kind.is_some_and(|kind| kind.offsite);
        self.see(model, event, offsite, Some(memo));
        let document = EventDocument::new(event, offsite, self);
        let see = |slot: &EventSlot| document.at(slot).get().to_value();
        if memo.saw.as_ref().is_some_and(|saw| program.back.iter().zip(saw).all(|(slot, saw)| see(slot) == *saw)) {
            return None;
        }
        memo.saw = Some(program.back.iter().map(see).collect());
        let mut targets = Vec::new();
        self.find_targets(model, event, kind, offsite, &mut targets);
        let found = targets.iter().filter_map(|target| self.effect(model, event, offsite, *target));
        let before = std::mem::replace(&mut memo.condensed, pools.condense(model, found));
        memo.offsite = offsite;
        Some(before)
    }

    /// Behind an event that was foreseen: whether all later events see what they saw the last time, although the first events are gone.
    pub fn sees_the_same(&self, model: &Model, event: &Event, memo: &mut Memo, seen: &mut Seen) -> bool {
        if event.traits.is_some() && !seen.traits {
            seen.traits = memo.left.as_ref() == Some(self.traits());
            memo.left = Some(self.traits().clone());
        }
        // The first session begins with the first event; others begin where they always did.
        seen.session |= self.session.is_some_and(|session| session.number > 1);
        model.program.back.iter().all(|slot| match slot {
            EventSlot::Traits(_) => seen.traits,
            EventSlot::Session(SessionSlot::Whole | SessionSlot::Number) => false,
            EventSlot::Session(_) => seen.session,
            _ => true,
        })
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
            set.show(|set| self.take_traits(&model.program, set));
        }
    }
}

//! Taking many events in as one, where no stage can change in between.
//!
//! Who takes the same events in again knows what each does. As long as that is no more than to add points that fade, the scores stay between what they would be if all that
//! fades did so at once and what they would be if nothing did; if no condition asks for anything between these, nobody sees what happens there.

use super::flow::NEVER;
use super::{Effect, Memo, State};
use crate::engine::program::Program;
use crate::engine::program::premise::Subject;
use crate::event::Event;
use crate::event::session::Session;
use crate::event::view::EventView;
use crate::model::Model;

/// Whether nobody asks about a visitor for what each event changes beside points and signals: sessions, idleness, traits.
pub(super) fn may_leap(program: &Program) -> bool {
    let lists = [&program.session, &program.entry, &program.active, &program.idle, &program.any_trait];
    let mut of_traits = program.premises.iter().filter(|premise| matches!(premise.subject, Subject::Trait(_)));
    lists.iter().all(|list| list.is_empty()) && of_traits.all(|premise| premise.nodes.is_empty())
}

impl State {
    /// Takes in events, in canonical order, of which is known what they do.
    pub fn take_all_again(&mut self, model: &Model, visitor: &str, events: &[Event], memos: &[Memo]) {
        let (mut place, mut stride) = (0, events.len());
        while place < events.len() {
            let last = place.saturating_add(stride).min(events.len()) - 1;
            let (Some(event), Some(memo)) = (events.get(last), memos.get(last)) else { return };
            let between = (events.get(place..last).unwrap_or_default(), memos.get(place..last).unwrap_or_default());
            if last > place && !self.leap(model, visitor, between, event) {
                stride = (last - place).div_ceil(2);
                continue;
            }
            self.take_again(model, visitor, &EventView::of(event), Some(memo));
            place = last + 1;
            stride = stride.saturating_mul(2);
        }
    }

    /// Takes in what events do before the next one, unless a stage might change in between; says whether it did.
    fn leap(&mut self, model: &Model, visitor: &str, (events, memos): (&[Event], &[Memo]), next: &Event) -> bool {
        let eventful = self.seen == 0 || self.flow.restless || self.flow.mixed || self.flow.sudden <= next.time;
        if eventful || !memos.iter().all(|memo| memo.leaps) {
            return false;
        }
        let matches = || {
            memos.iter().flat_map(Memo::effects).filter_map(|effect| match effect {
                Effect::Together(lead, time, points) => Some((*lead, *time, *points)),
                _ => None,
            })
        };
        let (mut low, mut high) = self.bounds_until(model, next.time);
        for (lead, _, points) in matches() {
            let sums = if points < 0 { &mut low } else { &mut high };
            let sum = model.program.rules.get(lead as usize).and_then(|plan| sums.get_mut(plan.sum));
            sum.into_iter().for_each(|sum| *sum += i128::from(points));
        }
        if self.may_pass(model, &low, &high) {
            return false;
        }
        for (event, _) in events.iter().zip(memos).filter(|(_, memo)| !memo.offsite) {
            self.session = Some(Session::next(self.session, &EventView::of(event), model.session_timeout));
        }
        self.active = true;
        for (lead, time, points) in matches() {
            self.add_together(model, lead, time, points);
        }
        self.seen += events.len();
        self.settle_values(model, visitor, self.clock);
        self.flow.wake = self.flow.sudden.min(if self.flow.calm { NEVER } else { self.flow.faded_until() });
        self.flow.quiet = self.next_by_itself(model);
        true
    }
}

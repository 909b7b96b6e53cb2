//! Taking many events in as one, where no stage can change in between.
//!
//! Who takes the same events in again knows what each does. As long as that is no more than to add points and to be counted by signals, the scores stay between what they would be
//! if all that fades did so at once and what they would be if nothing did, whatever the conditions of rules say that ask about those signals; if no condition of a stage asks for
//! anything between these, nobody sees what happens there.

use super::{Effect, Memo, State};
use crate::engine::program::premise::Subject;
use crate::engine::program::{Program, Role};
use crate::event::Event;
use crate::event::session::Session;
use crate::event::view::EventView;
use crate::model::Model;
use crate::model::signal::{Measure, Source};
use crate::value::Object;

/// What is asked about a visitor that each event may change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leaps {
    /// Nothing is but points, signals and single traits: neither sessions nor idleness.
    may: bool,
    /// Single traits are.
    traits: bool,
}

/// Finds that out.
pub(super) fn leaps(program: &Program) -> Leaps {
    let lists = [&program.session, &program.entry, &program.active, &program.idle, &program.any_trait];
    let mut of_traits = program.premises.iter().filter(|premise| matches!(premise.subject, Subject::Trait(_)));
    Leaps { may: lists.iter().all(|list| list.is_empty()), traits: of_traits.any(|premise| !premise.nodes.is_empty()) }
}

impl Leaps {
    /// Whether an event may be taken in as one with others that does this beside adding points, and whether it sets traits about which somebody asks.
    pub fn may(self, model: &Model, event: &EventView<'_>, effects: &[Effect]) -> (bool, bool) {
        let counts = |effect: &Effect| matches!(effect, Effect::Observe(place, _) if counts(model, *place));
        (self.may && event.r#type != "consent" && effects.iter().all(counts), self.traits && event.traits.is_some())
    }
}

/// Whether a signal grows by at most one with each event, and falls only as time passes.
fn counts(model: &Model, signal: usize) -> bool {
    let source = model.signals.get(signal).map(|signal| &signal.source);
    matches!(source, Some(Source::Events { measure: Measure::Count | Measure::Days | Measure::Sessions | Measure::Distinct, .. }))
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
        let is_known = |set: &Object| set.iter().all(|(key, value)| self.known.get(key) == Some(value));
        let leaps = |(event, memo): (&Event, &Memo)| memo.leaps && (!memo.sets || event.traits.as_ref().is_none_or(is_known));
        if eventful || !events.iter().zip(memos).all(leaps) {
            return false;
        }
        let (mut low, mut high) = self.bounds_until(model, next.time);
        let Some(swayed) = self.sway(model, memos, &mut low, &mut high) else { return false };
        let mut points = vec![0_i64; model.rules.len()];
        for (lead, more) in memos.iter().flat_map(|memo| &memo.condensed.points) {
            points.get_mut(*lead as usize).into_iter().for_each(|sum| *sum += more);
        }
        for (place, ((points, rule), plan)) in points.iter().zip(&model.rules).zip(&model.program.rules).enumerate() {
            if *points == 0 || !(self.counts(plan) || swayed.contains(&place)) {
                continue;
            }
            // The first match brings as much as nothing comes to.
            for points in [*points, rule.bounded(0)] {
                let sums = if points < 0 { &mut low } else { &mut high };
                sums.get_mut(plan.sum).into_iter().for_each(|sum| *sum += i128::from(points));
            }
        }
        if self.may_pass(model, &low, &high) {
            return false;
        }
        for (event, memo) in events.iter().zip(memos) {
            if !memo.offsite {
                self.session = Some(Session::next(self.session, &EventView::of(event), model.session_timeout));
                self.active = true;
            }
            for effect in &memo.condensed.effects {
                self.apply(model, &EventView::of(event), memo.offsite, effect, &mut None);
            }
        }
        self.add_all_together(model, &points, events, memos);
        self.seen += events.len();
        // What happens before the next event has been thought of. Behind all of these events, nothing may be asked as of a time between them.
        self.happen(model, next.time);
        self.flow.sudden = self.next_sudden(model, self.clock);
        self.bring(model, visitor, next.time);
        true
    }

    /// Widens the bounds of sums by what rules come to whose condition may change its mind while signals are counted, and says which rules these are; `None` if that may be
    /// a condition of something else.
    fn sway(&self, model: &Model, memos: &[Memo], low: &mut [i128], high: &mut [i128]) -> Option<Vec<usize>> {
        let program = &*model.program;
        let observed = |effect: &Effect| if let Effect::Observe(signal, _) = effect { Some(*signal) } else { None };
        let mut times = vec![0; self.signals.len()];
        for signal in memos.iter().flat_map(|memo| &memo.condensed.effects).filter_map(observed) {
            times.get_mut(signal).into_iter().for_each(|times| *times += 1);
        }
        let mut nodes = Vec::<u32>::new();
        for ((own, watchers), times) in self.signals.iter().zip(&program.signals).zip(times).filter(|(_, times)| *times > 0) {
            let now = own.value().get().as_number();
            let most = now.map(|now| now + f64::from(times));
            watchers.passed(now, most, |premise| {
                nodes.extend(program.premises.get(premise as usize).into_iter().flat_map(|premise| &premise.nodes).map(|told| told.node));
            });
        }
        let mut swayed = Vec::new();
        for node in nodes {
            let (sum, most) = match program.nodes.get(node as usize)?.role {
                Role::Share { sum, points, .. } => (sum, points.abs()),
                Role::Gate(place) => {
                    let (rule, plan) = (model.rules.get(place)?, program.rules.get(place)?);
                    swayed.push(place);
                    let known = self.rules.get(place).map_or(0, |own| own.value(rule, true).abs());
                    // What a state rule is worth may change, too.
                    (Some(plan.sum).filter(|_| plan.state_worth.is_none())?, known.max(rule.bounded(0).abs()))
                }
                Role::Worth(_) | Role::Disqualify | Role::Stage => return None,
            };
            for (bounds, more) in [(&mut *low, -most), (&mut *high, most)] {
                bounds.get_mut(sum).into_iter().for_each(|bound| *bound += i128::from(more));
            }
        }
        Some(swayed)
    }

    /// Adds points of rules for which others stand: of each so many in all.
    fn add_all_together(&mut self, model: &Model, points: &[i64], events: &[Event], memos: &[Memo]) {
        for (lead, points) in points.iter().enumerate().filter(|(_, points)| **points != 0) {
            self.rules.make(lead, |own| {
                own.sum = own.sum.saturating_add(*points);
                own.counted = own.counted.saturating_add(1);
            });
            self.flow.touch_rule(lead);
        }
        self.flow.take_all_together(model, events, memos);
    }
}

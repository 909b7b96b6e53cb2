//! The moments of a visitor: the events, and the times between them at which something may change by itself (docs/model.md, section 6).

use super::history::History;
use crate::model::Model;
use crate::model::rule::{Decay, Trigger};
use crate::time::{Time, Unit, Units};

/// A moment, and what it sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// How many events it sees, in canonical order; an event's own moment sees that event too.
    pub prefix: usize,
    /// Its time.
    pub time: Time,
    /// The event that it is; `None` at a boundary or time-out.
    pub event: Option<usize>,
}

/// Calls `pass` for each moment up to `now`, in order; `pass` says whether it changed anything.
///
/// Boundaries at which nothing can change are left out: those after every window, decay and waiting time since the last event or change is over.
pub fn each(history: &History<'_>, now: Time, mut pass: impl FnMut(Moment) -> bool) {
    if history.events.is_empty() {
        pass(Moment { prefix: 0, time: now, event: None });
        return;
    }
    let reach = Reach::of(history.model);
    let offset = history.model.utc_offset;
    for (index, event) in history.events.iter().enumerate() {
        pass(Moment { prefix: index + 1, time: event.time, event: Some(index) });
        let until = history.events.get(index + 1).map_or(now, |next| next.time);
        let timeout = history.last_session(index + 1).map(|session| session.end.saturating_add(history.model.session_timeout));
        // What happened last: this event, or a change at a boundary behind it.
        let (mut time, mut last) = (event.time, event.time);
        loop {
            let hour = reach.hours(last).filter(|end| time < *end).map(|_| next_boundary(offset, time, Unit::Hour));
            let day = Some(next_boundary(offset, time, Unit::Day)).filter(|_| time < reach.days(last));
            let next = [hour, day, timeout.filter(|timeout| *timeout > time)].into_iter().flatten().min();
            let Some(next) = next.filter(|next| *next <= until) else { break };
            if pass(Moment { prefix: index + 1, time: next, event: None }) {
                last = next;
            }
            time = next;
        }
    }
}

fn next_boundary(offset: crate::time::UtcOffset, time: Time, unit: Unit) -> Time {
    offset.start(offset.number(time, unit) + 1, unit)
}

/// How long after an event or a change of stage time alone can still change something.
struct Reach {
    /// In hours, if the model counts in hours at all; saturated if for ever.
    hours: Option<i64>,
    /// In days; saturated if for ever.
    days: i64,
}

impl Reach {
    fn of(model: &Model) -> Reach {
        let idle = model.rules.iter().any(|rule| matches!(rule.trigger, Trigger::Idle(_)));
        let mut reach = Reach { hours: None, days: if idle || uses_stage_days(model) { i64::MAX } else { 0 } };
        let windows = model.signals.iter().filter_map(|signal| signal.within);
        windows.for_each(|window| reach.extend(window.count, window.unit));
        for rule in &model.rules {
            let Some(decay) = &rule.decay else { continue };
            let Units { count, unit } = decay.units();
            let over = match (decay, &rule.trigger) {
                // Idle matches come for ever, and each of them fades.
                (_, Trigger::Idle(_)) => i64::MAX,
                // The largest sum of milli-points rounds to nothing after 54 halvings.
                (Decay::HalfLife(_), _) => count.saturating_mul(64),
                (Decay::Linear(_) | Decay::Expire(_), _) => count,
                (Decay::Step(_, by), _) if *by > 0.0 => count.saturating_mul((1.0 / by).ceil() as i64 + 1),
                (Decay::Step(..), _) => 0,
            };
            reach.extend(over, unit);
        }
        model.stages.iter().for_each(|stage| reach.extend(stage.reenter_after, Unit::Day));
        reach
    }

    fn extend(&mut self, count: i64, unit: Unit) {
        match unit {
            Unit::Hour => self.hours = Some(self.hours.unwrap_or(0).max(count)),
            Unit::Day => self.days = self.days.max(count),
        }
    }

    /// Until when hours matter; `None` if never.
    fn hours(&self, last: Time) -> Option<Time> {
        self.hours.map(|hours| end(last, hours, Unit::Hour))
    }

    /// Until when days matter.
    fn days(&self, last: Time) -> Time {
        end(last, self.days, Unit::Day)
    }
}

/// Whether a stage depends on how long the visitor has been in one.
fn uses_stage_days(model: &Model) -> bool {
    let conditions = model.stages.iter().flat_map(|stage| [Some(&stage.when), stage.exit.as_ref()]).flatten();
    conditions.flat_map(|condition| condition.paths()).any(|path| path.split('.').next() == Some("stage_days"))
}

/// A time by which so many units and one more have begun.
fn end(last: Time, count: i64, unit: Unit) -> Time {
    last.saturating_add(count.saturating_add(2).saturating_mul(unit.millis()))
}

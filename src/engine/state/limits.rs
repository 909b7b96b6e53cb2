//! What a rule's limit has let through (MODEL.md, section 5): at most so many matches in each span, and for each value of a field.

use super::contribution::Match;
use super::values::Values;
use crate::model::rule::{Limit, Per};
use crate::time::{Time, Unit, UtcOffset};

/// What a limit has let through.
#[derive(Clone, Debug, Default)]
pub struct Limited {
    /// Without a field.
    all: Span,
    /// With one: its values, and a span for each.
    by: Option<Box<(Values, Vec<Span>)>>,
}

/// What was let through in the present span.
#[derive(Clone, Debug)]
enum Span {
    Counted {
        /// Which day or session, of those that a number of 32 bits can tell apart.
        number: u32,
        count: u32,
        /// How many off site, where sessions are counted: they share one span, whatever sessions lie between them.
        offsite: u32,
    },
    Times(Box<Times>),
}

/// The times of the last matches that were let through, as many as the limit allows, in a ring.
#[derive(Clone, Debug, Default)]
struct Times {
    ring: Vec<Time>,
    oldest: u32,
}

impl Default for Span {
    fn default() -> Span {
        Span::Counted { number: 0, count: 0, offsite: 0 }
    }
}

impl Limited {
    /// Whether fewer matches than the limit says were let through in the span of this one.
    pub fn lets_through(&mut self, limit: &Limit, own: &Match, session: Option<usize>, offset: UtcOffset) -> bool {
        let span = match &own.by {
            None => &mut self.all,
            Some(value) => {
                let (values, spans) = &mut **self.by.get_or_insert_default();
                let place = values.place_of(value.into());
                if place >= spans.len() {
                    spans.resize_with(place + 1, Span::default);
                }
                let Some(span) = spans.get_mut(place) else { return false };
                span
            }
        };
        if let (Span::Counted { .. }, Per::Span(_)) = (&*span, limit.per) {
            *span = Span::Times(Box::default());
        }
        let number = match limit.per {
            Per::Ever | Per::Span(_) => 0,
            Per::Day => offset.number(own.time, Unit::Day) as u32,
            Per::Session => session.map_or(0, |number| number as u32),
        };
        match (span, limit.per) {
            (Span::Times(times), Per::Span(length)) => take_within(times, length, limit.times, own.time),
            (Span::Counted { offsite, .. }, Per::Session) if session.is_none() => take(offsite, limit.times),
            (Span::Counted { number: current, count, .. }, _) => {
                if *current != number {
                    (*current, *count) = (number, 0);
                }
                take(count, limit.times)
            }
            (Span::Times(_), _) => false,
        }
    }
}

/// Takes a match if fewer than so many lie in the milliseconds before it.
fn take_within(Times { ring, oldest }: &mut Times, length: i64, times: usize, time: Time) -> bool {
    if ring.len() < times {
        ring.push(time);
        return true;
    }
    let Some(first) = ring.get_mut(*oldest as usize).filter(|first| **first <= time.saturating_sub(length)) else { return false };
    *first = time;
    *oldest = if *oldest as usize + 1 < times { *oldest + 1 } else { 0 };
    true
}

/// Takes one more if there is room.
fn take(count: &mut u32, times: usize) -> bool {
    let room = (*count as usize) < times;
    *count = count.saturating_add(u32::from(room));
    room
}

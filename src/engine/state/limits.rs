//! What a rule's limit has let through (MODEL.md, section 5): at most so many matches in each span, and for each value of a field.

use super::contribution::Match;
use super::values::Values;
use crate::model::rule::{Limit, Per};
use crate::time::{Time, Unit, UtcOffset};

/// What a limit has let through.
#[derive(Clone, Debug, Default)]
pub struct Limited {
    /// The values of the field.
    by: Values,
    /// One for each of them; without a field, only one.
    spans: Vec<Span>,
}

/// What was let through in the present span.
#[derive(Clone, Debug)]
enum Span {
    Counted {
        /// Which day or session.
        number: i64,
        count: u32,
        /// How many off site, where sessions are counted: they share one span, whatever sessions lie between them.
        offsite: u32,
    },
    /// The times of the last, as many as the limit allows, in a ring: the oldest stands at `oldest`.
    Times { last: Vec<Time>, oldest: u32 },
}

impl Limited {
    /// Whether fewer matches than the limit says were let through in the span of this one.
    pub fn lets_through(&mut self, limit: &Limit, own: &Match, session: Option<usize>, offset: UtcOffset) -> bool {
        let place = own.by.as_ref().map_or(0, |value| self.by.place_of(value.into()));
        if place >= self.spans.len() {
            self.spans.push(match limit.per {
                Per::Span(_) => Span::Times { last: Vec::new(), oldest: 0 },
                _ => Span::Counted { number: 0, count: 0, offsite: 0 },
            });
        }
        let number = match limit.per {
            Per::Ever | Per::Span(_) => 0,
            Per::Day => offset.number(own.time, Unit::Day),
            Per::Session => session.map_or(0, |number| number as i64),
        };
        match (self.spans.get_mut(place), limit.per) {
            (Some(Span::Times { last, oldest }), Per::Span(length)) => take_within(last, oldest, length, limit.times, own.time),
            (Some(Span::Counted { offsite, .. }), Per::Session) if session.is_none() => take(offsite, limit.times),
            (Some(Span::Counted { number: current, count, .. }), _) => {
                if *current != number {
                    (*current, *count) = (number, 0);
                }
                take(count, limit.times)
            }
            _ => false,
        }
    }
}

/// Takes a match if fewer than so many lie in the milliseconds before it.
fn take_within(last: &mut Vec<Time>, oldest: &mut u32, length: i64, times: usize, time: Time) -> bool {
    if last.len() < times {
        last.push(time);
        return true;
    }
    let Some(first) = last.get_mut(*oldest as usize).filter(|first| **first <= time.saturating_sub(length)) else { return false };
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

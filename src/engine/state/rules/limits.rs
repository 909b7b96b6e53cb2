//! What a rule's limit has let through (docs/model.md, section 5): at most so many matches in each span, and for each value of a field.

use super::contribution::Match;
use crate::engine::state::small::values::Values;
use crate::model::rule::{Limit, Per};
use crate::time::{Time, Unit, UtcOffset};

/// What a limit has let through.
#[derive(Clone, Debug)]
pub enum Limited {
    /// Without a field.
    All(Span),
    /// With one: its values, and a span for each.
    By(Box<(Values, Vec<Span>)>),
}

/// What was let through in the present span.
#[derive(Clone, Debug)]
pub enum Span {
    Counted {
        /// Which day or session, of those that a number of 32 bits can tell apart.
        number: u32,
        count: u32,
        /// How many off site, where sessions are counted: they share one span, whatever sessions lie between them.
        offsite: u32,
    },
    Times {
        /// The last matches that were let through, as many as the limit allows.
        ring: Box<Ring>,
        /// Where the oldest of them stands.
        oldest: u32,
    },
}

/// Times, in a ring.
#[derive(Clone, Debug, Default)]
pub struct Ring(Vec<Time>);

impl Default for Limited {
    fn default() -> Limited {
        Limited::All(Span::default())
    }
}

impl Default for Span {
    fn default() -> Span {
        Span::Counted { number: 0, count: 0, offsite: 0 }
    }
}

impl Limited {
    /// Whether fewer matches than the limit says were let through in the span of this one.
    pub fn lets_through(&mut self, limit: &Limit, own: &Match, session: Option<usize>, offset: UtcOffset) -> bool {
        self.span(own).is_some_and(|span| span.lets_through(limit, own.time, session, offset))
    }

    /// The span of a match.
    fn span(&mut self, own: &Match) -> Option<&mut Span> {
        if let (Limited::All(_), Some(_)) = (&*self, &own.by) {
            *self = Limited::By(Box::default());
        }
        match (self, &own.by) {
            (Limited::All(span), _) => Some(span),
            (Limited::By(by), value) => {
                let (values, spans) = &mut **by;
                let place = values.place_of(value.as_ref().into());
                if place >= spans.len() {
                    spans.resize_with(place + 1, Span::default);
                }
                spans.get_mut(place)
            }
        }
    }
}

impl Span {
    fn lets_through(&mut self, limit: &Limit, time: Time, session: Option<usize>, offset: UtcOffset) -> bool {
        if let (Span::Counted { .. }, Per::Span(_)) = (&*self, limit.per) {
            *self = Span::Times { ring: Box::default(), oldest: 0 };
        }
        let present = match limit.per {
            Per::Ever | Per::Span(_) => 0,
            Per::Day => offset.number(time, Unit::Day) as u32,
            Per::Session => session.map_or(0, |number| number as u32),
        };
        match (self, limit.per) {
            (Span::Times { ring, oldest }, Per::Span(length)) => ring.take(oldest, length, limit.times, time),
            (Span::Counted { offsite, .. }, Per::Session) if session.is_none() => take(offsite, limit.times),
            (Span::Counted { number, count, .. }, _) => {
                if *number != present {
                    (*number, *count) = (present, 0);
                }
                take(count, limit.times)
            }
            (Span::Times { .. }, _) => false,
        }
    }
}

impl Ring {
    /// Takes a match if fewer than so many lie in the milliseconds before it.
    fn take(&mut self, oldest: &mut u32, length: i64, times: usize, time: Time) -> bool {
        let Ring(ring) = self;
        if ring.len() < times {
            if ring.len() == ring.capacity() {
                // Most limits are small, and there are many.
                ring.reserve_exact((ring.len() / 2 + 1).min(times - ring.len()));
            }
            ring.push(time);
            return true;
        }
        let Some(first) = ring.get_mut(*oldest as usize).filter(|first| **first <= time.saturating_sub(length)) else { return false };
        *first = time;
        *oldest = if *oldest as usize + 1 < times { *oldest + 1 } else { 0 };
        true
    }
}

/// Takes one more if there is room.
fn take(count: &mut u32, times: usize) -> bool {
    let room = (*count as usize) < times;
    *count = count.saturating_add(u32::from(room));
    room
}

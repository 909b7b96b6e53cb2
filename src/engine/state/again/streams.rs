//! Which matches limits let through (docs/model.md, section 5) as the first of the events cease to exist, one day after another: found for all rules of which it is known what each event brings them, and from
//! one day to the next only where it changes.

use crate::engine::state::small::values::Values;
use crate::event::Event;
use crate::event::session::Session;
use crate::event::view::EventView;
use crate::model::Model;
use crate::model::rule::{Limit, Per};
use crate::time::{Time, Unit};
use crate::value::Value;

/// The matches of all rules with a limit.
#[derive(Debug, Default)]
pub struct Streams {
    /// Of each event, when it happened and, unless it is off site, in which session.
    events: Vec<(Time, Option<usize>)>,
    rules: Vec<(u32, Limited)>,
    /// Where each rule stands there, if it does.
    place_of: Vec<Option<u32>>,
}

/// The matches of a rule.
#[derive(Debug, Default)]
struct Limited {
    values: Values,
    /// For each value, the days or sessions in order, and the matches of each.
    streams: Vec<Vec<(i64, Stream)>>,
}

/// Matches that share a limit, as the places of their events.
#[derive(Debug, Default)]
struct Stream {
    matches: Vec<u32>,
    /// The first of them that still exists.
    first: usize,
    counted: Vec<u32>,
    /// Matches have come or gone that are not the first.
    stale: bool,
}

/// A match begins to count, or ceases to.
#[derive(Clone, Copy, Debug)]
pub struct Flip {
    pub rule: u32,
    pub event: u32,
    pub counts: bool,
}

impl Streams {
    /// Of some events, in canonical order, of which nothing is known.
    pub fn new(model: &Model, events: &[Event]) -> Streams {
        let mut last = None;
        let seen = |event: &Event| {
            let offsite = event.offsite || model.is_offsite(&event.r#type);
            if !offsite {
                last = Some(Session::next(last, &EventView::of(event), model.session_timeout));
            }
            // However many of the first events are gone, those of a session stay together.
            (event.time, last.map(|session| session.number).filter(|_| !offsite))
        };
        Streams { events: events.iter().map(seen).collect(), rules: Vec::new(), place_of: vec![None; model.rules.len()] }
    }

    /// Whether no rule with a limit has matched.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// A rule matches an event.
    pub fn insert(&mut self, model: &Model, rule: u32, by: Option<&Value>, event: usize) {
        let Some(stream) = self.stream(model, rule, by, event) else { return };
        let event = event as u32;
        if stream.matches.last().is_none_or(|last| *last < event) {
            stream.matches.push(event);
        } else {
            let place = stream.matches.partition_point(|own| *own < event);
            stream.matches.insert(place, event);
        }
        stream.stale = true;
    }

    /// A rule does not match an event, as was thought; says whether that match counted.
    pub fn remove(&mut self, model: &Model, rule: u32, by: Option<&Value>, event: usize) -> bool {
        let Some(stream) = self.stream(model, rule, by, event) else { return false };
        let event = event as u32;
        if let Ok(place) = stream.matches.binary_search(&event) {
            stream.matches.remove(place);
            stream.first -= usize::from(place < stream.first);
            stream.stale = true;
        }
        stream.counted.binary_search(&event).map(|place| stream.counted.remove(place)).is_ok()
    }

    /// Where a match belongs.
    fn stream(&mut self, model: &Model, rule: u32, by: Option<&Value>, event: usize) -> Option<&mut Stream> {
        let limit = model.rules.get(rule as usize)?.limit.as_ref()?;
        let (time, session) = *self.events.get(event)?;
        let known = self.place_of.get_mut(rule as usize)?;
        let place = known.get_or_insert_with(|| {
            self.rules.push((rule, Limited::default()));
            self.rules.len() as u32 - 1
        });
        let (_, own) = self.rules.get_mut(*place as usize)?;
        let value = if by.is_some() { own.values.place_of(by.into()) } else { 0 };
        if own.streams.len() <= value {
            own.streams.resize_with(value + 1, Vec::new);
        }
        let spans = own.streams.get_mut(value)?;
        let span = match limit.per {
            Per::Ever | Per::Span(_) => 0,
            Per::Day => model.utc_offset.number(time, Unit::Day),
            // What is off site shares a span.
            Per::Session => session.map_or(i64::MIN, |number| number as i64),
        };
        let place = match spans.last() {
            Some((last, _)) if *last == span => spans.len() - 1,
            _ => spans.partition_point(|(own, _)| *own < span),
        };
        if spans.get(place).is_none_or(|(own, _)| *own != span) {
            spans.insert(place, (span, Stream::default()));
        }
        spans.get_mut(place).map(|(_, stream)| stream)
    }

    /// The events before this place have ceased to exist: finds out what that changes for the others.
    pub fn begin(&mut self, model: &Model, first: usize, mut flip: impl FnMut(Flip)) {
        let Streams { events, rules, .. } = self;
        let time = |event: u32| events.get(event as usize).map_or(Time::MAX, |(time, _)| *time);
        for (rule, own) in rules {
            let Some(limit) = model.rules.get(*rule as usize).and_then(|rule| rule.limit.as_ref()) else { continue };
            for (_, stream) in own.streams.iter_mut().flatten() {
                stream.begin(limit, first as u32, &time, &mut |event, counts| flip(Flip { rule: *rule, event, counts }));
            }
        }
    }
}

impl Stream {
    fn begin(&mut self, limit: &Limit, first: u32, time: &impl Fn(u32) -> Time, flip: &mut impl FnMut(u32, bool)) {
        let rest = self.matches.get(self.first..).unwrap_or_default();
        let gone = rest.partition_point(|event| *event < first);
        if gone == 0 && !self.stale {
            return;
        }
        self.first += gone;
        let before = self.counted.partition_point(|event| *event < first);
        let mut old = self.counted.get(before..).unwrap_or_default();
        let mut counted = Vec::with_capacity(old.len() + 1);
        // Until when no more may.
        let mut until = Time::MIN;
        let mut rest = rest.get(gone..).unwrap_or_default();
        while let Some((&event, behind)) = rest.split_first() {
            let (did, counts) = (old.first() == Some(&event), time(event) >= until);
            let alike =
                if did || counts { 0 } else { behind.partition_point(|own| time(*own) < until && old.first().is_none_or(|did| own < did)) };
            rest = behind.get(alike..).unwrap_or_default();
            if did {
                old = old.get(1..).unwrap_or_default();
            }
            if counts {
                counted.push(event);
                let oldest = counted.len().checked_sub(limit.times).and_then(|place| counted.get(place));
                until = oldest.map_or(Time::MIN, |oldest| match limit.per {
                    Per::Span(span) => time(*oldest).saturating_add(span),
                    _ => Time::MAX,
                });
            }
            if did != counts {
                flip(event, counts);
            }
        }
        (self.counted, self.stale) = (counted, false);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::json;
    use std::collections::BTreeSet;

    const HOUR: i64 = 3_600_000;

    /// Numbers below others, the same ones every time: SplitMix64.
    fn below(state: &mut u64, count: usize) -> usize {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % count as u64) as usize
    }

    /// Which matches of a rule count if only these exist: each is asked about, in order, and looks at all that counted before it.
    fn counted(model: &Model, rule: usize, events: &[(Time, Option<usize>)], matches: &[(usize, Option<Value>)]) -> BTreeSet<(u32, u32)> {
        let limit = model.rules[rule].limit.as_ref().unwrap();
        let mut counted: Vec<&(usize, Option<Value>)> = Vec::new();
        for own in matches {
            let ((time, session), day) = (events[own.0], |time: Time| model.utc_offset.number(time, Unit::Day));
            let shares = |other: &&&(usize, Option<Value>)| {
                let (before, there) = events[other.0];
                other.1 == own.1
                    && match limit.per {
                        Per::Ever => true,
                        Per::Day => day(before) == day(time),
                        Per::Session => there == session,
                        Per::Span(span) => before > time - span,
                    }
            };
            if counted.iter().filter(shares).count() < limit.times {
                counted.push(own);
            }
        }
        counted.iter().map(|own| (rule as u32, own.0 as u32)).collect()
    }

    #[test]
    fn limits_let_through_what_they_would_if_the_first_events_had_never_been() {
        let limits = [
            r#"{ "times": 2 }"#,
            r#"{ "times": 1, "per": "day" }"#,
            r#"{ "times": 2, "per": "session" }"#,
            r#"{ "times": 2, "per": "3h" }"#,
            r#"{ "times": 1, "per": "2h", "by": "path" }"#,
            r#"{ "times": 1, "by": "path" }"#,
        ];
        let rule = |(place, limit): (usize, &&str)| format!(r#"{{ "id": "r{place}", "on": "*", "points": 1, "limit": {limit} }}"#);
        let rules: Vec<String> = limits.iter().enumerate().map(rule).collect();
        let text = format!(r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{}} }}, "rules": [{}] }}"#, rules.join(","));
        let model = Model::load(&json::parse(&text).unwrap()).unwrap();
        for seed in 0..60 {
            let random = &mut (seed * 1_000_003);
            let mut time = 1_769_040_000_000;
            let events: Vec<Event> = (0..40)
                .map(|_| {
                    time += [0, HOUR / 4, HOUR, 3 * HOUR, 20 * HOUR][below(random, 5)];
                    Event { r#type: "click".into(), time, offsite: below(random, 6) == 0, ..Event::default() }
                })
                .collect();
            let mut streams = Streams::new(&model, &events);
            assert!(streams.is_empty());
            let known = streams.events.clone();
            // Of each rule, whether it matches an event, and by what.
            let mut matches: Vec<Vec<(usize, Option<Value>)>> = vec![Vec::new(); limits.len()];
            let (mut first, mut told) = (0, BTreeSet::new());
            for _ in 0..12 {
                for _ in 0..15 {
                    let (rule, event) = (below(random, limits.len()), below(random, events.len()));
                    let place = matches[rule].binary_search_by_key(&event, |own| own.0);
                    match place {
                        Ok(place) if below(random, 3) == 0 => {
                            let (_, by) = matches[rule].remove(place);
                            let did = streams.remove(&model, rule as u32, by.as_ref(), event);
                            // What no longer exists is not asked for.
                            assert!(event < first || did == told.contains(&(rule as u32, event as u32)));
                            told.remove(&(rule as u32, event as u32));
                        }
                        Err(place) if event >= first => {
                            let by = limits[rule].contains("path").then(|| Value::from(["/", "/a"][below(random, 2)]));
                            streams.insert(&model, rule as u32, by.as_ref(), event);
                            matches[rule].insert(place, (event, by));
                        }
                        _ => {}
                    }
                }
                first = (first + below(random, 5)).min(events.len());
                let mut flips = Vec::new();
                streams.begin(&model, first, |flip| flips.push(flip));
                told.retain(|(_, event)| *event as usize >= first);
                for Flip { rule, event, counts } in flips {
                    assert!(if counts { told.insert((rule, event)) } else { told.remove(&(rule, event)) }, "seed {seed}: told what was so");
                }
                let left = |rule: usize| -> Vec<_> { matches[rule].iter().filter(|own| own.0 >= first).cloned().collect() };
                let expected: BTreeSet<_> = (0..limits.len()).flat_map(|rule| counted(&model, rule, &known, &left(rule))).collect();
                assert_eq!(told, expected, "seed {seed}, from {first} on");
            }
            assert!(!streams.is_empty());
        }
    }
}

//! The values of signals at a moment (docs/model.md, section 4).

use super::history::{History, Observation, Observed};
use crate::model::signal::{Measure, Signal, Source};
use crate::time::{Time, Unit};
use crate::value::{Object, Value};

/// The signals that exist at a time, given the first `prefix` events.
pub fn signals(history: &History<'_>, prefix: usize, now: Time) -> Object {
    let parts = history.model.signals.iter().zip(&history.signals).zip(&history.since);
    let values = parts.filter_map(|((signal, observed), since)| {
        let since = since.iter().rev().find(|event| **event < prefix).copied();
        Some((signal.name.as_str(), value(signal, observed, history, prefix, since, now)?))
    });
    values.collect()
}

fn value(signal: &Signal, observed: &Observed, history: &History<'_>, prefix: usize, since: Option<usize>, now: Time) -> Option<Value> {
    let offset = history.model.utc_offset;
    let time = |event: usize| history.events.get(event).map_or(0, |event| event.time);
    let counts = |first: usize, last: usize| {
        last < prefix
            && since.is_none_or(|since| first > since)
            && signal.within.is_none_or(|window| offset.within(time(last), now, window))
    };
    match (observed, &signal.source) {
        (Observed::Sequences(found), _) => Some(count(found.iter().filter(|(first, last)| counts(*first, *last)).count())),
        (Observed::Events(observed), Source::Events { measure, .. }) => {
            let observed: Vec<&Observation> = observed.iter().filter(|observation| counts(observation.event, observation.event)).collect();
            let days = || observed.iter().map(|observation| offset.number(time(observation.event), Unit::Day));
            let sessions = || observed.iter().filter_map(|observation| history.session_of.get(observation.event).copied().flatten());
            let numbers = || observed.iter().filter_map(|observation| observation.value.as_number());
            match measure {
                Measure::Count => Some(count(observed.len())),
                // Both grow with the events' order, so that equal ones stand together.
                Measure::Days => Some(count(runs(days()))),
                Measure::Sessions => Some(count(runs(sessions()))),
                Measure::Sum => Some(Value::number(millionths(numbers()) as f64 / 1e6)),
                Measure::Mean if observed.is_empty() => None,
                Measure::Mean => Some(Value::number(millionths(numbers()) as f64 / (observed.len() as f64 * 1e6))),
                Measure::Min => numbers().reduce(f64::min).map(Value::number),
                Measure::Max => numbers().reduce(f64::max).map(Value::number),
                Measure::Distinct => Some(count(distinct(&observed))),
                Measure::First => observed.first().map(|observation| observation.value.clone()),
                Measure::Last => observed.last().map(|observation| observation.value.clone()),
            }
        }
        (Observed::Events(_), Source::Sequence { .. }) => None,
    }
}

fn count(count: usize) -> Value {
    Value::number(count as f64)
}

/// The sum of values in millionths, each clamped to ±10¹², exact whatever the order.
fn millionths(numbers: impl Iterator<Item = f64>) -> i128 {
    numbers.map(|number| (number.clamp(-1e12, 1e12) * 1e6).round() as i128).sum()
}

/// How many runs of equal items there are.
fn runs<T: PartialEq>(items: impl Iterator<Item = T>) -> usize {
    let (mut runs, mut last) = (0, None);
    for item in items {
        if last.as_ref() != Some(&item) {
            runs += 1;
            last = Some(item);
        }
    }
    runs
}

fn distinct(observed: &[&Observation]) -> usize {
    let mut classes: Vec<usize> = observed.iter().map(|observation| observation.class).collect();
    classes.sort_unstable();
    classes.dedup();
    classes.len()
}

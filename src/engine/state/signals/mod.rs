//! The running value of a signal (docs/model.md, section 4): what an event adds, what a boundary takes away.

mod counts;
mod window;

use crate::engine::program::slot::{Found, dig_value, number};
use crate::engine::state::small::values::Values;
use crate::model::signal::{Measure, Signal, Source};
use crate::time::{Time, Unit, Units, UtcOffset};
use crate::value::Value;
use crate::value_ref::ValueRef;
use counts::Counts;
use window::Window;

/// What a signal has measured so far.
#[derive(Clone, Debug)]
pub struct Measured {
    running: Running,
    /// Whether it is in the list of what changes by itself.
    pub listed: bool,
}

#[derive(Clone, Debug)]
enum Running {
    Count {
        total: u32,
        runs: Counts,
    },
    /// Days or sessions: how many different marks, each with the unit in which it was last seen.
    Marks {
        days: bool,
        total: u32,
        last: i64,
        runs: Counts,
    },
    Sum(Box<Sum>),
    /// The extreme in front; behind each, those that will be it when it is gone.
    Extreme {
        max: bool,
        runs: Box<Window<f64>>,
    },
    Distinct(Box<Distinct>),
    First {
        runs: Box<Window<Value>>,
    },
    Last {
        value: Option<Box<(i64, Value)>>,
    },
    Sequence(Box<Sequence>),
}

/// The sum in millionths and how many there are.
#[derive(Clone, Debug, Default)]
struct Sum {
    mean: bool,
    sum: i128,
    count: u64,
    runs: Window<(i128, u64)>,
}

/// Each value, and the unit in which it was last seen; how many values were last seen in each unit.
#[derive(Clone, Debug, Default)]
struct Distinct {
    values: Values,
    seen: Vec<i64>,
    total: u64,
    runs: Window<u64>,
}

/// The steps of sequences, taken greedily and without overlap.
#[derive(Clone, Debug)]
struct Sequence {
    span: i64,
    /// Starts that may still be completed, oldest first: time, and whether they count.
    starts: Vec<(Time, bool)>,
    /// For each step but the last, how many of the oldest starts have taken it. Earlier starts are never behind later ones.
    taken: Vec<usize>,
    total: u64,
    /// Completed sequences by the unit of their last event, with how many of each count.
    runs: Counts,
}

/// An event, as a signal sees it.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence {
    pub time: Time,
    /// The number of its session; none off site.
    pub session: Option<usize>,
}

impl Measured {
    /// A signal that has seen nothing.
    pub fn new(signal: &Signal) -> Measured {
        let running = match &signal.source {
            Source::Sequence { steps, span } => Running::Sequence(Box::new(Sequence {
                span: *span,
                starts: Vec::new(),
                taken: vec![0; steps.len()],
                total: 0,
                runs: Counts::default(),
            })),
            Source::Events { measure, .. } => match measure {
                Measure::Count => Running::Count { total: 0, runs: Counts::default() },
                Measure::Days | Measure::Sessions => {
                    Running::Marks { days: *measure == Measure::Days, total: 0, last: i64::MIN, runs: Counts::default() }
                }
                Measure::Sum | Measure::Mean => Running::Sum(Box::new(Sum { mean: *measure == Measure::Mean, ..Sum::default() })),
                Measure::Min | Measure::Max => Running::Extreme { max: *measure == Measure::Max, runs: Box::default() },
                Measure::Distinct => Running::Distinct(Box::default()),
                Measure::First => Running::First { runs: Box::default() },
                Measure::Last => Running::Last { value: None },
            },
        };
        Measured { running, listed: false }
    }

    /// Forgets everything: what comes is after the last `since`.
    pub fn forget(&mut self) {
        match &mut self.running {
            Running::Count { total, runs } => {
                *total = 0;
                runs.clear();
            }
            Running::Marks { total, last, runs, .. } => {
                (*total, *last) = (0, i64::MIN);
                runs.clear();
            }
            Running::Sum(own) => **own = Sum { mean: own.mean, ..Sum::default() },
            Running::Extreme { runs, .. } => runs.clear(),
            Running::Distinct(own) => **own = Distinct::default(),
            Running::First { runs } => runs.clear(),
            Running::Last { value } => *value = None,
            Running::Sequence(sequence) => sequence.forget(),
        }
    }

    /// Measures an event that matches; `field` is what its field holds.
    pub fn observe(&mut self, event: Occurrence, field: ValueRef<'_>, within: Option<Units>, offset: UtcOffset) {
        let unit = unit(event.time, within, offset);
        let windowed = within.is_some();
        match &mut self.running {
            Running::Count { total, runs } => {
                *total += 1;
                if windowed {
                    runs.add(unit, 1);
                }
            }
            Running::Marks { days, total, last, runs } => {
                let mark = if *days { Some(offset.number(event.time, Unit::Day)) } else { event.session.map(|number| number as i64) };
                let Some(mark) = mark else { return };
                // Marks grow, so an equal one is the newest; it is seen as long as its last event is.
                if *last == mark && *total > 0 {
                    if windowed {
                        runs.move_one(unit);
                    }
                } else {
                    *total += 1;
                    *last = mark;
                    if windowed {
                        runs.add(unit, 1);
                    }
                }
            }
            Running::Sum(own) => {
                let Some(number) = field.as_number() else { return };
                let Sum { sum, count, runs, .. } = &mut **own;
                let millionths = (number.clamp(-1e12, 1e12) * 1e6).round() as i128;
                *sum += millionths;
                *count += 1;
                if windowed {
                    let more = |own: &mut (i128, u64)| *own = (own.0 + millionths, own.1 + 1);
                    add(runs, unit, more, (millionths, 1));
                }
            }
            Running::Extreme { max, runs } => {
                let Some(number) = field.as_number() else { return };
                if !windowed {
                    let better = runs.first().is_none_or(|own| if *max { number > *own } else { number < *own });
                    if better {
                        runs.clear();
                        runs.push(0, number);
                    }
                    return;
                }
                // What is older and no better will never be the extreme again.
                while runs.newest().is_some_and(|(_, own)| if *max { *own <= number } else { *own >= number }) {
                    runs.pop_newest();
                }
                runs.push(unit, number);
            }
            Running::Distinct(own) => {
                if field.is_null() {
                    return;
                }
                let Distinct { values, seen, total, runs } = &mut **own;
                match seen.get_mut(values.place_of(field)) {
                    Some(seen) => {
                        if !windowed || *seen == unit {
                            return;
                        }
                        // What has left the window is forgotten with it.
                        runs.get_mut(*seen).into_iter().for_each(|count| *count -= 1);
                        *seen = unit;
                    }
                    None => {
                        seen.push(unit);
                        *total += 1;
                    }
                }
                if windowed {
                    add(runs, unit, |count| *count += 1, 1);
                }
            }
            Running::First { runs } => {
                let known = if windowed { runs.newest().is_some_and(|(own, _)| *own == unit) } else { runs.first().is_some() };
                if !known && !field.is_null() {
                    runs.push(unit, field.to_value());
                }
            }
            Running::Last { value } => {
                if !field.is_null() {
                    *value = Some(Box::new((unit, field.to_value())));
                }
            }
            Running::Sequence(_) => {}
        }
    }

    /// An event matches steps of the sequence, given from the last to the first; `counts` unless it is itself the `since`.
    pub fn step(&mut self, time: Time, steps: impl Iterator<Item = usize>, counts: bool, within: Option<Units>, offset: UtcOffset) {
        if let Running::Sequence(sequence) = &mut self.running {
            sequence.step(time, steps, counts, within.map(|_| unit(time, within, offset)));
        }
    }

    /// Lets go of what is no longer within the window at a time; gives back the unit number at which that happens next.
    pub fn expire(&mut self, now: Time, within: Option<Units>, offset: UtcOffset) -> Option<i64> {
        let within = within?;
        // The first unit that is still within.
        let from = offset.number(now, within.unit).saturating_sub(within.count).saturating_add(1);
        let oldest = match &mut self.running {
            Running::Count { total, runs } | Running::Marks { total, runs, .. } => {
                *total -= runs.pop_before(from) as u32;
                runs.oldest()
            }
            Running::Sum(own) => {
                let Sum { sum, count, runs, .. } = &mut **own;
                while let Some((own, times)) = runs.pop_before(from) {
                    *sum -= own;
                    *count -= times;
                }
                runs.oldest()
            }
            Running::Extreme { runs, .. } => {
                while runs.pop_before(from).is_some() {}
                runs.oldest()
            }
            Running::Distinct(own) => {
                let Distinct { values, seen, total, runs } = &mut **own;
                let before = *total;
                while let Some(count) = runs.pop_before(from) {
                    *total -= count;
                }
                if *total != before {
                    values.retain(&mut |place| seen.get(place).is_some_and(|unit| *unit >= from));
                    seen.retain(|unit| *unit >= from);
                }
                runs.oldest()
            }
            Running::First { runs } => {
                while runs.pop_before(from).is_some() {}
                runs.oldest()
            }
            Running::Last { value } => {
                if value.as_ref().is_some_and(|own| own.0 < from) {
                    *value = None;
                }
                value.as_ref().map(|own| own.0)
            }
            Running::Sequence(sequence) => {
                sequence.total -= sequence.runs.pop_before(from);
                sequence.runs.oldest()
            }
        };
        oldest.map(|unit| unit.saturating_add(within.count))
    }

    /// When it may change by itself for the first time after an event: the unit and its number.
    pub fn first_change(&self, within: Option<Units>) -> Option<(Unit, i64)> {
        let within = within?;
        let oldest = match &self.running {
            Running::Count { runs, .. } | Running::Marks { runs, .. } => runs.oldest(),
            Running::Distinct(own) => own.runs.oldest(),
            Running::Sum(own) => own.runs.oldest(),
            Running::Extreme { runs, .. } => runs.oldest(),
            Running::First { runs } => runs.oldest(),
            Running::Last { value } => value.as_ref().map(|own| own.0),
            Running::Sequence(sequence) => sequence.runs.oldest(),
        };
        Some((within.unit, oldest?.saturating_add(within.count)))
    }

    /// The value; nothing if there is none.
    pub fn value(&self) -> Found<'_> {
        let count = |count: u64| number(count as f64);
        let nothing = Found::Seen(ValueRef::Null);
        match &self.running {
            Running::Count { total, .. } | Running::Marks { total, .. } => number(f64::from(*total)),
            Running::Distinct(own) => count(own.total),
            Running::Sequence(sequence) => count(sequence.total),
            Running::Sum(own) => match (own.mean, own.count) {
                (false, _) => number(own.sum as f64 / 1e6),
                (true, 0) => nothing,
                (true, count) => number(own.sum as f64 / (count as f64 * 1e6)),
            },
            Running::Extreme { runs, .. } => runs.first().map_or(nothing, |value| number(*value)),
            Running::First { runs } => runs.first().map_or(nothing, |value| dig_value(value, &[])),
            Running::Last { value } => value.as_ref().map_or(nothing, |own| dig_value(&own.1, &[])),
        }
    }
}

/// In which hour or day of its window something happened.
fn unit(time: Time, within: Option<Units>, offset: UtcOffset) -> i64 {
    within.map_or(0, |within| offset.number(time, within.unit))
}

impl Sequence {
    fn forget(&mut self) {
        // What has begun goes on, but its first event is before the `since`: it takes its events without counting.
        self.starts.iter_mut().for_each(|(_, counts)| *counts = false);
        self.total = 0;
        self.runs.clear();
    }

    fn step(&mut self, time: Time, steps: impl Iterator<Item = usize>, counts: bool, unit: Option<i64>) {
        let last = self.taken.len().saturating_sub(1);
        for step in steps {
            if step == 0 {
                self.let_go(time);
                self.starts.push((time, counts));
            } else {
                // Those that have taken the step before take this one.
                let ready = self.ready(step - 1);
                if let Some(taken) = self.taken.get_mut(step) {
                    *taken = ready;
                }
            }
            if step == last && self.complete(time, self.ready(step), unit) {
                // It is used up.
                return;
            }
        }
    }

    /// How many of the oldest starts have taken a step.
    fn ready(&self, step: usize) -> usize {
        if step == 0 { self.starts.len() } else { self.taken.get(step).copied().unwrap_or(0) }
    }

    /// So many of the oldest starts are complete: the first that was not too long ago makes a sequence, and what has begun within it is void.
    fn complete(&mut self, time: Time, count: usize, unit: Option<i64>) -> bool {
        let in_time = self.starts.iter().take(count).find(|(start, _)| time - start <= self.span).copied();
        let Some((_, counts)) = in_time else {
            self.drop_oldest(count);
            return false;
        };
        self.starts.clear();
        self.taken.fill(0);
        if counts {
            self.total += 1;
            if let Some(unit) = unit {
                self.runs.add(unit, 1);
            }
        }
        true
    }

    /// Drops the starts that are too long ago to be completed.
    fn let_go(&mut self, time: Time) {
        let late = self.starts.iter().take_while(|(start, _)| time - start > self.span).count();
        self.drop_oldest(late);
    }

    fn drop_oldest(&mut self, count: usize) {
        self.starts.drain(..count.min(self.starts.len()));
        self.taken.iter_mut().for_each(|taken| *taken = taken.saturating_sub(count));
    }
}

/// Adds to what is of a unit, the newest.
fn add<T: Default>(runs: &mut Window<T>, unit: i64, more: impl FnOnce(&mut T), first: T) {
    match runs.newest() {
        Some((own, value)) if *own == unit => more(value),
        _ => runs.push(unit, first),
    }
}

//! Signals: named numbers or values computed from events (docs/model.md, section 4).

use super::duration;
use super::read::{self, Reader, object};
use super::rule::{Pattern, read_pattern, read_pattern_object};
use super::scope::{Scope, Uses};
use crate::problem::{Problems, did_you_mean, words};
use crate::time::Units;
use crate::value::Value;

/// What is measured of the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many there are.
    Count,
    /// On how many days.
    Days,
    /// In how many sessions.
    Sessions,
    /// The sum of a field.
    Sum,
    /// Its least value.
    Min,
    /// Its greatest value.
    Max,
    /// Its mean.
    Mean,
    /// How many values it has.
    Distinct,
    /// Its first value.
    First,
    /// Its last value.
    Last,
}

pub(crate) const MEASURES: [(&str, Measure); 10] = [
    ("count", Measure::Count),
    ("days", Measure::Days),
    ("sessions", Measure::Sessions),
    ("sum", Measure::Sum),
    ("min", Measure::Min),
    ("max", Measure::Max),
    ("mean", Measure::Mean),
    ("distinct", Measure::Distinct),
    ("first", Measure::First),
    ("last", Measure::Last),
];

impl Measure {
    /// Whether it is taken over a field.
    pub fn needs_field(self) -> bool {
        !matches!(self, Measure::Count | Measure::Days | Measure::Sessions)
    }
}

/// What a signal looks at.
#[derive(Clone, Debug)]
pub enum Source {
    /// Events, measured.
    Events {
        /// Which.
        pattern: Pattern,
        /// How.
        measure: Measure,
        /// Over which field of the event document.
        of: Option<String>,
    },
    /// How often steps occur in order.
    Sequence {
        /// The steps.
        steps: Vec<Pattern>,
        /// From the first to the last step at most, in milliseconds.
        span: i64,
    },
}

/// A signal.
#[derive(Clone, Debug)]
pub struct Signal {
    /// Its name.
    pub name: String,
    /// Only what is within this window.
    pub within: Option<Units>,
    /// Only what comes after the last of these.
    pub since: Option<Pattern>,
    /// What it looks at.
    pub source: Source,
}

pub(crate) const SIGNAL_KEYS: [&str; 9] = ["description", "on", "where", "within", "since", "measure", "of", "sequence", "span"];

/// Reads a signal.
pub fn read_signal(name: &str, value: &Value, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Signal> {
    let named = read::check_name(name, problems);
    object(value, &SIGNAL_KEYS, "a signal", problems, |signal| {
        signal.description();
        let within = signal.read("within", duration::units);
        let since = signal.read("since", |value, problems| read_pattern_object(value, "`since`", uses, problems));
        let source = if signal.has("sequence") {
            Some(read_sequence(signal, uses)?)
        } else {
            signal.refuse("span", "FORBIDDEN_KEY", "`span` belongs to a `sequence`");
            let pattern = read_pattern(signal, uses);
            let measure = if signal.has("measure") { signal.read("measure", read_measure) } else { Some(Measure::Count) };
            let of = signal.read("of", |value, problems| uses.path(value, Scope::Event, problems));
            match measure {
                Some(measure) if measure.needs_field() && !signal.has("of") => {
                    signal.problems.add("MISSING_KEY", words!("`of` is missing: the field of the event document to measure"));
                }
                Some(measure) if !measure.needs_field() => {
                    signal.refuse("of", "FORBIDDEN_KEY", "`of` goes with `sum`, `min`, `max`, `mean`, `distinct`, `first` and `last`");
                }
                _ => {}
            }
            Some(Source::Events { pattern: pattern?, measure: measure?, of })
        };
        // The name is kept even if the rest is broken, so that references to it are not reported on top.
        named.then(|| Signal {
            name: name.to_owned(),
            within,
            since,
            source: source.unwrap_or(Source::Sequence { steps: Vec::new(), span: 0 }),
        })
    })
}

#[inline(never)]
fn read_sequence(signal: &mut Reader<'_, '_>, uses: &mut Uses<'_>) -> Option<Source> {
    for key in ["on", "where", "measure", "of"] {
        signal.refuse(key, "FORBIDDEN_KEY", "a sequence counts its steps; only `span`, `within` and `since` go with it");
    }
    let steps = signal.read("sequence", |value, problems| {
        let steps = read::list(value, "a list of steps", problems, |value, problems| read_pattern_object(value, "a step", uses, problems))?;
        if value.as_array().is_some_and(<[Value]>::is_empty) {
            problems.add("EMPTY_LIST", words!("a sequence has at least one step"));
            return None;
        }
        Some(steps)
    });
    let span = signal.require("span", "how long a sequence may take, from its first to its last step", duration::span);
    Some(Source::Sequence { steps: steps?, span: span? })
}

#[inline(never)]
fn read_measure(value: &Value, problems: &mut Problems) -> Option<Measure> {
    let name = read::string(value, problems)?;
    let found = MEASURES.iter().find(|(own, _)| *own == name).map(|(_, measure)| *measure);
    if found.is_none() {
        let names = MEASURES.map(|(own, _)| own);
        problems.add_with_hint(
            "UNKNOWN_MEASURE",
            words!("there is no measure `{name}`; there are {}", read::listed(&names)),
            did_you_mean(name, names),
        );
    }
    found
}

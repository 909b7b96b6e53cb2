//! What matches events, and what a match is worth: patterns, rules, limits, decay (docs/model.md, section 5).

use super::duration;
use super::read::{self, Reader, milli, object};
use super::scope::{Scope, Uses};
use crate::condition::Condition;
use crate::condition::number::number_to_text;
use crate::engine::Points;
use crate::problem::{Problems, words};
use crate::time::Units;
use crate::value::Value;
use crate::value_ref::ValueRef;

/// Which events: `on` a type, and `where` a condition holds on the event document.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The types; `None` for `"*"`.
    pub types: Option<Vec<String>>,
    /// The condition.
    pub r#where: Option<Condition>,
}

/// What a rule responds to.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Events.
    Event(Pattern),
    /// So many days without activity.
    Idle(i64),
    /// Nothing but its `when`.
    State,
}

/// What a match is worth.
#[derive(Clone, Debug)]
pub enum Worth {
    /// Always the same.
    Fixed(Points),
    /// The value of a field, times a factor, clamped.
    Field {
        /// Its path in the document.
        of: String,
        /// The factor.
        times: f64,
        /// The least.
        min: Option<f64>,
        /// The most.
        max: Option<f64>,
    },
}

/// No single match is worth more, in milli-points.
const MAX_MATCH: i64 = 1_000_000_000_000;

impl Worth {
    /// The worth of a match, in milli-points, given what the field holds.
    pub fn points(&self, field: ValueRef<'_>) -> i64 {
        let points = match self {
            Worth::Fixed(points) => points.0,
            Worth::Field { times, min, max, .. } => match field.as_number() {
                None => 0,
                Some(number) => {
                    let points = number * times;
                    let points = min.map_or(points, |min| points.max(min));
                    milli(max.map_or(points, |max| points.min(max)))
                }
            },
        };
        points.clamp(-MAX_MATCH, MAX_MATCH)
    }
}

/// What lies in the same span of a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    /// Everything.
    Ever,
    /// What is in the same session.
    Session,
    /// What is on the same day.
    Day,
    /// What lies in so many milliseconds before.
    Span(i64),
}

/// How often matches count.
#[derive(Clone, Debug)]
pub struct Limit {
    /// At most so many.
    pub times: usize,
    /// In each span.
    pub per: Per,
    /// For each value of this field of the event document.
    pub by: Option<String>,
}

/// How counted matches fade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decay {
    /// Half as much after each so many units.
    HalfLife(Units),
    /// Evenly to nothing.
    Linear(Units),
    /// Less by a share each so many units.
    Step(Units, f64),
    /// All, then nothing.
    Expire(Units),
}

impl Decay {
    /// The units it is counted in.
    pub fn units(&self) -> Units {
        match self {
            Decay::HalfLife(units) | Decay::Linear(units) | Decay::Step(units, _) | Decay::Expire(units) => *units,
        }
    }

    /// Whether age takes anything at all.
    pub fn fades(&self) -> bool {
        !matches!(self, Decay::Step(_, by) if *by <= 0.0)
    }

    /// What is left at an age of so many units.
    pub fn factor(&self, age: i64) -> f64 {
        let (age, span) = (age as f64, self.units().count as f64);
        match self {
            Decay::HalfLife(_) => libm::exp2(-age / span),
            Decay::Linear(_) => (1.0 - age / span).max(0.0),
            Decay::Step(_, by) => (1.0 - by * (age / span).floor()).max(0.0),
            Decay::Expire(_) if age < span => 1.0,
            Decay::Expire(_) => 0.0,
        }
    }
}

/// What gives points.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// The score it feeds, by place.
    pub score: usize,
    /// The group of that score, by place.
    pub group: Option<usize>,
    /// What it responds to.
    pub trigger: Trigger,
    /// While this does not hold, no match counts.
    pub when: Option<Condition>,
    /// What a match is worth.
    pub worth: Worth,
    /// How often matches count.
    pub limit: Option<Limit>,
    /// How they fade: its own decay, else its group's, else its score's.
    pub decay: Option<Decay>,
    /// The least it contributes if a match counts.
    pub min: Option<i64>,
    /// The most it contributes if a match counts.
    pub max: Option<i64>,
}

impl Rule {
    /// What it contributes, within its own `min` and `max`, in milli-points.
    pub fn bounded(&self, points: i64) -> i64 {
        let points = self.min.map_or(points, |min| points.max(min));
        self.max.map_or(points, |max| points.min(max))
    }
}

/// A rule as written, before its score and group are looked up.
pub struct Draft<'a> {
    /// The rule; `score` and `group` are 0 and `None`.
    pub rule: Rule,
    /// Its place in the list.
    pub place: usize,
    /// The score's name, as written or by default.
    pub score: &'a str,
    /// The group's name.
    pub group: Option<&'a str>,
    /// Its own decay: absent, `"none"` or one.
    pub decay: Option<Option<Decay>>,
}

pub(crate) const RULE_KEYS: [&str; 13] =
    ["id", "description", "score", "group", "on", "where", "idle", "when", "points", "limit", "decay", "min", "max"];
pub(crate) const POINTS_KEYS: [&str; 4] = ["of", "times", "min", "max"];
pub(crate) const LIMIT_KEYS: [&str; 3] = ["times", "per", "by"];
pub(crate) const DECAY_KEYS: [&str; 4] = ["half_life", "linear", "step", "expire"];
pub(crate) const STEP_KEYS: [&str; 2] = ["every", "by"];

/// Reads a rule.
pub fn read_rule<'a>(value: &'a Value, place: usize, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Draft<'a>> {
    object(value, &RULE_KEYS, "a rule", problems, |rule| {
        let id = rule.require("id", "a rule's name in receipts", read::name);
        rule.description();
        let trigger = read_trigger(rule, uses);
        let state = matches!(trigger, Some(Trigger::State));
        let idle = matches!(trigger, Some(Trigger::Idle(_)));
        let when = rule.read("when", |value, problems| uses.condition(value, Scope::Profile, problems));
        let worth = rule.require("points", "what a match is worth", |value, problems| {
            if idle && !matches!(value, Value::Number(_)) {
                problems.add("WRONG_TYPE", words!("an idle rule's points are a number: there is no event to take a field from"));
                return None;
            }
            read_worth(value, if state { Scope::Profile } else { Scope::Event }, uses, problems)
        });
        if state {
            rule.refuse("limit", "FORBIDDEN_KEY", "a rule with only `when` matches once; `limit` has no meaning here");
            rule.refuse("decay", "FORBIDDEN_KEY", "a rule with only `when` has no age; `decay` has no meaning here");
        }
        let limit = rule.read("limit", |value, problems| read_limit(value, idle, uses, problems));
        let decay = rule.read("decay", read_decay);
        let (min, max) = read_range(rule);
        let score = rule.read("score", read::name).unwrap_or(if state { "fit" } else { "engagement" });
        let group = rule.read("group", read::name);
        Some(Draft {
            rule: Rule { id: id?.to_owned(), score: 0, group: None, trigger: trigger?, when, worth: worth?, limit, decay: None, min, max },
            place,
            score,
            group,
            decay,
        })
    })
}

fn read_trigger(rule: &mut Reader<'_, '_>, uses: &mut Uses<'_>) -> Option<Trigger> {
    if rule.has("on") {
        rule.refuse("idle", "FORBIDDEN_KEY", "a rule has either `on` or `idle`");
        return read_pattern(rule, uses).map(Trigger::Event);
    }
    rule.refuse("where", "FORBIDDEN_KEY", "`where` is asked of events; it needs `on` (`when` is asked of the visitor)");
    if rule.has("idle") {
        return rule.read("idle", duration::days).map(Trigger::Idle);
    }
    if !rule.has("when") {
        rule.problems.add("MISSING_KEY", words!("a rule needs `on` (events), `idle` (days without activity) or `when` (a state)"));
        return None;
    }
    Some(Trigger::State)
}

/// The keys of a pattern that stands for itself (`since`, `reset`, a step).
pub(crate) const PATTERN_KEYS: [&str; 2] = ["on", "where"];

/// Reads `{ on, where? }`.
pub fn read_pattern_object(value: &Value, what: &str, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Pattern> {
    object(value, &PATTERN_KEYS, what, problems, |reader| read_pattern(reader, uses))
}

/// Reads the `on` and `where` of an object.
pub fn read_pattern(reader: &mut Reader<'_, '_>, uses: &mut Uses<'_>) -> Option<Pattern> {
    let types = reader.require("on", "an event type, a list of them, or `*`", |value, problems| match value {
        Value::String(r#type) if r#type == "*" => Some(None),
        Value::String(_) => event_type(value, problems).map(|r#type| Some(vec![r#type])),
        Value::Array(given) => {
            let types = read::list(value, "a list of event types", problems, event_type)?;
            if given.is_empty() {
                problems.add("EMPTY_LIST", words!("name at least one event type, or write `*` for any"));
            }
            // In a list, too, `*` is any event.
            Some(if types.iter().any(|r#type| r#type == "*") { None } else { Some(types) })
        }
        other => {
            read::wrong_type(other, "an event type, a list of them, or `*`", problems);
            None
        }
    });
    let r#where = reader.read("where", |value, problems| uses.condition(value, Scope::Event, problems));
    Some(Pattern { types: types?, r#where })
}

/// An event type, by its canonical name: events are translated, so what a model says of them must be, too.
pub fn event_type(value: &Value, problems: &mut Problems) -> Option<String> {
    read::text(value, problems).map(|r#type| crate::event::types::canonical(r#type).to_owned())
}

fn read_worth(value: &Value, scope: Scope, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Worth> {
    if !matches!(value, Value::Object(_)) {
        return match value {
            Value::Number(number) => Some(Worth::Fixed(Points(milli(*number)))),
            other => {
                read::wrong_type(other, "a number, or an object with `of`", problems);
                None
            }
        };
    }
    object(value, &POINTS_KEYS, "`points`", problems, |worth| {
        let of = worth.require("of", "the field that gives the points", |value, problems| uses.path(value, scope, problems));
        let times = worth.read("times", read::number).unwrap_or(1.0);
        let (min, max) = (worth.read("min", read::number), worth.read("max", read::number));
        check_range(min, max, worth.problems);
        Some(Worth::Field { of: of?, times, min, max })
    })
}

fn read_limit(value: &Value, idle: bool, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Limit> {
    object(value, &LIMIT_KEYS, "`limit`", problems, |limit| {
        let times = limit.require("times", "how often matches count", read::count);
        let per = limit.read("per", duration::read_per).unwrap_or(Per::Ever);
        if idle {
            if matches!(per, Per::Session | Per::Day) {
                limit.refuse("per", "FORBIDDEN_KEY", "an idle rule's limit is `ever` or a duration: its matches are in no session");
            }
            limit.refuse("by", "FORBIDDEN_KEY", "an idle rule's matches have no fields; `by` has no meaning here");
        }
        let by = limit.read("by", |value, problems| uses.path(value, Scope::Event, problems));
        Some(Limit { times: times?, per, by })
    })
}

/// Reads a decay; `Some(None)` for `"none"`.
pub fn read_decay(value: &Value, problems: &mut Problems) -> Option<Option<Decay>> {
    if value.as_str() == Some("none") {
        return Some(None);
    }
    object(value, &DECAY_KEYS, "`decay`", problems, |decay| {
        if DECAY_KEYS.iter().filter(|key| decay.has(key)).count() != 1 {
            decay.problems.add("INVALID_DECAY", words!("a decay has one of `half_life`, `linear`, `step` and `expire` (or is `none`)"));
        }
        let half_life = decay.read("half_life", duration::units).map(Decay::HalfLife);
        let linear = decay.read("linear", duration::units).map(Decay::Linear);
        let expire = decay.read("expire", duration::units).map(Decay::Expire);
        let step = decay.read("step", |value, problems| {
            object(value, &STEP_KEYS, "`step`", problems, |step| {
                let every = step.require("every", "how long a step takes", duration::units);
                let by = step.require("by", "the share that each step takes", read::share);
                Some(Decay::Step(every?, by?))
            })
        });
        half_life.or(linear).or(step).or(expire).map(Some)
    })
}

/// Reads `min` and `max` in milli-points.
pub fn read_range(reader: &mut Reader<'_, '_>) -> (Option<i64>, Option<i64>) {
    let (min, max) = (reader.read("min", read::points), reader.read("max", read::points));
    check_range(min.map(Points::value), max.map(Points::value), reader.problems);
    (min.map(|points| points.0), max.map(|points| points.0))
}

fn check_range(min: Option<f64>, max: Option<f64>, problems: &mut Problems) {
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        problems.at("max", |problems| {
            problems.add("OUT_OF_RANGE", words!("`max` {} is below `min` {}", number_to_text(max), number_to_text(min)))
        });
    }
}

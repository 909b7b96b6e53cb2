//! Actions: what to do when the visitor is ready for it (docs/model.md, section 7).

use super::duration;
use super::meant;
use super::read::{self, object};
use super::rule::Per;
use super::scope::{Scope, Uses};
use crate::condition::Condition;
use crate::problem::{Problems, words};
use crate::value::{Object, Value};

/// When people are there to answer.
#[derive(Clone, Debug)]
pub struct Hours {
    /// Days of the week, 0 is Monday; any if absent.
    pub days: Option<Vec<i64>>,
    /// From this minute of the day.
    pub from: i64,
    /// Up to, and without, this one.
    pub to: i64,
}

/// An action.
#[derive(Clone, Debug)]
pub struct Action {
    /// Its id.
    pub id: String,
    /// When it is eligible; always if absent.
    pub when: Option<Condition>,
    /// What to do: opaque here.
    pub r#do: Object,
    /// Consents that must be given.
    pub requires: Vec<String>,
    /// When it may happen; any time if empty.
    pub hours: Vec<Hours>,
    /// How often it may be shown.
    pub limit: Option<(usize, Per)>,
    /// How long it stays away after it was dismissed, in milliseconds.
    pub after_dismiss: Option<i64>,
    /// How long it stays away after it converted, in milliseconds.
    pub after_convert: Option<i64>,
    /// The share of visitors in the control group.
    pub holdout: Option<f64>,
    /// What the control group is drawn with: the action's `seed`, or its id.
    pub seed: String,
    /// Higher comes first.
    pub priority: f64,
}

/// What holds for all actions together.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// How long no action follows another, in milliseconds.
    pub cooldown: Option<i64>,
    /// How many are shown in a session.
    pub per_session: Option<usize>,
}

pub(crate) const ACTION_KEYS: [&str; 12] =
    ["id", "description", "when", "do", "limit", "after_dismiss", "after_convert", "holdout", "seed", "priority", "requires", "hours"];
pub(crate) const ACTION_LIMIT_KEYS: [&str; 2] = ["times", "per"];
pub(crate) const HOURS_KEYS: [&str; 3] = ["days", "from", "to"];
pub(crate) const POLICY_KEYS: [&str; 2] = ["cooldown", "per_session"];

/// Reads an action.
#[inline(never)]
pub fn read_action(value: &Value, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Action> {
    object(value, &ACTION_KEYS, "an action", problems, |reader| {
        let id = reader.require("id", "the action's name", read::name);
        reader.description();
        let when = reader.read("when", |value, problems| uses.condition(value, Scope::Action, problems));
        let r#do = reader.require("do", "what to do, such as `{ \"type\": \"chat\" }`", read_do);
        let limit = reader.read("limit", |value, problems| {
            object(value, &ACTION_LIMIT_KEYS, "an action's `limit`", problems, |limit| {
                let times = limit.require("times", "how often it may be shown", read::count);
                let per = limit.read("per", duration::read_per).unwrap_or(Per::Ever);
                Some((times?, per))
            })
        });
        let after_dismiss = reader.read("after_dismiss", duration::span_or_ever);
        let after_convert = reader.read("after_convert", duration::span_or_ever);
        let holdout = reader.read("holdout", read::share);
        let seed = reader.read("seed", read::string);
        let priority = reader.read("priority", read::number).unwrap_or(0.0);
        let requires = reader.list("requires", "a list of consents", read::owned_text);
        let hours = reader.list("hours", "a list of opening hours", read_hours);
        let id = id?;
        Some(Action {
            seed: seed.unwrap_or(id).to_owned(),
            id: id.to_owned(),
            when,
            r#do: r#do?,
            requires,
            hours,
            limit,
            after_dismiss,
            after_convert,
            holdout,
            priority,
        })
    })
}

fn read_do(value: &Value, problems: &mut Problems) -> Option<Object> {
    let Some(object) = value.as_object() else {
        read::wrong_type(value, "an object with a `type`", problems);
        return None;
    };
    match object.get("type") {
        Some(r#type) => drop(problems.at("type", |problems| read::text(r#type, problems))),
        None => problems.add("MISSING_KEY", words!("`type` is missing: the handler's name, such as `chat` or `form`")),
    }
    Some(object.clone())
}

pub(crate) const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

fn read_hours(value: &Value, problems: &mut Problems) -> Option<Hours> {
    object(value, &HOURS_KEYS, "opening hours", problems, |reader| {
        let days = reader.has("days").then(|| {
            reader.list("days", "a list of days", |value, problems| {
                let day = read::string(value, problems)?;
                let found = WEEK.iter().position(|own| *own == day);
                if found.is_none() {
                    let message = words!("`{day}` is no day; write one of {}", read::listed(&WEEK));
                    problems.add_with_hint("INVALID_DAY", message, meant::hint(|| meant::day(day)));
                }
                found.map(|day| day as i64)
            })
        });
        let from = reader.read("from", read_clock).unwrap_or(0);
        let to = reader.read("to", read_clock).unwrap_or(24 * 60);
        if from >= to {
            reader.problems.add("OUT_OF_RANGE", words!("`from` is not before `to`; write hours over midnight as two entries"));
        }
        Some(Hours { days, from, to })
    })
}

/// `"09:30"` as a minute of the day; `"24:00"` is its end.
fn read_clock(value: &Value, problems: &mut Problems) -> Option<i64> {
    let text = read::string(value, problems)?;
    let digits =
        |text: &str| if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse::<i64>().ok() } else { None };
    let minute = text.split_once(':').and_then(|(hour, minute)| Some((digits(hour)?, digits(minute)?)));
    let minute = minute
        .filter(|(hour, minute)| (*hour < 24 && *minute < 60) || (*hour, *minute) == (24, 0))
        .map(|(hour, minute)| hour * 60 + minute);
    if minute.is_none() {
        let message = words!("`{text}` is no time of day; write hours and minutes, such as `09:30`");
        problems.add_with_hint("INVALID_CLOCK", message, meant::hint(|| meant::clock(text)));
    }
    minute
}

/// Reads the `action_policy`.
#[inline(never)]
pub fn read_policy(value: &Value, problems: &mut Problems) -> Option<Policy> {
    object(value, &POLICY_KEYS, "`action_policy`", problems, |policy| {
        Some(Policy { cooldown: policy.read("cooldown", duration::span), per_session: policy.read("per_session", read::count) })
    })
}

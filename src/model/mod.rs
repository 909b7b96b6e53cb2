//! The scoring model: what it says, read and checked with all problems at once (docs/model.md, sections 1 to 8 and 11).
//!
//! Each part has a file of its own. What a model means is the engine's business.
//!
//! What few models have is read by functions that are never inlined: in a page, code is compiled when it is first called, which costs more than calling it.

pub(crate) mod action;
mod duration;
mod meant;
pub(crate) mod read;
pub(crate) mod rule;
pub(crate) mod scope;
pub(crate) mod score;
pub(crate) mod signal;
pub(crate) mod stage;

pub(crate) use read::MAX_MILLI;

use crate::condition::case::lower_case;
use crate::engine::program::Program;
use crate::event::channel::{Channels, KINDS};
use crate::order::sort;
use crate::problem::{Problem, Problems, Words, did_you_mean, words};
use crate::time::UtcOffset;
use crate::value::Value;
use read::Reader;
use scope::Uses;
use std::sync::Arc;

/// The largest model, in bytes of its JSON text.
pub const MAX_MODEL_BYTES: usize = 1024 * 1024;

/// The most rules that a model may have.
pub const MAX_RULES: usize = 10_000;

/// A scoring model, checked and ready.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) utc_offset: UtcOffset,
    /// In milliseconds.
    pub(crate) session_timeout: i64,
    /// How many events of activity, and how many off site, a visitor keeps.
    pub(crate) max_events: usize,
    /// After how many days events cease to exist.
    pub(crate) max_age: Option<i64>,
    pub(crate) offsite: Vec<String>,
    pub(crate) channels: Channels,
    /// The consents without which nothing is scored.
    pub(crate) consent: Vec<String>,
    pub(crate) scores: Vec<score::Score>,
    /// The scores whose labels make the grade, by place.
    pub(crate) grade: Option<Vec<usize>>,
    pub(crate) signals: Vec<signal::Signal>,
    pub(crate) rules: Vec<rule::Rule>,
    pub(crate) disqualify: Vec<stage::Disqualification>,
    pub(crate) stages: Vec<stage::Stage>,
    /// The MQL stage, by place.
    pub(crate) mql: Option<usize>,
    pub(crate) actions: Vec<action::Action>,
    pub(crate) policy: action::Policy,
    /// All of it, compiled.
    pub(crate) program: Arc<Program>,
}

impl Model {
    /// Reads a model from its JSON form.
    ///
    /// # Errors
    /// All problems at once, each with a code, a JSON pointer, and what would be right.
    ///
    /// ```
    /// # use warmlead::{json, model::Model};
    /// let problems = Model::load(&json::parse(r#"{ "id": "x", "version": "1", "rulse": [] }"#).unwrap()).unwrap_err();
    /// assert_eq!((problems[0].code, problems[0].path.as_str()), ("UNKNOWN_KEY", "/rulse"));
    /// assert_eq!(problems[0].hint.as_deref(), Some("did you mean `rules`?"));
    /// ```
    pub fn load(value: &Value) -> Result<Model, Vec<Problem>> {
        let mut problems = Problems::new();
        let size = value.json_size();
        if size > MAX_MODEL_BYTES {
            problems.add("MODEL_TOO_LARGE", words!("the model has {size} bytes; at most {MAX_MODEL_BYTES} are allowed"));
            return Err(problems.into_vec());
        }
        let model = read::object(value, &KEYS, "a scoring model", &mut problems, read_model);
        match model {
            Some(mut model) if problems.is_empty() => {
                model.program = Arc::new(Program::compile(&model));
                Ok(model)
            }
            _ => Err(problems.into_vec()),
        }
    }

    /// The model's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The model's version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The names of its scores, in file order.
    pub fn score_names(&self) -> impl Iterator<Item = &str> {
        self.scores.iter().map(|score| score.name.as_str())
    }

    /// Whether events of this type happen off the site.
    pub fn is_offsite(&self, r#type: &str) -> bool {
        crate::event::types::is_offsite(r#type) || self.offsite.iter().any(|own| own == r#type)
    }
}

pub(crate) const KEYS: [&str; 19] = [
    "$schema",
    "id",
    "version",
    "description",
    "scores",
    "grade",
    "signals",
    "rules",
    "disqualify",
    "stages",
    "mql",
    "actions",
    "action_policy",
    "consent",
    "channels",
    "offsite",
    "retention",
    "session_timeout",
    "utc_offset",
];
pub(crate) const RETENTION_KEYS: [&str; 2] = ["events", "age"];
pub(crate) const CONSENT_KEYS: [&str; 1] = ["score"];

fn read_model(model: &mut Reader<'_, '_>) -> Option<Model> {
    let mut uses = Uses::new(keys(model, "signals"), keys(model, "scores"));
    model.read("$schema", read::string);
    model.description();
    let id = model.read("id", read::text).unwrap_or("model").to_owned();
    let version = model.read("version", read::text).unwrap_or("0").to_owned();
    let utc_offset = model.read("utc_offset", read_utc_offset).unwrap_or_default();
    let session_timeout = model.read("session_timeout", duration::span).unwrap_or(30 * 60 * 1000);
    let (max_events, max_age) = model.read("retention", read_retention).unwrap_or((10_000, None));
    let offsite = model.list("offsite", "a list of event types", rule::event_type);
    let channels = model.read("channels", read_channels).unwrap_or_default();
    let consent = model.read("consent", read_consent).unwrap_or_default();

    let drafts =
        model.entries("scores", "an object of scores", |name, value, problems| score::read_score(name, value, &mut uses, problems));
    let scores = score::link(drafts, model.problems);
    let signals =
        model.entries("signals", "an object of signals", |name, value, problems| signal::read_signal(name, value, &mut uses, problems));
    let grade = model.has("grade").then(|| model.list("grade", "a list of scores", |value, problems| find_score(value, &scores, problems)));
    let rules = read_rules(model, &scores, &mut uses);
    let disqualify =
        model.list("disqualify", "a list of disqualifications", |value, problems| stage::read_disqualification(value, &mut uses, problems));
    unique(model, "disqualify");
    let names = ids(model, "stages");
    let drafts = model.list("stages", "a list of stages", |value, problems| stage::read_stage(value, &mut uses, problems));
    let stages = stage::link(drafts, &names, model.problems);
    unique(model, "stages");
    let mql = model.read("mql", |value, problems| find_stage(value, &names, problems));
    let actions = model.list("actions", "a list of actions", |value, problems| action::read_action(value, &mut uses, problems));
    unique(model, "actions");
    let policy = model.read("action_policy", action::read_policy).unwrap_or_default();

    model.problems.append(uses.into_problems());
    Some(Model {
        id,
        version,
        utc_offset,
        session_timeout,
        max_events,
        max_age,
        offsite,
        channels,
        consent,
        scores,
        grade,
        signals,
        rules,
        disqualify,
        stages,
        mql,
        actions,
        policy,
        program: Program::none(),
    })
}

fn read_rules(model: &mut Reader<'_, '_>, scores: &[score::Score], uses: &mut Uses<'_>) -> Vec<rule::Rule> {
    let too_many = model.get("rules").and_then(Value::as_array).map(<[Value]>::len).filter(|count| *count > MAX_RULES);
    if let Some(count) = too_many {
        let message = words!("the model has {count} rules; at most {MAX_RULES} are allowed");
        model.problems.at("rules", |problems| problems.add("TOO_MANY_RULES", message));
        return Vec::new();
    }
    let mut places = 0..;
    let drafts = model.list("rules", "a list of rules", |value, problems| rule::read_rule(value, places.next()?, uses, problems));
    unique(model, "rules");
    let score_names = keys(model, "scores");
    drafts.into_iter().filter_map(|draft| link_rule(draft, scores, &score_names, model.problems)).collect()
}

/// Looks up a rule's score and group, and the decay that it takes from them.
fn link_rule(draft: rule::Draft<'_>, scores: &[score::Score], names: &[&str], problems: &mut Problems) -> Option<rule::Rule> {
    let rule::Draft { mut rule, place: own, score: name, group, decay } = draft;
    let mut add = |key: &str, code, message: Words, hint| {
        problems
            .at("rules", |problems| problems.at(own, |problems| problems.at(key, |problems| problems.add_with_hint(code, message, hint))));
    };
    let Some(place) = scores.iter().position(|score| score.name == name) else {
        if !names.contains(&name) {
            let hint = did_you_mean(name, names.iter().copied());
            let message =
                words!("this rule feeds the score `{name}`, which is not there; define it under `scores`, or name another with `score`");
            add("score", "UNDEFINED_SCORE", message, hint);
        }
        return None;
    };
    let score = scores.get(place)?;
    if !matches!(score.source, score::Source::Rules { .. }) {
        add("score", "INVALID_REFERENCE", words!("`{name}` combines other scores; rules can't feed it"), None);
        return None;
    }
    rule.score = place;
    if let Some(group) = group {
        rule.group = score.groups.iter().position(|own| own.name == group);
        if rule.group.is_none() {
            let elsewhere = || scores.iter().find(|own| own.groups.iter().any(|own| own.name == group));
            let hint = did_you_mean(group, score.groups.iter().map(|own| own.name.as_str()))
                .or_else(|| meant::hint(|| elsewhere().map(|own| format!("\"score\": \"{}\"", own.name))));
            add("group", "UNDEFINED_GROUP", words!("the score `{name}` has no group `{group}`"), hint);
        }
    }
    let of_group = rule.group.and_then(|group| score.groups.get(group)).and_then(|group| group.decay);
    if !matches!(rule.trigger, rule::Trigger::State) {
        rule.decay = decay.or(of_group).or(score.decay).flatten();
    }
    Some(rule)
}

#[inline(never)]
fn find_score(value: &Value, scores: &[score::Score], problems: &mut Problems) -> Option<usize> {
    let name = read::name(value, problems)?;
    let found = scores.iter().position(|score| score.name == name);
    if found.is_none() {
        let hint = did_you_mean(name, scores.iter().map(|score| score.name.as_str()));
        problems.add_with_hint("UNDEFINED_SCORE", words!("there is no score `{name}`"), hint);
    }
    found
}

fn find_stage(value: &Value, names: &[&str], problems: &mut Problems) -> Option<usize> {
    let name = read::name(value, problems)?;
    let found = names.iter().position(|own| *own == name);
    if found.is_none() {
        problems.add_with_hint("UNDEFINED_STAGE", words!("there is no stage `{name}`"), did_you_mean(name, names.iter().copied()));
    }
    found
}

/// The keys of an object, whether or not what they hold can be read.
fn keys<'a>(model: &Reader<'a, '_>, key: &str) -> Vec<&'a str> {
    model.get(key).and_then(Value::as_object).map(|object| object.keys().collect()).unwrap_or_default()
}

/// The ids of the objects of a list, whether or not the rest of them can be read.
fn ids<'a>(model: &Reader<'a, '_>, key: &str) -> Vec<&'a str> {
    let items = model.get(key).and_then(Value::as_array).unwrap_or_default();
    items.iter().map(|item| item.at("id").and_then(Value::as_str).unwrap_or_default()).collect()
}

/// Reports ids that stand twice in a list.
fn unique(model: &mut Reader<'_, '_>, key: &str) {
    let ids = ids(model, key);
    let mut order: Vec<(&str, usize)> = ids.iter().copied().zip(0..).collect();
    sort(&mut order);
    let mut twice = vec![false; ids.len()];
    for ((one, _), (next, place)) in order.iter().zip(order.iter().skip(1)) {
        if let Some(twice) = twice.get_mut(*place).filter(|_| one == next && !next.is_empty()) {
            *twice = true;
        }
    }
    for (index, (id, twice)) in ids.iter().zip(twice).enumerate() {
        if twice {
            let message = words!("the id `{id}` stands twice in `{key}`; give each its own");
            model
                .problems
                .at(key, |problems| problems.at(index, |problems| problems.at("id", |problems| problems.add("DUPLICATE_ID", message))));
        }
    }
}

#[inline(never)]
fn read_utc_offset(value: &Value, problems: &mut Problems) -> Option<UtcOffset> {
    let text = read::string_of(value, "an offset such as `+01:00`", problems)?;
    let offset = UtcOffset::parse(text);
    if offset.is_none() {
        let message = words!("`{text}` is no offset; {}", right_offset(text));
        problems.add_with_hint("INVALID_OFFSET", message, meant::hint(|| meant::offset(text)));
    }
    offset
}

/// What would be right instead: a time zone by its name changes between summer and winter.
fn right_offset(text: &str) -> &'static str {
    if text.contains(|char: char| char.is_ascii_alphabetic()) {
        "a model has a fixed offset, such as `+01:00`, and does not follow daylight saving time"
    } else {
        "write hours and minutes, at most 14 hours, such as `+01:00` or `-05:30`"
    }
}

#[inline(never)]
fn read_retention(value: &Value, problems: &mut Problems) -> Option<(usize, Option<i64>)> {
    read::object(value, &RETENTION_KEYS, "`retention`", problems, |retention| {
        let events = retention.read("events", read::count).unwrap_or(10_000);
        Some((events, retention.read("age", duration::days)))
    })
}

#[inline(never)]
fn read_channels(value: &Value, problems: &mut Problems) -> Option<Channels> {
    read::object(value, &KINDS.map(|(key, _)| key), "`channels`", problems, |channels| {
        let hosts = KINDS
            .iter()
            .flat_map(|(key, kind)| channels.list(key, "a list of hosts", read::text).into_iter().map(|host| (*kind, lower_case(host))));
        Some(Channels(hosts.collect()))
    })
}

#[inline(never)]
fn read_consent(value: &Value, problems: &mut Problems) -> Option<Vec<String>> {
    read::object(value, &CONSENT_KEYS, "`consent`", problems, |consent| Some(consent.list("score", "a list of consents", read::owned_text)))
}

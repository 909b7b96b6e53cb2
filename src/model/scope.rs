//! Which parts of a document may be used where, so that a model is free of cycles (MODEL.md, section 3).
//!
//! Paths are collected while the model is read and checked at its end, when every signal and score is known.

use super::read;
use crate::condition::{Condition, Paths};
use crate::event::session::{ENTRY_KEYS, SESSION_KEYS};
use crate::problem::{Problems, did_you_mean, words};
use crate::value::Value;
use std::sync::Arc;

/// Where a path is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The event document: `where`, `of`, `by`.
    Event,
    /// The visitor document, as far as disqualifications and rules may see it.
    Profile,
    /// The visitor document, as far as stages may see it.
    Stage,
    /// The whole visitor document: actions.
    Action,
}

const EVENT: &[&str] =
    &["type", "id", "time", "url", "host", "path", "query", "title", "referrer", "properties", "offsite", "traits", "session"];
const PROFILE: &[&str] = &["id", "traits", "signals", "session", "first", "last", "consent"];
const STAGE: &[&str] =
    &["id", "traits", "signals", "session", "first", "last", "consent", "scores", "grades", "grade", "disqualified", "stage_days"];
const ACTION: &[&str] = &[
    "id",
    "traits",
    "signals",
    "session",
    "first",
    "last",
    "consent",
    "scores",
    "grades",
    "grade",
    "disqualified",
    "stage_days",
    "stage",
    "mql",
];

impl Scope {
    /// What a path may begin with.
    pub(crate) fn roots(self) -> &'static [&'static str] {
        match self {
            Scope::Event => EVENT,
            Scope::Profile => PROFILE,
            Scope::Stage => STAGE,
            Scope::Action => ACTION,
        }
    }

    fn who(self) -> &'static str {
        match self {
            Scope::Event => "what is asked of an event",
            Scope::Profile => "rules and disqualifications",
            Scope::Stage => "stages",
            Scope::Action => "actions",
        }
    }
}

/// Every path that a model uses.
#[derive(Default)]
pub struct Uses(Vec<(Paths, Scope)>);

impl Uses {
    /// Reads a condition and keeps its paths.
    pub fn condition(&mut self, value: &Value, scope: Scope, problems: &mut Problems) -> Option<Condition> {
        let (condition, paths) = Condition::parse_with_paths(value, problems);
        self.0.push((paths, scope));
        condition
    }

    /// Reads a single path and keeps it.
    pub fn path(&mut self, value: &Value, scope: Scope, problems: &mut Problems) -> Option<String> {
        let path = read::owned_text(value, problems)?;
        self.0.push((Arc::new([(path.clone(), problems.path().to_owned())]), scope));
        Some(path)
    }

    /// Reports every path that does not exist or may not be used where it stands.
    pub fn check(&self, signals: &[&str], scores: &[&str], problems: &mut Problems) {
        let each = self.0.iter().flat_map(|(paths, scope)| paths.iter().map(move |(path, place)| (path, place, scope)));
        for (path, place, scope) in each {
            let (root, rest) = path.split_once('.').map_or((path.as_str(), None), |(root, rest)| (root, Some(rest)));
            let roots = scope.roots();
            if !roots.contains(&root) {
                let elsewhere = [EVENT, ACTION].iter().any(|known| known.contains(&root));
                let (code, why) = if elsewhere { ("FORBIDDEN_PATH", "can't be used here") } else { ("UNKNOWN_PATH", "does not exist") };
                let message = words!("`{path}` {why}: {} may use {}", scope.who(), read::listed(roots));
                problems.add_at(place, code, message, did_you_mean(root, roots.iter().copied()));
                continue;
            }
            let Some(key) = rest.and_then(|rest| rest.split('.').next()) else { continue };
            let (known, code): (&[&str], _) = match root {
                "signals" => (signals, "UNDEFINED_SIGNAL"),
                "scores" | "grades" => (scores, "UNDEFINED_SCORE"),
                "session" if key == "active" && *scope != Scope::Event => continue,
                "session" => (&SESSION_KEYS, "UNKNOWN_PATH"),
                "first" | "last" => (&ENTRY_KEYS, "UNKNOWN_PATH"),
                _ => continue,
            };
            if !known.contains(&key) {
                let message = words!("`{path}` is not defined; {root} has {}", read::listed(known));
                problems.add_at(place, code, message, did_you_mean(key, known.iter().copied()));
            }
        }
    }
}

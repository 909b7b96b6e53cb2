//! Which parts of a document may be used where, so that a model is free of cycles (docs/model.md, section 3).
//!
//! Names count as defined even if what they name is broken: one mistake, one problem. What is wrong with paths is told after all else.

use super::meant;
use super::read;
use crate::condition::Condition;
use crate::event::session::{ENTRY_KEYS, SESSION_KEYS};
use crate::problem::{Problems, did_you_mean, words};
use crate::value::Value;

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

    /// Where another part of a document can be asked, to follow what is wrong with asking it here.
    fn instead(self, root: &str) -> &'static str {
        match self {
            Scope::Event if ACTION.contains(&root) => "; the visitor is asked with `when`",
            Scope::Event => "",
            Scope::Stage if root == "stage" => "; `from` names the stages from which one is entered",
            _ if STAGE.contains(&root) => "; stages and actions may ask that",
            _ if ACTION.contains(&root) => "; actions may ask that",
            _ if EVENT.contains(&root) => "; events are asked with `where`, beside the `on` of a rule or a signal",
            _ => "",
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

/// What is wrong with the paths that a model uses: does each exist, and may it be used where it stands?
pub struct Uses<'a> {
    signals: Vec<&'a str>,
    scores: Vec<&'a str>,
    problems: Problems,
}

impl<'a> Uses<'a> {
    /// Of a model with signals and scores of these names.
    pub fn new(signals: Vec<&'a str>, scores: Vec<&'a str>) -> Uses<'a> {
        Uses { signals, scores, problems: Problems::new() }
    }

    /// What was wrong with them, in the order in which they stand.
    pub fn into_problems(self) -> Problems {
        self.problems
    }

    /// Reads a condition, and looks at its paths.
    pub fn condition(&mut self, value: &Value, scope: Scope, problems: &mut Problems) -> Option<Condition> {
        Condition::parse_seeing(value, problems, &mut |path, place| self.check(path, place, scope))
    }

    /// Reads a single path, and looks at it.
    pub fn path(&mut self, value: &Value, scope: Scope, problems: &mut Problems) -> Option<String> {
        let path = read::text(value, problems)?;
        self.check(path, problems.path(), scope);
        Some(path.to_owned())
    }

    fn check(&mut self, path: &str, place: &str, scope: Scope) {
        let (root, rest) = path.split_once('.').map_or((path, None), |(root, rest)| (root, Some(rest)));
        let roots = scope.roots();
        if !roots.contains(&root) {
            let elsewhere = [EVENT, ACTION].iter().any(|known| known.contains(&root));
            let (code, why) = if elsewhere { ("FORBIDDEN_PATH", "can't be used here") } else { ("UNKNOWN_PATH", "does not exist") };
            let message = words!("`{path}` {why}: {} may use {}{}", scope.who(), read::listed(roots), scope.instead(root));
            // A condition has its paths as keys.
            let combiner = || meant::combiner(path).filter(|_| place.rsplit('/').next() == Some(path));
            let other = || combiner().or_else(|| meant::path(path, roots, self.below(root, scope)));
            let hint = meant::hint(|| if elsewhere { None } else { other() });
            self.problems.add_at(place, code, message, hint);
            return;
        }
        let Some(key) = rest.and_then(|rest| rest.split('.').next()) else { return };
        let (known, code): (&[&str], _) = match root {
            "signals" => (&self.signals, "UNDEFINED_SIGNAL"),
            "scores" | "grades" => (&self.scores, "UNDEFINED_SCORE"),
            "session" if key == "active" && scope != Scope::Event => return,
            "session" => (&SESSION_KEYS, "UNKNOWN_PATH"),
            "first" | "last" => (&ENTRY_KEYS, "UNKNOWN_PATH"),
            _ => return,
        };
        if !known.contains(&key) {
            let message = words!("`{path}` is not defined; {root} has {}", read::listed(known));
            self.problems.add_at(place, code, message, did_you_mean(key, known.iter().copied()));
        }
    }

    /// Below what a word stands that a path can't begin with: what the model names so, else what holds whatever only the site knows.
    fn below(&self, root: &str, scope: Scope) -> &'static str {
        match scope {
            Scope::Event => "properties",
            _ if self.signals.contains(&root) => "signals",
            _ if !self.scores.contains(&root) => "traits",
            Scope::Profile => "",
            _ => "scores",
        }
    }
}

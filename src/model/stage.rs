//! Stages and disqualifications (docs/model.md, section 6).

use super::duration;
use super::read::{self, object};
use super::scope::{Scope, Uses};
use crate::condition::Condition;
use crate::problem::{Problems, did_you_mean, words};
use crate::value::Value;

/// The implicit stage before the first.
pub const VISITOR: &str = "visitor";

/// What disqualifies a visitor while it holds.
#[derive(Clone, Debug)]
pub struct Disqualification {
    /// Its id.
    pub id: String,
    /// The condition.
    pub when: Condition,
}

/// A stage; lower ones come first.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its id.
    pub id: String,
    /// Enters the stage.
    pub when: Condition,
    /// Leaves it.
    pub exit: Option<Condition>,
    /// The stages from which it can be entered, by place; `None` in the list is `visitor`. Absent: from any.
    pub from: Option<Vec<Option<usize>>>,
    /// How many days must have passed since it was left.
    pub reenter_after: i64,
}

/// A stage as written, before those in `from` are looked up.
pub struct Draft {
    stage: Stage,
    from: Option<Vec<(String, String)>>,
}

pub(crate) const DISQUALIFY_KEYS: [&str; 3] = ["id", "description", "when"];
pub(crate) const STAGE_KEYS: [&str; 6] = ["id", "description", "when", "exit", "from", "reenter_after"];

/// Reads a disqualification.
#[inline(never)]
pub fn read_disqualification(value: &Value, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Disqualification> {
    object(value, &DISQUALIFY_KEYS, "a disqualification", problems, |reader| {
        let id = reader.require("id", "the disqualification's name", read::name);
        reader.description();
        let when = reader.require("when", "the condition", |value, problems| uses.condition(value, Scope::Profile, problems));
        Some(Disqualification { id: id?.to_owned(), when: when? })
    })
}

/// Reads a stage.
pub fn read_stage(value: &Value, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Draft> {
    object(value, &STAGE_KEYS, "a stage", problems, |reader| {
        let id = reader.require("id", "the stage's name", |value, problems| {
            let id = read::name(value, problems)?;
            if id == VISITOR {
                problems.add("RESERVED_NAME", words!("`visitor` is the stage before the first; give this one another name"));
            }
            Some(id)
        });
        reader.description();
        let when =
            reader.require("when", "the condition that enters the stage", |value, problems| uses.condition(value, Scope::Stage, problems));
        let exit = reader.read("exit", |value, problems| uses.condition(value, Scope::Stage, problems));
        let from = reader.has("from").then(|| {
            reader.list("from", "a list of stages", |value, problems| {
                Some((read::string(value, problems)?.to_owned(), problems.path().to_owned()))
            })
        });
        let reenter_after = reader.read("reenter_after", duration::days).unwrap_or(1);
        Some(Draft { stage: Stage { id: id?.to_owned(), when: when?, exit, from: None, reenter_after }, from })
    })
}

/// Looks up the stages in `from`.
pub fn link(drafts: Vec<Draft>, known: &[&str], problems: &mut Problems) -> Vec<Stage> {
    let mut place = |(name, path): &(String, String)| {
        if name == VISITOR {
            return Some(None);
        }
        let found = known.iter().position(|own| own == name);
        if found.is_none() {
            let hint = did_you_mean(name, known.iter().copied().chain([VISITOR]));
            problems.add_at(path, "UNDEFINED_STAGE", words!("there is no stage `{name}`"), hint);
        }
        found.map(Some)
    };
    let link = |Draft { stage, from }: Draft| Stage { from: from.map(|from| from.iter().filter_map(&mut place).collect()), ..stage };
    drafts.into_iter().map(link).collect()
}

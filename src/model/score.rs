//! Scores, their groups and grades (docs/model.md, section 5).

use super::read::{self, Reader, object};
use super::rule::{Decay, Pattern, read_decay, read_pattern_object, read_range};
use super::scope::Uses;
use crate::condition::number::number_to_text;
use crate::engine::Points;
use crate::problem::{Problems, did_you_mean, words};
use crate::value::{Object, Value};

/// A group of rules whose sum is clamped.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// The least its rules contribute together.
    pub min: Option<i64>,
    /// The most.
    pub max: Option<i64>,
    /// How matches fade whose rule does not say.
    pub decay: Option<Option<Decay>>,
}

/// A label for values from a number of points on.
#[derive(Clone, Debug)]
pub struct Grade {
    /// In milli-points.
    pub from: i64,
    /// What it is called.
    pub label: String,
}

/// Where a score's value comes from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Its rules; matches at or before the last reset do not count.
    Rules {
        /// What resets it.
        reset: Option<Pattern>,
    },
    /// The weighted sum of other scores, by place.
    Of(Vec<(usize, f64)>),
    /// The highest of other scores, by place.
    BestOf(Vec<usize>),
}

/// A score.
#[derive(Clone, Debug)]
pub struct Score {
    /// Its name.
    pub name: String,
    /// The least it can be; 0 by default.
    pub min: i64,
    /// The most.
    pub max: Option<i64>,
    /// Its groups, in file order.
    pub groups: Vec<Group>,
    /// Its grades.
    pub grades: Vec<Grade>,
    /// How matches fade whose rule and group do not say.
    pub decay: Option<Option<Decay>>,
    /// Where its value comes from.
    pub source: Source,
}

impl Score {
    /// The label of the highest grade reached.
    pub fn grade(&self, value: i64) -> Option<&str> {
        let reached = self.grades.iter().filter(|grade| grade.from <= value);
        reached.max_by_key(|grade| grade.from).map(|grade| grade.label.as_str())
    }

    /// A value within the score's bounds.
    pub fn clamp(&self, value: i64) -> i64 {
        let value = value.max(self.min);
        self.max.map_or(value, |max| value.min(max))
    }
}

/// A score as written, before the scores it combines are looked up.
pub struct Draft {
    /// The score; a combined one has an empty source.
    pub score: Score,
    /// The parts of a combined score: name, place, weight.
    parts: Vec<(String, String, f64)>,
    combined: Option<&'static str>,
}

pub(crate) const SCORE_KEYS: [&str; 9] = ["description", "min", "max", "groups", "grades", "decay", "reset", "of", "best_of"];
pub(crate) const GROUP_KEYS: [&str; 4] = ["description", "min", "max", "decay"];
pub(crate) const GRADE_KEYS: [&str; 2] = ["from", "label"];

/// Reads a score.
pub fn read_score(name: &str, value: &Value, uses: &mut Uses<'_>, problems: &mut Problems) -> Option<Draft> {
    let named = read::check_name(name, problems);
    object(value, &SCORE_KEYS, "a score", problems, |reader| {
        reader.description();
        let combined = ["of", "best_of"].into_iter().find(|key| reader.has(key));
        if let Some(key) = combined {
            for rules_only in ["groups", "decay", "reset"] {
                let message = words!("a score with `{key}` has no rules; `{rules_only}` has no meaning here");
                reader.refuse(rules_only, "FORBIDDEN_KEY", message);
            }
            if key == "of" {
                reader.refuse("best_of", "FORBIDDEN_KEY", "a score has either `of` or `best_of`");
            }
        }
        let parts = if combined.is_some() { read_parts(reader) } else { Vec::new() };
        if let Some(key) = combined
            && reader.get(key).is_some_and(is_empty)
        {
            let message = words!("`{key}` names no score; name at least one");
            reader.problems.at(key, |problems| problems.add("EMPTY_LIST", message));
        }
        let (min, max) = read_range(reader);
        if let (None, Some(max)) = (min, max)
            && max < 0
        {
            reader
                .problems
                .at("max", |problems| problems.add("OUT_OF_RANGE", words!("`max` is below `min`, which is 0 unless it is given")));
        }
        let groups = reader.entries("groups", "an object of groups", read_group);
        let grades = reader.list("grades", "a list of grades", read_grade);
        for (index, grade) in grades.iter().enumerate() {
            if grades.iter().take(index).any(|earlier| earlier.from == grade.from) {
                let message = words!("two grades begin at {}", number_to_text(Points(grade.from).value()));
                reader.problems.at("grades", |problems| problems.at(index, |problems| problems.add("DUPLICATE_GRADE", message)));
            }
        }
        let decay = reader.read("decay", read_decay);
        let reset = reader.read("reset", |value, problems| read_pattern_object(value, "`reset`", uses, problems));
        let score = Score { name: name.to_owned(), min: min.unwrap_or(0), max, groups, grades, decay, source: Source::Rules { reset } };
        named.then_some(Draft { score, parts, combined })
    })
}

#[inline(never)]
fn read_group(name: &str, value: &Value, problems: &mut Problems) -> Option<Group> {
    let named = read::check_name(name, problems);
    object(value, &GROUP_KEYS, "a group", problems, |group| {
        group.description();
        let (min, max) = read_range(group);
        let decay = group.read("decay", read_decay);
        named.then(|| Group { name: name.to_owned(), min, max, decay })
    })
}

#[inline(never)]
fn read_grade(value: &Value, problems: &mut Problems) -> Option<Grade> {
    object(value, &GRADE_KEYS, "a grade", problems, |grade| {
        let from = grade.require("from", "the points from which the grade holds", read::points);
        let label = grade.require("label", "what the grade is called", read::string);
        Some(Grade { from: from?.0, label: label?.to_owned() })
    })
}

#[inline(never)]
fn read_parts(reader: &mut Reader<'_, '_>) -> Vec<(String, String, f64)> {
    let mut parts = reader.entries("of", "an object of scores and weights", |name, value, problems| {
        let weight = read::number(value, problems)?;
        Some((name.to_owned(), problems.path().to_owned(), weight))
    });
    parts.extend(reader.list("best_of", "a list of scores", |value, problems| {
        let name = read::name(value, problems)?;
        Some((name.to_owned(), problems.path().to_owned(), 1.0))
    }));
    parts
}

/// Whether an object or a list has nothing in it.
fn is_empty(value: &Value) -> bool {
    value.as_object().is_some_and(Object::is_empty) || value.as_array().is_some_and(<[Value]>::is_empty)
}

/// Looks up the scores that combined scores combine.
pub fn link(drafts: Vec<Draft>, problems: &mut Problems) -> Vec<Score> {
    let known: Vec<(String, bool)> = drafts.iter().map(|draft| (draft.score.name.clone(), draft.combined.is_some())).collect();
    let link = |draft: Draft, problems: &mut Problems| {
        let Draft { mut score, parts, combined } = draft;
        let mut found = Vec::new();
        for (name, place, weight) in &parts {
            match known.iter().position(|(own, _)| own == name) {
                None => problems.add_at(
                    place,
                    "UNDEFINED_SCORE",
                    words!("there is no score `{name}`"),
                    did_you_mean(name, known.iter().map(|(own, _)| own.as_str())),
                ),
                Some(index) if known.get(index).is_some_and(|(_, combined)| *combined) => {
                    problems.add_at(place, "INVALID_REFERENCE", words!("`{name}` is a combined score; those can't feed each other"), None);
                }
                Some(index) => found.push((index, *weight)),
            }
        }
        match combined {
            Some("of") => score.source = Source::Of(found),
            Some(_) => score.source = Source::BestOf(found.into_iter().map(|(index, _)| index).collect()),
            None => {}
        }
        score
    };
    drafts.into_iter().map(|draft| link(draft, problems)).collect()
}

//! What is true of a visitor at a moment: the visitor document, part by part, in the order in which the parts may see each other.

use super::condition::holds;
use super::history::History;
use super::points::{self, Scored};
use super::signals;
use crate::time::Time;
use crate::value::{Object, Value};

/// What is true at a time, given the first so many events.
pub struct Facts<'h> {
    history: &'h History<'h>,
    /// The visitor document as far as rules may see it.
    pub profile: Value,
    /// The disqualifications that hold.
    pub disqualified: Vec<&'h str>,
    /// The scores.
    pub scores: Vec<Scored>,
}

impl<'h> Facts<'h> {
    /// Finds out what is true.
    pub fn at(history: &'h History<'h>, prefix: usize, now: Time) -> Facts<'h> {
        let profile = Value::Object(profile(history, prefix, now));
        let disqualified = history.model.disqualify.iter().filter(|own| holds(&own.when, &profile)).map(|own| own.id.as_str()).collect();
        let scores = points::scores(history, prefix, now, &profile);
        Facts { history, profile, disqualified, scores }
    }

    /// The grade: the labels of the scores that make it, joined; `None` if one is missing.
    pub fn grade(&self) -> Option<String> {
        let places = self.history.model.grade.as_ref()?;
        let label = |place: &usize| self.history.model.scores.get(*place)?.grade(self.scores.get(*place)?.value);
        places.iter().map(label).collect()
    }

    /// The visitor document as far as stages may see it, but for `stage_days`.
    pub fn stage_document(&self) -> Object {
        let mut document = self.profile.as_object().cloned().unwrap_or_default();
        let (mut scores, mut grades) = (Object::new(), Object::new());
        for (score, scored) in self.history.model.scores.iter().zip(&self.scores) {
            scores.insert(score.name.as_str(), crate::engine::Points(scored.value));
            grades.insert(score.name.as_str(), score.grade(scored.value).map(str::to_owned));
        }
        document.insert("scores", scores);
        document.insert("grades", grades);
        document.insert("grade", self.grade());
        document.insert("disqualified", self.disqualified.clone());
        document
    }
}

/// The visitor document as far as rules may see it.
fn profile(history: &History<'_>, prefix: usize, now: Time) -> Object {
    let mut document = Object::new();
    document.insert("id", history.visitor);
    document.insert("traits", history.traits.get(prefix).cloned().unwrap_or_default());
    document.insert("signals", signals::signals(history, prefix, now));
    if let Some((session, entry)) =
        history.last_session(prefix).and_then(|session| Some((session, history.entries.get(session.number.checked_sub(1)?)?)))
    {
        let mut last = session.document(entry);
        last.insert("active", now - session.end < history.model.session_timeout);
        document.insert("session", last);
        document.insert("first", history.entries.first().map(|entry| entry.document()));
        document.insert("last", entry.document());
    }
    document.insert("consent", history.consents.get(prefix).cloned().unwrap_or_default());
    document
}

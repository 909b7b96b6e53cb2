//! What may stand at a path of the two documents (docs/model.md, section 3), whatever events come: types, signals and scores as the model
//! bounds them, names from lists, and anything where only the site knows.

use super::assume::{Document, Facts, Reasoner};
use super::bounds::Range;
use super::set::{Interval, Set, Texts};
use crate::engine::Points;
use crate::model::Model;
use crate::model::rule::Pattern;
use crate::model::score::Score;
use crate::model::signal::{Measure, Signal, Source};
use crate::model::stage::VISITOR;
use crate::time::{MAX_TIME, Unit};

/// How many events a visitor can have: activity, and as many off site.
pub fn most_events(model: &Model) -> i64 {
    (model.max_events as i64).saturating_mul(2)
}

/// Whether some event can match a pattern.
pub fn can_match(model: &Model, pattern: &Pattern) -> bool {
    let document = EventDocument { model, types: pattern.types.as_deref() };
    pattern.r#where.as_ref().is_none_or(|condition| Reasoner::new(&document).assume(&Facts::default(), &condition.clause, true).is_ok())
}

/// The document of an event of one of these types; of any, if there are none.
pub struct EventDocument<'m> {
    pub model: &'m Model,
    pub types: Option<&'m [String]>,
}

impl Document for EventDocument<'_> {
    fn at(&self, path: &str) -> Set {
        let (root, rest) = split(path);
        match (root, rest) {
            ("type", None) => self.types.map_or(Set::TEXT, |types| Set::one_of(types.iter().map(String::as_str))),
            ("id", None) => Set::TEXT,
            ("time", None) => Set::count(0.0, MAX_TIME as f64),
            ("url" | "host" | "path" | "title" | "referrer", None) => Set::TEXT.or_missing(),
            // Any event may say that it happened off site.
            ("offsite", None) if self.all_offsite() => Set { yes: true, ..Set::NOTHING },
            ("offsite", None) => Set::TRUTH,
            ("traits", None) => Set::WHOLE,
            ("query" | "properties", None) => Set::WHOLE.or_missing(),
            ("traits" | "query" | "properties", Some(_)) => Set::ANYTHING,
            ("session", _) if self.all_offsite() => Set::MISSING,
            ("session", Some("active")) => Set::MISSING,
            ("session", rest) => in_session(self.model, rest),
            _ => Set::MISSING,
        }
    }
}

impl EventDocument<'_> {
    fn all_offsite(&self) -> bool {
        self.types.is_some_and(|types| types.iter().all(|r#type| self.model.is_offsite(r#type)))
    }
}

/// The document of a visitor.
pub struct VisitorDocument<'m> {
    pub model: &'m Model,
    /// What each signal may be.
    signals: Vec<Set>,
    /// Within which bounds each score stays; none yet while these are being found out, for which nobody asks about scores.
    pub scores: Vec<Range>,
}

impl<'m> VisitorDocument<'m> {
    /// The document as far as rules and disqualifications see it.
    pub fn profile(model: &'m Model) -> VisitorDocument<'m> {
        VisitorDocument { model, signals: model.signals.iter().map(|signal| values(model, signal)).collect(), scores: Vec::new() }
    }
}

impl Document for VisitorDocument<'_> {
    fn at(&self, path: &str) -> Set {
        let (root, rest) = split(path);
        let score = |name: Option<&str>| {
            let place = self.model.scores.iter().position(|score| Some(score.name.as_str()) == name)?;
            Some((self.model.scores.get(place)?, *self.scores.get(place)?))
        };
        match (root, rest) {
            ("id", None) => Set::TEXT,
            ("signals" | "scores" | "grades", None) => Set::object(),
            ("traits" | "consent" | "disqualified", None) => Set::WHOLE,
            ("traits" | "consent", Some(_)) => Set::ANYTHING,
            ("signals", Some(rest)) => self.signal(rest),
            ("session", rest) => in_session(self.model, rest),
            ("first" | "last", rest) => in_entry(rest),
            ("scores", rest) => {
                score(rest).map_or(Set::MISSING, |(_, range)| Set::number(Points(range.low).value(), Points(range.high).value()))
            }
            ("grades", rest) => score(rest).map_or(Set::MISSING, |(score, range)| labels(score, range)),
            ("grade", None) => self.joined_grade(),
            ("disqualified", Some(place)) if place.bytes().all(|byte| byte.is_ascii_digit()) => {
                Set::one_of(self.model.disqualify.iter().map(|own| own.id.as_str())).or_missing()
            }
            ("stage_days", None) => Set::count(0.0, MAX_TIME as f64),
            ("stage", None) => Set::one_of(self.model.stages.iter().map(|stage| stage.id.as_str()).chain([VISITOR])),
            ("mql", None) => Set { yes: self.model.mql.is_some(), no: true, ..Set::NOTHING },
            _ => Set::MISSING,
        }
    }
}

impl VisitorDocument<'_> {
    fn signal(&self, path: &str) -> Set {
        let (name, rest) = split(path);
        let Some(place) = self.model.signals.iter().position(|signal| signal.name == name) else { return Set::MISSING };
        match (self.signals.get(place), rest) {
            (Some(set), None) => set.clone(),
            (Some(set), Some(_)) if !set.whole.is_none() => Set::ANYTHING,
            _ => Set::MISSING,
        }
    }

    /// The labels that `grade` can join, if they are not too many to be listed.
    fn joined_grade(&self) -> Set {
        const MOST: usize = 512;
        let Some(places) = &self.model.grade else { return Set::MISSING };
        let mut joined = Set::one_of([""]);
        for place in places {
            let labels = match (self.model.scores.get(*place), self.scores.get(*place)) {
                (Some(score), Some(range)) => labels(score, *range),
                _ => return Set::TEXT.or_missing(),
            };
            let (Texts::Among(before), Texts::Among(after)) = (&joined.texts, &labels.texts) else { return Set::TEXT.or_missing() };
            if before.len() * after.len() > MOST {
                return Set::TEXT.or_missing();
            }
            let both = before.iter().flat_map(|before| after.iter().map(move |after| format!("{before}{after}"))).collect();
            joined = Set { missing: joined.missing || labels.missing, texts: Texts::Among(both), ..Set::NOTHING };
        }
        joined
    }
}

/// The labels of a score that stays within a range.
pub fn labels(score: &Score, range: Range) -> Set {
    let least = score.grade(range.low);
    let above = score.grades.iter().filter(|grade| grade.from > range.low && grade.from <= range.high).map(|grade| grade.label.as_str());
    Set { missing: least.is_none(), ..Set::one_of(least.into_iter().chain(above)) }
}

fn split(path: &str) -> (&str, Option<&str>) {
    path.split_once('.').map_or((path, None), |(root, rest)| (root, Some(rest)))
}

/// A path within `session`, which is missing off site and before the first visit.
fn in_session(model: &Model, rest: Option<&str>) -> Set {
    let (most, last) = (model.max_events as f64, MAX_TIME as f64);
    let set = match rest {
        None => Set::object(),
        Some("number" | "events") => Set::count(1.0, most),
        Some("pageviews") => Set::count(0.0, most),
        Some("start" | "end") => Set::count(0.0, last),
        Some("seconds") => Set::count(0.0, last / 1000.0),
        Some("active") => Set::TRUTH,
        rest => in_entry(rest),
    };
    set.or_missing()
}

/// A path within `first`, `last` or `session`: what a session's first event says of it.
fn in_entry(rest: Option<&str>) -> Set {
    let set = match rest {
        None => Set::object(),
        Some("source" | "medium" | "campaign" | "entry_path" | "referrer_host") => Set::TEXT,
        Some("channel") => Set::one_of(CHANNELS),
        Some(_) => Set::MISSING,
    };
    set.or_missing()
}

/// GA4's default channel groups, as sessions have them.
pub const CHANNELS: [&str; 20] = [
    "affiliates",
    "ai_assistants",
    "audio",
    "cross_network",
    "direct",
    "display",
    "email",
    "mobile_push_notifications",
    "organic_search",
    "organic_shopping",
    "organic_social",
    "organic_video",
    "paid_other",
    "paid_search",
    "paid_shopping",
    "paid_social",
    "paid_video",
    "referral",
    "sms",
    "unassigned",
];

/// What a signal may be.
fn values(model: &Model, signal: &Signal) -> Set {
    let most = most_events(model) as f64;
    let days = signal.within.map_or(most, |window| match window.unit {
        Unit::Day => window.count as f64,
        // The first and the last hour of a window may be of one day more than there is room for.
        Unit::Hour => ((window.count - 1) / 24 + 2) as f64,
    });
    match &signal.source {
        Source::Sequence { steps, .. } if !steps.iter().all(|step| can_match(model, step)) => Set::count(0.0, 0.0),
        Source::Sequence { steps, .. } => Set::count(0.0, (most / steps.len().max(1) as f64).floor()),
        Source::Events { pattern, measure, of } => {
            let can = can_match(model, pattern);
            let field = || match &of {
                Some(of) if can => event_field(model, pattern, of),
                _ => Set::MISSING,
            };
            let most = if can { most } else { 0.0 };
            match measure {
                Measure::Count | Measure::Sessions => Set::count(0.0, most),
                Measure::Days => Set::count(0.0, most.min(days)),
                Measure::Distinct => Set::count(0.0, most.min(variety(&field()))),
                // Numbers are clamped to ±10¹² where they are summed, and no sum leaves what that makes possible.
                Measure::Sum => field().number.map_or(Set::count(0.0, 0.0), |number| sum(number, most)),
                Measure::Mean => field().number.map_or(Set::MISSING, |number| mean(number).or_missing()),
                Measure::Min | Measure::Max => Set { number: field().number, ..Set::MISSING },
                Measure::First | Measure::Last => field().or_missing(),
            }
        }
    }
}

/// What a field of the events that match a pattern may be.
fn event_field(model: &Model, pattern: &Pattern, path: &str) -> Set {
    let document = EventDocument { model, types: pattern.types.as_deref() };
    let reasoner = Reasoner::new(&document);
    let facts = match &pattern.r#where {
        Some(condition) => reasoner.assume(&Facts::default(), &condition.clause, true).unwrap_or_default(),
        None => Facts::default(),
    };
    facts.at(path, &document)
}

/// How many different values there are.
fn variety(set: &Set) -> f64 {
    match (&set.texts, set.number, set.whole.is_none()) {
        (Texts::Among(texts), None, true) => (texts.len() + usize::from(set.yes) + usize::from(set.no)) as f64,
        _ => f64::INFINITY,
    }
}

fn clamped(number: Interval) -> (f64, f64) {
    (number.low.clamp(-1e12, 1e12), number.high.clamp(-1e12, 1e12))
}

/// A sum of at most so many numbers, each rounded to millionths.
fn sum(number: Interval, most: f64) -> Set {
    let (low, high) = clamped(number);
    Set::number((low - 1e-6).min(0.0) * most, (high + 1e-6).max(0.0) * most)
}

fn mean(number: Interval) -> Set {
    let (low, high) = clamped(number);
    // A little more, because numbers are rounded to millionths, and the quotient again.
    let slack = |bound: f64| 1e-6 + bound.abs() * 1e-9;
    Set::number(low - slack(low), high + slack(high))
}

#[cfg(test)]
mod tests {
    use super::CHANNELS;

    #[test]
    fn all_channels_are_listed() {
        let source = include_str!("../event/channel.rs");
        let body = source.split("pub fn channel(").nth(1).unwrap().split("\n    }\n").next().unwrap();
        // What an arm of the `match` leads to, on its line or on one of its own.
        let literals = body.lines().filter_map(|line| {
            let end = line.trim_end_matches(',').rsplit("=> ").next()?.trim();
            end.strip_prefix('"')?.strip_suffix('"').filter(|name| !name.contains('"'))
        });
        let mut found: Vec<&str> = literals.collect();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found, CHANNELS);
    }
}

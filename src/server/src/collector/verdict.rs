//! The verdict on a score that a tab claims: the collector replays the events that the score rests on, and says whether it
//! arrives at the same. A claim names its basis, {model, version, at, events, digest}, so what differs is told apart:
//! other events, or another result from the same events.
//!
//! Everything here goes by the times that were sent, and by `basis.at`, which is the tab's own `now`: a wrong clock makes a
//! score wrong, but not different. It is pure: it knows neither the database nor HTTP.

use super::store::Kept;
use serde::Serialize;
use warmlead::engine::{Assessment, Visitor};
use warmlead::event::{Event, read_time, shorten};
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::Value;

/// How many missing events are sent at once, and about how many bytes of them. The rest follows with the next verdict.
const MOST_MISSING: usize = 1_000;
const MOST_BYTES: usize = 1 << 20;

/// What a claimed score rests on.
#[derive(Clone, Debug)]
pub struct Basis {
    /// The model's id.
    pub model: String,
    /// The model's version.
    pub version: String,
    /// The time of the assessment, by the tab's clock.
    pub at: Time,
    /// How many events it saw.
    pub events: usize,
    /// Which events: 16 hex digits.
    pub digest: String,
}

/// A claimed score. What is not claimed is not judged.
#[derive(Clone, Debug, Default)]
pub struct Claim {
    stage: Option<String>,
    mql: Option<bool>,
    scores: Vec<(String, f64)>,
}

/// What is said of a claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Verdict {
    /// `same`, `fewer events` or `refuted`.
    pub verdict: &'static str,
    /// The events that the tab lacks, in the order in which they arrived here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<Vec<Event>>,
    /// Why, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Verdict {
    /// What anyone may hear who has guessed a visitor's id: nothing of what is known of them.
    pub fn word_alone(self) -> Verdict {
        Verdict { verdict: self.verdict, missing: None, reason: None }
    }
}

impl Basis {
    /// Reads a basis; `None` if there is none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value) -> Result<Option<Basis>, String> {
        if value.is_null() {
            return Ok(None);
        }
        let text = |key: &str| value.at(key).and_then(Value::as_str).map(str::to_owned);
        let count = value.at("events").and_then(Value::as_number).filter(|count| *count >= 0.0 && count.trunc() == *count);
        match (text("model"), text("version"), read_time(value.at("at"), "at").ok(), count, text("digest")) {
            (Some(model), Some(version), Some(at), Some(events), Some(digest)) => {
                Ok(Some(Basis { model, version, at, events: events as usize, digest }))
            }
            _ => Err("`basis` must be {model: string, version: string, at: time, events: count, digest: string}; it was ignored".into()),
        }
    }
}

impl Claim {
    /// Reads a claim.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value) -> Result<Claim, String> {
        let wrong = || "`claim` must be {stage: string, mql: boolean, scores: {name: number}}; it was ignored".to_owned();
        let claim = match value {
            Value::Null => return Ok(Claim::default()),
            Value::Object(claim) => claim,
            _ => return Err(wrong()),
        };
        let stage = match claim.get("stage") {
            None | Some(Value::Null) => None,
            Some(stage) => Some(stage.as_str().ok_or_else(wrong)?.to_owned()),
        };
        let mql = match claim.get("mql") {
            None | Some(Value::Null) => None,
            Some(mql) => Some(mql.as_bool().ok_or_else(wrong)?),
        };
        let scores = match claim.get("scores") {
            None | Some(Value::Null) => Vec::new(),
            Some(scores) => {
                let scores = scores.as_object().ok_or_else(wrong)?.iter();
                scores.map(|(name, value)| Some((name.to_owned(), value.as_number()?))).collect::<Option<_>>().ok_or_else(wrong)?
            }
        };
        Ok(Claim { stage, mql, scores })
    }

    /// The first value that differs from the assessment's, in words.
    fn differs(&self, from: &Assessment) -> Option<String> {
        if let Some(stage) = self.stage.as_ref().filter(|stage| **stage != *from.stage) {
            return Some(format!("the stage is `{}` here, and `{}` was claimed", from.stage, shorten(stage)));
        }
        if let Some(mql) = self.mql.filter(|mql| *mql != from.mql) {
            return Some(format!("`mql` is {} here, and {mql} was claimed", from.mql));
        }
        self.scores.iter().find_map(|(name, claimed)| match from.scores.iter().find(|(own, _)| **own == **name) {
            Some((_, score)) if score.value.value() == *claimed => None,
            Some((_, score)) => Some(format!("the score `{name}` is {} here, and {claimed} was claimed", score.value.value())),
            None => Some(format!("the model has no score `{}`, and one was claimed", shorten(name))),
        })
    }
}

/// Judges a claim. `events` are all that are kept of the visitor, in order of arrival; `model` is the one that the basis
/// names, if it was ever served here; `client` is who claims.
///
/// Which events did the tab see? It names their number and digest, so guesses can be checked, likeliest first: all there
/// are; those that it sent; those that it sent and the first few of the others, which it was told of earlier (`missing`
/// is sent in order of arrival, so what a tab knows of others is always the beginning).
pub fn judge(visitor: &str, events: &[Kept], model: Option<&Model>, basis: &Basis, claim: &Claim, client: Option<&str>) -> Verdict {
    let Some(model) = model else {
        let reason = format!("version `{}` of the model `{}` was never served here", shorten(&basis.version), shorten(&basis.model));
        return Verdict { verdict: "refuted", missing: None, reason: Some(reason) };
    };
    let (own, others): (Vec<&Kept>, Vec<&Kept>) = events.iter().partition(|kept| client.is_some() && kept.client.as_deref() == client);
    let seen = |kept: &&&Kept| kept.event.time <= basis.at;
    let told = basis.events.checked_sub(own.iter().filter(seen).count());
    // The first so many of the others that the tab can have seen, by number; later ones are no evidence either way.
    let told = told
        .and_then(|told| others.iter().enumerate().filter(|(_, kept)| seen(kept)).map(|(place, _)| place + 1).nth(told.checked_sub(1)?));

    let mut tried = Vec::new();
    for known in [Some(others.len()), Some(0), told].into_iter().flatten() {
        if tried.contains(&known) {
            continue;
        }
        tried.push(known);
        let (known, lacking) = others.split_at_checked(known).unwrap_or((&others, &[]));
        let assessment = replay(visitor, own.iter().chain(known), model, basis.at);
        if assessment.digest.to_string() != basis.digest || assessment.events != basis.events {
            continue;
        }
        return match claim.differs(&assessment) {
            Some(difference) => Verdict { verdict: "refuted", missing: None, reason: Some(difference) },
            None if lacking.is_empty() => Verdict { verdict: "same", missing: None, reason: None },
            None => fewer(lacking, "it is right for the events that were seen; the others are in `missing`"),
        };
    }

    let here = events.iter().filter(|kept| kept.event.time <= basis.at).count();
    if basis.events > here {
        let reason = format!("the score counts {} events, of which at most {here} ever arrived here", basis.events);
        return Verdict { verdict: "refuted", missing: None, reason: Some(reason) };
    }
    // The tab saw some other part of what is known: its store was wiped, say. Which one can't be told, so it gets everything. If
    // that is too much for one answer, where to begin depends on the time, so that in the end it has had all of it.
    let mut everything: Vec<&Kept> = events.iter().collect();
    if everything.len() > MOST_MISSING {
        let start = usize::try_from(basis.at / 1000).unwrap_or(0) % everything.len();
        everything.rotate_left(start);
    }
    fewer(&everything, "the events that it counts are not those known here; what it may lack is in `missing`")
}

/// What the model makes of these events, at the times that were sent.
fn replay<'a>(visitor: &str, events: impl Iterator<Item = &'a &'a Kept>, model: &Model, at: Time) -> Assessment {
    let mut visitor = Visitor::new(visitor);
    visitor.extend(model, events.map(|kept| kept.event.clone()).collect());
    visitor.assess(model, at, false)
}

/// Sends along what is lacking, in order of arrival, within bounds.
fn fewer(lacking: &[&Kept], why: &str) -> Verdict {
    let mut size = 0;
    let mut missing: Vec<Event> = Vec::new();
    for kept in lacking {
        size += json::print(&kept.event).len();
        if missing.len() >= MOST_MISSING || (size > MOST_BYTES && !missing.is_empty()) {
            break;
        }
        missing.push(kept.event.clone());
    }
    let reason = match lacking.len() - missing.len() {
        0 => why.to_owned(),
        left => format!("{why}, except for {left} more that follow next time"),
    };
    Verdict { verdict: "fewer events", missing: Some(missing), reason: Some(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str = r#"{ "id": "m", "version": "1", "scores": { "engagement": {} },
        "rules": [{ "id": "any", "on": "*", "points": 1 }],
        "stages": [{ "id": "mql", "when": { "scores.engagement": { "$gte": 4 } } }], "mql": "mql" }"#;

    fn model() -> Model {
        Model::load(&json::parse(MODEL).unwrap()).unwrap()
    }

    /// Events as they arrived: `a1@5` is the first of client `a`, at time 5.
    fn kept(events: &str) -> Vec<Kept> {
        let read = |word: &str| {
            let (id, time) = word.split_once('@').unwrap();
            let value = json::parse(&format!(r#"{{ "id": "{id}", "type": "x", "time": {time} }}"#)).unwrap();
            Kept { event: Event::read(&value, String::new).unwrap(), shift: 0, client: Some(id[..1].to_owned()), received_at: 0 }
        };
        events.split_whitespace().map(read).collect()
    }

    /// What an honest tab claims that has seen these events at time 100.
    fn claim(events: &[Kept]) -> (Basis, Claim) {
        let seen: Vec<&Kept> = events.iter().collect();
        let assessment = replay("v", seen.iter(), &model(), 100);
        let scores = assessment.scores.iter().map(|(name, score)| (name.to_string(), score.value.value())).collect();
        let basis =
            Basis { model: "m".into(), version: "1".into(), at: 100, events: assessment.events, digest: assessment.digest.to_string() };
        (basis, Claim { stage: Some(assessment.stage.to_string()), mql: Some(assessment.mql), scores })
    }

    fn told(verdict: &Verdict) -> String {
        let missing = verdict.missing.iter().flatten().map(|event| event.id.as_str());
        [verdict.verdict].into_iter().chain(missing).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn honest_tabs_are_told_what_they_lack() {
        // What arrived here, what tab `a` has seen, what it is told.
        let table = [
            ("a1@1 a2@2", "a1@1 a2@2", "same"),
            ("a1@1 b1@2 a2@3", "a1@1 a2@3 b1@2", "same"),
            ("a1@1 b1@2 a2@3", "a1@1 a2@3", "fewer events b1"),
            ("a1@1 b1@2 a2@3 b2@4 c1@5", "a1@1 a2@3 b1@2", "fewer events b2 c1"),
            ("a1@1 b1@2 b2@200 a2@3 c1@5", "a1@1 a2@3 b1@2", "fewer events b2 c1"),
            // Events that happen after the tab looked are nothing that it lacked, unless it lacks others.
            ("a1@1 b1@200", "a1@1", "same"),
            // The tab's store was wiped, and it has seen only the last of its own.
            ("a1@1 a2@2 b1@3 a3@4", "a3@4", "fewer events a1 a2 b1 a3"),
            ("a1@1 a2@2", "", "fewer events a1 a2"),
            // It has all of the others, but not all of its own.
            ("a1@1 b1@2 a2@3", "b1@2 a2@3", "fewer events a1 b1 a2"),
            // It counts what never arrived.
            ("a1@1", "a1@1 a2@2", "refuted"),
        ];
        for (arrived, seen, expected) in table {
            let (basis, claim) = claim(&kept(seen));
            let verdict = judge("v", &kept(arrived), Some(&model()), &basis, &claim, Some("a"));
            assert_eq!(told(&verdict), expected, "{arrived} | {seen}");
        }
    }

    #[test]
    fn whoever_claims_something_else_is_refuted_with_what_differs() {
        let events = kept("a1@1 a2@2 a3@3 a4@4");
        let (basis, honest) = claim(&events);
        let table = [
            (Claim { stage: Some("sql".into()), ..honest.clone() }, "the stage is `mql` here, and `sql` was claimed"),
            (Claim { mql: Some(false), ..honest.clone() }, "`mql` is true here, and false was claimed"),
            (Claim { scores: vec![("engagement".into(), 5.0)], ..honest.clone() }, "the score `engagement` is 4 here, and 5 was claimed"),
            (Claim { scores: vec![("x".into(), 4.0)], ..honest.clone() }, "the model has no score `x`, and one was claimed"),
        ];
        for (claim, reason) in table {
            let verdict = judge("v", &events, Some(&model()), &basis, &claim, None);
            assert_eq!((verdict.verdict, verdict.reason.as_deref()), ("refuted", Some(reason)));
        }
        assert_eq!(
            judge("v", &events, Some(&model()), &basis, &Claim::default(), None).verdict,
            "same",
            "what is not claimed is not judged"
        );
        let unknown = judge("v", &events, None, &basis, &honest, None);
        assert_eq!((unknown.verdict, unknown.reason.unwrap().contains("never served")), ("refuted", true));
        let forged = Basis { digest: "0000000000000000".into(), ..basis };
        assert_eq!(judge("v", &events, Some(&model()), &forged, &honest, None).verdict, "fewer events", "other events of the same number");
    }

    #[test]
    fn much_is_told_in_parts_until_nothing_is_lacking() {
        let others: String = (0..2_500).map(|number| format!("b{number}@{} ", 50 - number % 50)).collect();
        let arrived = kept(&format!("a1@1 {others}"));
        let mut seen = kept("a1@1");
        for round in 1..=4 {
            let (basis, claim) = claim(&seen);
            let verdict = judge("v", &arrived, Some(&model()), &basis, &claim, Some("a"));
            let missing = verdict.missing.unwrap_or_default();
            assert_eq!(missing.len(), [1_000, 1_000, 500, 0][round - 1]);
            assert_eq!(verdict.verdict, if round == 4 { "same" } else { "fewer events" });
            seen.extend(missing.into_iter().map(|event| Kept { event, shift: 0, client: None, received_at: 0 }));
        }
    }

    #[test]
    fn what_can_not_be_read_is_said() {
        let read = |text: &str| Basis::read(&json::parse(text).unwrap()).map(|basis| basis.is_some());
        let good = r#"{ "model": "m", "version": "1", "at": 5, "events": 2, "digest": "00" }"#;
        assert_eq!((read("null"), read(good)), (Ok(false), Ok(true)));
        for bad in
            ["5", "{}", &good.replace('2', "-2"), &good.replace('2', "1.5"), &good.replace("\"m\"", "7"), &good.replace('5', "\"soon\"")]
        {
            assert!(read(bad).is_err(), "{bad}");
        }
        for bad in ["5", r#"{ "stage": 1 }"#, r#"{ "mql": "yes" }"#, r#"{ "scores": [] }"#, r#"{ "scores": { "a": "1" } }"#] {
            assert!(Claim::read(&json::parse(bad).unwrap()).is_err(), "{bad}");
        }
    }
}

//! Messages as other tools' own tests have them (Elastic 2.0), which are no part of this project: they are read from `../shared/data`
//! beside the repository, or from `$WARMLEAD_SHARED/data`. Where they are not, the test says so and passes.
//!
//! A message for GA4's destination and the GA4 hit that it should become must say the same here; what webhooks should become must be
//! read as it says. `cargo test --test payloads -- --nocapture` prints a line for each case: what was compared and holds, and what
//! is out of scope, with the reason.

#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::expect_used)]

use std::path::PathBuf;
use warmlead::event::types::canonical_whatever_case;
use warmlead::event::vocabulary::{Translated, Vocabulary, translate};
use warmlead::event::{Event, read_time};
use warmlead::json;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// When what says no time is taken to have happened.
const NOW: Time = 1_769_000_000_000;

fn shared(file: &str) -> Option<Value> {
    let shared =
        std::env::var_os("WARMLEAD_SHARED").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join(file)) else {
        println!("skipped: there is no {file} in {} (set WARMLEAD_SHARED to where it is)", shared.display());
        return None;
    };
    Some(json::parse(&text).expect("the cases are JSON"))
}

/// What became of a case.
#[derive(Default)]
struct Verdict {
    holds: Vec<&'static str>,
    wrong: Vec<String>,
    out: Vec<String>,
}

impl Verdict {
    fn compare<T: PartialEq + std::fmt::Debug>(&mut self, what: &'static str, ours: &T, theirs: &T) {
        match ours == theirs {
            true => self.holds.push(what),
            false => self.wrong.push(format!("{what}: {ours:?}, but {theirs:?} is expected")),
        }
    }

    fn tell(&self, case: &str) -> bool {
        let list = |what: &str, parts: &str| if parts.is_empty() { String::new() } else { format!("; {what}: {parts}") };
        println!(
            "{case}{}{}{}",
            list("holds", &self.holds.join(", ")),
            list("out of scope", &self.out.join(", ")),
            list("WRONG", &self.wrong.join(", "))
        );
        self.wrong.is_empty()
    }
}

fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.at(path).and_then(Value::as_str).filter(|text| !text.is_empty())
}

fn only(message: &Value, vocabulary: Vocabulary) -> Result<Translated, String> {
    let translation = translate(message, vocabulary, Some(NOW));
    match (translation.events.as_slice(), translation.rejected.first()) {
        ([event], None) => Ok(event.clone()),
        (_, Some(rejection)) => Err(format!("{} {}", rejection.code, rejection.message)),
        (events, None) => Err(format!("{} events", events.len())),
    }
}

fn without(message: &Value, key: &str) -> Value {
    let mut message = message.clone();
    if let Value::Object(members) = &mut message {
        members.remove(key);
    }
    message
}

#[test]
fn a_message_and_the_ga4_hit_that_it_should_become_say_the_same() {
    let Some(cases) = shared("data/payloads/segment_track_to_ga4_part.json") else { return };
    let cases = cases.as_array().expect("the cases are a list");
    let wrong = cases.iter().filter(|case| !to_ga4(case).tell(text(case, "id").unwrap_or("a case"))).count();
    assert!(wrong == 0 && cases.len() > 20, "{wrong} of {} cases are wrong: see above", cases.len());
}

fn to_ga4(case: &Value) -> Verdict {
    let mut verdict = Verdict::default();
    let (message, hit) = (case.at("message").unwrap_or(&Value::Null), case.at("expected_ga4").unwrap_or(&Value::Null));
    if hit.is_null() {
        verdict.out.push("the destination refuses the message by rules of GA4's".into());
        return verdict;
    }
    let (ours, theirs) = match (only(message, Vocabulary::Segment), only(hit, Vocabulary::Ga4)) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (ours, theirs) => {
            verdict.wrong.extend(ours.err().into_iter().chain(theirs.err()));
            return verdict;
        }
    };
    let said = text(message, "event").unwrap_or_default();
    let call = text(message, "type").unwrap_or_default();
    match call {
        "group" => verdict.out.push("a group call sets traits here and is `join_group` there".into()),
        "track" if ours.event.r#type != theirs.event.r#type && ours.event.r#type == said && canonical_whatever_case(said) == said => {
            verdict.out.push(format!(
                "`{said}` is in no vocabulary of docs/events.md and passes unchanged; GA4's destination makes `{}` of it",
                theirs.event.r#type
            ));
        }
        _ => verdict.compare("name", &ours.event.r#type, &theirs.event.r#type),
    }
    verdict.compare("time", &ours.event.time, &theirs.event.time);

    // Whose it is: the anonymous id, unless the destination was told to take another for the client id; the user id in any case.
    let told = json::print(message).to_lowercase();
    match ["ga4clientid", "\"clientid\""].iter().any(|key| told.contains(key)) {
        true => verdict.out.push("the client id is one that the destination was given apart".into()),
        false => verdict.compare("visitor", &ours.visitor, &theirs.visitor),
    }
    let user = |message: &Value, key, vocabulary| only(&without(message, key), vocabulary).map(|said| said.visitor);
    let (our_user, their_user) = (user(message, "anonymousId", Vocabulary::Segment), user(hit, "client_id", Vocabulary::Ga4));
    if our_user != Ok(None) || their_user != Ok(None) {
        verdict.compare("user", &our_user, &their_user);
    }

    let Event { url, title, referrer, traits, .. } = &theirs.event;
    for (what, ours, theirs) in
        [("url", &ours.event.url, url), ("title", &ours.event.title, title), ("referrer", &ours.event.referrer, referrer)]
    {
        if ours.is_some() || theirs.is_some() {
            verdict.compare(what, ours, theirs);
        }
    }
    if let Some(traits) = traits {
        verdict.compare("traits", &ours.event.traits.as_ref(), &Some(traits));
    }
    let none = Object::new();
    let (own, parameters) = (ours.event.properties.as_ref().unwrap_or(&none), theirs.event.properties.as_ref().unwrap_or(&none));
    if parameters.iter().any(|(key, value)| key != "engagement_time_msec" && own.get(key) != Some(value)) {
        verdict.out.push("parameters: docs/events.md leaves properties as they are, GA4's destination renames, flattens and adds".into());
    }
    if message.at("context.campaign.name").is_some() {
        verdict.out.push("the campaign goes into the query here, and GA4's destination drops it".into());
    }
    verdict
}

#[test]
fn what_webhooks_should_become_is_read_as_it_says() {
    let Some(sources) = shared("data/payloads/webhook_sources_part.json") else { return };
    let mut count = 0;
    let mut wrong = 0;
    for (source, cases) in sources.as_object().expect("sources by name").iter() {
        for (place, case) in cases.as_array().unwrap_or_default().iter().enumerate() {
            for event in case.at("expected_events").and_then(Value::as_array).unwrap_or_default() {
                count += 1;
                wrong += usize::from(!webhook(event).tell(&format!("{source} {place}")));
            }
        }
    }
    assert!(wrong == 0 && count > 30, "{wrong} of {count} cases are wrong: see above");
}

/// A Segment call, held against what stands in it.
fn webhook(message: &Value) -> Verdict {
    let mut verdict = Verdict::default();
    let call = text(message, "type").unwrap_or_default();
    if !["track", "page", "screen", "identify", "group"].contains(&call) {
        let why = only(message, Vocabulary::Segment).err().unwrap_or_default();
        verdict.out.push(format!("what is expected is no call of Segment's, and is refused ({why})"));
        verdict.compare("refusal", &why.starts_with("INVALID_TYPE"), &true);
        return verdict;
    }
    let Translated { visitor, event } = match only(message, Vocabulary::Segment) {
        Ok(said) => said,
        Err(why) => {
            verdict.wrong.push(why);
            return verdict;
        }
    };
    let name = match call {
        "track" => canonical_whatever_case(text(message, "event").unwrap_or_default()),
        "identify" | "group" => "identify",
        _ => "page_view",
    };
    verdict.compare("name", &event.r#type.as_str(), &name);
    verdict.compare("id", &event.id.as_str(), &text(message, "messageId").unwrap_or_default());
    let whose = text(message, "anonymousId").or(text(message, "userId"));
    match whose {
        Some(_) => verdict.compare("visitor", &visitor.as_deref(), &whose),
        None => verdict.out.push("it does not say whose it is".into()),
    }
    match message.at("originalTimestamp").or(message.at("timestamp")) {
        Some(time) => verdict.compare("time", &Ok(event.time), &read_time(Some(time), "timestamp")),
        None => verdict.out.push("it does not say when it happened".into()),
    }
    for (what, ours, path) in [
        ("url", &event.url, "context.page.url"),
        ("title", &event.title, "context.page.title"),
        ("referrer", &event.referrer, "context.page.referrer"),
    ] {
        if let Some(theirs) = text(message, path) {
            verdict.compare(what, &ours.as_deref(), &Some(theirs));
        }
    }
    let ours = Value::from(event.traits.unwrap_or_default());
    let (ours, paths): (Option<&Value>, &[&str]) =
        if call == "group" { (ours.at("company"), &["traits"]) } else { (Some(&ours), &["context.traits", "traits"]) };
    for (key, theirs) in paths.iter().filter_map(|path| message.at(path)?.as_object()).flat_map(Object::iter) {
        verdict.compare("trait", &ours.and_then(|traits| traits.as_object()?.get(key)), &Some(theirs));
    }
    verdict
}

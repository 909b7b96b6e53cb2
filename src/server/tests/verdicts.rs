//! What the collector says of the scores that pages claim.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::{Folder, Server, URL, V, assess, model, now, page, start};
use warmlead::event::Event;
use warmlead::json;
use warmlead::models::B2B_SAAS;
use warmlead::value::Value;

/// What an honest tab sends along that has seen these events.
fn claim(events: Vec<Event>, at: i64, client: &str) -> String {
    let assessment = assess(V, events, at);
    let scores: Vec<String> = assessment.scores.iter().map(|(name, score)| format!(r#""{name}":{}"#, json::print(&score.value))).collect();
    format!(
        r#""basis":{{"model":"{}","version":"{}","at":{at},"events":{},"digest":"{}"}},
           "claim":{{"stage":"{}","mql":{},"scores":{{{}}}}},"client":"{client}""#,
        assessment.model.id,
        assessment.model.version,
        assessment.events,
        assessment.digest,
        assessment.stage,
        assessment.mql,
        scores.join(",")
    )
}

fn event(id: &str, time: i64) -> Event {
    Event::read(&json::parse(&format!(r#"{{"id":"{id}","type":"page_view","time":{time},"url":"{URL}"}}"#)).unwrap(), String::new).unwrap()
}

fn with(messages: &[String], claim: &str) -> String {
    format!(r#"{{"batch":[{}],{claim}}}"#, messages.join(","))
}

#[test]
fn the_verdict_tells_other_events_from_another_result() {
    let folder = Folder::new();
    let server = start(&folder);
    let at = now() - 1_000;
    let sent = page(V, "a", at - 10, URL);

    let same = server.post(with(std::slice::from_ref(&sent), &claim(vec![event("a", at - 10)], at, "tab")));
    assert_eq!((same.at("verdict.verdict"), same.at("warnings")), ("\"same\"".into(), "nothing".into()));

    // Someone else reports about the same visitor: the tab is right for what it has seen, and gets what it lacks.
    server.post(with(&[page(V, "mail", at - 5_000, URL)], r#""client":"crm""#));
    let fewer = server.post(with(&[page(V, "b", at - 9, URL)], &claim(vec![event("a", at - 10), event("b", at - 9)], at, "tab")));
    assert_eq!((fewer.at("verdict.verdict"), fewer.at("verdict.missing.0.id")), ("\"fewer events\"".into(), "\"mail\"".into()));
    assert_eq!(Event::read(fewer.json().at("verdict.missing.0").unwrap(), String::new).unwrap(), event("mail", at - 5_000));

    let all = vec![event("a", at - 10), event("b", at - 9), event("mail", at - 5_000)];
    let honest = claim(all.clone(), at, "tab");
    assert_eq!(server.post(with(&[page(V, "b", at - 9, URL)], &honest)).at("verdict.verdict"), "\"same\"");

    let forged = honest.replace(r#""mql":false"#, r#""mql":true"#);
    let refuted = server.post(with(std::slice::from_ref(&sent), &forged));
    assert_eq!(
        (refuted.at("verdict.verdict"), refuted.at("verdict.reason")),
        ("\"refuted\"".into(), "\"`mql` is false here, and true was claimed\"".into())
    );

    let invented: Vec<Event> = all.into_iter().chain([event("never-sent", at)]).collect();
    let refuted = server.post(with(std::slice::from_ref(&sent), &claim(invented, at, "tab")));
    assert_eq!(refuted.at("verdict.verdict"), "\"refuted\"");
    assert!(refuted.at("verdict.reason").contains("counts 4 events, of which at most 3"), "{}", refuted.text());

    // A basis that can't be read costs the verdict, and no events.
    let unreadable = server.post(with(&[page(V, "c", at, URL)], r#""basis":{"at":1e999},"claim":7,"client":7"#));
    assert_eq!((unreadable.results(), unreadable.at("verdict")), (vec!["stored".to_owned()], "nothing".into()));
    assert_eq!(unreadable.json().at("warnings").unwrap().as_array().unwrap().len(), 3);
}

#[test]
fn a_verdict_goes_by_the_model_that_was_used() {
    let folder = Folder::new();
    let db = folder.path("w.db");
    let at = now() - 1_000;
    let message = page(V, "a", at, URL);
    let old = claim(vec![event("a", at)], at, "tab");
    drop(Server::start(&db, &[]));
    // Another version is served now; a tab that loaded the page before still uses the old one.
    let Value::Object(mut newer) = json::parse(B2B_SAAS).unwrap() else { unreachable!("a model is an object") };
    newer.insert("version", "newer");
    newer.insert("rules", Value::Array(Vec::new()));
    let newer = folder.write("newer.json", json::print(&newer));
    let server = Server::start(&db, &["--model", &newer]);
    let response = server.post(with(std::slice::from_ref(&message), &old));
    assert_eq!((response.at("verdict.verdict"), response.at("assessment.model.version")), ("\"same\"".into(), "\"newer\"".into()));
    let unknown = server.post(with(&[message], &old.replace(&format!(r#""version":"{}""#, model().version()), r#""version":"never""#)));
    assert_eq!(unknown.at("verdict.verdict"), "\"refuted\"");
    assert!(unknown.at("verdict.reason").contains("never served here"), "{}", unknown.text());
}

#[test]
fn a_wrong_clock_is_corrected_here_and_not_held_against_the_tab() {
    let folder = Folder::new();
    let server = start(&folder);
    for (visitor, wrong) in [(V, -86_400_000), ("019bdb5c-9a3f-7c21-8d4e-5f60718293a5", 86_400_000 * 400)] {
        let at = now() + wrong;
        let claim = claim(vec![event("a", at - 5_000)], at, "tab");
        let response = server.post(with(&[page(visitor, "a", at - 5_000, URL)], &claim));
        assert_eq!(
            (response.at("warnings.0.code"), response.at("verdict.verdict")),
            ("\"CLOCK_SKEW\"".into(), "\"same\"".into()),
            "{visitor}"
        );
        assert_eq!(response.at("assessment.events"), "1", "{visitor}: it has happened by now");
        let everything = server.get(&format!("/v1/visitors/{visitor}"));
        let (shift, time) =
            (everything.at("timeline.0.shift").parse::<i64>().unwrap(), everything.at("timeline.0.time").parse::<i64>().unwrap());
        assert!((shift + wrong).abs() < 5_000 && (time + shift - now()).abs() < 15_000, "{visitor} {shift}");
    }
    let at = now() - 5 * 60_000;
    let response = server.post(with(&[page("late", "a", at, URL)], &claim(vec![event("a", at)], at, "tab")));
    assert_eq!((response.at("warnings"), response.at("verdict.verdict")), ("nothing".into(), "\"same\"".into()), "delay is no wrong clock");

    let never = claim(vec![event("a", at)], at, "tab").replace(&format!("\"at\":{at}"), "\"at\":8640000000000000");
    let response = server.post(with(&[page("never", "a", 8_640_000_000_000_000, URL)], &never));
    assert_eq!(
        (response.results(), response.at("verdict"), response.at("warnings.1.code")),
        (vec!["stored".into()], "nothing".into(), "\"INVALID_BASIS\"".into())
    );
}

#[test]
fn whoever_guesses_a_visitors_id_learns_nothing_of_them() {
    let folder = Folder::new();
    let server = Server::start(&folder.path("w.db"), &["--token", "secret"]);
    let at = now();
    let lead = |id: &str| {
        let identify = r#"{"type":"identify","messageId":"i","userId":"ID","timestamp":1,"traits":{"email":"jane@acme.example"}}"#;
        let chat = r#"{"type":"track","messageId":"c","userId":"ID","timestamp":2,"event":"chat_message","properties":{"text":"40k"}}"#;
        [identify, chat].map(|message| message.replace("ID", id))
    };
    let basis = format!(r#""client":"x","basis":{{"model":"b2b-saas","version":"1","at":{at},"events":1,"digest":"0000000000000000"}}"#);
    let ask = |id: &str, headers: &[(&str, &str)]| {
        server.request("POST", "/v1/batch", headers, with(&[page(id, "mine", at, URL)], &basis).as_bytes()).unwrap()
    };
    for guessed in ["1042", "jane@acme.example", "00000000-0000-0000-0000-000000000000", "2ed6657d-e927-568b-95e1-2665a8aea6a2"] {
        server.post(with(&lead(guessed), r#""client":"crm""#));
        for headers in [&[][..], &[("authorization", "Bearer wrong")], &[("origin", "https://evil.example")]] {
            let told = ask(guessed, headers);
            assert_eq!(told.at("verdict"), r#"{"verdict":"fewer events"}"#, "{guessed}: {}", told.text());
            assert_eq!((told.at("assessment"), told.at("assessments")), ("nothing".into(), "nothing".into()), "{guessed}");
        }
        let told = ask(guessed, &[("authorization", "Bearer secret")]);
        assert_eq!((told.at("verdict.missing.1.properties.text"), told.at("assessment.events")), ("\"40k\"".into(), "3".into()));
    }
    // The visitor's own browser, which nobody else knows the id of.
    server.post(with(&lead(V), r#""client":"crm""#));
    let told = ask(V, &[]);
    assert_eq!((told.at("verdict.missing.0.id"), told.at("assessment.events")), ("\"i\"".into(), "3".into()));
    // Of several visitors, each for themselves.
    let both = server.post(with(&[page("1042", "mine", at, URL), page(V, "mine", at, URL)], r#""client":"x""#));
    assert_eq!((both.at("assessments.0.visitor"), both.at("assessments.1")), (json::print(&V), "nothing".into()));
    // Without a token, being on the server's machine is not enough: every page that is open there is, too.
    let local = start(&folder);
    local.post(with(&lead("7"), r#""client":"crm""#));
    let told = local.post(with(&[page("7", "mine", at, URL)], &basis));
    assert_eq!((told.at("verdict"), told.at("assessment")), (r#"{"verdict":"fewer events"}"#.into(), "nothing".into()));
}

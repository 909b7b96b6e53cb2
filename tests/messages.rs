//! What a person is told who has made a mistake in a model: what is wrong, where, what would be right, and what was probably meant. Which
//! mistakes are found is for `vectors/models.json` and `limits.rs`; here the words count, which exist natively and in `warmlead/check`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::panic)]

use warmlead::event::Event;
use warmlead::event::vocabulary::{Vocabulary, translate};
use warmlead::json;
use warmlead::model::Model;

/// What is said of a model with this part.
fn said(part: &str) -> Vec<String> {
    let value = json::parse(&format!(r#"{{ "scores": {{ "engagement": {{}}, "fit": {{}} }}, {part} }}"#)).unwrap();
    Model::load(&value).err().unwrap_or_default().iter().map(ToString::to_string).collect()
}

/// Each part has one mistake, and what is said of it has all of these words.
fn tell(table: &[(&str, &[&str])]) {
    let mut wrong = Vec::new();
    for (part, expected) in table {
        let said = said(part);
        let good = said.len() == 1 && expected.iter().all(|words| said.concat().contains(words));
        if !good {
            wrong.push(format!("{part}\n  {}", said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_limit_is_named_where_it_is_passed() {
    tell(&[
        (
            r#""signals": { "a": { "on": "click", "within": "100000001d" } }"#,
            &["/signals/a/within: `100000001d` is too long; the longest duration in this unit is `100000000d` [INVALID_DURATION]"],
        ),
        (r#""session_timeout": "99999999999999999999m""#, &["is too long; the longest duration in this unit is `144000000000m`"]),
        (r#""retention": { "age": "14285715w" }"#, &["is too long; the longest duration in this unit is `14285714w`"]),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "limit": { "times": 1, "per": "3000000000h" } }]"#,
            &["/rules/0/limit/per: `3000000000h` is too long; the longest duration in this unit is `2400000000h`"],
        ),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "limit": { "times": 1000000001 } }]"#,
            &["/rules/0/limit/times: 1000000001 is out of range; it must be a whole number from 1 to 1,000,000,000 [OUT_OF_RANGE]"],
        ),
        (r#""retention": { "events": 10000000000 }"#, &["/retention/events: 10000000000 is out of range", "from 1 to 1,000,000,000"]),
        (r#""action_policy": { "per_session": 0 }"#, &["0 is out of range; it must be a whole number from 1 to 1,000,000,000"]),
        (r#""utc_offset": "+15:00""#, &["`+15:00` is no offset", "at most 14 hours"]),
    ]);
    // At the limits there is nothing to say.
    assert_eq!(said(r#""retention": { "events": 1000000000, "age": "100000000d" }, "session_timeout": "144000000000m""#), [""; 0]);
}

#[test]
fn durations_in_other_notations_are_understood() {
    for (written, meant) in [
        ("30 days", Some("30d")),
        ("1 week", Some("1w")),
        ("week", Some("1w")),
        ("90D", Some("90d")),
        ("090d", Some("90d")),
        ("7 d", Some("7d")),
        ("P30D", Some("30d")),
        ("P3M", Some("90d")),
        ("PT36H", Some("36h")),
        ("3 months", Some("90d")),
        // A capital by itself stands for months, unless there are too many.
        ("3M", Some("90d")),
        ("12 M", Some("360d")),
        ("30M", Some("30m")),
        ("PT3M", Some("3m")),
        ("1y", Some("365d")),
        ("24 hours", Some("24h")),
        ("daily", Some("1d")),
        ("1.5d", None),
        ("-1d", None),
        ("90", None),
        ("30s", None),
        ("soon", None),
        ("", None),
    ] {
        let said = said(&format!(r#""signals": {{ "a": {{ "on": "click", "within": "{written}" }} }}"#)).concat();
        let hint = meant.map(|meant| format!("(did you mean `{meant}`?)"));
        assert!(said.starts_with(&format!("/signals/a/within: `{written}` is no duration; write a whole number and one of")), "{said}");
        assert!(hint.as_ref().map_or(!said.contains("did you mean"), |hint| said.ends_with(hint)), "{said}");
    }
    tell(&[
        (r#""session_timeout": "0m""#, &["`0m` is no time at all; a duration is at least 1 minute, hour, day or week"]),
        (r#""retention": { "age": "48h" }"#, &["a number of days is needed here", "did you mean `2d`?"]),
        (r#""signals": { "a": { "on": "click", "within": "120m" } }"#, &["minutes can't be used here", "did you mean `2h`?"]),
        (r#""session_timeout": 30"#, &["expected a duration such as `30d`, found a number"]),
        (r#""signals": { "a": { "on": "click", "within": "30m" } }"#, &["minutes can't be used here", "write `h`, `d` or `w`"]),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "limit": { "times": 1, "per": "visit" } }]"#,
            &["write `ever`, `session`, `day`, or a whole number and one of `m`, `h`, `d`, `w`", "did you mean `session`?"],
        ),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "limit": { "times": 1, "per": "Weekly" } }]"#,
            &["`Weekly` is no duration", "did you mean `1w`?"],
        ),
        (
            r#""actions": [{ "id": "a", "do": { "type": "chat" }, "after_dismiss": "forever" }]"#,
            &["write `ever`, or a whole number", "did you mean `ever`?"],
        ),
    ]);
}

#[test]
fn another_type_than_is_wanted_comes_with_what_is() {
    tell(&[
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "limit": 3 }]"#,
            &[
                "/rules/0/limit: expected `limit`, found a number; it is an object with keys among `times`, `per` and `by`",
                r#"`{ "times": 3 }`"#,
            ],
        ),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "decay": "14 days" }]"#,
            &["expected `decay`, found a string; it is an object with keys among `half_life`", r#"did you mean `{ "half_life": "14d" }`?"#],
        ),
        (r#""rules": [{ "id": "a", "on": "click", "points": 1, "decay": "None" }]"#, &["did you mean `none`?"]),
        (r#""rules": [{ "id": "a", "on": "click", "points": 1, "min": "0.5" }]"#, &["expected a number, found a string", "mean `0.5`?"]),
        (
            r#""actions": [{ "id": "a", "do": { "type": "chat" }, "holdout": "10%" }]"#,
            &["a number from 0 to 1, found", "did you mean `0.1`?"],
        ),
        (r#""actions": [{ "id": "a", "do": { "type": "chat" }, "holdout": "0.1" }]"#, &["did you mean `0.1`?"]),
        (r#""actions": [{ "id": "a", "do": { "type": "chat" }, "holdout": 10 }]"#, &["[OUT_OF_RANGE] (did you mean `0.1`?)"]),
        (r#""actions": [{ "id": "a", "do": { "type": "chat" }, "holdout": 101 }]"#, &["must be between 0 and 1 [OUT_OF_RANGE]"]),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": 1, "decay": { "step": { "every": "7d", "by": "25%" } } }]"#,
            &["did you mean `0.25`?"],
        ),
        (
            r#""utc_offset": "Europe/Berlin""#,
            &["a model has a fixed offset, such as `+01:00`, and does not follow daylight saving time [INVALID_OFFSET]"],
        ),
        (r#""utc_offset": "UTC+1""#, &["does not follow daylight saving time", "did you mean `+01:00`?"]),
        (r#""utc_offset": "+1""#, &["at most 14 hours", "did you mean `+01:00`?"]),
        (r#""utc_offset": "-0530""#, &["did you mean `-05:30`?"]),
        (r#""utc_offset": "UTC""#, &["did you mean `+00:00`?"]),
        (r#""utc_offset": "GMT+25""#, &["such as `+01:00`, and does not follow daylight saving time [INVALID_OFFSET]"]),
        (r#""disqualify": [{ "id": "Trust Center", "when": {} }]"#, &["[INVALID_NAME] (did you mean `trust-center`?)"]),
        (r#""disqualify": [{ "id": "  Größe > 50 %", "when": {} }]"#, &["[INVALID_NAME] (did you mean `groesse-50`?)"]),
        (r#""disqualify": [{ "id": "3-visits", "when": {} }]"#, &["[INVALID_NAME] (did you mean `_3-visits`?)"]),
        (r#""disqualify": [{ "id": "価格", "when": {} }]"#, &["starts with a letter or `_` [INVALID_NAME]"]),
        (r#""rules": ["click"]"#, &["/rules/0: expected a rule, found a string; it is an object"]),
        (r#""rules": [{ "id": 7, "on": "click", "points": 1 }]"#, &["/rules/0/id: expected a name, found a number [WRONG_TYPE]"]),
        (r#""signals": { "a": "click" }"#, &["expected a signal, found a string; it is an object", r#"did you mean `{ "on": "click" }`?"#]),
        (r#""signals": { "a": { "on": "*", "since": "login" } }"#, &["expected `since`", r#"did you mean `{ "on": "login" }`?"#]),
        (r#""signals": []"#, &["expected an object of signals, found an array [WRONG_TYPE]"]),
        (
            r#""rules": [{ "id": "a", "on": "click", "points": "5" }]"#,
            &["expected a number, or an object with `of`, found a string", "did you mean `5`?"],
        ),
        (r#""version": 3"#, &["expected a string, found a number", r#"did you mean `"3"`?"#]),
        (r#""utc_offset": 1"#, &["expected an offset such as `+01:00`, found a number [WRONG_TYPE]"]),
        (r#""grade": "fit""#, &["expected a list of scores, found a string", r#"did you mean `["fit"]`?"#]),
        (r#""consent": ["analytics"]"#, &["expected `consent`, found an array; it is an object with the key `score`"]),
        (
            r#""disqualify": [{ "id": "a", "when": "traits.role = student" }]"#,
            &[r#"a condition is an object such as `{ "traits.country": "US" }`, not a string"#],
        ),
        (
            r#""actions": [{ "id": "a", "do": { "type": "chat" }, "hours": [{ "days": ["Monday"] }] }]"#,
            &["`Monday` is no day", "did you mean `mon`?"],
        ),
        (
            r#""actions": [{ "id": "a", "do": { "type": "chat" }, "hours": [{ "from": "9:00" }] }]"#,
            &["`9:00` is no time of day", "did you mean `09:00`?"],
        ),
    ]);
}

#[test]
fn hours_and_days_in_other_notations_are_understood() {
    let mut wrong = Vec::new();
    for (hours, meant) in [
        (r#"[{ "days": "mon-fri" }]"#, Some(r#"["mon", "tue", "wed", "thu", "fri"]"#)),
        (r#"[{ "days": "Monday – Friday" }]"#, Some(r#"["mon", "tue", "wed", "thu", "fri"]"#)),
        (r#"[{ "days": "Mon to Wed" }]"#, Some(r#"["mon", "tue", "wed"]"#)),
        (r#"[{ "days": "Sat-Mon" }]"#, Some(r#"["sat", "sun", "mon"]"#)),
        (r#"[{ "days": "Mo, We" }]"#, Some(r#"["mon", "wed"]"#)),
        (r#"[{ "days": "weekdays" }]"#, Some(r#"["mon", "tue", "wed", "thu", "fri"]"#)),
        (r#"[{ "days": "Weekend" }]"#, Some(r#"["sat", "sun"]"#)),
        (r#"[{ "days": "tuesday" }]"#, Some(r#"["tue"]"#)),
        (r#"[{ "days": "never" }]"#, None),
        (r#"[{ "days": ["Mon-Fri"] }]"#, Some(r#"["mon", "tue", "wed", "thu", "fri"]"#)),
        (r#"[{ "days": ["weekdays"] }]"#, Some(r#"["mon", "tue", "wed", "thu", "fri"]"#)),
        (r#"[{ "days": ["Mo"] }]"#, Some("mon")),
        (r#"[{ "days": ["TH"] }]"#, Some("thu")),
        (r#"[{ "days": ["Di"] }]"#, None),
        (r#""9-17""#, Some(r#"[{ "from": "09:00", "to": "17:00" }]"#)),
        (r#""09:00-17:30""#, Some(r#"[{ "from": "09:00", "to": "17:30" }]"#)),
        (r#""9am – 5:30 pm""#, Some(r#"[{ "from": "09:00", "to": "17:30" }]"#)),
        (r#"["9-17"]"#, Some(r#"{ "from": "09:00", "to": "17:00" }"#)),
        (r#""office hours""#, None),
        (r#"[{ "to": "5:30pm" }]"#, Some("17:30")),
        (r#"[{ "from": "9am" }]"#, Some("09:00")),
        (r#"[{ "from": "12 AM" }]"#, Some("00:00")),
        (r#"[{ "to": "12pm" }]"#, Some("12:00")),
        (r#"[{ "to": "17.30" }]"#, Some("17:30")),
        (r#"[{ "from": "9" }]"#, Some("09:00")),
        (r#"[{ "from": "9:00" }]"#, Some("09:00")),
        (r#"[{ "from": "17h" }]"#, None),
        (r#"[{ "to": "25" }]"#, None),
        (r#"[{ "to": "13pm" }]"#, None),
        (r#"[{ "to": "noon" }]"#, None),
    ] {
        let said = said(&format!(r#""actions": [{{ "id": "a", "do": {{ "type": "chat" }}, "hours": {hours} }}]"#));
        let hint = meant.map(|meant| format!("(did you mean `{meant}`?)"));
        let good = match &hint {
            Some(hint) => said.concat().ends_with(hint),
            None => !said.concat().contains("did you mean"),
        };
        if said.len() != 1 || !good {
            wrong.push(format!("{hours}\n  {}", said.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_date_is_not_taken_for_an_event() {
    for since in ["2026-01-01", "2026-01-01T00:00:00Z", "1.1.2026", "90d"] {
        let said = said(&format!(r#""signals": {{ "a": {{ "on": "*", "since": "{since}" }} }}"#)).concat();
        assert!(said.contains("expected `since`, found a string") && !said.contains("did you mean"), "{said}");
    }
}

#[test]
fn keys_by_another_name_are_understood() {
    let rule = |part: &str| format!(r#""rules": [{{ "id": "a", "points": 1, {part} }}]"#);
    let action = |part: &str| format!(r#""actions": [{{ "id": "a", "do": {{ "type": "chat" }}, {part} }}]"#);
    let mut wrong = Vec::new();
    for (part, key, meant) in [
        (rule(r#""on": "click", "condition": {}"#), "condition", Some("where")),
        (rule(r#""event": "click", "filter": {}"#), "filter", Some("where")),
        (rule(r#""if": {}"#), "if", Some("when")),
        (action(r#""if": {}"#), "if", Some("when")),
        (rule(r#""event": "click""#), "event", Some("on")),
        (rule(r#""type": "click""#), "type", Some("on")),
        (rule(r#""Trigger": "click""#), "Trigger", Some("on")),
        (action(r#""event": "click""#), "event", None),
        (rule(r#""name": "b""#), "name", Some("id")),
        (rule(r#""on": "click", "limit": { "max": 1 }"#), "max", Some("times")),
        (rule(r#""on": "click", "limit": { "count": 1 }"#), "count", Some("times")),
        (rule(r#""on": "click", "points": { "of": "time", "count": 1 }"#), "count", None),
        (r#""timezone": "+01:00""#.into(), "timezone", Some("utc_offset")),
        (r#""tz": "+01:00""#.into(), "tz", Some("utc_offset")),
        (r#""_comment": "why""#.into(), "_comment", Some("description")),
        (rule(r#""//": "why""#), "//", Some("description")),
        (rule(r#""notes": "why""#), "notes", Some("description")),
        // Short words are not near to each other.
        (action(r#""end": "why""#), "end", None),
        (rule(r#""pionts": 1"#), "pionts", Some("points")),
        (action(r#""wehn": {}"#), "wehn", Some("when")),
    ] {
        let lines = said(&part);
        let said = lines.iter().find(|line| line.contains(&format!(": unknown key `{key}`")));
        let good = said.is_some_and(|said| match meant {
            Some(meant) => said.ends_with(&format!("(did you mean `{meant}`?)")),
            None => !said.contains("did you mean"),
        });
        if !good {
            wrong.push(format!("{part}\n  {}", lines.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_not_there_is_told_with_what_is() {
    let rule = |part: &str| format!(r#""rules": [{{ "id": "a", "on": "click", "points": 1, {part} }}]"#);
    let (misspelt, elsewhere) = (rule(r#""score": "engagment""#), rule(r#""where": { "signals.visits": 1 }"#));
    let (below, operator) = (rule(r#""limit": { "times": 1, "by": "file" }"#), rule(r#""where": { "path": { "$startsWith": "/a" } }"#));
    let all = rule(r#""limit": { "times": 1, "by": "all" }"#);
    let slip = rule(r#""limit": { "times": 1, "by": "propertis.file" }"#);
    let (scores, nearly) = (rule(r#""when": { "scores.fit": 1 }"#), rule(r#""where": { "path": { "$rexeg": "a" } }"#));
    tell(&[
        (&misspelt, &["this rule feeds the score `engagment`, which is not there; define it under `scores`", "did you mean `engagement`?"]),
        (&elsewhere, &["`signals.visits` can't be used here", "the visitor is asked with `when`"]),
        (&below, &["`file` does not exist", "did you mean `properties.file`?"]),
        (&operator, &["`$startsWith` is not an operator", r#"did you mean `{ "$glob": "…*" }`?"#]),
        (&slip, &["`propertis.file` does not exist", "did you mean `properties.file`?"]),
        (&nearly, &["`$rexeg` is not an operator", "did you mean `$regex`?"]),
        (&scores, &["`scores.fit` can't be used here", "stages and actions may ask that"]),
        (r#""stages": [{ "id": "a", "when": { "country": "US" } }]"#, &["`country` does not exist", "did you mean `traits.country`?"]),
        (r#""stages": [{ "id": "a", "when": { "and": [{ "traits.a": 1 }] } }]"#, &["did you mean `$and`?"]),
        (r#""stages": [{ "id": "a", "when": { "OR": [{ "traits.a": 1 }] } }]"#, &["did you mean `$or`?"]),
        (r#""stages": [{ "id": "a", "when": { "$and": [{ "not": { "traits.a": 1 } }] } }]"#, &["did you mean `$not`?"]),
        (r#""stages": [{ "id": "a", "when": { "nor": [] } }]"#, &["did you mean `$nor`?"]),
        (r#""stages": [{ "id": "a", "when": { "any": [] } }]"#, &["did you mean `$or`?"]),
        (r#""stages": [{ "id": "a", "when": { "all": [] } }]"#, &["did you mean `$and`?"]),
        (&all, &["did you mean `properties.all`?"]),
        (r#""stages": [{ "id": "a", "when": { "engagement": { "$gte": 5 } } }]"#, &["did you mean `scores.engagement`?"]),
        (r#""signals": { "n": { "on": "*" } }, "stages": [{ "id": "a", "when": { "n": 5 } }]"#, &["did you mean `signals.n`?"]),
        (r#""stages": [{ "id": "a", "when": { "score.fit": 5 } }]"#, &["did you mean `scores.fit`?"]),
        (r#""stages": [{ "id": "a", "when": { "stage": "b" } }]"#, &["`stage` can't be used here", "`from` names the stages"]),
        (
            r#""stages": [{ "id": "a", "when": { "path": "/" } }]"#,
            &["events are asked with `where`, beside the `on` of a rule or a signal"],
        ),
    ]);
}

#[test]
fn a_group_of_another_score_is_found() {
    let value = r#"{ "scores": { "engagement": { "groups": { "content": {} } }, "fit": {} },
        "rules": [{ "id": "a", "when": { "traits.a": 1 }, "points": 1, "group": "content" }] }"#;
    let said = Model::load(&json::parse(value).unwrap()).unwrap_err();
    let expected = "/rules/0/group: the score `fit` has no group `content` [UNDEFINED_GROUP] (did you mean `\"score\": \"engagement\"`?)";
    assert_eq!(said.iter().map(ToString::to_string).collect::<Vec<_>>(), [expected]);
}

/// One mistake, one message: what follows from it is not told on top.
#[test]
fn a_combined_score_of_the_wrong_type_is_not_called_empty() {
    for part in [r#""of": ["fit"]"#, r#""best_of": { "fit": 1 }"#, r#""of": { "fit": "1" }"#] {
        let value = json::parse(&format!(r#"{{ "scores": {{ "fit": {{}}, "all": {{ {part} }} }} }}"#)).unwrap();
        let codes: Vec<_> = Model::load(&value).unwrap_err().iter().map(|problem| problem.code).collect();
        assert_eq!(codes, ["WRONG_TYPE"], "{part}");
    }
}

#[test]
fn a_time_before_1970_is_told_from_one_that_cant_be_read() {
    for (time, expected) in [
        (r#""1969-12-31T23:59:59Z""#, "`time` is before 1970; give milliseconds"),
        (r#""1970-01-01T00:30:00+01:00""#, "`time` is before 1970; give"),
        ("-1", "`time` is before 1970; give"),
        ("8640000000000001", "`time` is after the year 275760; give"),
        (r#""1969-12-31""#, "`time` is `1969-12-31`, which can't be read; give"),
        (r#""1969-02-30T00:00Z""#, "`time` is `1969-02-30T00:00Z`, which can't be read; give"),
    ] {
        let event = json::parse(&format!(r#"{{ "type": "click", "time": {time} }}"#)).unwrap();
        let (code, message) = Event::read(&event, String::new).unwrap_err();
        assert_eq!(code, "INVALID_TIME");
        assert!(message.starts_with(expected), "{message}");
    }
}

#[test]
fn microseconds_are_asked_for_where_microseconds_are_meant() {
    for time in ["", r#""timestamp_micros": null,"#, r#""timestamp_micros": "soon","#] {
        let body = json::parse(&format!(r#"{{ "client_id": "c", {time} "events": [{{ "name": "click" }}] }}"#)).unwrap();
        let said = translate(&body, Vocabulary::Ga4, None).rejected;
        let said: Vec<_> = said.iter().map(|rejection| (rejection.code, rejection.message.as_str())).collect();
        assert_eq!(said, [("INVALID_TIME", "`timestamp_micros` must be a whole number of microseconds since 1970")], "{time}");
    }
}

//! Random models: signals, rules, scores, stages and actions that use anything a model can.

use super::conditions::{event_condition, visitor_condition};
use super::fields::{event_path, visitor_path};
use super::{ACTIONS, Choices, TYPES, object, set};
use warmlead::value::{Object, Value};

fn types(c: &mut Choices<'_>) -> Value {
    match c.below(8) {
        0 => "page_view".into(),
        1 => "*".into(),
        2 => vec![c.of(&TYPES), c.r#type()].into(),
        3 => c.of(&TYPES).into(),
        _ => c.r#type().into(),
    }
}

fn pattern(c: &mut Choices<'_>) -> Object {
    let mut pattern = Object::new();
    set(&mut pattern, "on", types(c));
    if c.rarely(3) {
        set(&mut pattern, "where", event_condition(c, 0));
    }
    pattern
}

fn decay(c: &mut Choices<'_>) -> Value {
    match c.below(6) {
        0 => "none".into(),
        1 => object([("half_life", c.duration("hdw").into())]).into(),
        2 => object([("linear", c.duration("hdw").into())]).into(),
        3 => object([("expire", c.duration("hdw").into())]).into(),
        _ => {
            let by = c.of(&[0.25, 0.0, 0.1, 1.0, 0.3]);
            object([("step", object([("every", c.duration("hd").into()), ("by", by.into())]).into())]).into()
        }
    }
}

fn bounds(c: &mut Choices<'_>, into: &mut Object) {
    let (low, high) = (c.of(&[-10.0, 0.0, 2.0, 0.5]), c.of(&[20.0, 5.0, 3.0, 100.0]));
    if c.rarely(5) {
        set(into, "min", low);
    }
    if c.rarely(4) {
        set(into, "max", high);
    }
}

fn signal(c: &mut Choices<'_>) -> Object {
    let mut signal = if c.rarely(3) {
        let steps: Vec<Object> = (0..1 + c.below(3)).map(|_| pattern(c)).collect();
        object([("sequence", steps.into()), ("span", c.duration("mhd").into())])
    } else {
        let mut signal = pattern(c);
        let measure = c.of(&["count", "days", "sessions", "sum", "min", "max", "mean", "distinct", "first", "last"]);
        set(&mut signal, "measure", measure);
        if !["count", "days", "sessions"].contains(&measure) {
            let of = if c.rarely(4) {
                event_path(c)
            } else {
                c.of(&["properties.value", "path", "properties.action", "properties.tags", "traits.role", "session.events"])
            };
            set(&mut signal, "of", of);
        }
        signal
    };
    if c.rarely(2) {
        set(&mut signal, "within", c.duration("hdw"));
    }
    if c.rarely(3) {
        set(&mut signal, "since", pattern(c));
    }
    signal
}

fn rule(c: &mut Choices<'_>, place: usize, scores: &[(String, bool)], signals: &[String]) -> Object {
    let kind = c.of(&[0, 0, 0, 0, 0, 0, 1, 2, 2]);
    let mut rule = if kind == 0 { pattern(c) } else { Object::new() };
    set(&mut rule, "id", format!("r{place}"));
    let (score, grouped) = &scores[c.below(scores.len())];
    set(&mut rule, "score", score.as_str());
    if *grouped && c.rarely(2) {
        set(&mut rule, "group", c.of(&["g", "h"]));
    }
    if kind == 1 {
        set(&mut rule, "idle", c.duration("dw"));
    }
    if kind == 2 || c.rarely(5) {
        set(&mut rule, "when", visitor_condition(c, signals, &[], 0, 0));
    }
    if kind != 1 && c.rarely(4) {
        let of = match kind {
            0 if c.rarely(4) => event_path(c).to_owned(),
            0 => "properties.value".to_owned(),
            _ if c.rarely(3) => visitor_path(c, 0).to_owned(),
            _ if !signals.is_empty() && c.rarely(3) => format!("signals.{}", signals[c.below(signals.len())]),
            _ => "traits.company.size".to_owned(),
        };
        let mut points = object([("of", of.into()), ("times", c.of(&[1.0, 0.1, -2.0]).into())]);
        bounds(c, &mut points);
        set(&mut rule, "points", points);
    } else {
        set(&mut rule, "points", c.of(&[1.0, 5.0, 2.0, 10.0, -3.0, 0.5, 1.0005, 25.0]));
    }
    if kind != 2 && c.rarely(2) {
        let mut limit = object([("times", c.of(&[1.0, 2.0, 3.0]).into())]);
        if c.rarely(2) || kind == 0 {
            let per = if kind == 0 { c.of(&["ever", "session", "day", "7d", "90m", "24h"]) } else { c.of(&["ever", "7d", "2d"]) };
            set(&mut limit, "per", per);
        }
        if kind == 0 && c.rarely(3) {
            let by = if c.rarely(4) { event_path(c) } else { c.of(&["path", "properties.value", "properties.action", "properties.tags"]) };
            set(&mut limit, "by", by);
        }
        set(&mut rule, "limit", limit);
    }
    if kind != 2 && c.rarely(2) {
        set(&mut rule, "decay", decay(c));
    }
    if c.rarely(4) {
        bounds(c, &mut rule);
    }
    rule
}

/// A model that uses anything a model can.
pub fn model(c: &mut Choices<'_>) -> Value {
    let mut scores = Object::new();
    let mut fed = Vec::new();
    for name in ["engagement", "fit"].into_iter().take(1 + c.below(2)) {
        let mut score = Object::new();
        bounds(c, &mut score);
        let grouped = c.rarely(2);
        if grouped {
            let group = |c: &mut Choices<'_>| {
                let mut group = Object::new();
                bounds(c, &mut group);
                if c.rarely(3) {
                    set(&mut group, "decay", decay(c));
                }
                Value::from(group)
            };
            set(&mut score, "groups", object([("g", group(c)), ("h", group(c))]));
        }
        if c.rarely(3) {
            set(&mut score, "decay", decay(c));
        }
        if c.rarely(4) {
            set(&mut score, "reset", pattern(c));
        }
        let from = c.of(&[5.0, 2.0, 10.0]);
        set(
            &mut score,
            "grades",
            vec![object([("from", from.into()), ("label", "1".into())]), object([("from", 0.0.into()), ("label", "2".into())])],
        );
        set(&mut scores, name, score);
        fed.push((name.to_owned(), grouped));
    }
    let mut names: Vec<String> = fed.iter().map(|(name, _)| name.clone()).collect();
    if c.rarely(3) {
        let mut score = Object::new();
        if c.rarely(2) {
            set(&mut score, "best_of", names.clone());
        } else {
            let weights: Object = names.iter().map(|name| (name.as_str(), Value::from(c.of(&[0.4, 0.6, 1.0, -0.5])))).collect();
            set(&mut score, "of", weights);
        }
        bounds(c, &mut score);
        set(&mut scores, "both", score);
        names.push("both".to_owned());
    }
    let mut signals = Object::new();
    for (place, signal) in c.list(5, |c, _| signal(c)).into_iter().enumerate() {
        set(&mut signals, &format!("n{place}"), signal);
    }
    let signal_names: Vec<String> = signals.keys().map(str::to_owned).collect();
    let mut model = object([("id", "random".into()), ("version", "1".into()), ("scores", scores.into()), ("signals", signals.into())]);
    set(&mut model, "rules", c.list(12, |c, place| rule(c, place, &fed, &signal_names)));
    if c.rarely(2) {
        let grade: Vec<&str> = fed.iter().map(|(name, _)| name.as_str()).collect();
        set(&mut model, "grade", grade);
    }
    let disqualify =
        c.list(2, |c, place| object([("id", format!("d{place}").into()), ("when", visitor_condition(c, &signal_names, &[], 0, 0).into())]));
    set(&mut model, "disqualify", disqualify);
    let stages = c.list(4, |c, place| {
        let mut stage = object([("id", format!("s{place}").into()), ("when", visitor_condition(c, &signal_names, &names, 1, 0).into())]);
        if c.rarely(2) {
            set(&mut stage, "exit", visitor_condition(c, &signal_names, &names, 1, 0));
        }
        if c.rarely(3) {
            set(&mut stage, "reenter_after", c.duration("d"));
        }
        if c.rarely(5) {
            set(&mut stage, "from", vec![c.of(&["visitor", "s0"])]);
        }
        stage
    });
    if !stages.is_empty() && c.rarely(2) {
        set(&mut model, "mql", format!("s{}", c.below(stages.len())));
    }
    set(&mut model, "stages", stages);
    let actions = c.list(2, |c, place| action(c, place, &signal_names, &names));
    set(&mut model, "actions", actions);
    if c.rarely(4) {
        let mut policy = object([("cooldown", c.duration("mhd").into())]);
        if c.rarely(2) {
            set(&mut policy, "per_session", 1.0);
        }
        set(&mut model, "action_policy", policy);
    }
    if c.rarely(6) {
        set(&mut model, "consent", object([("score", vec!["marketing"].into())]));
    }
    if c.rarely(3) {
        set(&mut model, "utc_offset", c.of(&["+05:30", "-08:00", "+01:00", "+14:00"]));
    }
    if c.rarely(3) {
        set(&mut model, "session_timeout", c.of(&["5m", "2h", "1d"]));
    }
    if c.rarely(8) {
        let mut retention = object([("events", c.of(&[10.0, 5.0, 3.0]).into())]);
        if c.rarely(2) {
            set(&mut retention, "age", c.duration("d"));
        }
        set(&mut model, "retention", retention);
    }
    if c.rarely(5) {
        set(&mut model, "offsite", vec!["note"]);
    }
    model.into()
}

fn action(c: &mut Choices<'_>, place: usize, signals: &[String], scores: &[String]) -> Object {
    let mut action = object([("id", c.of(&ACTIONS[place..=place]).into()), ("do", object([("type", "chat".into())]).into())]);
    if c.rarely(2) {
        set(&mut action, "when", visitor_condition(c, signals, scores, 2, 0));
    }
    if c.rarely(2) {
        set(&mut action, "limit", object([("times", 1.0.into()), ("per", c.of(&["ever", "session", "day", "7d"]).into())]));
    }
    if c.rarely(2) {
        set(&mut action, "after_dismiss", c.of(&["ever", "2d", "30m"]));
    }
    if c.rarely(3) {
        set(&mut action, "after_convert", c.of(&["ever", "2d"]));
    }
    if c.rarely(3) {
        set(&mut action, "holdout", c.of(&[0.5, 0.1, 1.0]));
    }
    if c.rarely(3) {
        set(&mut action, "priority", c.small());
    }
    if c.rarely(4) {
        set(&mut action, "requires", vec!["marketing"]);
    }
    if c.rarely(4) {
        set(&mut action, "hours", vec![object([("days", vec!["wed", "thu"].into()), ("from", "06:00".into()), ("to", "18:30".into())])]);
    }
    action
}

//! Random conditions, on the event document and on the visitor document.

use super::fields::{event_path, test, visitor_path};
use super::{ACTIONS, Choices, PATHS, ROLES, object, set};
use warmlead::value::{Object, Value};

/// A condition on the event document.
pub fn event_condition(c: &mut Choices<'_>, depth: usize) -> Object {
    let mut condition = Object::new();
    for _ in 0..1 + usize::from(c.rarely(4)) {
        match c.below(if depth > 1 { 12 } else { 15 }) {
            0 => set(&mut condition, "path", c.of(&PATHS)),
            1 => {
                let mut test = object([("$glob", c.of(&["/pricing*", "/*", "/blog/?", "*a*", "/pricing"]).into())]);
                ask_more(c, &mut test);
                set(&mut condition, "path", test)
            }
            2 => set(&mut condition, "properties.action", c.of(&ACTIONS)),
            3 => {
                let test = number_test(c);
                set(&mut condition, "properties.value", test)
            }
            4 => set(&mut condition, "traits.role", c.of(&ROLES)),
            5 => {
                let path = c.of(&["session.events", "session.pageviews", "session.number", "session.seconds"]);
                let test = number_test(c);
                set(&mut condition, path, test)
            }
            6 => set(&mut condition, "properties.value", c.of(&[1.0, 2.0, 5.0])),
            7 => set(&mut condition, "host", object([("$exists", c.rarely(2).into())])),
            8 => {
                let mut test = object([("$in", vec!["/pricing", "/careers"].into())]);
                ask_more(c, &mut test);
                set(&mut condition, "path", test)
            }
            9 => {
                let path =
                    c.of(&["session.channel", "query.utm_source", "properties.tags", "offsite", "type", "session", "url", "referrer"]);
                let test = any_test(c);
                set(&mut condition, path, test)
            }
            10 | 11 => {
                let path = event_path(c);
                let test = test(c, 0);
                set(&mut condition, path, test)
            }
            12 => set(&mut condition, "$or", vec![event_condition(c, depth + 1), event_condition(c, depth + 1)]),
            13 => set(&mut condition, "$not", event_condition(c, depth + 1)),
            _ => {
                let (combiner, count) = (c.of(&["$nor", "$and", "$or"]), c.of(&[1, 2, 0]));
                set(&mut condition, combiner, (0..count).map(|_| event_condition(c, depth + 1)).collect::<Vec<_>>());
            }
        }
    }
    condition
}

/// Asks more of a path, now and then, by which an index may find the rule: what else is asked must still be.
fn ask_more(c: &mut Choices<'_>, test: &mut Object) {
    if c.rarely(3) {
        match c.below(3) {
            0 => set(test, "$ne", c.of(&["/pricing", "/"])),
            1 => set(test, "$regex", c.of(&["g$", "^/b"])),
            _ => set(test, "$nin", vec!["/careers", "/pricing/teams"]),
        }
    }
}

fn number_test(c: &mut Choices<'_>) -> Object {
    let operator = c.of(&["$gte", "$lt", "$gte", "$gt", "$lte", "$eq", "$ne"]);
    let number = c.small();
    let mut test = Object::from_iter([(operator, Value::from(number))]);
    if c.rarely(6) {
        set(&mut test, "$lt", c.small());
    }
    if c.rarely(8) {
        test = object([("$not", test.into())]);
    }
    test
}

fn any_test(c: &mut Choices<'_>) -> Value {
    match c.below(8) {
        0 => object([("$exists", true.into())]).into(),
        1 => object([("$exists", false.into())]).into(),
        2 => c.of(&["x", "google", "email", "page_view", "null", ""]).into(),
        3 => object([("$in", Value::from(vec!["a", "x", "organic_search", "paid_search"]))]).into(),
        4 => object([("$regex", c.of(&["^p", "a$", "[xy]"]).into())]).into(),
        5 => object([("$size", Value::from(1.0))]).into(),
        6 => c.rarely(2).into(),
        _ => object([("$ne", c.of(&["a", "x"]).into())]).into(),
    }
}

/// A condition on the visitor document; `deep` for stages and actions, which see more.
pub fn visitor_condition(c: &mut Choices<'_>, signals: &[String], scores: &[String], deep: usize, depth: usize) -> Object {
    let mut condition = Object::new();
    for _ in 0..1 + usize::from(c.rarely(6)) {
        if c.rarely(5) {
            let path = visitor_path(c, deep);
            let test = test(c, 0);
            set(&mut condition, path, test);
            continue;
        }
        let kinds = [7, 13, 15][deep] + if depth > 1 { 0 } else { 3 };
        let number = number_test(c);
        // Stages mostly look at scores and signals.
        let kind = if deep > 0 && c.rarely(2) { c.of(&[7, 0, 11, 8]) } else { c.below(kinds) };
        match kind {
            0 if !signals.is_empty() => set(&mut condition, &format!("signals.{}", signals[c.below(signals.len())]), number),
            1 => set(&mut condition, "traits.role", c.of(&ROLES)),
            2 => set(&mut condition, "traits.company.size", number),
            3 => {
                let path = c.of(&["session.active", "session.events", "session.number", "session.seconds", "session.pageviews"]);
                if path == "session.active" {
                    set(&mut condition, path, c.rarely(2));
                } else {
                    set(&mut condition, path, number);
                }
            }
            4 => set(&mut condition, c.of(&["first.channel", "last.source", "session.channel", "first.entry_path"]), any_test(c)),
            5 => set(&mut condition, "consent.marketing", any_test(c)),
            6 if !signals.is_empty() => set(&mut condition, &format!("signals.{}", signals[c.below(signals.len())]), any_test(c)),
            7..=8 if deep > 0 && !scores.is_empty() => set(&mut condition, &format!("scores.{}", scores[c.below(scores.len())]), number),
            9 if deep > 0 && !scores.is_empty() => set(
                &mut condition,
                &format!("grades.{}", scores[c.below(scores.len())]),
                c.one([Value::from("1"), Value::from("2"), Value::Null]),
            ),
            10 if deep > 0 => set(&mut condition, "grade", object([("$in", vec!["11", "12", "1", "2"].into())])),
            11 if deep > 0 => set(&mut condition, "stage_days", number),
            12 if deep > 0 => set(&mut condition, "disqualified", object([("$size", Value::from(c.small()))])),
            13 if deep > 1 => set(&mut condition, "stage", c.of(&["visitor", "s0", "s1", "s2"])),
            14 if deep > 1 => set(&mut condition, "mql", c.rarely(2)),
            _ if depth > 1 => set(&mut condition, "traits.role", c.of(&ROLES)),
            _ => match c.below(4) {
                0 => set(
                    &mut condition,
                    "$or",
                    vec![visitor_condition(c, signals, scores, deep, depth + 1), visitor_condition(c, signals, scores, deep, depth + 1)],
                ),
                1 => set(&mut condition, "$not", visitor_condition(c, signals, scores, deep, depth + 1)),
                2 => set(
                    &mut condition,
                    c.of(&["signals", "traits", "session", "id", "consent", "scores"][..if deep > 0 { 6 } else { 5 }]),
                    any_test(c),
                ),
                _ => {
                    let (combiner, count) = (c.of(&["$and", "$nor", "$or"]), c.of(&[1, 2, 0]));
                    let list: Vec<Object> = (0..count).map(|_| visitor_condition(c, signals, scores, deep, depth + 1)).collect();
                    set(&mut condition, combiner, list);
                }
            },
        }
    }
    condition
}

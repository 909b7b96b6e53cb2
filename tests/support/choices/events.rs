//! Random events and times, such that they meet: few ids, few types, times at which something may change.

use super::{ABOUT_ACTIONS, ACTIONS, Choices, DAY, HOUR, MINUTE, PATHS, START, TYPES, URLS, object, set};
use warmlead::value::{Object, Value};

/// A time at which something may be about to change.
pub fn time(c: &mut Choices<'_>) -> i64 {
    match c.below(6) {
        0 => START + c.below(60) as i64 * 5 * MINUTE,
        1 => START + c.below(20) as i64 * DAY,
        2 => START + c.below(200) as i64 * HOUR + 1,
        3 => START + c.below(30) as i64 * DAY - 330 * MINUTE,
        4 => START + c.below(1000) as i64 * HOUR - 1,
        _ => START + c.below(250) as i64 * MINUTE,
    }
}

/// An event; few ids, so that events collide.
pub fn event(c: &mut Choices<'_>) -> Value {
    let r#type = match c.below(8) {
        0 => c.of(&ABOUT_ACTIONS),
        1 => c.of(&TYPES),
        _ => c.r#type(),
    };
    let mut event = object([("type", r#type.into()), ("time", time(c).into())]);
    set(&mut event, "id", format!("e{}", c.below(90)));
    if !c.rarely(3) {
        set(&mut event, "url", c.of(&URLS));
    }
    if c.rarely(4) {
        set(&mut event, "referrer", c.of(&["https://www.google.com/", "https://t.co/x", "https://acme.example/"]));
    }
    let mut properties = Object::new();
    if !c.rarely(3) {
        set(&mut properties, "value", c.small());
    }
    set(&mut properties, "action", c.of(&ACTIONS));
    if c.rarely(3) {
        set(&mut properties, "marketing", c.rarely(2));
    }
    if c.rarely(5) {
        let tags = c.one([Value::from(vec!["a"]), Value::from("a"), Value::from(vec!["/pricing", "x"]), Value::from(1.0), Value::Null]);
        set(&mut properties, "tags", tags);
    }
    if c.rarely(6) {
        set(&mut properties, "deep", object([("value", c.small().into())]));
    }
    set(&mut event, "properties", properties);
    if c.rarely(8) {
        set(&mut event, "title", c.of(&["x", "Pricing", "1.2.3"]));
    }
    if r#type == "identify" || c.rarely(8) {
        let mut traits = Object::new();
        set(&mut traits, "role", c.one([Value::from("student"), Value::from("chief"), Value::Null]));
        match c.below(8) {
            0 => set(
                &mut traits,
                "company",
                c.one([Value::Null, Value::from("x"), Value::from(vec!["a"]), Object::from_iter([("name", "x")]).into()]),
            ),
            1 => set(&mut traits, "tags", c.one([Value::from(vec!["a", "x"]), Value::from("1.10"), Value::Null, Value::from(vec![1.0])])),
            2 => set(&mut traits, "deep", object([("value", c.small().into())])),
            3 | 4 => {}
            _ => set(&mut traits, "company", object([("size", c.small().into())])),
        }
        set(&mut event, "traits", traits);
    }
    if c.rarely(10) {
        set(&mut event, "offsite", true);
    }
    if c.rarely(12) {
        set(&mut event, "path", c.of(&PATHS));
    }
    event.into()
}

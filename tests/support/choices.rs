//! Random models, events and times, made from a list of bytes: each byte is a choice, and a list that has run out always chooses the first.
//! So whatever shortens the list or lowers its bytes makes the case simpler, which is all that shrinking needs.

#![allow(dead_code, missing_docs)]

use warmlead::value::{Object, Value};

pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
    /// The few event types of this case, so that events meet the patterns.
    types: Vec<&'static str>,
}

pub const DAY: i64 = 24 * HOUR;
const HOUR: i64 = 60 * MINUTE;
const MINUTE: i64 = 60_000;
/// A Wednesday.
pub const START: i64 = 1_769_040_000_000;

const TYPES: [&str; 10] =
    ["page_view", "page_view", "click", "form_submit", "page_view", "click", "email_open", "identify", "note", "consent"];
const ABOUT_ACTIONS: [&str; 5] = ["action_shown", "action_dismissed", "action_held_out", "action_converted", "action_clicked"];
const ACTIONS: [&str; 3] = ["chat", "form", "banner"];
const ROLES: [&str; 3] = ["student", "chief", "analyst"];
const PATHS: [&str; 6] = ["/pricing", "/pricing/teams", "/", "/blog/a", "/careers", "/PRICING"];
const URLS: [&str; 8] = [
    "/pricing",
    "/pricing/teams?utm_source=x&utm_medium=cpc",
    "https://acme.example/",
    "https://acme.example/blog/a?gclid=1",
    "/careers#jobs",
    "https://Acme.example:8080/pricing",
    "mailto:x",
    "",
];

/// Bytes that a seed makes: SplitMix64.
pub fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    (0..250).flat_map(|_| next().to_le_bytes()).collect()
}

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        let mut choices = Choices { bytes: bytes.iter(), types: Vec::new() };
        for _ in 0..1 + choices.below(4) {
            let more = choices.of(&TYPES);
            choices.types.push(more);
        }
        choices
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let first = usize::from(self.bytes.next().copied().unwrap_or(0));
        if count > 256 { (first * 256 + usize::from(self.bytes.next().copied().unwrap_or(0))) % count } else { first % count.max(1) }
    }

    /// One of the case's event types, mostly.
    fn r#type(&mut self) -> &'static str {
        let place = self.below(self.types.len() + 1);
        self.types.get(place).copied().unwrap_or("page_view")
    }

    /// One in `count`, and not if the list has run out.
    pub fn rarely(&mut self, count: usize) -> bool {
        count == 1 || self.below(count) == count - 1
    }

    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of these, which are made to be thrown away.
    pub fn one<const N: usize>(&mut self, mut values: [Value; N]) -> Value {
        std::mem::take(&mut values[self.below(N)])
    }

    fn list<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let count = self.below(most + 1);
        (0..count).map(|place| make(self, place)).collect()
    }

    fn small(&mut self) -> f64 {
        self.of(&[1.0, 0.0, 2.0, 3.0, 5.0, 10.0, 1.0, 2.0, 3.0, 4.0, 25.0, -1.0, -5.0, 0.5, 1.0005, 100.0])
    }

    fn duration(&mut self, units: &str) -> String {
        let unit = units.as_bytes()[self.below(units.len())] as char;
        let count = match unit {
            'm' => self.of(&[30, 5, 90]),
            'h' => self.of(&[1, 24, 2, 5, 50]),
            'd' => self.of(&[1, 2, 7, 3, 14, 30]),
            _ => self.of(&[1, 2]),
        };
        format!("{count}{unit}")
    }
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Object {
    pairs.into_iter().collect()
}

fn set(object: &mut Object, key: &str, value: impl Into<Value>) {
    object.insert(key, value);
}

/// A condition on the event document.
fn event_condition(c: &mut Choices<'_>, depth: usize) -> Object {
    let mut condition = Object::new();
    for _ in 0..1 + usize::from(c.rarely(4)) {
        match c.below(if depth > 1 { 10 } else { 13 }) {
            0 => set(&mut condition, "path", c.of(&PATHS)),
            1 => set(&mut condition, "path", object([("$glob", c.of(&["/pricing*", "/*", "/blog/?", "*a*", "/pricing"]).into())])),
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
            8 => set(&mut condition, "path", object([("$in", vec!["/pricing", "/careers"].into())])),
            9 => {
                let path =
                    c.of(&["session.channel", "query.utm_source", "properties.tags", "offsite", "type", "session", "url", "referrer"]);
                let test = any_test(c);
                set(&mut condition, path, test)
            }
            10 => set(&mut condition, "$or", vec![event_condition(c, depth + 1), event_condition(c, depth + 1)]),
            11 => set(&mut condition, "$not", event_condition(c, depth + 1)),
            _ => set(&mut condition, c.of(&["$nor", "$and"]), vec![event_condition(c, depth + 1)]),
        }
    }
    condition
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
fn visitor_condition(c: &mut Choices<'_>, signals: &[String], scores: &[String], deep: usize, depth: usize) -> Object {
    let mut condition = Object::new();
    for _ in 0..1 + usize::from(c.rarely(6)) {
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
                _ => set(&mut condition, "$and", vec![visitor_condition(c, signals, scores, deep, depth + 1)]),
            },
        }
    }
    condition
}

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
            set(
                &mut signal,
                "of",
                c.of(&["properties.value", "path", "properties.action", "properties.tags", "traits.role", "session.events"]),
            );
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
        let of = if kind == 0 { "properties.value" } else { "traits.company.size" };
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
            set(&mut limit, "by", c.of(&["path", "properties.value", "properties.action", "properties.tags"]));
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
    set(&mut event, "properties", properties);
    if r#type == "identify" || c.rarely(8) {
        let mut traits = Object::new();
        set(&mut traits, "role", c.one([Value::from("student"), Value::from("chief"), Value::Null]));
        if c.rarely(2) {
            set(&mut traits, "company", object([("size", c.small().into())]));
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

/// A number that the environment may set.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

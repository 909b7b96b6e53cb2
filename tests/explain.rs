//! What comes next, held against the judge of `reference/` on random models and visitors: the next change of stage, the ways to become an MQL.
//!
//! `WARMLEAD_CASES` says how many cases, `WARMLEAD_SEED` from which one on; a failure names the seed and prints the case.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/choices.rs"]
mod choices;

use choices::{Choices, DAY, HOUR, START, bytes, number};
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::model::Model;
use warmlead::value::{Object, Value};
use warmlead::{json, reference};

/// What a case is to be about.
#[derive(Clone, Copy, PartialEq)]
enum About {
    Anything,
    /// Events are forgotten.
    Age,
    /// The same, and rules feed the same score that could be followed as one but for how they round as they fade, and what their limits let through.
    Alike,
    /// Events are forgotten, of more of them, and the only stage asks for just what a score will be at some time.
    Exact,
    /// The same, of so many events that what is known of them is kept in blocks, and no judge has the time.
    Long,
    /// The same, and stages ask for what was so at some time of the past, which may have been so for a moment only.
    Past,
    /// There is an MQL stage that more events can reach.
    Goal,
}

/// What the visitor document may say beside signals and scores.
const ABOUT_VISITORS: [&str; 12] = [
    "session.events",
    "session.pageviews",
    "session.number",
    "session.seconds",
    "session.active",
    "session.entry_path",
    "first.entry_path",
    "last.source",
    "traits.role",
    "traits.company.size",
    "consent.marketing",
    "grade",
];

struct Case {
    model: Value,
    traits: Option<Object>,
    events: Vec<Value>,
    now: i64,
}

impl Case {
    fn new(seed: u64, about: About) -> Case {
        let bytes = bytes(seed);
        let c = &mut Choices::new(&bytes);
        let mut model = choices::model(c);
        if let Value::Object(model) = &mut model {
            match about {
                About::Anything => {}
                About::Age | About::Alike | About::Exact | About::Long | About::Past => {
                    let ages = if about == About::Age { ["1d", "2d", "5d", "14d"] } else { ["14d", "9d", "5d", "3d"] };
                    model.insert("retention", Object::from_iter([("age", c.of(&ages))]));
                    if about == About::Alike || matches!(about, About::Long | About::Past) && c.rarely(2) {
                        be_alike(c, model);
                    }
                    if about == About::Past {
                        look_back(c, model);
                    }
                }
                About::Goal => aim(c, model),
            }
        }
        let traits = c.rarely(6).then(|| Object::from_iter([("role", "chief")]));
        let is_exact = matches!(about, About::Alike | About::Exact | About::Long | About::Past);
        let most = if is_exact { 60 } else { 16 };
        let mut events: Vec<Value> = (0..c.below(most)).map(|_| choices::event(c)).collect();
        if matches!(about, About::Long | About::Past) {
            let least = if about == About::Long { 100 } else { 10 };
            for place in 0..least + c.below(150) as u64 {
                let mut more = choices::event(&mut Choices::new(&choices::bytes(seed << 8 | place)));
                if let Value::Object(event) = &mut more {
                    event.insert("id", format!("long-{place}"));
                }
                events.push(more);
            }
        }
        if is_exact {
            // So that many of them exist at once.
            for event in &mut events {
                let time = event.at("time").and_then(Value::as_number).unwrap() as i64;
                if let Value::Object(event) = event {
                    event.insert("time", START + (time - START) / 4);
                }
            }
        }
        let times = events.iter().filter_map(|event| event.at("time").and_then(Value::as_number));
        let last = times.fold(START as f64, f64::max) as i64;
        let now = if c.rarely(3) { choices::time(c) } else { last + c.of(&[0, 1, DAY, 3 * DAY]) };
        let mut case = Case { model, traits, events, now };
        // A long past may have the model's own stages, too.
        if about == About::Past {
            case.ask_of_the_past(c);
        } else if is_exact && !(about == About::Long && c.rarely(3)) {
            let has_alike = case.model.at("scores").is_some_and(|scores| scores.at("alike").is_some());
            case.ask_exactly(c, if has_alike { "alike" } else { "engagement" });
        }
        case
    }

    /// Makes the only stage ask for what a score will be at some time, or for the highest that it was of what exists then, or for a thousandth
    /// more or less: who is wrong by that is found out.
    fn ask_exactly(&mut self, c: &mut Choices<'_>, score: &str) {
        let (model, visitor) = self.given();
        let then = self.now + c.of(&[0, 1, 2, 3, 5, 8]) * DAY + c.of(&[0, 0, 1, 7, 30]) * HOUR;
        let value = |visitor: &Visitor, at: i64| visitor.value(&model, score, at).unwrap().value();
        let path = format!("scores.{score}");
        let asks = |operator: &str, least: f64| Object::from_iter([(path.as_str(), Object::from_iter([(operator, least)]))]);
        let mut stage = Object::from_iter([("id", "exact")]);
        if c.rarely(2) {
            let days: i64 = self.model.at("retention.age").and_then(Value::as_str).unwrap().trim_end_matches('d').parse().unwrap();
            let exists = |event: &&Event| event.time <= self.now && (then / DAY - event.time / DAY) < days;
            let left: Vec<Event> = visitor.events().iter().filter(exists).cloned().collect();
            let mut known = Visitor::new("v");
            known.set_traits(self.traits.clone());
            known.extend(&model, left.clone());
            let highest = left.iter().map(|event| value(&known, event.time)).fold(0.0, f64::max);
            stage.insert("when", asks("$gte", highest + c.of(&[0.0, 0.001])));
        } else {
            let value = value(&visitor, then);
            stage.insert("when", asks("$gte", value + c.of(&[0.0, 0.001])));
            // Left where it was entered, or only far below: then what was between shows.
            stage.insert("exit", asks("$lt", c.of(&[value, value + 0.001, value - 0.001, value / 2.0, value / 8.0])));
        }
        if let Value::Object(model) = &mut self.model {
            model.insert("stages", vec![stage]);
            ["mql", "actions", "disqualify"].into_iter().for_each(|key| drop(model.remove(key)));
        }
    }

    /// Makes stages ask for what the visitor document said at some time of the past.
    fn ask_of_the_past(&mut self, c: &mut Choices<'_>) {
        let (model, visitor) = self.given();
        let times: Vec<i64> = visitor.events().iter().map(|event| event.time).filter(|time| *time <= self.now).collect();
        if times.is_empty() {
            return;
        }
        let names =
            |key: &str| self.model.at(key).and_then(Value::as_object).map_or(Vec::new(), |own| own.keys().map(str::to_owned).collect());
        let (signals, scores) = (names("signals"), names("scores"));
        let test = |c: &mut Choices<'_>, document: &Value| {
            let path = match c.below(4) {
                0 | 1 if !signals.is_empty() => format!("signals.{}", signals[c.below(signals.len())]),
                2 => c.of(&ABOUT_VISITORS).to_owned(),
                _ => format!("{}.{}", c.of(&["scores", "scores", "grades"]), scores[c.below(scores.len())]),
            };
            let test = match document.at(&path) {
                Some(Value::Number(number)) => Object::from_iter([(c.of(&["$gte", "$gte", "$eq", "$lte", "$gt", "$lt"]), *number)]).into(),
                Some(value) => value.clone(),
                None => Value::from(Object::from_iter([("$exists", false)])),
            };
            (path, test)
        };
        let when = |c: &mut Choices<'_>| {
            let document = visitor.document(&model, times[c.below(times.len())] + c.of(&[0, 0, 0, 1, HOUR, DAY]));
            Object::from_iter((0..1 + usize::from(c.rarely(2))).map(|_| test(c, &document)))
        };
        let stage = |c: &mut Choices<'_>, place: usize| {
            let (when, other) = (when(c), when(c));
            let mut stage = Object::from_iter([("id", Value::from(format!("s{place}"))), ("when", when.clone().into())]);
            match c.below(6) {
                0 => stage.insert("exit", Object::from_iter([("$not", when)])),
                1 => stage.insert("exit", other),
                _ => {}
            }
            // Only a stage that can be left may be entered again.
            if c.rarely(if stage.get("exit").is_some() { 2 } else { 8 }) {
                stage.insert("reenter_after", c.of(&["1d", "2d", "3d"]));
            }
            if c.rarely(4) {
                stage.insert("from", vec![Value::from(c.of(&["visitor", "s0"]))]);
            }
            if c.rarely(5) {
                let lasted = Object::from_iter([("stage_days", Object::from_iter([("$gte", c.of(&[1.0, 2.0, 4.0]))]))]);
                stage.insert(c.of(&["when", "exit", "exit"]), lasted);
            }
            Value::from(stage)
        };
        let stages: Vec<Value> = (0..1 + c.below(3)).map(|place| stage(c, place)).collect();
        if let Value::Object(model) = &mut self.model {
            model.insert("stages", stages);
            ["mql", "actions", "consent"].into_iter().for_each(|key| drop(model.remove(key)));
        }
    }

    fn given(&self) -> (Model, Visitor) {
        let model = Model::load(&self.model).unwrap();
        let mut visitor = Visitor::new("v");
        visitor.set_traits(self.traits.clone());
        visitor.extend(&model, self.events.iter().map(|event| Event::read(event, String::new).unwrap()).collect());
        (model, visitor)
    }

    fn told(&self, seed: u64) -> String {
        let traits = self.traits.as_ref().map(json::print);
        format!(
            "seed {seed}\nmodel {}\ntraits {traits:?}\nevents {}\nnow {}",
            json::print(&self.model),
            json::print(&self.events),
            self.now
        )
    }
}

/// Adds an MQL stage above the others that asks for points, for a signal, or for both, and rules that give some points.
fn aim(c: &mut Choices<'_>, model: &mut Object) {
    let at_least = |least: f64| Value::from(Object::from_iter([("$gte", least)]));
    let mut when = Object::new();
    if !c.rarely(3) {
        when.insert("scores.engagement", at_least(c.of(&[9.0, 12.0, 15.0, 20.0])));
    }
    if model.get("signals").and_then(|signals| signals.at("n0")).is_some() && !c.rarely(3) {
        when.insert("signals.n0", at_least(c.of(&[3.0, 2.0, 5.0])));
    }
    let rule = |id: &str, on: &str, points: f64, times: f64| {
        let mut rule = Object::from_iter([("id", id), ("on", on), ("score", "engagement")]);
        rule.insert("points", points);
        rule.insert("limit", Object::from_iter([("times", times)]));
        Value::from(rule)
    };
    let mut rules = model.get("rules").and_then(Value::as_array).unwrap_or_default().to_vec();
    rules.extend([rule("aimed-view", "page_view", 4.0, 2.0), rule("aimed-mail", "email_click", 3.0, 4.0)]);
    model.insert("rules", rules);
    let goal = Object::from_iter([("id", Value::from("goal")), ("when", when.into())]);
    let mut stages = model.get("stages").and_then(Value::as_array).unwrap_or_default().to_vec();
    stages.push(goal.into());
    model.insert("stages", stages);
    model.insert("mql", "goal");
}

/// Adds a score, and rules for it that fade each in its own way, some of them with limits.
fn be_alike(c: &mut Choices<'_>, model: &mut Object) {
    const DECAYS: [&str; 7] = [
        r#"{ "half_life": "2d" }"#,
        r#"{ "half_life": "30h" }"#,
        r#"{ "linear": "5d" }"#,
        r#"{ "linear": "50h" }"#,
        r#"{ "expire": "36h" }"#,
        r#"{ "step": { "every": "1d", "by": 0.3 } }"#,
        r#""none""#,
    ];
    const LIMITS: [&str; 7] = [
        r#"{ "times": 3 }"#,
        r#"{ "times": 1, "per": "day" }"#,
        r#"{ "times": 2, "per": "session" }"#,
        r#"{ "times": 2, "per": "30h" }"#,
        r#"{ "times": 1, "per": "3d" }"#,
        r#"{ "times": 2, "per": "2d", "by": "path" }"#,
        r#"{ "times": 1, "by": "type" }"#,
    ];
    const SIGNALS: [(&str, &str); 4] = [
        ("alike_all", r#"{ "on": "*" }"#),
        ("alike_lately", r#"{ "on": ["page_view", "click"], "within": "2d" }"#),
        ("alike_pages", r#"{ "on": "*", "measure": "distinct", "of": "path", "within": "30h" }"#),
        ("alike_last", r#"{ "on": "*", "measure": "last", "of": "time" }"#),
    ];
    const GATES: [&str; 7] = [
        r#"{ "signals.alike_all": { "$gte": 4 } }"#,
        r#"{ "signals.alike_all": { "$gte": 9 } }"#,
        r#"{ "signals.alike_all": { "$lt": 12 } }"#,
        r#"{ "signals.alike_lately": { "$gte": 2, "$lt": 5 } }"#,
        r#"{ "signals.alike_pages": { "$gte": 2 } }"#,
        r#"{ "signals.alike_last": { "$gt": 5 } }"#,
        r#"{ "traits.role": "chief" }"#,
    ];
    // Few of each, so that some are the same.
    let (decays, points) = ([c.of(&DECAYS), c.of(&DECAYS)], [c.of(&[1.0, 0.001, 2.5005, 0.003, 1.0, 0.5]), c.of(&[0.001, 1.0005, -1.0])]);
    let rule = |c: &mut Choices<'_>, place: usize| {
        let mut rule = Object::from_iter([("id", format!("alike-{place}")), ("score", "alike".to_owned())]);
        rule.insert("on", c.of(&["*", "page_view", "click", "*"]));
        rule.insert("points", c.of(&points));
        rule.insert("decay", json::parse(c.of(&decays)).unwrap());
        // Which matches a limit lets through depends on which events there still are.
        if c.rarely(2) {
            rule.insert("limit", json::parse(c.of(&LIMITS)).unwrap());
        }
        // Some ask what was before; some have bounds, and some a condition of their own, which what came so far may change.
        match c.below(5) {
            0 => rule.insert("where", json::parse(r#"{ "traits.role": "chief" }"#).unwrap()),
            1 => rule.insert("where", json::parse(r#"{ "session.number": { "$lt": 3 } }"#).unwrap()),
            2 => rule.insert("max", c.of(&[2.0, 0.5, 7.001])),
            3 if c.rarely(2) => rule.insert("min", c.of(&[-0.5, -2.0, 1.5])),
            _ => {}
        }
        if c.rarely(3) {
            rule.insert("when", json::parse(c.of(&GATES)).unwrap());
        }
        Value::from(rule)
    };
    if c.rarely(2) {
        // Nothing else asks about the visitor.
        model.insert("rules", Vec::<Value>::new());
    }
    let mut rules = model.get("rules").and_then(Value::as_array).unwrap_or_default().to_vec();
    rules.extend((0..2 + c.below(6)).map(|place| rule(c, place)));
    model.insert("rules", rules);
    let mut signals = model.get("signals").and_then(Value::as_object).cloned().unwrap_or_default();
    for (name, signal) in SIGNALS {
        signals.insert(name, json::parse(signal).unwrap());
    }
    model.insert("signals", signals);
    if let Some(Value::Object(scores)) = model.get_mut("scores") {
        scores.insert("alike", Object::new());
    }
}

/// Adds rules and signals that depend on what was before an event, on what came between two, or on how much there was of both.
fn look_back(c: &mut Choices<'_>, model: &mut Object) {
    const RULES: [&str; 16] = [
        r#"{ "idle": "1d", "points": 2 }"#,
        r#"{ "idle": "2d", "points": 10, "decay": { "expire": "1d" } }"#,
        r#"{ "idle": "3d", "points": -3, "limit": { "times": 2 } }"#,
        r#"{ "idle": "1d", "points": 4, "decay": { "half_life": "1d" } }"#,
        r#"{ "on": "*", "points": { "of": "properties.value" } }"#,
        r#"{ "on": "click", "points": { "of": "properties.value", "times": -2 }, "decay": { "expire": "5h" } }"#,
        r#"{ "on": "page_view", "points": 0, "min": 2 }"#,
        r#"{ "on": "*", "where": { "session.events": { "$gte": 3 } }, "points": 1 }"#,
        r#"{ "on": "*", "where": { "session.number": 2 }, "points": 1, "limit": { "times": 1, "per": "day" } }"#,
        r#"{ "on": "*", "where": { "session": { "$exists": false } }, "points": 5 }"#,
        r#"{ "on": "*", "where": { "session.entry_path": "/pricing" }, "points": 1, "decay": { "linear": "3d" } }"#,
        r#"{ "on": "*", "where": { "traits.role": "chief" }, "points": 1, "decay": { "half_life": "2d" } }"#,
        r#"{ "on": "*", "points": 1, "when": { "session.events": { "$gte": 2 } } }"#,
        r#"{ "on": "click", "points": 1, "limit": { "times": 2, "per": "session" }, "when": { "session.active": true } }"#,
        r#"{ "when": { "session.number": { "$gte": 3 } }, "points": 4 }"#,
        r#"{ "when": { "session.events": 2 }, "points": -4 }"#,
    ];
    const SIGNALS: [&str; 8] = [
        r#"{ "on": "*", "measure": "last", "of": "properties.value" }"#,
        r#"{ "on": "*", "measure": "sum", "of": "properties.value", "within": "3h" }"#,
        r#"{ "on": "*", "since": { "on": "click" } }"#,
        r#"{ "on": "page_view", "measure": "sessions", "within": "2d" }"#,
        r#"{ "on": "*", "measure": "first", "of": "traits.role" }"#,
        r#"{ "on": "*", "measure": "max", "of": "session.events", "within": "1d" }"#,
        r#"{ "sequence": [{ "on": "page_view" }, { "on": "click" }], "span": "1h", "within": "5h" }"#,
        r#"{ "on": ["click", "page_view"], "within": "2h" }"#,
    ];
    let list = |place: usize, text: &str| {
        let Ok(Value::Object(mut rule)) = json::parse(text) else { panic!("{text}") };
        rule.insert("id", format!("back-{place}"));
        rule.insert("score", "engagement");
        Value::from(rule)
    };
    let mut rules = model.get("rules").and_then(Value::as_array).unwrap_or_default().to_vec();
    if c.rarely(2) {
        rules.clear();
    }
    rules.extend((0..c.below(6)).map(|place| list(place, c.of(&RULES))));
    model.insert("rules", rules);
    let mut signals = model.get("signals").and_then(Value::as_object).cloned().unwrap_or_default();
    for place in 0..c.below(3) {
        signals.insert(format!("back_{place}"), json::parse(c.of(&SIGNALS)).unwrap());
    }
    model.insert("signals", signals);
}

/// Runs cases, and fails if hardly any says something.
fn run(cases: u64, about: About, interesting: impl Fn(&Case, u64) -> bool) {
    let first = number("WARMLEAD_SEED", 0);
    let cases = number("WARMLEAD_CASES", cases);
    let count = (first..first + cases).filter(|seed| interesting(&Case::new(*seed, about), *seed)).count() as u64;
    println!("{count} of {cases} cases say something");
    assert!(count >= cases / 40, "only {count} of {cases} cases say something");
}

fn next_change_is_right(case: &Case, seed: u64) -> bool {
    let (model, visitor) = case.given();
    let got = visitor.explain(&model, case.now).next_change.unwrap();
    assert_eq!(got, reference::next_change(&model, &visitor, case.now), "{}", case.told(seed));
    let Some(change) = got else { return false };
    // Assessed at those times, without what comes after now.
    let mut known = Visitor::new("v");
    known.set_traits(case.traits.clone());
    known.extend(&model, visitor.events().iter().filter(|event| event.time <= case.now).cloned().collect());
    let stage = |at: i64| reference::assess(&model, &known, at, false).stage;
    assert_eq!((stage(change.at - 1), stage(change.at)), (stage(case.now), change.stage), "{}", case.told(seed));
    true
}

/// The same where the judge would take too long: asked hour by hour, the engine itself, which then leaps over nothing, says when the stage changes first. That is
/// compared with what is said to come next now, and at so many more midnights while the past is forgotten.
fn next_change_shows_hour_by_hour(case: &Case, seed: u64, more: usize) -> bool {
    let (model, visitor) = case.given();
    let mut known = Visitor::new("v");
    known.set_traits(case.traits.clone());
    known.extend(&model, visitor.events().iter().filter(|event| event.time <= case.now).cloned().collect());
    let stage = |at: i64| known.stage(&model, at);
    let shown: Vec<(i64, &str)> = (case.now..case.now + 30 * DAY).step_by(HOUR as usize).map(|at| (at, stage(at))).collect();
    let mut says = false;
    for now in (0..=more).map(|days| case.now + days as i64 * DAY) {
        let before = stage(now);
        let change = known.explain(&model, now).next_change.unwrap();
        let until = change.as_ref().map_or(i64::MAX, |change| change.at);
        if let Some((early, stage)) = shown.iter().find(|(at, stage)| (now..until).contains(at) && *stage != before) {
            panic!("at {now}: {change:?}, but it is {stage} at {early}\n{}", case.told(seed));
        }
        let Some(change) = change else { continue };
        says = true;
        assert_eq!((stage(change.at - 1), stage(change.at)), (before, &*change.stage), "at {now}: {}", case.told(seed));
    }
    says
}

#[test]
fn a_long_past_is_forgotten_block_by_block() {
    run(1_500, About::Long, |case, seed| next_change_shows_hour_by_hour(case, seed, 0));
}

#[test]
fn what_was_so_for_a_moment_is_seen_again_while_the_past_is_forgotten() {
    run(1_000, About::Past, |case, seed| next_change_shows_hour_by_hour(case, seed, 5));
}

#[test]
fn the_next_change_is_the_first_that_later_assessments_show() {
    run(1_000, About::Anything, next_change_is_right);
}

#[test]
fn what_is_forgotten_changes_stages_when_it_is() {
    run(150, About::Age, next_change_is_right);
}

#[test]
fn what_is_forgotten_is_followed_to_the_thousandth() {
    run(150, About::Exact, next_change_is_right);
}

#[test]
fn rules_that_are_followed_together_round_each_by_itself() {
    run(120, About::Alike, next_change_is_right);
}

#[test]
fn the_ways_to_an_mql_are_the_smallest_that_suffice() {
    run(40, About::Goal, |case, seed| {
        let (model, visitor) = case.given();
        let got = visitor.explain(&model, case.now).to_mql.unwrap();
        assert_eq!(got, reference::to_mql(&model, &visitor, case.now), "{}", case.told(seed));
        !got.is_empty()
    });
}

/// Of a past in which much fades, the next change is the first that the running state shows when it is asked hour by hour.
#[test]
fn a_past_of_many_points_is_followed_to_the_hour() {
    let rules = (0..100).map(|place| {
        format!(r#"{{ "id": "r{place}", "on": "*", "points": {}.001, "decay": {{ "half_life": "{}h" }} }}"#, 1 + place % 3, 20 + place % 7)
    });
    let model = format!(
        r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{}} }}, "rules": [{}],
            "stages": [{{ "id": "lead", "when": {{ "scores.engagement": {{ "$gte": 3000 }} }}, "exit": {{ "scores.engagement": {{ "$lt": 1000 }} }} }}] }}"#,
        rules.collect::<Vec<_>>().join(",")
    );
    let model = Model::load(&json::parse(&model).unwrap()).unwrap();
    let mut visitor = Visitor::new("v");
    for place in 0..300_i64 {
        let event = format!(r#"{{ "id": "e{place:03}", "type": "click", "time": {} }}"#, START + place * HOUR);
        visitor.record(&model, Event::read(&json::parse(&event).unwrap(), String::new).unwrap());
    }
    let now = START + 299 * HOUR;
    let change = visitor.explain(&model, now).next_change.unwrap().unwrap();
    assert_eq!((visitor.stage(&model, now), &*change.stage), ("lead", "visitor"));
    let left = (now..).step_by(HOUR as usize).find(|at| visitor.stage(&model, *at) != "lead").unwrap();
    assert_eq!(change.at, left);
}

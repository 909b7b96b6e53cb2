//! Looks for a visitor who shows that a warning about a model is wrong.

use super::choices::{self, Choices, DAY, START};
use warmlead::condition::matches;
use warmlead::engine::{Assessment, Visitor};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::problem::Problem;
use warmlead::value::{Object, Value};

/// What a visitor shows at one time.
struct Seen {
    assessment: Assessment,
    document: Value,
}

/// What refutes one of the warnings, if random visitors do.
pub fn refute(c: &mut Choices<'_>, value: &Value, warnings: &[Problem]) -> Option<String> {
    for round in 0..3 {
        let events: Vec<Value> = (0..8 * (round + 1)).map(|_| choices::event(c)).collect();
        let traits = c.rarely(3).then(|| Object::from_iter([("role", "chief")]));
        let mut times: Vec<i64> = (0..4).map(|_| choices::time(c)).collect();
        times.extend([START, START + 4 * DAY, START + 50 * DAY]);
        let look = |model: &Value| look(model, traits.as_ref(), &events, &times);
        let seen = look(value);
        for warning in warnings {
            if let Some(refuted) = refuted(warning, value, &seen, look) {
                return Some(format!("{warning}\n  refuted: {refuted}\n  events {}", json::print(&events)));
            }
        }
    }
    None
}

fn look(value: &Value, traits: Option<&Object>, events: &[Value], times: &[i64]) -> Vec<Seen> {
    let model = Model::load(value).unwrap();
    let mut visitor = Visitor::new("v");
    visitor.set_traits(traits.cloned());
    let events: Vec<Event> = events.iter().map(|event| Event::read(event, String::new).unwrap()).collect();
    drop(visitor.extend(&model, events));
    let look = |now: &i64| Seen { assessment: visitor.assess(&model, *now, true), document: visitor.document(&model, *now) };
    times.iter().map(look).filter(|seen| seen.assessment.consent.is_none()).collect()
}

fn refuted(warning: &Problem, model: &Value, seen: &[Seen], look: impl Fn(&Value) -> Vec<Seen>) -> Option<String> {
    if let Some(more) = more_points(&warning.message, seen) {
        return Some(more);
    }
    let path: Vec<String> = warning.path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
    match (warning.code, keys.as_slice()) {
        ("UNREACHABLE_MQL", ["stages", ..]) if seen.iter().any(|seen| seen.assessment.mql) => Some("an MQL".into()),
        ("UNREACHABLE_MQL" | "UNREACHABLE_STAGE" | "EXIT_COVERS_WHEN", ["stages", place, _]) => entered(model, place, seen),
        ("RULE_NEVER_COUNTS", ["rules", place, rest @ ..]) => {
            let id = model.at(&format!("rules.{place}.id")).cloned();
            let given = |seen: &Seen| {
                let lines = seen.assessment.receipt.iter().map(json::print).map(|text| json::parse(&text).unwrap()).collect::<Vec<_>>();
                let lines: Vec<Value> = lines
                    .iter()
                    .flat_map(|receipt| {
                        receipt.as_object().unwrap().iter().flat_map(|(_, lines)| lines.as_array().unwrap().to_vec()).collect::<Vec<_>>()
                    })
                    .collect();
                lines.into_iter().find(|line| {
                    let number = |key: &str| line.at(key).and_then(Value::as_number);
                    line.at("rule") == id.as_ref()
                        && (number("points") != Some(0.0) || (rest != ["points"] && number("counted") != Some(0.0)))
                })
            };
            seen.iter().find_map(given).map(|line| json::print(&line))
        }
        ("RULE_SWALLOWED", ["rules", place]) => {
            let mut without = model.as_object().unwrap().clone();
            let mut rules = without.get("rules").and_then(Value::as_array).unwrap().to_vec();
            rules.remove(place.parse().unwrap());
            without.insert("rules", rules);
            let others = look(&without.into());
            seen.iter().zip(&others).find_map(|(one, other)| {
                let values = |seen: &Seen| format!("{:?}", seen.assessment.scores);
                (values(one) != values(other)).then(|| format!("{} with it, {} without", values(one), values(other)))
            })
        }
        ("UNREACHABLE_GRADE", ["scores", score, "grades", place]) => {
            let from = model.at(&format!("scores.{score}.grades.{place}.from")).and_then(Value::as_number).unwrap();
            let value = |seen: &Seen| seen.document.at(&format!("scores.{score}")).and_then(Value::as_number);
            seen.iter().filter_map(value).find(|value| *value >= from).map(|value| format!("{score} is {value}"))
        }
        ("NEVER_TRUE" | "ALWAYS_TRUE", keys) => {
            let wanted = warning.code == "ALWAYS_TRUE";
            let condition = condition_at(model, keys);
            if let Some(place) = keys.iter().position(|key| *key == "where") {
                let on = value_at(model, &keys[..place]).at("on").unwrap().clone();
                return asked_of_events(model, on, condition, wanted, look);
            }
            let differs = |seen: &&Seen| matches(&condition, &seen.document).unwrap() != wanted;
            seen.iter().find(differs).map(|seen| json::print(&seen.document))
        }
        // It comes with an unreachable stage or grade, and says how many points there can be.
        ("DECAY_TOO_FAST", _) => None,
        // A guess at what was meant, which nobody refutes.
        ("MISWRITTEN_CONDITION", _) => None,
        ("MISSPELLED_TYPE", _) => Some("the generator writes all types right".into()),
        (code, _) => panic!("nothing here refutes {code} at {}", warning.path),
    }
}

/// What has more points than a message says that there can be: “at most 45 of the 50 points of `engagement`”, or “the 50 of `engagement` …
/// at most 45 can be there at once”.
fn more_points(message: &str, seen: &[Seen]) -> Option<String> {
    let claimed = match message.strip_prefix("at most ") {
        Some(rest) if message.contains(" can be earned: ") => rest,
        _ => message.strip_suffix(" can be there at once")?.rsplit_once("at most ")?.1,
    };
    let most: f64 = claimed.split(' ').next()?.parse().unwrap();
    let score = message.split(" of `").nth(1)?.split('`').next()?;
    let value = |seen: &Seen| seen.document.at(&format!("scores.{score}")).and_then(Value::as_number);
    seen.iter().filter_map(value).find(|value| *value > most).map(|value| format!("{score} is {value}"))
}

/// Whether a stage was entered from below.
fn entered(model: &Value, place: &str, seen: &[Seen]) -> Option<String> {
    let stages = model.at("stages").and_then(Value::as_array).unwrap();
    let index = |id: &str| stages.iter().position(|stage| stage.at("id").and_then(Value::as_str) == Some(id));
    let place: usize = place.parse().unwrap();
    let up = |seen: &Seen| {
        seen.assessment.transitions.iter().find(|own| index(&own.to) == Some(place) && index(&own.from) < Some(place)).map(|own| own.at)
    };
    seen.iter().find_map(up).map(|at| format!("entered at {at}"))
}

/// Asks a condition of all events of some types by two signals: those that meet it, and all.
fn asked_of_events(model: &Value, on: Value, condition: Value, wanted: bool, look: impl Fn(&Value) -> Vec<Seen>) -> Option<String> {
    let mut probe = model.as_object().unwrap().clone();
    let mut signals = probe.get("signals").and_then(Value::as_object).cloned().unwrap_or_default();
    signals.insert("all_of_them", Object::from_iter([("on", on.clone())]));
    signals.insert("that_meet_it", Object::from_iter([("on", on), ("where", condition)]));
    probe.insert("signals", signals);
    look(&probe.into()).iter().find_map(|seen| {
        let count = |name: &str| seen.document.at(&format!("signals.{name}")).and_then(Value::as_number).unwrap();
        let expected = if wanted { count("all_of_them") } else { 0.0 };
        (count("that_meet_it") != expected).then(|| format!("{} of {} events meet it", count("that_meet_it"), count("all_of_them")))
    })
}

fn value_at(model: &Value, keys: &[&str]) -> Value {
    let step = |value: &Value, key: &&str| match value {
        Value::Object(object) => object.get(key).unwrap().clone(),
        value => value.as_array().unwrap()[key.parse::<usize>().unwrap()].clone(),
    };
    keys.iter().fold(model.clone(), |value, key| step(&value, key))
}

/// The condition, or the part of one, that a pointer leads to, as a condition of its own.
pub fn condition_at(model: &Value, keys: &[&str]) -> Value {
    let value = value_at(model, keys);
    match keys.last().unwrap() {
        &"where" | &"when" | &"exit" => value,
        key if key.bytes().all(|byte| byte.is_ascii_digit()) => value,
        key => Object::from_iter([(*key, value)]).into(),
    }
}

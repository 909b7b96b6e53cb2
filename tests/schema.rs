//! The schema against the loader: a model that loads is valid, and one that is refused is not, but for what a schema can't say.
//! On the models that ship, on the vectors, on random models, and on random models of which one thing was broken.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

#[path = "support/breakage.rs"]
mod breakage;
#[path = "support/choices.rs"]
mod choices;

use choices::Choices;
use jsonschema::Validator;
use std::collections::BTreeMap;
use std::path::Path;
use warmlead::model::Model;
use warmlead::problem::Problem;
use warmlead::value::{Object, Value};
use warmlead::{json, models, schema};

/// What a schema can't say: it looks at each value by itself, and at the keys of one object.
const BEYOND: [&str; 10] = [
    // What stands elsewhere in the file.
    "DUPLICATE_ID",
    "DUPLICATE_GRADE",
    "UNDEFINED_SCORE",
    "UNDEFINED_GROUP",
    "UNDEFINED_STAGE",
    "UNDEFINED_SIGNAL",
    "INVALID_REFERENCE",
    // A grammar of its own; sums of lengths.
    "INVALID_REGEX",
    "CONDITION_TOO_DEEP",
    "MODEL_TOO_LARGE",
];

/// Whether a schema can't say this of a model.
fn is_beyond(problem: &Problem, model: &Value) -> bool {
    let at = |pointer: &str| follow(model, pointer);
    match problem.code {
        // One number against another: `max` below `min`, `from` not before `to`.
        "OUT_OF_RANGE" => problem.path.ends_with("/max") || at(&problem.path).is_some_and(|value| value.as_object().is_some()),
        // The right form, but longer than time itself.
        "INVALID_DURATION" => at(&problem.path).and_then(Value::as_str).is_some_and(|text| text.len() > 8 && text.starts_with('9')),
        code => BEYOND.contains(&code),
    }
}

/// What a JSON pointer leads to.
fn follow<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(value, |value, step| match value {
        Value::Object(object) => object.get(&step.replace("~1", "/").replace("~0", "~")),
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The schema is stricter than the loader in one thing: in what is asked of an element of a list, a key that begins with `$` and is no operator
/// is refused, though it could be the name of a field; an editor that let it pass would let misspelt operators pass.
fn is_strict(error: &str) -> bool {
    error.contains("/$elemMatch") && error.contains("Additional properties") && error.contains("('$")
}

struct Judge(Validator);

/// What both say of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Fine,
    /// Both refuse it.
    Broken,
    /// The loader alone refuses it, for what a schema can't say.
    Beyond,
    /// The schema alone refuses it, because what is there is nearly always a mistake.
    Strict,
}

impl Judge {
    fn new() -> Judge {
        Judge(jsonschema::draft7::new(&serde_json::from_str(&schema::text()).unwrap()).unwrap())
    }

    /// Their common verdict, or how they differ.
    fn verdict(&self, model: &Value) -> Result<Verdict, String> {
        let instance = serde_json::to_value(model).unwrap();
        let told = self.0.validate(&instance).map_err(|error| format!("{}: {error}", error.instance_path()));
        let problems = Model::load(model).err().unwrap_or_default();
        let expressible = problems.iter().find(|problem| !is_beyond(problem, model));
        match (told, expressible) {
            (Ok(()), None) if problems.is_empty() => Ok(Verdict::Fine),
            (Ok(()), None) => Ok(Verdict::Beyond),
            // A schema may refuse a case of what it can't say in general: hours that begin at `24:00`.
            (Err(_), _) if !problems.is_empty() => Ok(Verdict::Broken),
            (Err(error), _) if is_strict(&error) => Ok(Verdict::Strict),
            (Err(error), _) => Err(format!("only the schema refuses it: {error}\n{}", json::print(model))),
            (Ok(()), Some(problem)) => Err(format!("only the loader refuses it: {problem}\n{}", json::print(model))),
        }
    }
}

fn read(path: &str) -> Value {
    json::parse(&std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()).unwrap()
}

/// How many cases a random test has.
fn cases() -> u64 {
    std::env::var("WARMLEAD_CASES").map_or(3000, |text| text.parse().unwrap())
}

/// As random as it must be: xorshift.
fn bytes(seed: u64, count: usize) -> Vec<u8> {
    let mut state = (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 24) as u8
    };
    std::iter::repeat_with(next).take(count).collect()
}

#[test]
fn the_file_is_what_the_code_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/model.schema.json");
    if std::env::var_os("WARMLEAD_WRITE").is_some() {
        std::fs::write(&path, schema::text()).unwrap();
    }
    let file = std::fs::read_to_string(path).unwrap();
    assert!(file == schema::text(), "src/model.schema.json is out of date; write it with `WARMLEAD_WRITE=1 cargo test --test schema`");
}

#[test]
fn it_is_a_good_schema() {
    let text = schema::text();
    let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
    // Every reference leads somewhere, and every definition is referred to.
    let definitions = schema["definitions"].as_object().unwrap();
    for (name, _) in definitions {
        assert!(text.contains(&format!("\"#/definitions/{name}\"")), "nothing refers to {name}");
    }
}

/// Every key has a description; a property that only says that a key must not stand here needs none.
#[test]
fn everything_is_explained() {
    fn check(at: &str, schema: &serde_json::Value, refines: bool, found: &mut usize) {
        for (keyword, inside) in schema.as_object().into_iter().flatten() {
            match keyword.as_str() {
                "properties" => {
                    for (key, property) in inside.as_object().unwrap() {
                        let about = property["description"].as_str().unwrap_or_default();
                        if !refines {
                            *found += 1;
                            assert!(
                                about.ends_with('.') && !about.starts_with('.') && about.len() > 10,
                                "{at}/{key} has no description that is a sentence: {about:?}; say in src/schema/ what it is for"
                            );
                        }
                        check(&format!("{at}/{key}"), property, refines, found);
                    }
                }
                "definitions" => inside.as_object().unwrap().iter().for_each(|(name, one)| check(name, one, refines, found)),
                "items" | "additionalProperties" => check(at, inside, refines, found),
                "anyOf" => inside.as_array().unwrap().iter().for_each(|one| check(at, one, refines, found)),
                "allOf" => inside.as_array().unwrap().iter().for_each(|one| check(at, one, true, found)),
                _ => {}
            }
        }
    }
    let mut found = 0;
    check("", &serde_json::from_str(&schema::text()).unwrap(), false, &mut found);
    assert!(found > 200, "only {found} keys: does this test still look everywhere?");
}

#[test]
fn examples_and_defaults_are_valid() {
    fn check(schema: &serde_json::Value, definitions: &serde_json::Value, found: &mut usize) {
        if let Some(object) = schema.as_object() {
            let examples = object.get("examples").and_then(serde_json::Value::as_array).into_iter().flatten();
            for value in examples.chain(object.get("default")) {
                let mut alone = object.clone();
                alone.insert("definitions".into(), definitions.clone());
                let errors = jsonschema::draft7::new(&alone.into()).unwrap().validate(value).map_err(|error| error.to_string());
                assert_eq!(errors, Ok(()), "{value}");
                *found += 1;
            }
            object
                .iter()
                .filter(|(key, _)| *key != "examples" && *key != "default")
                .for_each(|(_, inside)| check(inside, definitions, found));
        } else if let Some(list) = schema.as_array() {
            list.iter().for_each(|inside| check(inside, definitions, found));
        }
    }
    let schema: serde_json::Value = serde_json::from_str(&schema::text()).unwrap();
    let mut found = 0;
    check(&schema, &schema["definitions"], &mut found);
    assert!(found > 50, "only {found} examples: does this test still look everywhere?");
}

#[test]
fn models_that_ship_are_valid() {
    let judge = Judge::new();
    for name in models::names() {
        assert_eq!(judge.verdict(&json::parse(models::by_name(name).unwrap()).unwrap()), Ok(Verdict::Fine), "{name}");
    }
    assert_eq!(judge.verdict(&read("tests/models/everything.json")), Ok(Verdict::Fine));
}

#[test]
fn the_vectors_are_judged_the_same() {
    let judge = Judge::new();
    let mut verdicts = BTreeMap::new();
    for file in ["actions", "models", "points", "sessions", "signals", "stages", "visitors"] {
        let vectors = read(&format!("tests/vectors/{file}.json"));
        let shared = vectors.at("models").and_then(Value::as_object).into_iter().flat_map(Object::iter).map(|(_, model)| model);
        let own = vectors.at("cases").and_then(Value::as_array).unwrap().iter().filter_map(|case| case.at("model"));
        for model in shared.chain(own).filter(|model| model.as_str().is_none()) {
            *verdicts.entry(judge.verdict(model).unwrap_or_else(|difference| panic!("{file}: {difference}"))).or_insert(0) += 1;
        }
    }
    assert!(verdicts.values().all(|count| *count > 10) && verdicts.len() == 3, "{verdicts:?}");
}

/// Conditions of any document, as what is asked of an element of a list, where any path may stand.
#[test]
fn conditions_are_judged_the_same() {
    let judge = Judge::new();
    let mut verdicts = BTreeMap::new();
    for case in read("tests/vectors/conditions.json").as_array().unwrap() {
        let conditions = Object::from_iter([("$and", Value::from(vec![case.at("condition").unwrap().clone()])), ("any", 1_i64.into())]);
        let element = Object::from_iter([("traits.list", Object::from_iter([("$elemMatch", conditions)]))]);
        let rule = Object::from_iter([("id", Value::from("r")), ("points", 1_i64.into()), ("when", element.into())]);
        let scores = Object::from_iter([("fit", Object::new())]);
        let model = Object::from_iter([("scores", Value::from(scores)), ("rules", vec![rule].into())]);
        let name = case.at("name").and_then(Value::as_str).unwrap();
        *verdicts.entry(judge.verdict(&model.into()).unwrap_or_else(|difference| panic!("{name}: {difference}"))).or_insert(0) += 1;
    }
    assert!(verdicts[&Verdict::Fine] > 200 && verdicts[&Verdict::Broken] > 10, "{verdicts:?}");
}

#[test]
fn random_models_are_valid() {
    let judge = Judge::new();
    for seed in 0..cases() {
        let model = choices::model(&mut Choices::new(&bytes(seed, 1500)));
        assert_eq!(judge.verdict(&model), Ok(Verdict::Fine), "seed {seed}");
    }
}

/// One thing of a random model, or of the one that uses everything, is broken.
#[test]
fn broken_models_are_judged_the_same() {
    let judge = Judge::new();
    let everything = read("tests/models/everything.json");
    let mut verdicts = BTreeMap::new();
    for seed in 0..2 * cases() {
        let bytes = bytes(seed, 1500);
        let (choices, rest) = bytes.split_at(1000);
        let mut model = if seed % 2 == 0 { everything.clone() } else { choices::model(&mut Choices::new(choices)) };
        breakage::break_one(&mut model, &mut Choices::new(rest));
        let verdict = judge.verdict(&model).unwrap_or_else(|difference| panic!("seed {seed}: {difference}"));
        *verdicts.entry(verdict).or_insert(0) += 1;
    }
    let least = cases() / 50;
    assert!([Verdict::Fine, Verdict::Broken, Verdict::Beyond].iter().all(|verdict| verdicts[verdict] > least), "{verdicts:?}");
}

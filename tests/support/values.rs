//! Random conditions on one field of which nothing is known, and values that stand close to what they ask for, to refute what is said of them.

use super::choices::{Choices, bytes};
use super::refute::condition_at;
use warmlead::condition::Condition;
use warmlead::json;
use warmlead::problem::{Problem, Problems};
use warmlead::value::{Object, Value};

const TEXTS: [&str; 14] = ["a", "b", "A", "a,b", "", "0", "5", "7", "10", " 5 ", "true", "null", "[object Object]", "2026-01-01"];
const NUMBERS: [f64; 7] = [0.0, 1.0, 3.0, 5.0, 7.0, 10.0, -1.0];
const PATTERNS: [&str; 8] = [".*", "^a", "a$", "^a$", "", "a|", "5", "^.*$"];

fn object(key: &str, value: impl Into<Value>) -> Value {
    Object::from_iter([(key, value.into())]).into()
}

/// What a condition may compare with.
fn literal(c: &mut Choices<'_>) -> Value {
    match c.below(8) {
        0 => c.one([Value::Null, true.into(), false.into()]),
        1 => c.one([Value::from(vec!["a"]), Value::from(Vec::<Value>::new()), object("a", 1.0)]),
        2..=4 => c.of(&NUMBERS).into(),
        _ => c.of(&TEXTS).into(),
    }
}

fn literals(c: &mut Choices<'_>) -> Value {
    (0..c.below(4)).map(|_| literal(c)).collect::<Vec<Value>>().into()
}

fn bound(c: &mut Choices<'_>) -> Value {
    match c.below(6) {
        0 => c.rarely(2).into(),
        1..=2 => c.of(&TEXTS).into(),
        _ => c.of(&NUMBERS).into(),
    }
}

/// What is asked of the field.
fn test(c: &mut Choices<'_>, depth: usize) -> Value {
    if c.rarely(6) {
        return literal(c).as_object().map_or_else(|| c.of(&TEXTS).into(), |own| own.clone().into());
    }
    let mut operators = Object::new();
    for _ in 0..1 + c.below(3) {
        let kind = c.below(if depth > 1 { 12 } else { 15 });
        let (operator, operand) = self::operator(c, kind, depth);
        // Beside it, what asks the same of something else does not hold: what follows from the one for the other must be right.
        if kind < 12 && c.rarely(5) {
            let (_, other) = self::operator(c, kind, depth);
            operators.insert("$not", object(operator, other));
        }
        operators.insert(operator, operand);
    }
    operators.into()
}

/// One operator of a kind, and what it compares with.
fn operator(c: &mut Choices<'_>, kind: usize, depth: usize) -> (&'static str, Value) {
    match kind {
        0..=3 => (c.of(&["$gt", "$gte", "$lt", "$lte"]), bound(c)),
        4..=5 => (c.of(&["$in", "$nin", "$ini", "$nini"]), literals(c)),
        6 => (c.of(&["$eq", "$ne"]), literal(c)),
        7 => (c.of(&["$regex", "$notRegex", "$regexi", "$notRegexi"]), c.of(&PATTERNS).into()),
        8 => (c.of(&["$glob", "$globi"]), c.of(&["*", "a*", "a", "?", "**", ""]).into()),
        9 => (c.of(&["$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"]), c.of(&["1", "2", "2.0", "10", "a"]).into()),
        10 => ("$exists", c.rarely(2).into()),
        11 => ("$type", c.of(&["string", "number", "boolean", "array", "object", "null"]).into()),
        12 => ("$not", test(c, depth + 1)),
        13 => (c.of(&["$size", "$elemMatch"]), operators_only(c, depth + 1)),
        _ => (c.of(&["$all", "$alli"]), vec![test(c, depth + 1), operators_only(c, depth + 1)].into()),
    }
}

/// A test that is an object of operators, where no literal may stand.
fn operators_only(c: &mut Choices<'_>, depth: usize) -> Value {
    let is_operators = |value: &Value| value.as_object().is_some_and(|own| own.keys().all(|key| key.starts_with('$')));
    let value = test(c, depth);
    if is_operators(&value) { value } else { object("$gt", bound(c)) }
}

/// A condition on `properties.v`.
pub fn condition(c: &mut Choices<'_>, depth: usize) -> Value {
    let mut condition = Object::new();
    for _ in 0..1 + c.below(2) {
        match c.below(if depth > 1 { 3 } else { 6 }) {
            0..=2 => condition.insert("properties.v", test(c, 0)),
            3 => condition.insert("$not", self::condition(c, depth + 1)),
            _ => {
                let parts = vec![self::condition(c, depth + 1), self::condition(c, depth + 1)];
                condition.insert(c.of(&["$and", "$or", "$nor"]), parts);
            }
        }
    }
    condition.into()
}

/// Values near to what conditions ask for, of every kind.
pub fn values() -> Vec<Value> {
    let plain = || {
        let texts = TEXTS.iter().chain(&["B", "c", "aa", "1", "2", "2.0", "4", "6", "11", "1.9.9", "2026-02-01", "a\nb", "\n", "x"]);
        let numbers = NUMBERS.iter().chain(&[2.0, 4.0, 4.5, 6.0, 8.5, 11.0, 0.5, -2.0, 1e9]);
        let others = [Value::Null, true.into(), false.into()];
        texts.map(|text| Value::from(*text)).chain(numbers.map(|number| Value::from(*number))).chain(others).collect::<Vec<Value>>()
    };
    let lists = plain().into_iter().map(|one| Value::from(vec![one]));
    let pairs = plain().into_iter().flat_map(|one| ["a", "5"].map(|other| Value::from(vec![one.clone(), Value::from(other)])));
    let nested = ["a", "5", ""].map(|one| Value::from(vec![Value::from(vec![one])]));
    let more = [Value::from(Vec::<Value>::new()), object("a", 1.0), object("v", Value::Null), vec![object("a", 1.0)].into()];
    let many = [Value::from(vec!["a", "b", "A", "5", "7", ""]), Value::from(vec![0.0, 1.0, 3.0, 5.0, 7.0, 10.0])];
    plain().into_iter().chain(lists).chain(pairs).chain(nested).chain(more).chain(many).collect()
}

/// A model with a rule whose `where` is a random condition of this seed.
pub fn model(seed: u64) -> Value {
    let bytes = bytes(seed);
    let condition = condition(&mut Choices::new(&bytes), 0);
    let rule = Object::from_iter([("id", Value::from("r")), ("on", "click".into()), ("points", 1.0.into()), ("where", condition)]);
    Object::from_iter([("scores", object("engagement", Object::new())), ("rules", vec![Value::from(rule)].into())]).into()
}

/// The value, and what was said, that refute each other.
pub fn refute(model: &Value, warnings: &[Problem], values: &[Value]) -> Option<String> {
    warnings.iter().find_map(|warning| {
        let keys: Vec<String> = warning.path.split('/').skip(1).map(|key| key.replace("~1", "/").replace("~0", "~")).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let claimed = match warning.code {
            "RULE_NEVER_COUNTS" | "NEVER_TRUE" => false,
            "ALWAYS_TRUE" => true,
            _ => return None,
        };
        let condition = Condition::parse(&condition_at(model, &keys), &mut Problems::new()).unwrap();
        let document = |value: &Value| object("properties", object("v", value.clone()));
        let refuting = values.iter().find(|value| condition.matches(&document(value)) != claimed)?;
        Some(format!("{warning}\n  refuted by {}", json::print(refuting)))
    })
}

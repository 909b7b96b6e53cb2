//! Conditions: JSON text of `[condition, document]`. What is refused says why; what is read means what the judge says, and keeps the laws of
//! logic.

use super::{check_problems, value};
use warmlead::condition::{Condition, matches};
use warmlead::problem::Problems;
use warmlead::value::{Object, Value};
use warmlead::{json, reference};

/// Runs the target.
pub fn run(data: &[u8]) {
    let Some(Value::Array(pair)) = value(data) else { return };
    let null = Value::Null;
    let (given, document) = (pair.first().unwrap_or(&null), pair.get(1).unwrap_or(&null));
    let mut problems = Problems::new();
    let condition = Condition::parse(given, &mut problems);
    let problems = problems.into_vec();
    check_problems(&problems);
    let Some(condition) = condition else { return assert!(!problems.is_empty(), "a condition is refused without a reason") };
    assert!(problems.is_empty(), "{problems:?}");
    let holds = condition.matches(document);
    assert_eq!(holds, reference::holds(&condition, document), "the judge says otherwise");
    assert_eq!(
        json::parse(&json::print(given)).map(|again| matches(&again, document)),
        Ok(Ok(holds)),
        "it means something else when printed"
    );

    let with = |key: &str, operand: Value| Object::from_iter([(key, operand)]).into();
    let list = || Value::Array(vec![given.clone()]);
    for (around, expected) in
        [(with("$not", given.clone()), !holds), (with("$nor", list()), !holds), (with("$and", list()), holds), (with("$or", list()), holds)]
    {
        match matches(&around, document) {
            Ok(found) => assert_eq!(found, expected, "{}", json::print(&around)),
            Err(problems) => assert!(problems.iter().all(|problem| problem.code == "CONDITION_TOO_DEEP"), "{problems:?}"),
        }
    }
}

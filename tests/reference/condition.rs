//! Asking a condition of a document. It cannot fail: what could be wrong with a condition was found when it was read.

use crate::condition::coerce::{self, is_truthy, to_number, to_text};
use crate::condition::version;
use crate::condition::{AllOf, Clause, Condition, Element, Members, Operator, Relation, Term, Test};
use crate::value::Value;
use core::cmp::Ordering;

/// Whether a condition holds on a document.
pub fn holds(condition: &Condition, document: &Value) -> bool {
    clause_holds(&condition.clause, document)
}

/// Whether everything in a clause holds on a document.
fn clause_holds(clause: &Clause, document: &Value) -> bool {
    clause.iter().all(|term| term_holds(term, document))
}

fn term_holds(term: &Term, document: &Value) -> bool {
    let holds = |clause: &Clause| clause_holds(clause, document);
    match term {
        Term::Path(path, test) => passes(test, document.at(path).unwrap_or(&Value::Null)),
        Term::And(clauses) => clauses.iter().all(holds),
        Term::Or(clauses) => clauses.is_empty() || clauses.iter().any(holds),
        Term::Nor(clauses) => !clauses.is_empty() && !clauses.iter().any(holds),
        Term::Not(clause) => !holds(clause),
    }
}

fn passes(test: &Test, actual: &Value) -> bool {
    match test {
        Test::Equals(literal) => equals(literal, actual),
        Test::Operators(operators) => operators.iter().all(|operator| operator_holds(operator, actual)),
    }
}

/// Equality with a literal, which decides what the actual value is read as.
fn equals(literal: &Value, actual: &Value) -> bool {
    match literal {
        Value::Null => actual.is_null(),
        Value::Bool(bool) => !actual.is_null() && is_truthy(actual.into()) == *bool,
        Value::Number(number) => to_number(actual.into()) == *number,
        Value::String(string) => to_text(actual.into()) == *string,
        Value::Array(_) | Value::Object(_) => actual == literal,
    }
}

fn operator_holds(operator: &Operator, actual: &Value) -> bool {
    match operator {
        Operator::Identical(operand) => identical(actual, operand),
        Operator::Order(relation, operand) => {
            !actual.is_null() && coerce::compare(actual.into(), operand.into()).is_some_and(|order| allows(*relation, order))
        }
        Operator::Version(relation, operand) => allows(*relation, version::sort_key(actual.into()).as_str().cmp(operand)),
        Operator::Exists(wanted) => *wanted != actual.is_null(),
        Operator::Type(wanted) => type_name(actual) == wanted,
        Operator::In(members) => any_of(actual, |value| contain(members, value)),
        Operator::InFolded(members) => any_of(actual, |value| contain_folded(members, value)),
        Operator::All(wanted) => {
            actual.as_array().is_some_and(|items| wanted.iter().all(|one| items.iter().any(|item| is_met_by(one, item))))
        }
        Operator::Size(test) => actual.as_array().is_some_and(|items| passes(test, &Value::Number(items.len() as f64))),
        Operator::ElemMatch(element) => actual.as_array().is_some_and(|items| items.iter().any(|item| element_matches(element, item))),
        Operator::Regex(pattern) => pattern.is_match(&to_text(actual.into())),
        Operator::Glob(glob) => actual.as_str().is_some_and(|string| glob.is_match(string)),
        Operator::Not(test) => !passes(test, actual),
    }
}

/// GrowthBook passes over `null` elements (since its SDK 1.8.0; before, over `0`, `""` and `false`, too).
fn element_matches(element: &Element, item: &Value) -> bool {
    !item.is_null()
        && match element {
            Element::Value(test) => passes(test, item),
            Element::Document(clause) => clause_holds(clause, item),
        }
}

/// `===`: no two objects or lists are the same one.
fn identical(one: &Value, other: &Value) -> bool {
    !matches!(one, Value::Array(_) | Value::Object(_)) && one == other
}

/// Of a list, one element in question is enough.
fn any_of(actual: &Value, contains: impl Fn(&Value) -> bool) -> bool {
    match actual {
        Value::Array(items) => items.iter().any(contains),
        other => contains(other),
    }
}

fn contain(members: &Members, value: &Value) -> bool {
    match value {
        Value::String(string) => members.strings.contains(string),
        other => members.others.iter().any(|member| identical(other, member)),
    }
}

fn contain_folded(members: &Members, value: &Value) -> bool {
    match value {
        Value::String(string) => members.strings.contains(&string.to_lowercase()),
        other => contain(members, other),
    }
}

fn is_met_by(one: &AllOf, item: &Value) -> bool {
    match one {
        AllOf::Passes(test) => passes(test, item),
        AllOf::EqualsFolded(string) => to_text(item.into()).to_lowercase() == *string,
    }
}

fn allows(relation: Relation, order: Ordering) -> bool {
    match relation {
        Relation::Equal => order.is_eq(),
        Relation::Less => order.is_lt(),
        Relation::LessOrEqual => order.is_le(),
        Relation::Greater => order.is_gt(),
        Relation::GreaterOrEqual => order.is_ge(),
    }
}

fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

//! Asking a condition of a document. It cannot fail: what could be wrong with a condition was found when it was read.

use super::case::lower_case;
use super::coerce::{self, is_truthy, to_number, to_text};
use super::{AllOf, Clause, Element, Members, Operator, Relation, Term, Test, version};
use crate::value::Value;
use crate::value_ref::ValueRef;
use core::cmp::Ordering;

/// Whether everything in a clause holds on a document.
pub(crate) fn clause_holds(clause: &Clause, document: &Value) -> bool {
    clause.iter().all(|term| term_holds(term, document))
}

fn term_holds(term: &Term, document: &Value) -> bool {
    let holds = |clause: &Clause| clause_holds(clause, document);
    match term {
        Term::Path(path, test) => passes(test, document.at(path).into()),
        Term::And(clauses) => clauses.iter().all(holds),
        Term::Or(clauses) => clauses.is_empty() || clauses.iter().any(holds),
        Term::Nor(clauses) => !clauses.is_empty() && !clauses.iter().any(holds),
        Term::Not(clause) => !holds(clause),
    }
}

/// Whether a value passes a test.
pub(crate) fn passes(test: &Test, actual: ValueRef<'_>) -> bool {
    match test {
        Test::Equals(literal) => equals(literal, actual),
        Test::Operators(operators) => operators.iter().all(|operator| operator_holds(operator, actual)),
    }
}

/// Equality with a literal, which decides what the actual value is read as.
fn equals(literal: &Value, actual: ValueRef<'_>) -> bool {
    match literal {
        Value::Null => actual.is_null(),
        Value::Bool(bool) => !actual.is_null() && is_truthy(actual) == *bool,
        Value::Number(number) => to_number(actual) == *number,
        Value::String(string) => to_text(actual) == *string,
        Value::Array(_) | Value::Object(_) => actual == *literal,
    }
}

fn operator_holds(operator: &Operator, actual: ValueRef<'_>) -> bool {
    match operator {
        Operator::Identical(operand) => identical(actual, operand),
        Operator::Order(relation, operand) => {
            !actual.is_null() && coerce::compare(actual, operand.into()).is_some_and(|order| relation.allows(order))
        }
        Operator::Version(relation, operand) => relation.allows(version::sort_key(actual).as_str().cmp(operand)),
        Operator::Exists(wanted) => *wanted != actual.is_null(),
        Operator::Type(wanted) => type_name(actual) == wanted,
        Operator::In(members) => any_of(actual, |value| members.contain(value)),
        Operator::InFolded(members) => any_of(actual, |value| members.contain_folded(value)),
        Operator::All(wanted) => {
            actual.as_array().is_some_and(|items| wanted.iter().all(|one| items.iter().any(|item| one.is_met_by(item.into()))))
        }
        Operator::Size(test) => actual.as_array().is_some_and(|items| passes(test, ValueRef::Number(items.len() as f64))),
        Operator::ElemMatch(element) => actual.as_array().is_some_and(|items| items.iter().any(|item| element_matches(element, item))),
        Operator::Regex(pattern) => pattern.is_match(&to_text(actual)),
        Operator::Glob(glob) => actual.as_text().is_some_and(|text| glob.is_match(text)),
        Operator::Not(test) => !passes(test, actual),
    }
}

/// GrowthBook passes over `null` elements (since its SDK 1.8.0; before, over `0`, `""` and `false`, too).
fn element_matches(element: &Element, item: &Value) -> bool {
    !item.is_null()
        && match element {
            Element::Value(test) => passes(test, item.into()),
            Element::Document(clause) => clause_holds(clause, item),
        }
}

/// `===`: no two objects or lists are the same one.
fn identical(one: ValueRef<'_>, other: &Value) -> bool {
    !matches!(one, ValueRef::Whole(_)) && one == *other
}

/// Of a list, one element in question is enough.
fn any_of(actual: ValueRef<'_>, contains: impl Fn(ValueRef<'_>) -> bool) -> bool {
    match actual.as_array() {
        Some(items) => items.iter().any(|item| contains(item.into())),
        None => contains(actual),
    }
}

impl Members {
    /// The members of an operand; with `fold`, its strings in lower case.
    pub(super) fn new(operand: &[Value], fold: bool) -> Members {
        let mut strings: Vec<String> =
            operand.iter().filter_map(Value::as_str).map(|string| if fold { lower_case(string) } else { string.to_owned() }).collect();
        crate::order::sort(&mut strings);
        strings.dedup();
        Members { strings, others: operand.iter().filter(|value| value.as_str().is_none()).cloned().collect() }
    }

    fn contain(&self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::Text(text) => self.contain_string(text),
            other => self.others.iter().any(|member| identical(other, member)),
        }
    }

    fn contain_folded(&self, value: ValueRef<'_>) -> bool {
        match value {
            ValueRef::Text(text) => self.contain_string(&lower_case(text)),
            other => self.contain(other),
        }
    }

    fn contain_string(&self, string: &str) -> bool {
        self.strings.binary_search_by(|member| member.as_str().cmp(string)).is_ok()
    }
}

impl AllOf {
    fn is_met_by(&self, item: ValueRef<'_>) -> bool {
        match self {
            AllOf::Passes(test) => passes(test, item),
            AllOf::EqualsFolded(string) => lower_case(&to_text(item)) == *string,
        }
    }
}

impl Relation {
    pub(crate) fn allows(self, order: Ordering) -> bool {
        match self {
            Relation::Equal => order.is_eq(),
            Relation::Less => order.is_lt(),
            Relation::LessOrEqual => order.is_le(),
            Relation::Greater => order.is_gt(),
            Relation::GreaterOrEqual => order.is_ge(),
        }
    }
}

fn type_name(value: ValueRef<'_>) -> &'static str {
    match value {
        ValueRef::Null => "null",
        ValueRef::Bool(_) => "boolean",
        ValueRef::Number(_) => "number",
        ValueRef::Text(_) => "string",
        ValueRef::Whole(Value::Array(_)) => "array",
        ValueRef::Whole(_) => "object",
    }
}

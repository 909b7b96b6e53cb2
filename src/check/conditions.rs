//! Conditions, and parts of conditions, that always or never hold.

use super::assume::{Conflict, Facts, Reasoner};
use super::narrow::asks;
use super::set::{Set, Texts};
use crate::condition::meant;
use crate::condition::parse::OPERATORS;
use crate::condition::{Clause, Operator, Term, Test};
use crate::problem::{Problems, did_you_mean};
use crate::time::parse_iso;
use crate::value::Value;

/// Warns of a condition at the problems' place that always or never holds; else of its parts that do.
/// Says whether it can hold.
pub fn report(clause: &Clause, reasoner: &Reasoner<'_>, never: (&'static str, &str), problems: &mut Problems) -> bool {
    let (code, consequence) = never;
    match reasoner.assume(&Facts::default(), clause, true) {
        Err(conflict) => {
            let message = format!("{consequence}: {}", reason(&conflict, "never"));
            problems.add_with_hint(code, message, hint(&conflict));
            return false;
        }
        Ok(_) if clause.is_empty() => problems.add("ALWAYS_TRUE", "this always holds: it asks for nothing"),
        Ok(_) => match reasoner.assume(&Facts::default(), clause, false) {
            Err(conflict) => problems.add("ALWAYS_TRUE", format!("this always holds: {}", reason(&conflict, "always"))),
            Ok(_) => parts(clause, reasoner, problems),
        },
    }
    true
}

/// What is said of a condition that never holds where nothing else follows.
pub const NEVER: (&str, &str) = ("NEVER_TRUE", "this never holds");

/// Why something is impossible, in words: `how` what is asked for comes out, `never` or `always`.
pub fn reason(conflict: &Conflict<'_>, how: &str) -> String {
    match conflict {
        Conflict::Form => "an empty list says so by itself".to_owned(),
        Conflict::Value { path, left, everywhere: true, .. } if *left == Set::ANYTHING => {
            format!("whatever `{path}` is, it is {how} what is asked for here")
        }
        Conflict::Value { path, left, everywhere: true, .. } => match left.describe() {
            several if several.contains(' ') => format!("`{path}` is {several}, {how} what is asked for here"),
            one => format!("`{path}` is always {one}"),
        },
        Conflict::Value { path, left, .. } if how == "always" => {
            format!("where one part of it does not hold, `{path}` is {}, and there another part holds", left.describe())
        }
        Conflict::Value { path, left, .. } => format!("the rest of it holds only where `{path}` is {}", left.describe()),
        Conflict::Pair(one, _) if how == "always" => format!("one part of it holds of `{}` wherever another does not", one.path),
        Conflict::Pair(one, other) => match (one.describe(), other.describe()) {
            (Some(this), Some(that)) => format!("`{}` can't be {this} and {that} at once", one.path),
            _ => format!("no value of `{}` is all that is asked of it", one.path),
        },
    }
}

/// A guess at what was meant, where a word is asked for that is none of those there are.
pub fn hint(conflict: &Conflict<'_>) -> Option<String> {
    let Conflict::Value { path, test, left, .. } = conflict else { return None };
    if let Test::Equals(Value::Object(object)) = test
        && let Some((key, _)) = object.iter().find(|(_, value)| asks(value))
    {
        return Some(format!("did you mean `{path}.{key}`?"));
    }
    if let Some(operator) = operator(test) {
        return Some(operator);
    }
    if *left == Set::MISSING && *path == "grade" {
        return Some("the model has no `grade`: list there the scores whose grades make it".to_owned());
    }
    let Texts::Among(known) = &left.texts else { return None };
    if left.number.is_some() && known.is_empty() {
        return millis(test).map(|millis| format!("times here are milliseconds since 1970; did you mean `{millis}`?"));
    }
    let begun =
        |word: &str| known.iter().find(|known| word.len() > 3 && known.starts_with(word)).map(|known| format!("did you mean `{known}`?"));
    words(test).into_iter().find_map(|word| did_you_mean(word, known.iter().map(String::as_str)).or_else(|| begun(word)))
}

/// The operator that was probably meant by a list, or an object, which the value is to equal: one whose key lacks the dollar.
fn operator(test: &Test) -> Option<String> {
    let key = match test {
        Test::Equals(Value::Array(_)) => return Some("did you mean `$in`?".to_owned()),
        Test::Equals(Value::Object(object)) => object.keys().next()?,
        _ => return None,
    };
    match meant::same(key) {
        Some(meant) => Some(format!("did you mean `{meant}`?")),
        None => meant::operator(&format!("${key}"), &OPERATORS),
    }
}

/// The time, as a number, with which something is compared as a text.
fn millis(test: &Test) -> Option<i64> {
    let text = match test {
        Test::Equals(literal) => literal.as_str(),
        Test::Operators(operators) => operators.iter().find_map(|operator| match operator {
            Operator::Order(_, operand) | Operator::Identical(operand) => operand.as_str(),
            _ => None,
        }),
    }?;
    parse_iso(text).or_else(|| parse_iso(&format!("{text}T00:00Z")))
}

/// The strings that a test asks for.
fn words(test: &Test) -> Vec<&str> {
    match test {
        Test::Equals(literal) => literal.as_str().into_iter().collect(),
        Test::Operators(operators) => operators
            .iter()
            .flat_map(|operator| match operator {
                Operator::Identical(literal) => literal.as_str().into_iter().collect(),
                Operator::In(members) => members.strings.iter().map(String::as_str).collect(),
                Operator::Not(test) => words(test),
                _ => Vec::new(),
            })
            .collect(),
    }
}

/// Goes through the keys of a condition that is neither.
fn parts(clause: &Clause, reasoner: &Reasoner<'_>, problems: &mut Problems) {
    for term in clause {
        let key = match term {
            Term::Path(path, _) => path.as_str(),
            Term::And(_) => "$and",
            Term::Or(_) => "$or",
            Term::Nor(_) => "$nor",
            Term::Not(_) => "$not",
        };
        problems.at(key, |problems| part(term, clause.len() > 1, reasoner, problems));
    }
}

/// Looks at one key; what the whole condition has been found to be need not be asked of its only key again.
fn part(term: &Term, ask: bool, reasoner: &Reasoner<'_>, problems: &mut Problems) {
    if ask {
        if let Err(conflict) = reasoner.assume_term(&Facts::default(), term, true) {
            let message = format!("this part never holds: {}", reason(&conflict, "never"));
            return problems.add_with_hint(NEVER.0, message, hint(&conflict));
        }
        if let Err(conflict) = reasoner.assume_term(&Facts::default(), term, false) {
            return problems.add("ALWAYS_TRUE", format!("this part always holds: {}", reason(&conflict, "always")));
        }
    }
    match term {
        Term::Path(..) => {}
        Term::Not(clause) => parts(clause, reasoner, problems),
        Term::And(clauses) | Term::Or(clauses) | Term::Nor(clauses) => {
            for (index, clause) in clauses.iter().enumerate() {
                problems.at(index, |problems| report(clause, reasoner, ("NEVER_TRUE", "this part never holds"), problems));
            }
        }
    }
}

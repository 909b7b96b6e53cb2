//! Conditions, and parts of conditions, that always or never hold.

use super::assume::{Conflict, Facts, Reasoner};
use super::set::Texts;
use crate::condition::{Clause, Operator, Term, Test};
use crate::problem::{Problems, did_you_mean};

/// Warns of a condition at the problems' place that always or never holds; else of its parts that do. `{}` says itself that it always holds.
/// Says whether it can hold.
pub fn report(clause: &Clause, reasoner: &Reasoner<'_>, never: (&'static str, &str), problems: &mut Problems) -> bool {
    let (code, consequence) = never;
    match reasoner.assume(&Facts::default(), clause, true) {
        Err(conflict) => {
            let message = format!("{consequence}: {}", reason(&conflict));
            problems.add_with_hint(code, message, hint(&conflict));
            return false;
        }
        Ok(_) if clause.is_empty() => {}
        Ok(_) => match reasoner.assume(&Facts::default(), clause, false) {
            Err(conflict) => problems.add("ALWAYS_TRUE", format!("this always holds: {}", reason(&conflict))),
            Ok(_) => parts(clause, reasoner, problems),
        },
    }
    true
}

/// What is said of a condition that never holds where nothing else follows.
pub const NEVER: (&str, &str) = ("NEVER_TRUE", "this never holds");

/// Why something is impossible, in words.
pub fn reason(conflict: &Conflict<'_>) -> String {
    match conflict.asked {
        None => "an empty list says so by itself".to_owned(),
        Some((path, ..)) if conflict.everywhere => format!("`{path}` is {}", always(&conflict.left.describe())),
        Some((path, ..)) => format!("the rest of it holds only where `{path}` is {}", conflict.left.describe()),
    }
}

fn always(words: &str) -> String {
    if words.contains(' ') { words.to_owned() } else { format!("always {words}") }
}

/// A guess at what was meant, where a word is asked for that is none of those there are.
pub fn hint(conflict: &Conflict<'_>) -> Option<String> {
    let (_, test, _) = conflict.asked?;
    let Texts::Among(known) = &conflict.left.texts else { return None };
    words(test).into_iter().find_map(|word| did_you_mean(word, known.iter().map(String::as_str)))
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
            let message = format!("this part never holds: {}", reason(&conflict));
            return problems.add_with_hint(NEVER.0, message, hint(&conflict));
        }
        if let Err(conflict) = reasoner.assume_term(&Facts::default(), term, false) {
            return problems.add("ALWAYS_TRUE", format!("this part always holds: {}", reason(&conflict)));
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

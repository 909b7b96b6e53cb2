//! What a condition asks of single values, and whether each of these holds: the thresholds that a difference of two models comes down to.

use crate::condition::evaluate::clause_holds;
use crate::condition::{Clause, Operator, Relation, Term, Test};
use crate::value::Value;
use std::sync::Arc;

/// One comparison of a value with a constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// The dotted path of the value.
    pub path: String,
    /// `$eq`, `$gt`, `$gte`, `$lt` or `$lte`.
    pub operator: &'static str,
    /// What it is compared with.
    pub asks: Value,
    /// Whether it holds.
    pub holds: bool,
}

/// All comparisons with constants in a condition, in the order written, those below `$or` and `$not` included.
pub fn asks(clause: &Clause, document: &Value) -> Vec<Ask> {
    let mut found = Vec::new();
    for term in clause {
        match term {
            Term::Path(path, test) => of_test(path, test, document, &mut found),
            Term::And(clauses) | Term::Or(clauses) | Term::Nor(clauses) => {
                clauses.iter().for_each(|clause| found.extend(asks(clause, document)));
            }
            Term::Not(clause) => found.extend(asks(clause, document)),
        }
    }
    found
}

fn of_test(path: &str, test: &Test, document: &Value, found: &mut Vec<Ask>) {
    let mut add = |operator, asks: &Value, alone: Test| {
        let holds = clause_holds(&vec![Term::Path(path.to_owned(), Arc::new(alone))], document);
        found.push(Ask { path: path.to_owned(), operator, asks: asks.clone(), holds });
    };
    match test {
        Test::Equals(value) => add("$eq", value, test.clone()),
        Test::Operators(operators) => {
            for operator in operators {
                let alone = || Test::Operators(vec![operator.clone()]);
                match operator {
                    Operator::Identical(value) => add("$eq", value, alone()),
                    Operator::Order(relation, value) => add(name(*relation), value, alone()),
                    _ => {}
                }
            }
        }
    }
}

fn name(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "$eq",
        Relation::Less => "$lt",
        Relation::LessOrEqual => "$lte",
        Relation::Greater => "$gt",
        Relation::GreaterOrEqual => "$gte",
    }
}

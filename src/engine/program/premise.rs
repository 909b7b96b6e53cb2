//! What conditions ask about a single trait: many ask the same (a country, a role), which is answered once for all of them whenever the trait changes.

use super::condition::Cond;
use super::slot::Keys;
use super::table::Table;
use crate::condition::evaluate::passes;
use crate::condition::{Operator, Test};
use crate::value::{Object, Value};
use crate::value_ref::dig;
use std::sync::Arc;

/// A question about a trait.
#[derive(Clone, Debug)]
pub struct Premise {
    /// Where the trait stands among the traits.
    keys: Keys,
    /// What it is to pass; `None` if every change of it matters.
    test: Option<Arc<Test>>,
    /// The conditions on the visitor that depend on the answer.
    pub nodes: Vec<u32>,
}

impl Premise {
    /// Whether it holds of some traits; `None` if it has no answer.
    pub fn holds(&self, traits: &Object) -> Option<bool> {
        self.test.as_ref().map(|test| passes(test, dig(Some(traits), &self.keys).get()))
    }

    /// What it asks about, and what.
    pub fn asks(&self) -> (&Keys, Option<&Test>) {
        (&self.keys, self.test.as_deref())
    }
}

/// All premises of a model, while it is compiled.
#[derive(Debug, Default)]
pub struct Premises {
    pub list: Vec<Premise>,
    /// The places of those that may be asked again, by what they ask.
    places: Table<Option<u32>>,
}

impl Premises {
    /// The place of a question.
    pub fn place(&mut self, keys: &Keys, test: Option<&Arc<Test>>) -> u32 {
        let next = self.list.len() as u32;
        if let Some(name) = test.and_then(|test| name(keys, test)) {
            let place = self.places.entry(&name);
            if let Some(place) = place {
                return *place;
            }
            *place = Some(next);
        }
        self.list.push(Premise { keys: keys.clone(), test: test.cloned(), nodes: Vec::new() });
        next
    }

    /// Puts premises in the place of what a condition asks about single traits; `keys` says where a place among the traits is.
    pub fn replace<S>(&mut self, condition: &mut Cond<S>, keys: fn(&S) -> Option<&Keys>) {
        match condition {
            Cond::All(list) | Cond::Any(list) => list.iter_mut().for_each(|one| self.replace(one, keys)),
            Cond::Not(not) => self.replace(not, keys),
            Cond::Test(slot, test) => {
                if let Some(keys) = keys(slot).filter(|keys| !keys.is_empty()) {
                    *condition = Cond::Premise(self.place(keys, Some(test)));
                }
            }
            Cond::Premise(_) => {}
        }
    }
}

/// The same text for the same question, if it is of a kind that is asked again and again.
fn name(keys: &Keys, test: &Test) -> Option<String> {
    let (kind, value) = match test {
        Test::Equals(value) => (0, value),
        Test::Operators(operators) => match operators.as_slice() {
            [Operator::Identical(value)] => (1, value),
            [Operator::Order(relation, value)] => (2 + *relation as usize, value),
            _ => return None,
        },
    };
    let path = keys.join(".");
    match value {
        Value::String(text) => Some(format!("{kind} {} {path} \"{text}", path.len())),
        Value::Number(number) => Some(format!("{kind} {} {path} #{}", path.len(), number.to_bits())),
        _ => None,
    }
}

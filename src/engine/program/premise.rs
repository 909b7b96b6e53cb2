//! What conditions ask about a single trait: many ask the same (a country, a role), which is answered once for all of them whenever the trait changes.

use super::condition::Cond;
use super::slot::Keys;
use super::table::Table;
use crate::condition::evaluate::passes;
use crate::condition::number::push_whole;
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
            Cond::All(list) | Cond::Any(list) => {
                list.iter_mut().for_each(|one| self.replace(one, keys));
                // What has its answer already is asked first.
                let (mut first, others): (Vec<_>, Vec<_>) = list.drain(..).partition(|one| matches!(one, Cond::Premise(_)));
                first.extend(others);
                *list = first;
            }
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
    // Each part stands behind its length, so that no two questions have one name.
    let mut name = String::new();
    push_whole(kind as u64, &mut name);
    match value {
        Value::String(text) => push_measured(text, &mut name),
        Value::Number(number) => {
            name.push('#');
            push_whole(number.to_bits(), &mut name);
        }
        _ => return None,
    }
    keys.iter().for_each(|key| push_measured(key, &mut name));
    Some(name)
}

/// Writes a text behind its length.
fn push_measured(text: &str, name: &mut String) {
    name.push(' ');
    push_whole(text.len() as u64, name);
    name.push(' ');
    name.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::super::slot::VisitorSlot;
    use super::*;
    use crate::condition::Condition;
    use crate::json;
    use crate::problem::Problems;

    /// The premises in the places of a condition's tests, in order.
    fn places(premises: &mut Premises, condition: &str) -> Vec<u32> {
        let condition = Condition::parse(&json::parse(condition).unwrap(), &mut Problems::default()).unwrap();
        let mut condition = Cond::compile(&condition, &|path| VisitorSlot::of(path, |_| None, |_| None));
        premises.replace(&mut condition, VisitorSlot::traits);
        let mut places = Vec::new();
        condition.parts(&mut |part| match part {
            Cond::Premise(place) => places.push(*place),
            _ => places.push(u32::MAX),
        });
        places
    }

    #[test]
    fn the_same_question_is_asked_once_and_others_are_not_taken_for_it() {
        let mut premises = Premises::default();
        let all = r#"{ "$and": [{ "traits.a": 5 }, { "traits.a": "5" }, { "traits.a": "" }, { "traits.b": 5 }, { "traits.a.b": 5 }, { "traits.a": { "$gt": 5 } },
            { "traits.a": { "$gte": 5 } }, { "traits.a": { "$lt": 5 } }, { "traits.a": { "$lte": 5 } }, { "traits.a": { "$eq": 5 } }, { "traits.a": { "$eq": "5" } }, { "traits.a": true },
            { "traits.a b": "c" }, { "traits.a": "b c" }] }"#;
        let first = places(&mut premises, all);
        let mut different = first.clone();
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), first.len(), "{first:?}");
        // All but `true`, which is not asked often.
        let again: Vec<bool> = places(&mut premises, all).iter().zip(&first).map(|(one, other)| one == other).collect();
        assert_eq!(again.iter().filter(|same| !**same).count(), 1, "{again:?}");
    }

    #[test]
    fn what_is_not_about_a_single_trait_stays() {
        let mut premises = Premises::default();
        assert_eq!(
            places(&mut premises, r#"{ "stage": "mql", "traits": { "$exists": true }, "signals.x": { "$gte": 1 } }"#),
            [u32::MAX; 3]
        );
        assert!(premises.list.is_empty());
    }
}

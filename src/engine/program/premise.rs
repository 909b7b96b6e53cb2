//! What conditions ask about a single trait or a single signal: many ask the same (a country, so many visits), which is answered once for all of them whenever the trait
//! or the signal changes.

use super::condition::Cond;
use super::slot::Keys;
use super::table::Table;
use crate::condition::evaluate::passes;
use crate::condition::number::push_whole;
use crate::condition::{Operator, Test};
use crate::value::{Object, Value};
use crate::value_ref::{Found, ValueRef, dig};
use std::sync::Arc;

/// What a question is about.
#[derive(Clone, Debug)]
pub enum Subject {
    /// What stands there among the traits; not all of them.
    Trait(Keys),
    /// The value of a signal, by place.
    Signal(usize),
}

/// A question.
#[derive(Clone, Debug)]
pub struct Premise {
    /// What it is about.
    pub subject: Subject,
    /// What that is to pass; `None` if every change of it matters.
    pub test: Option<Arc<Test>>,
    /// The conditions on the visitor that depend on the answer.
    pub nodes: Vec<Told>,
}

/// A condition on the visitor that depends on a premise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Its place.
    pub node: u32,
    /// Another premise without which it can't hold either, if it is one of those that hold only if all of some do: most ask for a number and a segment, and are another
    /// segment's.
    pub other: Option<u32>,
}

impl Premise {
    /// Whether it holds of what it is about; `None` if it has no answer.
    pub fn holds(&self, value: ValueRef<'_>) -> Option<bool> {
        self.test.as_ref().map(|test| passes(test, value))
    }

    /// What it is about, if that is a trait.
    pub fn find<'a>(&self, traits: &'a Object) -> Found<'a> {
        match &self.subject {
            Subject::Trait(keys) => dig(Some(traits), keys),
            Subject::Signal(_) => Found::Seen(ValueRef::Null),
        }
    }
}

/// All premises of a model, while it is compiled.
#[derive(Debug, Default)]
pub struct Premises {
    pub list: Vec<Premise>,
    /// The places of those that may be asked again, by what they ask.
    places: Table<Option<u32>>,
    /// Room for what one asks.
    name: String,
}

impl Premises {
    /// The place of a question.
    pub fn place(&mut self, subject: Subject, test: Option<&Arc<Test>>) -> u32 {
        let next = self.list.len() as u32;
        self.name.clear();
        if test.is_some_and(|test| name(&subject, test, &mut self.name)) {
            let place = self.places.entry(&self.name);
            if let Some(place) = place {
                return *place;
            }
            *place = Some(next);
        }
        self.list.push(Premise { subject, test: test.cloned(), nodes: Vec::new() });
        next
    }

    /// Has a condition told of every change.
    pub fn tell(&mut self, subject: Subject, node: u32) {
        let place = self.place(subject, None);
        self.add(place, Told { node, other: None });
    }

    /// Has a condition told whenever a premise has another answer: once, however often it is added. Conditions come one after another.
    pub fn add(&mut self, place: u32, told: Told) {
        if let Some(own) = self.list.get_mut(place as usize).filter(|own| own.nodes.last().is_none_or(|last| last.node != told.node)) {
            own.nodes.push(told);
        }
    }

    /// Puts premises in the place of what a condition asks about single traits and signals; `subject` says which of them stands at a place.
    pub fn replace<S>(&mut self, condition: &mut Cond<S>, subject: fn(&mut S) -> Option<Subject>) {
        match condition {
            Cond::All(list) | Cond::Any(list) => {
                list.iter_mut().for_each(|one| self.replace(one, subject));
                // What has its answer already is asked first.
                let mut first = 0;
                for place in 0..list.len() {
                    if let Some(others @ [.., Cond::Premise(_)]) = list.get_mut(first..=place) {
                        others.rotate_right(1);
                        first += 1;
                    }
                }
            }
            Cond::Not(not) => self.replace(not, subject),
            Cond::Test(slot, test) => {
                if let Some(subject) = subject(slot) {
                    *condition = Cond::Premise(self.place(subject, Some(test)));
                }
            }
            Cond::Premise(_) => {}
        }
    }
}

/// Writes the same text for the same question, if it is of a kind that is asked again and again; says whether it is.
fn name(subject: &Subject, test: &Test, name: &mut String) -> bool {
    let (kind, value) = match test {
        Test::Equals(value) => (0, value),
        Test::Operators(operators) => match operators.as_slice() {
            [Operator::Identical(value)] => (1, value),
            [Operator::Order(relation, value)] => (2 + *relation as usize, value),
            _ => return false,
        },
    };
    // Each part stands behind its length, so that no two questions have one name.
    push_whole(kind as u64, name);
    match value {
        Value::String(text) => push_measured(text, name),
        Value::Number(number) => {
            name.push('#');
            push_whole(number.to_bits(), name);
        }
        _ => return false,
    }
    match subject {
        Subject::Trait(keys) => keys.iter().for_each(|key| push_measured(key, name)),
        Subject::Signal(place) => {
            name.push('.');
            push_whole(*place as u64, name);
        }
    }
    true
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
        let signal = |name: &str| ["visits", "forms"].iter().position(|own| *own == name);
        let mut condition = Cond::compile(&condition, &|path| VisitorSlot::of(path, signal, |_| None));
        premises.replace(&mut condition, VisitorSlot::subject);
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
    fn signals_are_asked_about_as_traits_are() {
        let mut premises = Premises::default();
        let all = r#"{ "$and": [{ "signals.visits": { "$gte": 3 } }, { "signals.forms": { "$gte": 3 } }, { "traits.visits": { "$gte": 3 } }, { "traits.0": { "$gte": 3 } },
            { "signals.visits": { "$gte": 3 } }] }"#;
        assert_eq!(places(&mut premises, all), [0, 1, 2, 3, 0]);
    }

    #[test]
    fn what_is_not_about_a_single_trait_or_signal_stays() {
        let mut premises = Premises::default();
        assert_eq!(
            places(
                &mut premises,
                r#"{ "stage": "mql", "traits": { "$exists": true }, "signals.x": { "$gte": 1 }, "signals.visits.x": 1 }"#
            ),
            [u32::MAX; 4]
        );
        assert!(premises.list.is_empty());
    }
}

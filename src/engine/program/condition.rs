//! A condition of a model, compiled: its paths have become places.

use super::slot::Found;
use crate::condition::evaluate::passes;
use crate::condition::{Clause, Condition, Term, Test};
use std::sync::Arc;

/// A condition on a document with places of the kind `S`.
#[derive(Clone, Debug)]
pub enum Cond<S> {
    /// All of these hold.
    All(Vec<Cond<S>>),
    /// One of these holds.
    Any(Vec<Cond<S>>),
    /// This does not hold.
    Not(Box<Cond<S>>),
    /// What is at a place passes a test.
    Test(S, Arc<Test>),
    /// What is asked about a trait or a signal, and was answered when that changed: a place among the program's premises.
    Premise(u32),
}

/// Something that can be asked what is at a place.
pub trait Document<S> {
    /// What is there; nothing is `null`.
    fn at<'a>(&'a self, slot: &'a S) -> Found<'a>;

    /// Whether a premise holds.
    fn premise(&self, place: u32) -> bool;
}

impl<S> Cond<S> {
    /// Compiles a condition; `slot` says where a path leads.
    pub fn compile(condition: &Condition, slot: &impl Fn(&str) -> S) -> Cond<S> {
        clause(&condition.clause, slot)
    }

    /// Whether it holds.
    pub fn holds(&self, document: &impl Document<S>) -> bool {
        match self {
            Cond::All(all) => all.iter().all(|one| one.holds(document)),
            Cond::Any(any) => any.iter().any(|one| one.holds(document)),
            Cond::Not(not) => !not.holds(document),
            Cond::Test(slot, test) => passes(test, document.at(slot).get()),
            Cond::Premise(place) => document.premise(*place),
        }
    }

    /// Another premise than this one without which it can't hold, if it holds only if this one does.
    pub fn other_premise(&self, place: u32) -> Option<u32> {
        let Cond::All(all) = self else { return None };
        let premises = || all.iter().filter_map(|one| if let Cond::Premise(own) = one { Some(*own) } else { None });
        if premises().any(|own| own == place) { premises().find(|own| *own != place) } else { None }
    }

    /// Calls `each` with every place that is tested.
    pub fn each(&self, each: &mut impl FnMut(&S, &Test)) {
        self.parts(&mut |part| {
            if let Cond::Test(slot, test) = part {
                each(slot, test);
            }
        });
    }

    /// Calls `each` with every part that is made of no others.
    pub fn parts(&self, each: &mut impl FnMut(&Cond<S>)) {
        match self {
            Cond::All(list) | Cond::Any(list) => list.iter().for_each(|one| one.parts(each)),
            Cond::Not(not) => not.parts(each),
            Cond::Test(..) | Cond::Premise(_) => each(self),
        }
    }
}

fn clause<S>(terms: &Clause, slot: &impl Fn(&str) -> S) -> Cond<S> {
    let mut compiled: Vec<Cond<S>> = terms.iter().map(|own| term(own, slot)).collect();
    match compiled.pop() {
        Some(only) if compiled.is_empty() => only,
        last => {
            compiled.extend(last);
            Cond::All(compiled)
        }
    }
}

fn term<S>(term: &Term, slot: &impl Fn(&str) -> S) -> Cond<S> {
    let clauses = |list: &[Clause]| -> Vec<Cond<S>> { list.iter().map(|own| clause(own, slot)).collect() };
    match term {
        Term::Path(path, test) => Cond::Test(slot(path), Arc::clone(test)),
        Term::And(list) => Cond::All(clauses(list)),
        // An empty `$or` holds, so an empty `$nor` does not.
        Term::Or(list) if list.is_empty() => Cond::All(Vec::new()),
        Term::Or(list) => Cond::Any(clauses(list)),
        Term::Nor(list) if list.is_empty() => Cond::Any(Vec::new()),
        Term::Nor(list) => Cond::Not(Box::new(Cond::Any(clauses(list)))),
        Term::Not(own) => Cond::Not(Box::new(clause(own, slot))),
    }
}

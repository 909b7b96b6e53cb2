//! What follows if a condition holds, or does not: which values are left for the paths that it reads, or that none are.
//!
//! It errs on one side only. “Impossible” is certain; whatever could not be decided is possible.

use super::narrow::narrow;
use super::set::Set;
use crate::condition::{Clause, Term, Test};
use std::cell::Cell;

/// A document as far as a model alone can tell: what may stand at a path.
pub trait Document {
    /// What the value at a path may be.
    fn at(&self, path: &str) -> Set;
}

/// What is known of some paths beyond what holds for every document.
#[derive(Clone, Debug, Default)]
pub struct Facts(Vec<(String, Set)>);

impl Facts {
    /// What is known of a path.
    pub fn at(&self, path: &str, document: &dyn Document) -> Set {
        self.0.iter().find(|(own, _)| own == path).map_or_else(|| document.at(path), |(_, set)| set.clone())
    }

    /// Puts down what is known of a path.
    pub fn set(&mut self, path: &str, set: Set) {
        match self.0.iter_mut().find(|(own, _)| own == path) {
            Some((_, own)) => *own = set,
            None => self.0.push((path.to_owned(), set)),
        }
    }

    /// What holds in either case.
    fn join(self, other: &Facts) -> Facts {
        let joined = self.0.into_iter().filter_map(|(path, set)| {
            let (_, more) = other.0.iter().find(|(own, _)| *own == path)?;
            Some((path, set.join(more.clone())))
        });
        Facts(joined.collect())
    }
}

/// Why something is impossible: what is asked of a path, and what the value there may be.
#[derive(Clone, Debug)]
pub struct Conflict<'c> {
    /// The path, its test, and whether that was to pass; `None` where a condition says it by its form alone, as `$nor: []` does.
    pub asked: Option<(&'c str, &'c Test, bool)>,
    /// What the value could be.
    pub left: Set,
    /// Whether every document is so, rather than those that meet the rest of the condition.
    pub everywhere: bool,
}

/// Thinks about conditions on one document. After so many steps it gives up on a condition: conditions may be hostile.
pub struct Reasoner<'d> {
    /// The document.
    pub document: &'d dyn Document,
    steps: Cell<u32>,
}

/// A condition, or a part of it, that is said to hold or not to hold.
#[derive(Clone, Copy)]
enum Claim<'c> {
    Clause(&'c Clause, bool),
    Term(&'c Term, bool),
}

/// What must be so for a claim: tests of paths, and choices of claims one of which must be so.
#[derive(Default)]
struct Needs<'c> {
    tests: Vec<(&'c str, &'c Test, bool)>,
    choices: Vec<Vec<Claim<'c>>>,
}

impl<'d> Reasoner<'d> {
    /// For a document.
    pub fn new(document: &'d dyn Document) -> Reasoner<'d> {
        Reasoner { document, steps: Cell::new(0) }
    }

    /// What is known if a condition holds (or does not) where these facts do.
    ///
    /// # Errors
    /// Why that is impossible.
    pub fn assume<'c>(&self, facts: &Facts, clause: &'c Clause, holds: bool) -> Result<Facts, Conflict<'c>> {
        self.steps.set(0);
        self.claim(facts, Claim::Clause(clause, holds))
    }

    /// The same of one key of a condition.
    ///
    /// # Errors
    /// Why that is impossible.
    pub fn assume_term<'c>(&self, facts: &Facts, term: &'c Term, holds: bool) -> Result<Facts, Conflict<'c>> {
        self.steps.set(0);
        self.claim(facts, Claim::Term(term, holds))
    }

    fn claim<'c>(&self, facts: &Facts, claim: Claim<'c>) -> Result<Facts, Conflict<'c>> {
        const MOST_STEPS: u32 = 200_000;
        let mut needs = Needs::default();
        needs.gather(claim);
        self.steps.set(self.steps.get().saturating_add(1 + needs.tests.len() as u32 + facts.0.len() as u32));
        if self.steps.get() > MOST_STEPS {
            return Ok(facts.clone());
        }
        let mut facts = facts.clone();
        // Twice, because what the last test leaves may not pass the first.
        for _ in 0..2 {
            for (path, test, truth) in &needs.tests {
                let before = facts.at(path, self.document);
                let after = narrow(&before, test, *truth);
                if after.is_empty() {
                    let everywhere = narrow(&self.document.at(path), test, *truth).is_empty();
                    let left = if everywhere { self.document.at(path) } else { before };
                    return Err(Conflict { asked: Some((path, test, *truth)), left, everywhere });
                }
                facts.set(path, after);
            }
        }
        for choice in needs.choices {
            let mut joined: Option<Facts> = None;
            let mut conflict = None;
            for claim in choice {
                match self.claim(&facts, claim) {
                    Ok(more) => joined = Some(joined.map_or(more.clone(), |joined| joined.join(&more))),
                    Err(found) => conflict = conflict.or(Some(found)),
                }
            }
            facts = joined.ok_or_else(|| conflict.unwrap_or(Conflict { asked: None, left: Set::NOTHING, everywhere: true }))?;
        }
        Ok(facts)
    }
}

impl<'c> Needs<'c> {
    fn gather(&mut self, claim: Claim<'c>) {
        match claim {
            Claim::Clause(clause, true) => clause.iter().for_each(|term| self.gather(Claim::Term(term, true))),
            Claim::Clause(clause, false) => self.choose(clause.iter().map(|term| Claim::Term(term, false)).collect()),
            Claim::Term(Term::Path(path, test), truth) => self.tests.push((path, test, truth)),
            Claim::Term(Term::Not(clause), truth) => self.gather(Claim::Clause(clause, !truth)),
            Claim::Term(Term::And(clauses), true) => self.each(clauses, true),
            Claim::Term(Term::And(clauses), false) => self.any(clauses, false),
            // An empty `$or` holds; an empty `$nor` does not.
            Claim::Term(Term::Or(clauses), truth) | Claim::Term(Term::Nor(clauses), truth) => {
                let any = matches!(claim, Claim::Term(Term::Or(_), _)) == truth;
                match (clauses.is_empty(), any) {
                    (true, true) => {}
                    (true, false) => self.choices.push(Vec::new()),
                    (false, true) => self.any(clauses, true),
                    (false, false) => self.each(clauses, false),
                }
            }
        }
    }

    fn each(&mut self, clauses: &'c [Clause], holds: bool) {
        clauses.iter().for_each(|clause| self.gather(Claim::Clause(clause, holds)));
    }

    fn any(&mut self, clauses: &'c [Clause], holds: bool) {
        self.choose(clauses.iter().map(|clause| Claim::Clause(clause, holds)).collect());
    }

    fn choose(&mut self, mut claims: Vec<Claim<'c>>) {
        match claims.pop() {
            Some(only) if claims.is_empty() => self.gather(only),
            last => {
                claims.extend(last);
                self.choices.push(claims);
            }
        }
    }
}

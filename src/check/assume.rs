//! What follows if a condition holds, or does not: which values are left for the paths that it reads, or that none are.
//!
//! It errs on one side only. “Impossible” is certain; whatever could not be decided is possible.

use super::narrow::narrow;
use super::pairs::Atom;
use super::set::Set;
use crate::condition::{Clause, Term, Test};
use std::cell::Cell;
use std::collections::BTreeMap;

/// A document as far as a model alone can tell: what may stand at a path.
pub trait Document {
    /// What the value at a path may be.
    fn at(&self, path: &str) -> Set;
}

/// What is known of some paths beyond what holds for every document.
#[derive(Clone, Debug, Default)]
pub struct Facts(BTreeMap<String, Set>);

impl Facts {
    /// What is known of a path.
    pub fn at(&self, path: &str, document: &dyn Document) -> Set {
        self.0.get(path).map_or_else(|| document.at(path), Set::clone)
    }

    /// Puts down what is known of a path.
    pub fn set(&mut self, path: &str, set: Set) {
        match self.0.get_mut(path) {
            Some(own) => *own = set,
            None => _ = self.0.insert(path.to_owned(), set),
        }
    }

    /// What holds in either case.
    fn join(self, other: &Facts) -> Facts {
        let joined = self.0.into_iter().filter_map(|(path, set)| {
            let more = other.0.get(&path)?;
            Some((path, set.join(more.clone())))
        });
        Facts(joined.collect())
    }
}

/// Why something is impossible.
#[derive(Clone, Debug)]
pub enum Conflict<'c> {
    /// What is asked of a path does not come out so, whatever of its values stands there.
    Value {
        /// The path.
        path: &'c str,
        /// What is asked of it.
        test: &'c Test,
        /// Whether that was to pass.
        truth: bool,
        /// What the value could be.
        left: Set,
        /// Whether every document is so, rather than those that meet the rest of the condition.
        everywhere: bool,
    },
    /// What is asked of a path at one place and at another can't both come out so, whatever stands there.
    Pair(Atom<'c>, Atom<'c>),
    /// A condition says it by its form alone, as `$nor: []` does.
    Form,
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
        self.claim(facts, &[], Claim::Clause(clause, holds))
    }

    /// The same of one key of a condition.
    ///
    /// # Errors
    /// Why that is impossible.
    pub fn assume_term<'c>(&self, facts: &Facts, term: &'c Term, holds: bool) -> Result<Facts, Conflict<'c>> {
        self.steps.set(0);
        self.claim(facts, &[], Claim::Term(term, holds))
    }

    /// `asked` is what must come out so besides.
    fn claim<'c>(&self, facts: &Facts, asked: &[Atom<'c>], claim: Claim<'c>) -> Result<Facts, Conflict<'c>> {
        let mut needs = Needs::default();
        needs.gather(claim);
        if self.is_tired(needs.tests.len() + facts.0.len()) {
            return Ok(facts.clone());
        }
        let asked = self.contradicted(asked, &needs)?;
        let mut facts = facts.clone();
        // Twice, because what the last test leaves may not pass the first.
        for _ in 0..2 {
            for &(path, test, truth) in &needs.tests {
                let before = facts.at(path, self.document);
                let after = narrow(&before, test, truth);
                if after.is_empty() {
                    let everywhere = narrow(&self.document.at(path), test, truth).is_empty();
                    let left = if everywhere { self.document.at(path) } else { before };
                    return Err(Conflict::Value { path, test, truth, left, everywhere });
                }
                facts.set(path, after);
            }
        }
        for choice in needs.choices {
            let mut joined: Option<Facts> = None;
            let mut conflict = None;
            for claim in choice {
                // Whoever gives up knows nothing more.
                if self.is_tired(0) {
                    return Ok(facts);
                }
                match self.claim(&facts, &asked, claim) {
                    Ok(more) => joined = Some(joined.map_or(more.clone(), |joined| joined.join(&more))),
                    Err(found) => conflict = conflict.or(Some(found)),
                }
            }
            facts = joined.ok_or(conflict.unwrap_or(Conflict::Form))?;
        }
        Ok(facts)
    }

    /// Everything that is asked now, if none of it contradicts another.
    fn contradicted<'c>(&self, asked: &[Atom<'c>], needs: &Needs<'c>) -> Result<Vec<Atom<'c>>, Conflict<'c>> {
        let mut all = asked.to_vec();
        for &(path, test, truth) in &needs.tests {
            for atom in Atom::of(path, test, truth) {
                if self.is_tired(all.len()) {
                    return Ok(all);
                }
                if let Some(earlier) = all.iter().find(|earlier| earlier.contradicts(&atom)) {
                    return Err(Conflict::Pair(*earlier, atom));
                }
                all.push(atom);
            }
        }
        Ok(all)
    }

    /// Takes so many steps and one; whether they have become too many.
    fn is_tired(&self, steps: usize) -> bool {
        const MOST_STEPS: u32 = 400_000;
        self.steps.set(self.steps.get().saturating_add(1 + steps as u32));
        self.steps.get() > MOST_STEPS
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

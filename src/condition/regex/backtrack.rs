//! Which regular expressions a backtracking engine may need exponential time for. Natively none does; JavaScript's may, in a tab.
//!
//! That is so if the same text can be divided up in two ways within a repetition, such as `(a+)+` or `(a|a)*`, and what follows can fail.
//! A pattern is read as an automaton whose states are its code points: it is slow if two different walks lead from a state back to it with
//! the same text (Weber and Seidl, 1991: “exponential degree of ambiguity”). A nested repetition alone is harmless: `([a-z]+\.)+` divides
//! any text in one way.

use super::parse::parse;
use super::{Class, Node};

/// The most states and pairs of them that are looked at. Beyond, nothing is said.
const MOST_STATES: usize = 400;
const MOST_STEPS: usize = 4_000_000;
/// A repetition of so many times is as bad as one without end.
const MANY: u32 = 10;

/// Whether a pattern may take exponential time where it backtracks. `false` if it is malformed, or too large to tell.
pub(crate) fn may_explode(pattern: &str, ignore_case: bool) -> bool {
    let Ok(node) = parse(pattern, ignore_case) else { return false };
    let mut automaton = Automaton::default();
    let Some(whole) = automaton.add(&node) else { return false };
    // Who has come to a last state has matched: there is nothing to go back for.
    for last in whole.last {
        automaton.blocked.push(last);
    }
    automaton.is_ambiguous()
}

#[derive(Default)]
struct Automaton<'n> {
    /// The code points of each state.
    classes: Vec<&'n Class>,
    /// Where it goes on from each state, in how many ways.
    next: Vec<Vec<(usize, usize)>>,
    blocked: Vec<usize>,
}

/// A part of a pattern: the states with which it can begin and end, and whether it matches the empty text. An assertion stands as
/// a part that nothing gets past, so that nothing is said of loops that run through one.
struct Part {
    first: Vec<usize>,
    last: Vec<usize>,
    empty: bool,
}

impl<'n> Automaton<'n> {
    fn add(&mut self, node: &'n Node) -> Option<Part> {
        Some(match node {
            Node::One(class) => {
                if self.classes.len() == MOST_STATES {
                    return None;
                }
                let state = self.classes.len();
                self.classes.push(class);
                self.next.push(Vec::new());
                Part { first: vec![state], last: vec![state], empty: false }
            }
            Node::Start | Node::End | Node::Boundary | Node::NotBoundary => Part { first: Vec::new(), last: Vec::new(), empty: false },
            Node::Sequence(nodes) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: true };
                for node in nodes {
                    let part = self.add(node)?;
                    self.connect(&whole.last, &part.first);
                    if whole.empty {
                        whole.first.extend(&part.first);
                    }
                    if part.empty {
                        whole.last.extend(part.last);
                    } else {
                        whole.last = part.last;
                    }
                    whole.empty &= part.empty;
                }
                whole
            }
            Node::Choice(nodes) => {
                let mut whole = Part { first: Vec::new(), last: Vec::new(), empty: false };
                for node in nodes {
                    let part = self.add(node)?;
                    whole.first.extend(part.first);
                    whole.last.extend(part.last);
                    whole.empty |= part.empty;
                }
                whole
            }
            Node::Repeat { node, min, max, .. } => {
                let part = self.add(node)?;
                if max.is_none_or(|max| max >= MANY) {
                    self.connect(&part.last, &part.first);
                }
                Part { empty: part.empty || *min == 0, ..part }
            }
        })
    }

    fn connect(&mut self, from: &[usize], to: &[usize]) {
        for from in from {
            let Some(next) = self.next.get_mut(*from) else { continue };
            for to in to {
                match next.iter_mut().find(|(state, _)| state == to) {
                    Some((_, ways)) => *ways += 1,
                    None => next.push((*to, 1)),
                }
            }
        }
    }

    /// The steps that two walks can make with the same code point.
    fn together(&self, (one, other): (usize, usize)) -> Vec<(usize, usize)> {
        let next =
            |state: usize| self.next.get(state).map(Vec::as_slice).unwrap_or_default().iter().filter(|(to, _)| !self.blocked.contains(to));
        let meet = |one: usize, other: usize| match (self.classes.get(one), self.classes.get(other)) {
            (Some(one), Some(other)) => overlap(one, other),
            _ => false,
        };
        next(one).flat_map(|(one, _)| next(other).map(|(other, _)| (*one, *other))).filter(|(one, other)| meet(*one, *other)).collect()
    }

    /// Whether two different walks lead from a state back to it with the same text.
    fn is_ambiguous(&self) -> bool {
        let mut steps = 0;
        (0..self.classes.len()).any(|state| !self.blocked.contains(&state) && self.parts_and_meets(state, &mut steps))
    }

    /// Walks in pairs from a state: `true` if a pair that has parted, or could go the same way twice, comes back to it.
    fn parts_and_meets(&self, state: usize, steps: &mut usize) -> bool {
        let size = self.classes.len();
        // For each pair: not seen, seen together all the way, or seen after parting.
        let mut seen = vec![0_u8; size * size];
        let mut open = vec![((state, state), 1_u8)];
        while let Some(((one, other), parted)) = open.pop() {
            for (to_one, to_other) in self.together((one, other)) {
                *steps += 1;
                if *steps > MOST_STEPS {
                    return false;
                }
                let two_ways = one == other && to_one == to_other && self.ways(one, to_one) > 1;
                let parted = if to_one != to_other || two_ways { 2 } else { parted };
                if (to_one, to_other) == (state, state) && parted == 2 {
                    return true;
                }
                if let Some(known) = seen.get_mut(to_one * size + to_other).filter(|known| **known < parted) {
                    *known = parted;
                    open.push(((to_one, to_other), parted));
                }
            }
        }
        false
    }

    fn ways(&self, from: usize, to: usize) -> usize {
        self.next.get(from).and_then(|next| next.iter().find(|(state, _)| *state == to)).map_or(0, |(_, ways)| *ways)
    }
}

/// Whether two classes have a code point in common.
fn overlap(one: &Class, other: &Class) -> bool {
    one.ranges().iter().any(|(start, end)| other.ranges().iter().any(|(from, to)| start <= to && from <= end))
}

#[cfg(test)]
mod tests {
    use super::may_explode;

    #[test]
    fn repetitions_that_divide_a_text_in_many_ways_are_found() {
        for pattern in [
            "(a+)+$",
            "(a*)*b",
            "(a|a)*b",
            "(a|aa)+$",
            "^(\\w+\\s?)*$",
            "([a-z]+)*@",
            "(a*b*)*c",
            "(a{1,50}){1,50}x",
            "x(y|z(a+)+)q",
            "^(.*,)*x$",
            "(a?a?)*b",
            "(a(|b)|aa)*c",
            // Two walks that part, pass each other's places, and meet.
            "(aa|a)*c",
            "(bb(b)+b)*c",
        ] {
            assert!(may_explode(pattern, false), "{pattern}");
        }
        assert!(may_explode("(a|A)*b", true) && !may_explode("(a|A)*b", false));
    }

    #[test]
    fn harmless_ones_are_left_alone() {
        for pattern in [
            "a+b+$",
            "([a-z]+\\.)+com$",
            "^[^@ ]+@[^@ ]+\\.[^@ .]+$",
            "(a+)+",
            "(ab+)+$",
            "(?:a|b)*c",
            "(a{2,3}){2}b",
            "(head|chief)+ of",
            "^/(docs|blog)(/|$)",
            "(a+){2,3}b",
            "",
            "(",
        ] {
            assert!(!may_explode(pattern, false), "{pattern}");
        }
    }
}

//! What a pattern means, said in the plainest way: from each place in a text, the set of places to which it leads. And how many steps an engine
//! takes that tries one way after the other and goes back where it fails, as those of JavaScript do. Tests hold the engines, and the
//! warning of patterns that explode, against this.

use super::Node;
use super::class::{Class, WORD};
use std::collections::BTreeSet;

/// Whether a pattern matches anywhere in a text.
pub fn is_match(node: &Node, text: &[char]) -> bool {
    !ends(node, text, (0..=text.len()).collect()).is_empty()
}

fn ends(node: &Node, text: &[char], from: BTreeSet<usize>) -> BTreeSet<usize> {
    match node {
        Node::One(class) => {
            from.into_iter().filter(|place| text.get(*place).is_some_and(|char| has(class, *char))).map(|place| place + 1).collect()
        }
        Node::Sequence(nodes) => nodes.iter().fold(from, |places, node| ends(node, text, places)),
        Node::Choice(nodes) => nodes.iter().flat_map(|node| ends(node, text, from.clone())).collect(),
        Node::Repeat { node, min, max, .. } => {
            let mut places = (0..*min).fold(from, |places, _| ends(node, text, places));
            let mut all = places.clone();
            for _ in *min..max.unwrap_or(u32::MAX) {
                places = ends(node, text, places);
                let before = all.len();
                all.extend(&places);
                if all.len() == before {
                    break;
                }
            }
            all
        }
        assertion => from.into_iter().filter(|place| asserts(assertion, text, *place)).collect(),
    }
}

fn asserts(node: &Node, text: &[char], place: usize) -> bool {
    let is_word = |place: Option<usize>| place.and_then(|place| text.get(place)).is_some_and(|char| has(&Class::new(WORD), *char));
    let boundary = || is_word(place.checked_sub(1)) != is_word(Some(place));
    match node {
        Node::Start => place == 0,
        Node::End => place == text.len(),
        Node::Boundary => boundary(),
        _ => !boundary(),
    }
}

fn has(class: &Class, char: char) -> bool {
    class.ranges().iter().any(|(start, end)| (*start..=*end).contains(&char))
}

/// How many steps a backtracking engine takes to find out that a pattern matches nowhere in a text, or that it does; at most `limit`.
pub fn steps(node: &Node, text: &[char], limit: usize) -> usize {
    let mut walk = Walk { text, steps: 0, limit };
    for start in 0..=text.len() {
        if walk.goes(node, start, &mut |_, _| true) {
            break;
        }
    }
    walk.steps
}

struct Walk<'t> {
    text: &'t [char],
    steps: usize,
    limit: usize,
}

type Next<'n, 't> = &'n mut dyn FnMut(&mut Walk<'t>, usize) -> bool;

impl<'t> Walk<'t> {
    /// Whether the pattern leads from a place to one from which it goes on to the end. Out of steps, all is said to.
    fn goes(&mut self, node: &Node, place: usize, next: Next<'_, 't>) -> bool {
        self.steps += 1;
        if self.steps >= self.limit {
            return true;
        }
        match node {
            Node::One(class) => self.text.get(place).is_some_and(|char| has(class, *char)) && next(self, place + 1),
            Node::Sequence(nodes) => self.all(nodes, place, next),
            Node::Choice(nodes) => nodes.iter().any(|node| self.goes(node, place, next)),
            Node::Repeat { node, min, max, lazy } => self.again(node, (*min, *max), *lazy, place, next),
            assertion => asserts(assertion, self.text, place) && next(self, place),
        }
    }

    fn all(&mut self, nodes: &[Node], place: usize, next: Next<'_, 't>) -> bool {
        match nodes.split_first() {
            None => next(self, place),
            Some((first, rest)) => self.goes(first, place, &mut |walk, place| walk.all(rest, place, next)),
        }
    }

    fn again(&mut self, node: &Node, (min, max): (u32, Option<u32>), lazy: bool, place: usize, next: Next<'_, 't>) -> bool {
        if max == Some(0) {
            return next(self, place);
        }
        let left = (min.saturating_sub(1), max.map(|max| max - 1));
        let may_stop = min == 0;
        if may_stop && lazy && next(self, place) {
            return true;
        }
        // A repetition that took nothing is not tried again.
        let more = self.goes(node, place, &mut |walk, end| !(may_stop && end == place) && walk.again(node, left, lazy, end, next));
        more || (may_stop && !lazy && next(self, place))
    }
}

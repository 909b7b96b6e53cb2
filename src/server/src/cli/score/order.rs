//! Whether lines come visitor by visitor, told in bounded memory. A visitor who comes back after others would have been
//! scored on a part of what is known, so that must never pass unseen.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

/// Of how many visitors it is remembered that they came, for input that is grouped but not sorted.
const REMEMBERED: usize = 1_000_000;

/// What is known of the visitors so far. Sorted input needs only the last one; for grouped input a hash of each is kept.
pub struct Order {
    last: Option<String>,
    ascending: bool,
    seen: HashSet<u64>,
    hasher: RandomState,
    limit: usize,
}

/// What a line's visitor is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The one of the line before.
    Same,
    /// One who has not come before.
    New,
    /// One who has come before, with others in between.
    Returned,
    /// Not to be told: the input is not sorted, and there have been too many visitors to remember.
    Unknown,
}

impl Order {
    /// Nobody has come.
    pub fn new() -> Order {
        Order { last: None, ascending: true, seen: HashSet::new(), hasher: RandomState::new(), limit: REMEMBERED }
    }

    /// Another line, of this visitor.
    pub fn next(&mut self, visitor: &str) -> Next {
        let after_last = match self.last.as_deref() {
            Some(last) if last == visitor => return Next::Same,
            Some(last) => last < visitor,
            None => true,
        };
        // While ids ascend, each is new. When they stop to, those that were remembered tell; if not all were, nothing does.
        self.ascending &= after_last;
        let hash = self.hasher.hash_one(visitor);
        let next = match (self.ascending, self.seen.contains(&hash), self.seen.len() < self.limit) {
            (true, _, _) => Next::New,
            (false, true, _) => Next::Returned,
            (false, false, true) => Next::New,
            (false, false, false) => Next::Unknown,
        };
        if self.seen.len() < self.limit {
            self.seen.insert(hash);
        }
        self.last = Some(visitor.to_owned());
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(limit: usize, visitors: &str) -> String {
        let mut order = Order { limit, ..Order::new() };
        let next = visitors.split(' ').map(|visitor| match order.next(visitor) {
            Next::Same => '=',
            Next::New => '+',
            Next::Returned => '!',
            Next::Unknown => '?',
        });
        next.collect()
    }

    #[test]
    fn a_visitor_who_returns_is_seen() {
        assert_eq!(walk(9, "a a b c c"), "+=++=");
        assert_eq!(walk(9, "b a a c"), "++=+", "grouped");
        assert_eq!(walk(9, "b a b"), "++!");
        assert_eq!(walk(9, "a b a"), "++!");
    }

    #[test]
    fn sorted_input_needs_no_memory_and_other_input_is_never_guessed() {
        assert_eq!(walk(2, "a b c d e"), "+++++");
        assert_eq!(walk(2, "a b c d c"), "++++?");
        assert_eq!(walk(2, "a b c b"), "+++!");
    }
}

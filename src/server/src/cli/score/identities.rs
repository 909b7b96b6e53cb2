//! Who turned out to be whom: ids of visitors that were merged, followed to the one that stays.

use std::collections::HashMap;
use warmlead::event::vocabulary::Merge;

/// The merges that are known. One of several in a chain leads on to the last.
#[derive(Default)]
pub struct Identities(HashMap<String, String>);

impl Identities {
    /// Two ids are one person's.
    pub fn merge(&mut self, Merge { from, into }: &Merge) {
        let (from, into) = (self.of(from).to_owned(), self.of(into).to_owned());
        if from != into {
            self.0.insert(from, into);
        }
    }

    /// The id that stays.
    pub fn of<'a>(&'a self, visitor: &'a str) -> &'a str {
        let mut visitor = visitor;
        // Ends: an id that stays is never merged into one that leads back to it.
        while let Some(into) = self.0.get(visitor) {
            visitor = into;
        }
        visitor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merges_are_followed_in_any_order_and_in_circles() {
        let mut identities = Identities::default();
        for (from, into) in [("b", "c"), ("a", "b"), ("x", "y"), ("c", "a"), ("y", "a"), ("d", "d")] {
            identities.merge(&Merge { from: from.into(), into: into.into() });
        }
        let ends: Vec<&str> = ["a", "b", "c", "x", "y", "d", "e"].iter().map(|id| identities.of(id)).collect();
        assert_eq!(ends, ["c", "c", "c", "c", "c", "d", "e"]);
    }
}

//! Which ids of events there may be, so that a new event costs no search through the old ones: a hash table of 32 bits of each id's hash.

/// How many places there are at first.
const FIRST: usize = 128;

/// A set of hashes that hardly ever has more than was added, never less.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// Marks of hashes, 0 for none; at most three quarters of the places are taken.
    places: Vec<u32>,
    count: usize,
}

impl Ids {
    /// Whether an id with this hash may have been added: beside a thousand events, one new id in a million looks as if it had.
    pub fn may_have(&self, hash: u64) -> bool {
        self.find(mark(hash)).is_some_and(|place| self.places.get(place) != Some(&0))
    }

    /// Adds the hash of an id.
    pub fn add(&mut self, hash: u64) {
        if (self.count + 1) * 4 > self.places.len() * 3 {
            let size = (self.places.len() * 2).max(FIRST);
            let marks = core::mem::replace(&mut self.places, vec![0; size]);
            marks.into_iter().filter(|mark| *mark != 0).for_each(|mark| self.put(mark));
        }
        self.put(mark(hash));
        self.count += 1;
    }

    fn put(&mut self, mark: u32) {
        if let Some(place) = self.find(mark).and_then(|place| self.places.get_mut(place)) {
            *place = mark;
        }
    }

    /// Where a mark stands, or would: there is always a free place.
    fn find(&self, mark: u32) -> Option<usize> {
        let last = self.places.len().checked_sub(1)?;
        let mut place = mark as usize & last;
        while self.places.get(place).is_some_and(|own| *own != 0 && *own != mark) {
            place = (place + 1) & last;
        }
        Some(place)
    }
}

/// 32 bits of a hash; none of them 0 in all.
fn mark(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)) as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fnv64;

    #[test]
    fn what_was_added_is_there_and_hardly_anything_else() {
        let hash = |prefix: &str, number: usize| fnv64(format!("{prefix}-{number}").as_bytes());
        let mut ids = Ids::default();
        assert!(!ids.may_have(hash("in", 0)));
        for number in 0..5000 {
            ids.add(hash("in", number));
        }
        assert!((0..5000).all(|number| ids.may_have(hash("in", number))));
        let wrong = (0..5000).filter(|number| ids.may_have(hash("out", *number))).count();
        assert!(wrong < 3, "{wrong} of 5000");
        assert!(ids.places.len() <= 8192, "{} places", ids.places.len());
    }
}

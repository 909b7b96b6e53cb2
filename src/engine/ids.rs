//! Which ids of events there may be: a Bloom filter, so that a new event costs no search through the old ones.

/// Bits for each id: with eight probes, a full filter lets one new id in a thousand be looked for in vain. So four filters have room for a thousand ids.
const BITS: usize = 15;

/// How many words the first filter has; each further one has twice as many.
const FIRST: usize = 16;

/// A set of hashes that sometimes has more than was added, never less. When a filter is full, another one is put beside it: nothing is hashed again.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    filters: Vec<Vec<u64>>,
    /// How many more the last filter has room for.
    room: usize,
}

impl Ids {
    /// Whether an id with this hash may have been added.
    pub fn may_have(&self, hash: u64) -> bool {
        self.filters.iter().any(|words| probes(hash, words.len()).all(|(word, bit)| words.get(word).is_some_and(|word| word & bit != 0)))
    }

    /// Adds the hash of an id.
    pub fn add(&mut self, hash: u64) {
        if self.room == 0 {
            let words = FIRST << self.filters.len();
            self.room = words * 64 / BITS;
            self.filters.push(vec![0; words]);
        }
        self.room -= 1;
        let Some(words) = self.filters.last_mut() else { return };
        for (word, bit) in probes(hash, words.len()) {
            if let Some(word) = words.get_mut(word) {
                *word |= bit;
            }
        }
    }
}

/// Eight bits among so many words, a power of two.
fn probes(hash: u64, words: usize) -> impl Iterator<Item = (usize, u64)> {
    // Ids that are nearly alike, as numbered ones are, have FNV-1a hashes that are: this is Fibonacci hashing, whose upper bits depend on all.
    let hash = (hash ^ hash >> 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = hash ^ hash >> 29;
    let (start, step) = (hash as u32, (hash >> 32) as u32 | 1);
    (0..8_u32).map(move |probe| {
        let bit = start.wrapping_add(probe.wrapping_mul(step)) as usize & (words * 64).saturating_sub(1);
        (bit / 64, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fnv64;

    #[test]
    fn what_was_added_is_there_and_hardly_anything_else() {
        let hash = |prefix: &str, number: usize| fnv64(format!("{prefix}-{number}").as_bytes());
        assert!(!Ids::default().may_have(hash("in", 0)));
        let mut ids = Ids::default();
        for number in 0..5000 {
            ids.add(hash("in", number));
        }
        assert!((0..5000).all(|number| ids.may_have(hash("in", number))));
        let wrong = (0..5000).filter(|number| ids.may_have(hash("out", *number))).count();
        assert!(wrong < 40, "{wrong} of 5000");
    }

    #[test]
    fn ids_that_count_are_told_apart() {
        let hash = |number: usize| fnv64(format!("0190aaaa-0000-7000-8000-{number:012x}").as_bytes());
        let (mut ids, mut wrong) = (Ids::default(), 0);
        for number in 0..2000 {
            wrong += usize::from(ids.may_have(hash(number)));
            ids.add(hash(number));
        }
        assert!(wrong < 20, "{wrong} of 2000");
    }
}

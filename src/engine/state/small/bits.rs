//! A yes or no for each of many places, a bit each.

/// Bits, each at first not set.
#[derive(Clone, Debug, Default)]
pub struct Bits(Box<[u32]>);

impl Bits {
    /// So many.
    pub fn new(count: usize) -> Bits {
        Bits(vec![0; count.div_ceil(32)].into())
    }

    /// Whether one is set.
    pub fn has(&self, place: usize) -> bool {
        self.0.get(place / 32).is_some_and(|word| word >> (place % 32) & 1 == 1)
    }

    /// Sets one, or takes it back; says whether that is a change.
    pub fn put(&mut self, place: usize, set: bool) -> bool {
        let Some(word) = self.0.get_mut(place / 32) else { return false };
        let before = *word;
        let bit = 1 << (place % 32);
        *word = if set { before | bit } else { before & !bit };
        *word != before
    }
}

//! Names with something to each: a hash table of strings, small in code, that only grows.

use crate::bytes::is_same;
use crate::engine::hash::quick;

/// A table from strings to values.
#[derive(Clone, Debug)]
pub struct Table<T> {
    entries: Vec<(Box<str>, T)>,
    /// Places in `entries` by hash, 0 for none, else one more; twice as many as entries, at least.
    slots: Vec<u32>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table { entries: Vec::new(), slots: Vec::new() }
    }
}

impl<T> Table<T> {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&T> {
        let place = self.place(name)?;
        self.entries.get(place).map(|(_, value)| value)
    }

    /// All values.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.entries.iter().map(|(_, value)| value)
    }

    /// All values, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.entries.iter_mut().map(|(_, value)| value)
    }

    fn place(&self, name: &str) -> Option<usize> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = hash(name) & mask;
        loop {
            let place = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            if self.entries.get(place).is_some_and(|(own, _)| is_same(own.as_bytes(), name.as_bytes())) {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }
}

impl<T: Default> Table<T> {
    /// The value of a name, which is added if it is new.
    #[allow(clippy::indexing_slicing)] // The place was just found or filled.
    pub fn entry(&mut self, name: &str) -> &mut T {
        let place = self.place(name).unwrap_or_else(|| {
            self.entries.push((name.into(), T::default()));
            if self.entries.len() * 2 > self.slots.len() {
                self.grow();
            } else {
                occupy(&mut self.slots, hash(name), self.entries.len());
            }
            self.entries.len() - 1
        });
        &mut self.entries[place].1
    }

    fn grow(&mut self) {
        let mut slots = vec![0; (self.entries.len() * 4).next_power_of_two()];
        for (place, (name, _)) in self.entries.iter().enumerate() {
            occupy(&mut slots, hash(name), place + 1);
        }
        self.slots = slots;
    }
}

/// Puts a number into the first free slot; there is one.
fn occupy(slots: &mut [u32], hash: usize, number: usize) {
    let mask = slots.len().saturating_sub(1);
    let mut slot = hash & mask;
    while slots.get(slot).is_some_and(|taken| *taken != 0) {
        slot = (slot + 1) & mask;
    }
    if let Some(free) = slots.get_mut(slot) {
        *free = number as u32;
    }
}

/// Models are trusted not to collide on purpose; if they did, they would only be slow.
fn hash(name: &str) -> usize {
    quick(name.as_bytes()) as usize
}

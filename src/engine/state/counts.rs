//! How many there were in each hour or day of a window, oldest first: two bytes for each but the newest.

use super::numbers::{read, write};

/// A number for each hour or day in which there was anything.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Of those before the newest, the difference to the unit before, and the number.
    packed: Vec<u8>,
    /// Where the oldest begins there, and the unit to which it gives its difference.
    from: u32,
    base: i64,
    /// The last unit there.
    last: i64,
    /// The newest, unless there is nothing at all.
    unit: i64,
    count: u64,
}

impl Counts {
    /// Adds to a unit that is not before the newest.
    pub fn add(&mut self, unit: i64, count: u64) {
        if unit == self.unit {
            self.count += count;
            return;
        }
        if self.count > 0 {
            if self.from() == self.packed.len() {
                // What differences are given to is free to choose while there are none.
                (self.base, self.last, self.from) = (self.unit, self.unit, 0);
                self.packed.clear();
            } else if self.from() * 2 > self.packed.len() {
                self.packed.drain(..self.from());
                self.from = 0;
            }
            if self.packed.capacity() - self.packed.len() < 16 {
                self.packed.reserve_exact(16 + self.packed.len() / 8);
            }
            write(&mut self.packed, self.unit.abs_diff(self.last));
            write(&mut self.packed, self.count);
            self.last = self.unit;
        }
        (self.unit, self.count) = (unit, count);
    }

    /// One of the newest becomes one of a later unit.
    pub fn move_one(&mut self, unit: i64) {
        if self.unit != unit {
            self.count = self.count.saturating_sub(1);
            self.add(unit, 1);
        }
    }

    /// The oldest unit.
    pub fn oldest(&self) -> Option<i64> {
        let mut rest = self.packed.get(self.from()..).unwrap_or_default();
        match rest.is_empty() {
            true => Some(self.unit).filter(|_| self.count > 0),
            false => Some(self.base.saturating_add_unsigned(read(&mut rest))),
        }
    }

    /// Takes out what is of units before this one; gives back how many that was.
    pub fn pop_before(&mut self, unit: i64) -> u64 {
        let mut gone = 0;
        while self.oldest().is_some_and(|oldest| oldest < unit) {
            let mut rest = self.packed.get(self.from()..).unwrap_or_default();
            if rest.is_empty() {
                gone += std::mem::take(&mut self.count);
            } else {
                self.base = self.base.saturating_add_unsigned(read(&mut rest));
                gone += read(&mut rest);
                self.from = (self.packed.len() - rest.len()) as u32;
            }
        }
        gone
    }

    fn from(&self) -> usize {
        self.from as usize
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        *self = Counts::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::VecDeque;

    #[test]
    fn it_counts_as_a_list_of_pairs_does() {
        let (mut counts, mut pairs, mut seed) = (Counts::default(), VecDeque::<(i64, u64)>::new(), 7_u32);
        let mut unit = -3;
        for _ in 0..20_000 {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (kind, size) = (seed >> 29, i64::from(seed >> 16 & 0xff));
            match kind {
                0..=3 => {
                    unit += if size < 100 {
                        0
                    } else if size == 255 {
                        300
                    } else {
                        1
                    };
                    counts.add(unit, 1 + size as u64 / 80);
                    match pairs.back_mut().filter(|newest| newest.0 == unit) {
                        Some(newest) => newest.1 += 1 + size as u64 / 80,
                        None => pairs.push_back((unit, 1 + size as u64 / 80)),
                    }
                }
                4 if pairs.back().is_some_and(|newest| newest.0 < unit + 1) => {
                    unit += 1;
                    counts.move_one(unit);
                    if let Some(mut newest) = pairs.pop_back() {
                        newest.1 -= 1;
                        pairs.extend(Some(newest).filter(|newest| newest.1 > 0));
                        pairs.push_back((unit, 1));
                    }
                }
                5 => {
                    let before = unit - size / 4;
                    let mut gone = 0;
                    while let Some((_, count)) = pairs.front().copied().filter(|oldest| oldest.0 < before) {
                        gone += count;
                        pairs.pop_front();
                    }
                    assert_eq!(counts.pop_before(before), gone);
                }
                6 if size == 0 => {
                    counts.clear();
                    pairs.clear();
                    unit = size;
                }
                _ => {}
            }
            assert_eq!(counts.oldest(), pairs.front().map(|oldest| oldest.0));
        }
    }
}

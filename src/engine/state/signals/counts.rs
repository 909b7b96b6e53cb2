//! How many there were in each hour or day of a window, oldest first: two bytes for each but the newest.

use crate::engine::state::small::numbers::{read, write};

/// A number for each hour or day in which there was anything.
#[derive(Clone, Debug, Default)]
pub struct Counts(Option<Box<Runs>>);

#[derive(Clone, Debug, Default)]
struct Runs {
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
        self.0.get_or_insert_default().add(unit, count);
    }

    /// One of the newest becomes one of a later unit.
    pub fn move_one(&mut self, unit: i64) {
        self.0.get_or_insert_default().move_one(unit);
    }

    /// The oldest unit.
    pub fn oldest(&self) -> Option<i64> {
        self.0.as_deref()?.oldest()
    }

    /// Takes out what is of units before this one; gives back how many that was.
    pub fn pop_before(&mut self, unit: i64) -> u64 {
        self.0.as_deref_mut().map_or(0, |runs| runs.pop_before(unit))
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

impl Runs {
    fn add(&mut self, unit: i64, count: u64) {
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

    fn move_one(&mut self, unit: i64) {
        if self.unit != unit {
            self.count = self.count.saturating_sub(1);
            self.add(unit, 1);
        }
    }

    fn oldest(&self) -> Option<i64> {
        let mut rest = self.packed.get(self.from()..).unwrap_or_default();
        match rest.is_empty() {
            true => Some(self.unit).filter(|_| self.count > 0),
            false => Some(self.base.saturating_add_unsigned(read(&mut rest))),
        }
    }

    fn pop_before(&mut self, unit: i64) -> u64 {
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_says_what_a_plain_list_says() {
        let mut random = 1_u64;
        let mut below = |count: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % count
        };
        for _ in 0..200 {
            let (mut counts, mut plain) = (Counts::default(), BTreeMap::<i64, u64>::new());
            // The first unit may be any.
            let (mut unit, mut first) = ([0, -3, 490_000, 20_000][below(4) as usize], i64::MIN);
            for _ in 0..100 {
                unit += [0, 1, 0, 2, 300][below(5) as usize];
                match below(6) {
                    0 => {
                        if let Some(newest) = plain.keys().last().copied() {
                            counts.move_one(unit);
                            plain.entry(newest).and_modify(|count| *count -= 1);
                            *plain.entry(unit).or_default() += 1;
                        }
                    }
                    1 => {
                        first = first.max(unit - below(8) as i64 * 40);
                        let gone = plain.range(..first).map(|(_, count)| count).sum::<u64>();
                        plain = plain.split_off(&first);
                        assert_eq!(counts.pop_before(first), gone);
                    }
                    2 if below(20) == 0 => {
                        counts.clear();
                        plain.clear();
                    }
                    _ => {
                        let more = 1 + below(300);
                        counts.add(unit, more);
                        *plain.entry(unit).or_default() += more;
                    }
                }
                plain.retain(|_, count| *count > 0);
                assert_eq!(counts.oldest(), plain.keys().next().copied());
            }
        }
    }
}

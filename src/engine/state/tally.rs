//! How many points of which rule each event brings, and many events together, where some events are asked for again and again.
//!
//! It knows neither when the events happened nor what fades.

use core::ops::Range;

/// So many events are added up once for all who ask.
const BLOCK: usize = 32;

/// Points by events, and by blocks of these.
#[derive(Debug, Default)]
pub struct Tally {
    events: Vec<Sums>,
    blocks: Vec<Sums>,
}

/// A number for each of some keys, in order of these.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    list: Vec<(u32, i64)>,
    /// The place of the one that was changed last.
    last: usize,
}

impl Sums {
    /// That of a key becomes so much more.
    pub fn add(&mut self, key: u32, more: i64) {
        // Mostly, it is the same again, or the next one.
        let known = (self.last..self.last + 2).find(|place| self.list.get(*place).is_some_and(|(own, _)| *own == key));
        self.last = known.unwrap_or_else(|| self.list.partition_point(|(own, _)| *own < key));
        match self.list.get_mut(self.last) {
            Some((own, sum)) if *own == key => *sum += more,
            _ => self.list.insert(self.last, (key, more)),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[(u32, i64)] {
        &self.list
    }
}

impl Tally {
    /// Of so many events that bring none.
    pub fn new(events: usize) -> Tally {
        Tally { events: vec![Sums::default(); events], blocks: vec![Sums::default(); events.div_ceil(BLOCK)] }
    }

    /// An event brings more, or less, of a rule.
    pub fn add(&mut self, event: usize, rule: u32, points: i64) {
        for sums in [self.events.get_mut(event), self.blocks.get_mut(event / BLOCK)].into_iter().flatten() {
            sums.add(rule, points);
        }
    }

    /// What some events bring together, of each of so many rules.
    pub fn sum(&self, events: Range<usize>, rules: usize) -> Vec<i64> {
        let mut all = vec![0; rules];
        let mut place = events.start;
        while place < events.end {
            let whole = place.is_multiple_of(BLOCK) && place + BLOCK <= events.end;
            let sums = if whole { self.blocks.get(place / BLOCK) } else { self.events.get(place) };
            for (rule, points) in sums.map_or(&[][..], Sums::all) {
                all.get_mut(*rule as usize).into_iter().for_each(|sum| *sum += points);
            }
            place += if whole { BLOCK } else { 1 };
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn each_key_has_one_number_in_order_of_the_keys() {
        let (mut sums, mut expected) = (Sums::default(), BTreeMap::new());
        for turn in 0..400_u32 {
            // Some keys again and again, some next to one another, some far off.
            let (key, more) = ((turn * turn / 3 + turn % 2) % 23, i64::from(turn % 7) - 3);
            sums.add(key, more);
            *expected.entry(key).or_insert(0) += more;
            assert_eq!(sums.all(), expected.clone().into_iter().collect::<Vec<_>>(), "after {turn}");
        }
    }

    #[test]
    fn what_many_events_bring_is_what_each_of_them_brings() {
        let mut tally = Tally::new(100);
        // Some rules of each event, in no order, some of them twice, and some of that taken back.
        let brought =
            |event: usize| (0..event % 4).map(move |turn| (((event * 7 + turn * turn * 3) % 5) as u32, (event * 13 + turn) as i64 % 9 - 4));
        for event in (0..100).map(|place| place * 37 % 100) {
            brought(event).for_each(|(rule, points)| tally.add(event, rule, points));
        }
        for start in 0..100 {
            for end in start..=100 {
                let mut expected = vec![0; 5];
                (start..end)
                    .flat_map(brought)
                    .for_each(|(rule, points)| expected.get_mut(rule as usize).into_iter().for_each(|sum| *sum += points));
                assert_eq!(tally.sum(start..end, 5), expected, "{start}..{end}");
            }
        }
    }
}

//! Which rules count for which events, where some events are asked for again and again; and numbers of a few of many.
//!
//! It knows neither when the events happened nor what fades.

use core::ops::Range;

/// So many events share a word.
const WORD: usize = u64::BITS as usize;

/// Of each rule, a bit for each event, up to the last for which it has counted.
#[derive(Debug, Default)]
pub struct Tally(Vec<Vec<u64>>);

/// A number for each of some keys, in order of these.
#[derive(Clone, Debug, Default)]
pub struct Sums(Vec<(u32, i64)>);

impl Sums {
    /// That of a key becomes so much more.
    pub fn add(&mut self, key: u32, more: i64) {
        // Mostly, all before it are there.
        let is_own = |(own, _): &(u32, i64)| *own == key;
        let place = if self.0.get(key as usize).is_some_and(is_own) { key as usize } else { self.0.partition_point(|(own, _)| *own < key) };
        match self.0.get_mut(place) {
            Some((own, sum)) if *own == key => *sum += more,
            _ => self.0.insert(place, (key, more)),
        }
    }

    /// All of them.
    pub fn all(&self) -> &[(u32, i64)] {
        &self.0
    }
}

impl Tally {
    /// Of so many rules, none of which counts.
    pub fn new(rules: usize) -> Tally {
        Tally(vec![Vec::new(); rules])
    }

    /// A rule counts for an event, or does no longer.
    pub fn put(&mut self, event: usize, rule: u32, counts: bool) {
        let Some(words) = self.0.get_mut(rule as usize) else { return };
        if words.len() <= event / WORD {
            words.resize(event / WORD + 1, 0);
        }
        if let Some(word) = words.get_mut(event / WORD) {
            let bit = 1 << (event % WORD);
            *word = if counts { *word | bit } else { *word & !bit };
        }
    }

    /// What some events bring together, of each rule, given how much it brings with each for which it counts.
    pub fn sum(&self, events: Range<usize>, points: impl Iterator<Item = i64>) -> Vec<i64> {
        let before = |words: &[u64], place: usize| -> u32 {
            let own = words.get(place / WORD).map_or(0, |word| word & !(u64::MAX << (place % WORD)));
            words.iter().take(place / WORD).chain([&own]).map(|word| word.count_ones()).sum()
        };
        // What lies in whole words before them need not be counted.
        let (skipped, start) = (events.start / WORD, events.start % WORD);
        let end = events.end - skipped * WORD;
        let counted = |words: &Vec<u64>| words.get(skipped..).map_or(0, |words| before(words, end) - before(words, start));
        self.0.iter().zip(points).map(|(words, points)| i64::from(counted(words)) * points).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
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
        let (events, points) = (200_usize, [3, -4, 0, 1_000_000_000_000, 7]);
        let mut tally = Tally::new(points.len());
        let mut counts = vec![[false; 5]; events];
        for turn in 0..1_500_usize {
            // In no order, some of them twice, and some of that taken back; the last rule counts for early events alone.
            let (rule, put) = (turn * turn * 3 % 5, turn % 3 > 0);
            let event = turn * 37 % if rule == 4 { 30 } else { events };
            tally.put(event, rule as u32, put);
            counts[event][rule] = put;
        }
        for start in 0..=events {
            for end in start..=events {
                let of = |rule: usize| counts[start..end].iter().filter(|own| own[rule]).count() as i64 * points[rule];
                assert_eq!(tally.sum(start..end, points.into_iter()), [0, 1, 2, 3, 4].map(of), "{start}..{end}");
            }
        }
    }

    #[test]
    fn a_rule_takes_no_more_room_than_up_to_the_last_event_it_counts_for() {
        for event in 0..300 {
            let mut tally = Tally::new(2);
            tally.put(event, 1, true);
            assert_eq!(tally.sum(event..event + 1, [1, 1].into_iter()), [0, 1], "{event}");
            assert_eq!(tally.0[1].len(), event / 64 + 1);
        }
    }
}

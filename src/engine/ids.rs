//! Which ids of events there may be, so that a new event costs no search through the old ones: nothing is kept as long as ids ascend, as those do that
//! begin with a time; then a Bloom filter.

use super::hash::quick;
use crate::event::Event;

/// Bits for each id that there is room for, and how many of all bits an id sets: in a full filter, one new id in a hundred is looked for in vain. That costs two nanoseconds for each
/// old one, which is less than what more bits would cost each visitor.
const BITS: usize = 10;
const PROBES: u32 = 5;

/// For so many ids there is room at first.
const FIRST: usize = 128;

/// A set of hashes that sometimes has more than was added, never less.
#[derive(Clone, Debug)]
pub struct Ids {
    words: Vec<u64>,
    /// How many more ids there is room for.
    room: usize,
}

impl Ids {
    /// Those of some events, in canonical order; `None` if each is greater than the one before it.
    pub fn of(events: &[Event]) -> Option<Ids> {
        let ascend = events.iter().zip(events.iter().skip(1)).all(|(one, next)| one.id < next.id);
        if ascend { None } else { Some(Ids::listed(events, 1)) }
    }

    /// Those of some events, with room for so many more, at least.
    pub fn listed(events: &[Event], more: usize) -> Ids {
        let room = (events.len() + more).next_power_of_two().max(FIRST);
        let mut ids = Ids { words: vec![0; room * BITS / 64], room };
        events.iter().for_each(|event| ids.add(quick(event.id.as_bytes())));
        ids
    }

    /// Whether what is added next makes it say too often that there may be an id.
    pub fn is_full(&self) -> bool {
        self.room == 0
    }

    /// Whether an id with this hash may have been added.
    pub fn may_have(&self, hash: u64) -> bool {
        self.probes(hash).all(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// Adds the hash of an id.
    pub fn add(&mut self, hash: u64) {
        self.room = self.room.saturating_sub(1);
        for (word, bit) in self.probes(hash) {
            self.words.get_mut(word).into_iter().for_each(|word| *word |= bit);
        }
    }

    /// The bits of a hash.
    fn probes(&self, hash: u64) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (start, step, all) = (hash as u32, (hash >> 32) as u32 | 1, self.words.len() as u64 * 64);
        (0..PROBES).map(move |probe| {
            let bit = (u64::from(start.wrapping_add(probe.wrapping_mul(step))) * all) >> 32;
            ((bit / 64) as usize, 1 << (bit % 64))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::{Recorded, Visitor};
    use crate::json;
    use crate::model::Model;

    #[test]
    fn what_was_added_is_there_and_hardly_anything_else() {
        let hash = |prefix: &str, number: usize| quick(format!("{prefix}-{number}").as_bytes());
        for count in [1, 64, 65, 1000, 4096] {
            let mut ids = Ids::listed(&[], count);
            assert!(!ids.may_have(hash("in", 0)) && !ids.is_full());
            let added = (0..).find(|number| {
                ids.add(hash("in", *number));
                ids.is_full()
            });
            let added = added.unwrap() + 1;
            assert!(added >= count && added < 2 * count.max(FIRST), "room for {added}, {count} being asked for");
            assert!((0..added).all(|number| ids.may_have(hash("in", number))));
            let wrong = (0..10_000).filter(|number| ids.may_have(hash("out", *number))).count();
            assert!(wrong < 200, "{wrong} of 10,000 with {added}");
        }
    }

    #[test]
    fn ids_that_ascend_need_no_filter() {
        let event = |id: &&str| Event { id: (*id).to_owned(), ..Event::default() };
        let listed = |ids: &[&str]| Ids::of(&ids.iter().map(event).collect::<Vec<_>>()).is_some();
        assert!(!listed(&[]) && !listed(&["b"]) && !listed(&["a", "b", "c"]) && listed(&["a", "c", "b"]) && listed(&["b", "b"]));
    }

    /// Whatever the order of ids, a visitor has each once: with its earliest time.
    #[test]
    fn a_visitor_has_each_id_once() {
        let model = Model::load(&json::parse(r#"{ "id": "m", "version": "1", "scores": { "s": {} } }"#).unwrap()).unwrap();
        for order in 0..4_usize.pow(5) {
            let ids: Vec<usize> = (0..5).map(|place| order / 4_usize.pow(place) % 4).collect();
            let event = |(place, id): (usize, &usize)| {
                let text = format!(r#"{{ "id": "{id}", "type": "click", "time": {} }}"#, 10 + place * 3 % 5);
                Event::read(&json::parse(&text).unwrap(), String::new).unwrap()
            };
            let events: Vec<Event> = ids.iter().enumerate().map(event).collect();
            let (mut one, mut all) = (Visitor::new("v"), Visitor::new("v"));
            for event in &events {
                one.record(&model, event.clone());
            }
            all.extend(&model, events.clone());
            let earliest = |id: usize| events.iter().filter(|event| event.id == id.to_string()).map(|event| event.time).min();
            let mut expected: Vec<(i64, String)> = (0..4).filter_map(|id| Some((earliest(id)?, id.to_string()))).collect();
            expected.sort();
            for visitor in [&one, &all, &Visitor::from_snapshot(&one.snapshot()).unwrap()] {
                let got: Vec<(i64, String)> = visitor.events().iter().map(|event| (event.time, event.id.clone())).collect();
                assert_eq!(got, expected, "{ids:?}");
            }
        }
    }

    #[test]
    fn a_visitor_knows_its_ids_however_many_there_are() {
        let model = Model::load(&json::parse(r#"{ "id": "m", "version": "1", "scores": { "s": {} } }"#).unwrap()).unwrap();
        let event =
            |number: i64, time: i64| Event { id: (number * 7919 % 1009).to_string(), r#type: "click".into(), time, ..Event::default() };
        let mut visitor = Visitor::new("v");
        for number in 0..1000 {
            assert_eq!(visitor.record(&model, event(number, number)), Recorded::Added);
        }
        for number in 0..1000 {
            assert_eq!(visitor.record(&model, event(number, 2000)), Recorded::Known);
        }
    }

    #[test]
    fn ids_that_count_are_told_apart() {
        let hash = |number: usize| quick(format!("0190aaaa-0000-7000-8000-{number:012x}").as_bytes());
        let (mut ids, mut wrong) = (Ids::listed(&[], 2000), 0);
        for number in 0..2000 {
            wrong += usize::from(ids.may_have(hash(number)));
            ids.add(hash(number));
        }
        assert!(wrong < 20, "{wrong} of 2000");
    }
}

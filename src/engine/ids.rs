//! Which ids of events there may be, so that a new event costs no search through the old ones: nothing is kept as long as ids ascend, as those do that
//! begin with a time; then a Bloom filter.

use super::hash::quick;
use crate::event::Event;

/// Bits for each id: with eight probes, a full filter lets one new id in a thousand be looked for in vain. So four filters have room for a thousand ids.
const BITS: usize = 15;

/// How many words the first filter has; each further one has twice as many.
const FIRST: usize = 16;

/// A set of hashes that sometimes has more than was added, never less. When a filter is full, another one is put beside it: nothing is hashed again.
#[derive(Clone, Debug, Default)]
pub struct Ids {
    /// One filter behind the other.
    words: Vec<u64>,
    /// How many words the last one has, and how many more ids it has room for.
    last: usize,
    room: usize,
}

impl Ids {
    /// Those of some events, in canonical order; `None` if each is greater than the one before it.
    pub fn of(events: &[Event]) -> Option<Ids> {
        let ascend = events.iter().zip(events.iter().skip(1)).all(|(one, next)| one.id < next.id);
        if ascend { None } else { Some(Ids::listed(events)) }
    }

    /// Those of some events.
    pub fn listed(events: &[Event]) -> Ids {
        let mut ids = Ids::default();
        events.iter().for_each(|event| ids.add(quick(event.id.as_bytes())));
        ids
    }

    /// Whether an id with this hash may have been added.
    pub fn may_have(&self, hash: u64) -> bool {
        let (mut rest, mut size) = (self.words.as_slice(), FIRST);
        while let Some((words, behind)) = rest.split_at_checked(size) {
            if probes(hash, size).all(|(word, bit)| words.get(word).is_some_and(|word| word & bit != 0)) {
                return true;
            }
            (rest, size) = (behind, size * 2);
        }
        false
    }

    /// Adds the hash of an id.
    pub fn add(&mut self, hash: u64) {
        if self.room == 0 {
            self.last = if self.last == 0 { FIRST } else { self.last * 2 };
            self.room = self.last * 64 / BITS;
            self.words.reserve_exact(self.last);
            self.words.resize(self.words.len() + self.last, 0);
        }
        self.room -= 1;
        let begin = self.words.len() - self.last;
        for (word, bit) in probes(hash, self.last) {
            if let Some(word) = self.words.get_mut(begin + word) {
                *word |= bit;
            }
        }
    }
}

/// Eight bits among so many words, a power of two.
fn probes(hash: u64, words: usize) -> impl Iterator<Item = (usize, u64)> {
    let (start, step) = (hash as u32, (hash >> 32) as u32 | 1);
    (0..8_u32).map(move |probe| {
        let bit = start.wrapping_add(probe.wrapping_mul(step)) as usize & (words * 64).saturating_sub(1);
        (bit / 64, 1 << (bit % 64))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::engine::Visitor;
    use crate::json;
    use crate::model::Model;

    #[test]
    fn what_was_added_is_there_and_hardly_anything_else() {
        let hash = |prefix: &str, number: usize| quick(format!("{prefix}-{number}").as_bytes());
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
    fn ids_that_count_are_told_apart() {
        let hash = |number: usize| quick(format!("0190aaaa-0000-7000-8000-{number:012x}").as_bytes());
        let (mut ids, mut wrong) = (Ids::default(), 0);
        for number in 0..2000 {
            wrong += usize::from(ids.may_have(hash(number)));
            ids.add(hash(number));
        }
        assert!(wrong < 20, "{wrong} of 2000");
    }
}

//! Different JSON values, each with its place: a hash table that only grows, small in code and, for few values, in memory.

use crate::value::Value;
use crate::value_ref::ValueRef;

/// So many are looked through one by one.
const FEW: usize = 8;

/// A set of values, in the order in which they came.
#[derive(Clone, Debug, Default)]
pub struct Values {
    own: Vec<Value>,
    /// Places in `own` by hash, 0 for none, else one more; none if there are few, else twice as many as values, at least.
    slots: Vec<u32>,
}

impl Values {
    /// The place of a value, which is added if it is new.
    pub fn place_of(&mut self, value: ValueRef<'_>) -> usize {
        if let Some(place) = self.find(value) {
            return place;
        }
        self.own.push(value.to_value());
        if self.own.len() * 2 > self.slots.len() && self.own.len() > FEW {
            self.grow();
        } else {
            self.occupy(self.own.len() - 1);
        }
        self.own.len() - 1
    }

    fn find(&self, value: ValueRef<'_>) -> Option<usize> {
        let Some(mask) = self.slots.len().checked_sub(1) else { return self.own.iter().position(|own| value == *own) };
        let mut slot = hash(value) & mask;
        loop {
            let place = (*self.slots.get(slot)? as usize).checked_sub(1)?;
            if self.own.get(place).is_some_and(|own| value == *own) {
                return Some(place);
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.own.len() * 4).next_power_of_two()];
        (0..self.own.len()).for_each(|place| self.occupy(place));
    }

    /// Puts a place into the first free slot; there is one, if there are any.
    fn occupy(&mut self, place: usize) {
        let (Some(mask), Some(own)) = (self.slots.len().checked_sub(1), self.own.get(place)) else { return };
        let mut slot = hash(own.into()) & mask;
        while self.slots.get(slot).is_some_and(|taken| *taken != 0) {
            slot = (slot + 1) & mask;
        }
        if let Some(free) = self.slots.get_mut(slot) {
            *free = place as u32 + 1;
        }
    }

    /// Keeps only some; `keep` is given each place. Those behind move up.
    pub fn retain(&mut self, keep: &mut dyn FnMut(usize) -> bool) {
        let mut place = 0;
        self.own.retain(|_| {
            place += 1;
            keep(place - 1)
        });
        // A table for few would soon be full, and a search in a full one never ends.
        if self.own.len() > FEW {
            self.grow();
        } else {
            self.slots = Vec::new();
        }
    }
}

/// FNV-1a, 32 bits, of a list from item to item; of an object the sum, since the order of keys says nothing. Equal values have equal hashes.
fn hash(value: ValueRef<'_>) -> usize {
    let (mut mixed, mut add) = (0x811c_9dc5_u32, 0_u64);
    match value {
        // Zero equals its negative.
        ValueRef::Number(number) => add = (number + 0.0).to_bits(),
        ValueRef::Bool(bool) => add = 1 + u64::from(bool),
        ValueRef::Text(text) => text.bytes().for_each(|byte| mixed = (mixed ^ u32::from(byte)).wrapping_mul(0x0100_0193)),
        ValueRef::Whole(Value::Array(items)) => {
            items.iter().for_each(|item| add = add.wrapping_mul(31).wrapping_add(hash(item.into()) as u64));
        }
        ValueRef::Whole(Value::Object(object)) => {
            object.iter().for_each(|(key, value)| {
                add = add.wrapping_add((hash(ValueRef::Text(key)) as u64).wrapping_mul(31) ^ hash(value.into()) as u64)
            });
        }
        ValueRef::Null | ValueRef::Whole(_) => {}
    }
    mixed = (mixed ^ add as u32).wrapping_mul(0x0100_0193);
    mixed = (mixed ^ (add >> 32) as u32).wrapping_mul(0x0100_0193);
    (mixed ^ (mixed >> 15)) as usize
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::json;

    fn add(values: &mut Values, numbers: core::ops::Range<i32>) -> Vec<usize> {
        numbers.map(|number| values.place_of(ValueRef::Number(f64::from(number)))).collect()
    }

    #[test]
    fn a_value_keeps_its_place_however_many_come() {
        let mut values = Values::default();
        assert_eq!(add(&mut values, 0..100), (0..100).collect::<Vec<_>>());
        assert_eq!(add(&mut values, 0..100), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn whatever_goes_there_is_room_for_more() {
        for left in 0..30 {
            let mut values = Values::default();
            add(&mut values, 0..30);
            values.retain(&mut |place| place < left);
            assert_eq!(add(&mut values, 0..60), (0..60).collect::<Vec<_>>(), "{left} were left");
        }
    }

    #[test]
    fn lists_and_objects_are_told_apart_by_what_they_have() {
        let hashes = |texts: &[&str]| -> Vec<usize> { texts.iter().map(|text| hash((&json::parse(text).unwrap()).into())).collect() };
        let mut different = hashes(&[
            "[]",
            "[1]",
            "[2]",
            "[1,2]",
            "[2,1]",
            "[[1]]",
            r#"{"a":1}"#,
            r#"{"a":2}"#,
            r#"{"b":1}"#,
            r#"{"a":1,"b":1}"#,
            r#"{"a":[1]}"#,
        ]);
        different.sort_unstable();
        different.dedup();
        assert_eq!(different.len(), 11);
        let same = hashes(&[r#"{"a":1,"b":[0]}"#, r#"{"b":[-0.0],"a":1}"#]);
        assert_eq!(same.first(), same.last());
    }

    #[test]
    fn equal_values_have_one_place_whatever_they_are() {
        let mut values = Values::default();
        // Enough for a table.
        add(&mut values, 1..20);
        let list = json::parse(r#"[true, false, 0, "", "1", "true", [0], { "a": [] }]"#).unwrap();
        let others: Vec<ValueRef<'_>> = list.as_array().unwrap().iter().map(ValueRef::from).collect();
        let places: Vec<usize> = others.iter().map(|value| values.place_of(*value)).collect();
        assert_eq!(places, (19..27).collect::<Vec<_>>());
        assert_eq!(others.iter().map(|value| values.place_of(*value)).collect::<Vec<_>>(), places);
        assert_eq!(values.place_of(ValueRef::Number(-0.0)), 21, "zero and its negative are equal");
    }

    #[test]
    fn those_that_are_kept_move_up() {
        for count in [6, 30, 31, 100] {
            let mut values = Values::default();
            add(&mut values, 0..count);
            values.retain(&mut |place| place % 3 == 1);
            let left = (0..count).filter(|number| number % 3 == 1);
            let places: Vec<usize> = left.clone().map(|number| values.place_of(ValueRef::Number(f64::from(number)))).collect();
            assert_eq!(places, (0..left.count()).collect::<Vec<_>>(), "of {count}");
        }
    }
}

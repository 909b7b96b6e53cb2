//! How an event's traits change what is known of the visitor (docs/model.md, section 2).

use crate::order::sort_by;
use crate::value::{Object, Value};

/// What is known of a visitor, each trait where it first came.
#[derive(Clone, Debug, Default)]
pub struct Traits {
    all: Object,
    places: Places,
    /// Of the keys of `company`.
    company: Places,
}

impl Traits {
    /// All of them.
    pub fn all(&self) -> &Object {
        &self.all
    }

    /// Sets the traits of an event: `null` removes, nested objects are replaced whole, except `company`, whose keys are merged one by one.
    pub fn merge(&mut self, set: &Object) {
        merge(&mut self.all, &mut self.places, set, Some(&mut self.company));
    }
}

/// Where the keys of an object stand, in the order of keys; not there while there are few. Visitors choose their traits: nobody shall be kept busy by thousands
/// that are looked for among thousands.
#[derive(Clone, Debug, Default)]
struct Places(Vec<u32>);

/// Keys are looked for one by one among so many.
const FEW: usize = 32;

impl Places {
    /// Finds out where they stand, unless that is known.
    fn renew(&mut self, object: &Object) {
        let count = if object.len() > FEW { object.len() } else { 0 };
        if self.0.len() != count {
            self.0 = ordered(object, 0..count);
        }
    }

    /// The place of a key among the first so many.
    fn find(&self, object: &Object, key: &str, count: usize) -> Option<usize> {
        let has = |place: usize| object.at(place).map(|(own, _)| own);
        if self.0.is_empty() {
            return (0..count).find(|place| has(*place) == Some(key));
        }
        let at = self.0.partition_point(|place| has(*place as usize) < Some(key));
        self.0.get(at).map(|place| *place as usize).filter(|place| has(*place) == Some(key))
    }

    /// Those from a place on are new.
    fn add(&mut self, object: &Object, first: usize) {
        if self.0.is_empty() || first == object.len() {
            return;
        }
        let key = |place: &u32| object.at(*place as usize).map(|(key, _)| key);
        let (mut old, mut new) =
            (core::mem::take(&mut self.0).into_iter().peekable(), ordered(object, first..object.len()).into_iter().peekable());
        self.0.reserve_exact(object.len());
        while let Some(next) = match (old.peek(), new.peek()) {
            (Some(one), Some(other)) if key(other) < key(one) => new.next(),
            (None, _) => new.next(),
            _ => old.next(),
        } {
            self.0.push(next);
        }
    }

    /// Those at these places, in order, are gone.
    fn remove(&mut self, gone: &[u32]) {
        self.0.retain_mut(|place| match gone.binary_search(place) {
            Ok(_) => false,
            Err(before) => {
                *place -= before as u32;
                true
            }
        });
    }
}

/// Places of an object in the order of their keys.
fn ordered(object: &Object, places: core::ops::Range<usize>) -> Vec<u32> {
    let key = |place: &u32| object.at(*place as usize).map(|(key, _)| key);
    let mut ordered: Vec<u32> = places.map(|place| place as u32).collect();
    sort_by(&mut ordered, |one, other| key(one).cmp(&key(other)));
    ordered
}

fn merge(known: &mut Object, places: &mut Places, set: &Object, mut company: Option<&mut Places>) {
    places.renew(known);
    let (count, mut gone) = (known.len(), Vec::new());
    for (key, value) in set.iter() {
        let place = places.find(known, key, count);
        match (value, &mut company) {
            (Value::Null, _) => gone.extend(place.map(|place| place as u32)),
            (Value::Object(keys), Some(company)) if key == "company" => {
                let mut own = match place.map(|place| known.take(place)) {
                    Some(Value::Object(own)) => own,
                    _ => Object::new(),
                };
                merge(&mut own, company, keys, None);
                known.put(place, key, own.into());
            }
            _ => known.put(place, key, value.clone()),
        }
    }
    places.add(known, count);
    if !gone.is_empty() {
        crate::order::sort(&mut gone);
        known.retain(&mut |place| gone.binary_search(&(place as u32)).is_err());
        places.remove(&gone);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::json;

    fn merged(known: &str, set: &str) -> String {
        let mut traits = Traits::default();
        for traits_of in [known, set] {
            traits.merge(json::parse(traits_of).unwrap().as_object().unwrap());
        }
        json::print(traits.all())
    }

    #[test]
    fn traits_are_set_removed_and_companies_merged() {
        for (known, set, expected) in [
            (r#"{"a":1}"#, r#"{"a":2,"b":3}"#, r#"{"a":2,"b":3}"#),
            (r#"{"a":1}"#, r#"{"a":null,"z":null}"#, "{}"),
            (r#"{"address":{"city":"x","zip":1}}"#, r#"{"address":{"city":"y"}}"#, r#"{"address":{"city":"y"}}"#),
            (r#"{"company":{"name":"x","size":1}}"#, r#"{"company":{"size":2,"name":null}}"#, r#"{"company":{"size":2}}"#),
            (r#"{"company":{"name":"x"}}"#, r#"{"company":"Acme"}"#, r#"{"company":"Acme"}"#),
            (r#"{"company":"Acme"}"#, r#"{"company":{"size":2,"x":null}}"#, r#"{"company":{"size":2}}"#),
            (r#"{"company":{"name":"x"}}"#, r#"{"company":null}"#, "{}"),
            (r#"{"company":{"hq":{"city":"x"}}}"#, r#"{"company":{"hq":{"zip":1}}}"#, r#"{"company":{"hq":{"zip":1}}}"#),
        ] {
            assert_eq!(merged(known, set), expected, "{known} {set}");
        }
    }

    /// One by one, as section 2 says it.
    fn naively(known: &mut Object, set: &Object, top: bool) {
        for (key, value) in set.iter() {
            match value {
                Value::Null => drop(known.remove(key)),
                Value::Object(keys) if top && key == "company" => {
                    let mut own = known.get(key).and_then(Value::as_object).cloned().unwrap_or_default();
                    naively(&mut own, keys, false);
                    known.insert(key, own);
                }
                value => known.insert(key, value.clone()),
            }
        }
    }

    #[test]
    fn many_traits_come_to_what_they_come_to_one_by_one() {
        let (mut state, mut traits, mut expected) = (7_u32, Traits::default(), Object::new());
        let mut next = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % most
        };
        let mut largest = (0, 0);
        for round in 0..400_u32 {
            let some = |company: bool, next: &mut dyn FnMut(u32) -> u32| {
                let count = if round % 20 == 0 { 80 } else { next(6) };
                let one = |_| {
                    let key = if company && next(40) == 0 { "company".to_owned() } else { format!("k{}", next(300)) };
                    (key, if next(4) == 0 { Value::Null } else { f64::from(next(9)).into() })
                };
                (0..count).map(one).collect::<Object>()
            };
            let mut set = some(true, &mut next);
            if next(3) > 0 {
                set.insert("company", some(false, &mut next));
            }
            traits.merge(&set);
            naively(&mut expected, &set, true);
            assert_eq!(json::print(traits.all()), json::print(&expected), "round {round}");
            largest.0 = largest.0.max(expected.len());
            largest.1 = largest.1.max(expected.get("company").and_then(Value::as_object).map_or(0, Object::len));
        }
        assert!(largest.0 > 3 * FEW && largest.1 > 2 * FEW, "{largest:?}");
    }
}

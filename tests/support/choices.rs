//! Random models, events and times, made from a list of bytes: each byte is a choice, and a list that has run out always chooses the first.
//! So whatever shortens the list or lowers its bytes makes the case simpler, which is all that shrinking needs.

#![allow(dead_code, unused_imports, missing_docs)]

#[path = "choices/conditions.rs"]
mod conditions;
#[path = "choices/events.rs"]
mod events;
#[path = "choices/fields.rs"]
mod fields;
#[path = "choices/model.rs"]
mod model;

pub use events::{event, time};
pub use model::model;

use warmlead::value::{Object, Value};

pub struct Choices<'a> {
    bytes: std::slice::Iter<'a, u8>,
    /// The few event types of this case, so that events meet the patterns.
    types: Vec<&'static str>,
}

pub const DAY: i64 = 24 * HOUR;
pub const HOUR: i64 = 60 * MINUTE;
const MINUTE: i64 = 60_000;
/// A Wednesday.
pub const START: i64 = 1_769_040_000_000;

const TYPES: [&str; 10] =
    ["page_view", "page_view", "click", "form_submit", "page_view", "click", "email_open", "identify", "note", "consent"];
const ABOUT_ACTIONS: [&str; 5] = ["action_shown", "action_dismissed", "action_held_out", "action_converted", "action_clicked"];
const ACTIONS: [&str; 3] = ["chat", "form", "banner"];
const ROLES: [&str; 3] = ["student", "chief", "analyst"];
const PATHS: [&str; 6] = ["/pricing", "/pricing/teams", "/", "/blog/a", "/careers", "/PRICING"];
const URLS: [&str; 8] = [
    "/pricing",
    "/pricing/teams?utm_source=x&utm_medium=cpc",
    "https://acme.example/",
    "https://acme.example/blog/a?gclid=1",
    "/careers#jobs",
    "https://Acme.example:8080/pricing",
    "mailto:x",
    "",
];

/// Bytes that a seed makes: SplitMix64.
pub fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    };
    (0..250).flat_map(|_| next().to_le_bytes()).collect()
}

impl<'a> Choices<'a> {
    pub fn new(bytes: &'a [u8]) -> Choices<'a> {
        let mut choices = Choices { bytes: bytes.iter(), types: Vec::new() };
        for _ in 0..1 + choices.below(4) {
            let more = choices.of(&TYPES);
            choices.types.push(more);
        }
        choices
    }

    /// A number below `count`.
    pub fn below(&mut self, count: usize) -> usize {
        let first = usize::from(self.bytes.next().copied().unwrap_or(0));
        if count > 256 { (first * 256 + usize::from(self.bytes.next().copied().unwrap_or(0))) % count } else { first % count.max(1) }
    }

    /// One of the case's event types, mostly.
    fn r#type(&mut self) -> &'static str {
        let place = self.below(self.types.len() + 1);
        self.types.get(place).copied().unwrap_or("page_view")
    }

    /// One in `count`, and not if the list has run out.
    pub fn rarely(&mut self, count: usize) -> bool {
        count == 1 || self.below(count) == count - 1
    }

    pub fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }

    /// One of these, which are made to be thrown away.
    pub fn one<const N: usize>(&mut self, mut values: [Value; N]) -> Value {
        std::mem::take(&mut values[self.below(N)])
    }

    fn list<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self, usize) -> T) -> Vec<T> {
        let count = self.below(most + 1);
        (0..count).map(|place| make(self, place)).collect()
    }

    fn small(&mut self) -> f64 {
        self.of(&[1.0, 0.0, 2.0, 3.0, 5.0, 10.0, 1.0, 2.0, 3.0, 4.0, 25.0, -1.0, -5.0, 0.5, 1.0005, 100.0])
    }

    fn duration(&mut self, units: &str) -> String {
        let unit = units.as_bytes()[self.below(units.len())] as char;
        let count = match unit {
            'm' => self.of(&[30, 5, 90]),
            'h' => self.of(&[1, 24, 2, 5, 50]),
            'd' => self.of(&[1, 2, 7, 3, 14, 30]),
            _ => self.of(&[1, 2]),
        };
        format!("{count}{unit}")
    }
}

fn object(pairs: impl IntoIterator<Item = (&'static str, Value)>) -> Object {
    pairs.into_iter().collect()
}

fn set(object: &mut Object, key: &str, value: impl Into<Value>) {
    object.insert(key, value);
}

/// A number that the environment may set.
pub fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().map_or(default, |text| text.parse().unwrap())
}

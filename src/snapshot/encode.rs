//! A visitor to bytes. Nothing can go wrong here: what no event can hold (a number that is not finite) is written as JSON would write it.

use super::strings::Strings;
use super::uuid::Uuid;
use super::{HAS_FORGOTTEN, MAGIC, MAX_SHARED, VERSION, has, id, kind};
use crate::engine::{Visitor, fnv64};
use crate::event::Event;
use crate::order::sort_by;
use crate::time::Time;
use crate::value::{Object, Value};

/// The largest whole number up to which doubles hold every one.
const EXACT: f64 = 9_007_199_254_740_991.0;

/// About as many bytes as an event takes.
const USUAL: usize = 48;

/// The bytes of a visitor.
pub fn encode(visitor: &Visitor) -> Vec<u8> {
    let mut writer = Writer { bytes: Vec::with_capacity((visitor.events().len() + 2) * USUAL), strings: Strings::new() };
    writer.bytes.extend(MAGIC);
    writer.bytes.push(VERSION);
    writer.visitor(visitor);
    let checksum = fnv64(&writer.bytes);
    writer.bytes.extend(checksum.to_le_bytes());
    writer.bytes
}

struct Writer<'a> {
    bytes: Vec<u8>,
    strings: Strings<'a>,
}

impl<'a> Writer<'a> {
    fn visitor(&mut self, visitor: &'a Visitor) {
        let uuid = Uuid::parse(visitor.id());
        let forgotten = visitor.forgotten();
        self.number(uuid.map_or(id::TEXT, |_| id::UUID) | forgotten.map_or(0, |_| HAS_FORGOTTEN));
        match uuid {
            Some(Uuid(number)) => self.bytes.extend(number.to_be_bytes()),
            None => self.text(visitor.id()),
        }
        if let Some(forgotten) = forgotten {
            self.number(forgotten.events);
            self.number(forgotten.until.unsigned_abs());
        }
        self.number(visitor.events().len() as u64);
        let mut last = 0;
        for event in visitor.events() {
            self.event(event, last);
            last = event.time;
        }
    }

    fn event(&mut self, event: &'a Event, last: Time) {
        let uuid = Uuid::parse(&event.id);
        let timed = uuid.and_then(Uuid::timed);
        let id = if timed.is_some() { id::TIMED } else { uuid.map_or(id::TEXT, |_| id::UUID) };
        let parts = [
            (event.url.is_some(), has::URL),
            (event.title.is_some(), has::TITLE),
            (event.referrer.is_some(), has::REFERRER),
            (event.properties.is_some(), has::PROPERTIES),
            (event.traits.is_some(), has::TRAITS),
            (event.host.is_some(), has::HOST),
            (event.path.is_some(), has::PATH),
            (event.query.is_some(), has::QUERY),
            (event.offsite, has::OFFSITE),
        ];
        self.number(parts.iter().filter(|(there, _)| *there).fold(id, |flags, (_, flag)| flags | flag));
        self.number(event.time.wrapping_sub(last) as u64);
        match (timed, uuid) {
            (Some((time, rest)), _) => {
                self.number(zigzag(time.wrapping_sub(event.time)));
                self.bytes.extend(rest);
            }
            (None, Some(Uuid(number))) => self.bytes.extend(number.to_be_bytes()),
            (None, None) => self.text(&event.id),
        }
        self.string(&event.r#type);
        event.url.iter().for_each(|url| self.address(url));
        event.title.iter().for_each(|title| self.string(title));
        event.referrer.iter().for_each(|referrer| self.address(referrer));
        event.properties.iter().for_each(|properties| self.members(properties));
        event.traits.iter().for_each(|traits| self.members(traits));
        event.host.iter().for_each(|host| self.string(host));
        event.path.iter().for_each(|path| self.string(path));
        event.query.iter().for_each(|query| self.members(query));
    }

    /// An address in three strings that come back in other addresses: up to its path, the path, and the rest.
    fn address(&mut self, address: &'a str) {
        let end = address.find(['?', '#']).unwrap_or(address.len());
        let (before, rest) = address.split_at_checked(end).unwrap_or((address, ""));
        let authority = before.as_bytes().windows(2).position(|pair| pair == b"//").map_or(0, |place| place + 2);
        let path = before.get(authority..).and_then(|after| after.find('/')).map_or(before.len(), |place| authority + place);
        // Without `//` there is no authority: all of it is path.
        let (origin, path) = before.split_at_checked(if authority == 0 { 0 } else { path }).unwrap_or((before, ""));
        for part in [origin, path, rest] {
            self.string(part);
        }
    }

    fn members(&mut self, object: &'a Object) {
        self.number(object.len() as u64);
        self.pairs(object);
    }

    /// The keys in order, each with its value.
    fn pairs(&mut self, object: &'a Object) {
        let mut pairs: Vec<(&str, &Value)> = object.iter().collect();
        sort_by(&mut pairs, |(one, _), (other, _)| one.cmp(other));
        for (key, value) in pairs {
            self.string(key);
            self.value(value);
        }
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Null => self.head(kind::PLAIN, 0),
            Value::Bool(bool) => self.head(kind::PLAIN, 1 + u64::from(*bool)),
            Value::Number(number) if number.trunc() == *number && number.abs() <= EXACT => self.head(kind::WHOLE, zigzag(*number as i64)),
            Value::Number(number) if number.is_finite() => {
                self.head(kind::DOUBLE, 0);
                self.bytes.extend(number.to_le_bytes());
            }
            Value::Number(_) => self.head(kind::PLAIN, 0),
            Value::String(text) => self.reference(text, |writer, place| writer.head(kind::STRING, place)),
            Value::Array(items) => {
                self.head(kind::ARRAY, items.len() as u64);
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(object) => {
                self.head(kind::OBJECT, object.len() as u64);
                self.pairs(object);
            }
        }
    }

    fn head(&mut self, kind: u64, rest: u64) {
        self.number(rest << kind::BITS | kind);
    }

    fn string(&mut self, text: &'a str) {
        self.reference(text, |writer, place| writer.number(place));
    }

    /// A string by its place, counted from 1; 0, and then the string itself, where it has none.
    fn reference(&mut self, text: &'a str, write: impl FnOnce(&mut Self, u64)) {
        let place = if text.len() <= MAX_SHARED { self.strings.place(text) } else { None };
        write(self, place.map_or(0, |place| place as u64 + 1));
        if place.is_none() {
            self.text(text);
        }
    }

    /// The length of a text in bytes, and the text.
    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    /// Seven bits in each byte, the lowest first; the highest bit says that more follow (LEB128).
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }
}

/// Small numbers of either sign as small numbers.
fn zigzag(number: i64) -> u64 {
    (number << 1 ^ number >> 63) as u64
}

//! The packed form of a plain event: its fields one after another, as a page lays them out in the module's memory (`pkg-config/entry/give.ts`). It is read where
//! it lies; only what is asked for is made into something.
//!
//! It is a short cut, not another way in: whatever is not plainly right is left to [`Event::read`], which says what is wrong with it.
//!
//! An event is an object whose keys are their places in [`KEYS`]. A value is a byte that says its kind and what belongs to that: nothing for `null`, `false` and `true`,
//! 8 bytes of a double for a number, a length and UTF-8 for a text, a count and a text and a value each for an object, a count and values for a list. A count is a
//! byte, or from 255 on that and four more. All numbers are little-endian.

use super::types;
use super::view::{EventView, Fields};
use crate::time::{MAX_TIME, Time};
use crate::value::{Object, Value, from_pairs};
use crate::value_ref::{Found, ValueRef};

/// What an event may have, in the order of its places; those that are texts are read as such.
pub const KEYS: [&str; 12] = ["id", "type", "time", "url", "host", "path", "query", "title", "referrer", "properties", "traits", "offsite"];

/// The most bytes that are taken: far below what an event's JSON text may have, however much longer that is.
pub const MAX_PACKED_BYTES: usize = 4096;

/// How deep values may nest here.
const MAX_DEPTH: usize = 8;

/// What a value is, here and in `src/wasm/given.rs`: one writer lays out both.
pub(crate) mod kind {
    pub const NULL: u8 = 0;
    pub const FALSE: u8 = 1;
    pub const TRUE: u8 = 2;
    pub const NUMBER: u8 = 3;
    pub const TEXT: u8 = 4;
    pub const OBJECT: u8 = 5;
    pub const LIST: u8 = 6;
}

/// A packed value, and perhaps what stands behind it.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a>(&'a [u8]);

/// What is read from packed bytes, one after another.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn count(&mut self) -> Option<usize> {
        match self.byte()? {
            255 => {
                let (bytes, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Some(u32::from_le_bytes(*bytes) as usize)
            }
            count => Some(usize::from(count)),
        }
    }

    fn number(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes)).filter(|number| number.is_finite())
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.count()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        core::str::from_utf8(bytes).ok()
    }

    /// Passes a value; `None` if there is none.
    fn skip(&mut self, depth: usize) -> Option<()> {
        match self.byte()? {
            kind::NULL | kind::FALSE | kind::TRUE => {}
            kind::NUMBER => {
                self.number()?;
            }
            kind::TEXT => {
                self.text()?;
            }
            kind::OBJECT if depth < MAX_DEPTH => {
                for _ in 0..self.count()? {
                    self.text()?;
                    self.skip(depth + 1)?;
                }
            }
            kind::LIST if depth < MAX_DEPTH => {
                for _ in 0..self.count()? {
                    self.skip(depth + 1)?;
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// A value, made.
    fn value(&mut self, depth: usize) -> Option<Value> {
        Some(match self.byte()? {
            kind::NULL => Value::Null,
            kind::FALSE => Value::Bool(false),
            kind::TRUE => Value::Bool(true),
            kind::NUMBER => Value::Number(self.number()?),
            kind::TEXT => Value::from(self.text()?),
            kind::OBJECT if depth < MAX_DEPTH => {
                let mut members = Vec::new();
                for _ in 0..self.count()? {
                    members.push((self.text()?.to_owned(), self.value(depth + 1)?));
                }
                Value::Object(from_pairs(members))
            }
            kind::LIST if depth < MAX_DEPTH => {
                let mut items = Vec::new();
                for _ in 0..self.count()? {
                    items.push(self.value(depth + 1)?);
                }
                Value::Array(items)
            }
            _ => return None,
        })
    }
}

impl<'a> Packed<'a> {
    /// What the keys lead to.
    pub fn dig(self, keys: &[Box<str>]) -> Found<'a> {
        let Some((first, rest)) = keys.split_first() else {
            return Found::Made(Value::Object(self.to_object().unwrap_or_default()));
        };
        let Some(mut reader) = self.find(first) else { return Found::Seen(ValueRef::Null) };
        let kind = reader.0.first().copied();
        if let Some(kind::OBJECT | kind::LIST) = kind {
            let value = reader.value(1).unwrap_or_default();
            return Found::Made(rest.iter().try_fold(&value, |value, key| value.at(key)).cloned().unwrap_or_default());
        }
        let value = match kind {
            _ if !rest.is_empty() => None,
            Some(kind::FALSE) => Some(ValueRef::Bool(false)),
            Some(kind::TRUE) => Some(ValueRef::Bool(true)),
            Some(kind::NUMBER) => reader.byte().and_then(|_| reader.number()).map(ValueRef::Number),
            Some(kind::TEXT) => reader.byte().and_then(|_| reader.text()).map(ValueRef::Text),
            _ => None,
        };
        Found::Seen(value.unwrap_or(ValueRef::Null))
    }

    /// The value of a key. No key stands twice.
    fn find(self, key: &str) -> Option<Reader<'a>> {
        let mut reader = Reader(self.0);
        reader.byte()?;
        for _ in 0..reader.count()? {
            if reader.text()? == key {
                return Some(reader);
            }
            reader.skip(1)?;
        }
        None
    }

    /// The object that it is.
    pub fn to_object(self) -> Option<Object> {
        match Reader(self.0).value(0)? {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// Reads an event where it lies; `None` unless it is right in every way.
pub fn read(bytes: &[u8]) -> Option<EventView<'_>> {
    read_event(bytes, false)
}

/// As [`read`], of an event that need not have an id, since its place in a list identifies it.
pub fn read_listed(bytes: &[u8]) -> Option<EventView<'_>> {
    read_event(bytes, true)
}

fn read_event(bytes: &[u8], is_listed: bool) -> Option<EventView<'_>> {
    if bytes.len() > MAX_PACKED_BYTES {
        return None;
    }
    let mut reader = event(bytes)?;
    let mut texts: [Option<&str>; KEYS.len()] = [None; KEYS.len()];
    let mut objects: [Option<Fields<'_>>; KEYS.len()] = [None; KEYS.len()];
    let (mut time, mut offsite) = (None, false);
    while let Some(key) = reader.byte() {
        let start = reader;
        match (usize::from(key), reader.byte()?) {
            (2, kind::NUMBER) => time = Some(reader.number()?),
            (place @ (0 | 1 | 3..=5 | 7 | 8), kind::TEXT) => *texts.get_mut(place)? = Some(reader.text()?),
            (place @ (6 | 9 | 10), kind::OBJECT) => {
                *objects.get_mut(place)? = Some(Fields::Packed(Packed(start.0)));
                reader = start;
                reader.skip(0)?;
            }
            (11, kind::TRUE) => offsite = true,
            (11, kind::FALSE) => offsite = false,
            _ => return None,
        }
    }
    let [id, r#type, _, url, host, path, _, title, referrer, ..] = texts;
    let [_, _, _, _, _, _, query, _, _, properties, traits, _] = objects;
    let whole = |time: &f64| time.trunc() == *time && (0.0..=MAX_TIME as f64).contains(time);
    Some(EventView {
        id: match id {
            Some(id) if !id.is_empty() => id,
            None if is_listed => "",
            _ => return None,
        },
        r#type: types::canonical(r#type.filter(|own| !own.is_empty())?),
        time: time.filter(whole)? as Time,
        url,
        host,
        path,
        query,
        title,
        referrer,
        properties,
        traits,
        offsite,
    })
}

/// The id of a packed event. A page writes the id first, mostly: no more is read then.
pub fn id_of(bytes: &[u8]) -> Option<&[u8]> {
    let mut reader = event(bytes)?;
    match (reader.byte(), reader.byte()) {
        (Some(0), Some(kind::TEXT)) => reader.count().and_then(|length| reader.0.get(..length)),
        _ => read(bytes).map(|event| event.id.as_bytes()),
    }
}

/// Whether a packed event has this id.
pub fn has_id(bytes: &[u8], id: &str) -> bool {
    id_of(bytes) == Some(id.as_bytes())
}

/// The fields of an event. How many there are need not be said: they go on to the end.
fn event(bytes: &[u8]) -> Option<Reader<'_>> {
    let mut reader = Reader(bytes);
    if reader.byte()? != kind::OBJECT {
        return None;
    }
    reader.count()?;
    Some(reader)
}

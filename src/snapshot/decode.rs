//! Bytes to a visitor, or why not. The bytes may be anybody's: nothing is believed that would not be believed of an event that is read, and a
//! count that is read reserves nothing.

use super::uuid::Uuid;
use super::{CHECKSUM, HAS_FORGOTTEN, MAGIC, MAX_SHARED, SnapshotError, VERSION, has, id, kind};
use crate::engine::{Forgotten, Visitor, fnv64};
use crate::event::{Event, MAX_EVENT_BYTES, MAX_PROPERTIES_DEPTH, types};
use crate::time::{MAX_TIME, Time};
use crate::value::{Object, Value, from_pairs};

type Result<T> = core::result::Result<T, SnapshotError>;

const CUT_OFF: SnapshotError = SnapshotError::Broken("it ends too early");

fn broken<T>(why: &'static str) -> Result<T> {
    Err(SnapshotError::Broken(why))
}

/// The visitor of a snapshot.
pub fn decode(bytes: &[u8]) -> Result<Visitor> {
    let Some(after) = bytes.strip_prefix(&MAGIC) else { return Err(SnapshotError::Foreign) };
    match after.first() {
        Some(&VERSION) => {}
        Some(other) => return Err(SnapshotError::Version(*other)),
        None => return Err(CUT_OFF),
    }
    let Some((content, checksum)) = bytes.split_last_chunk::<CHECKSUM>() else { return Err(CUT_OFF) };
    if fnv64(content) != u64::from_le_bytes(*checksum) {
        return broken("its checksum does not match");
    }
    let mut reader = Reader { bytes: content.get(MAGIC.len() + 1..).ok_or(CUT_OFF)?, strings: vec![""] };
    let visitor = reader.visitor()?;
    if reader.bytes.is_empty() { Ok(visitor) } else { broken("something follows its last event") }
}

struct Reader<'a> {
    /// What is left.
    bytes: &'a [u8],
    strings: Vec<&'a str>,
}

impl<'a> Reader<'a> {
    fn visitor(&mut self) -> Result<Visitor> {
        let flags = self.number()?;
        let id = match flags & id::KIND {
            id::TEXT => self.text()?.to_owned(),
            id::UUID => self.uuid()?,
            _ => return broken("it has an unknown kind of id"),
        };
        let forgotten = match flags & !id::KIND {
            0 => None,
            HAS_FORGOTTEN => Some(Forgotten { events: self.number()?, until: time(Some(self.number()?))? }),
            _ => return broken("it has an unknown flag"),
        };
        let mut events: Vec<Event> = Vec::new();
        for _ in 0..self.number()? {
            let event = self.event(events.last())?;
            events.push(event);
        }
        let mut ids: Vec<&str> = events.iter().map(|event| event.id.as_str()).collect();
        crate::order::sort(&mut ids);
        if ids.iter().zip(ids.iter().skip(1)).any(|(one, next)| one == next) {
            return broken("two events have the same id");
        }
        Ok(Visitor::restored(id, events, forgotten))
    }

    fn event(&mut self, last: Option<&Event>) -> Result<Event> {
        let flags = self.number()?;
        if flags >= has::END {
            return broken("an event has an unknown flag");
        }
        let passed = self.number()?;
        let time = time((last.map_or(0, |last| last.time) as u64).checked_add(passed))?;
        let id = match flags & id::KIND {
            id::TEXT => self.text()?.to_owned(),
            id::UUID => self.uuid()?,
            id::TIMED => {
                let own = time.checked_add(unzigzag(self.number()?));
                let uuid = Uuid::from_timed(own.unwrap_or(-1), *self.take_chunk()?);
                uuid.map(Uuid::print).ok_or(SnapshotError::Broken("the time of an id is out of range"))?
            }
            _ => return broken("an event has an unknown kind of id"),
        };
        if id.is_empty() {
            return broken("an event has no id");
        }
        // Canonical order: by time, then by id.
        if last.is_some_and(|last| (last.time, last.id.as_str()) >= (time, &id)) {
            return broken("its events are not in order");
        }
        let r#type = types::canonical(self.string()?).to_owned();
        if r#type.is_empty() {
            return broken("an event has no type");
        }
        // Filled step by step: what was read so far would be dropped after each field apart.
        let mut event = Event { id, r#type, time, offsite: flags & has::OFFSITE != 0, ..Event::default() };
        event.url = self.optional(flags & has::URL, Reader::address)?;
        event.title = self.optional(flags & has::TITLE, Reader::owned)?;
        event.referrer = self.optional(flags & has::REFERRER, Reader::address)?;
        for (flag, own) in [(has::PROPERTIES, &mut event.properties), (has::TRAITS, &mut event.traits)] {
            *own = self.optional(flags & flag, Reader::members)?;
        }
        for (flag, own) in [(has::HOST, &mut event.host), (has::PATH, &mut event.path)] {
            *own = self.optional(flags & flag, Reader::owned)?;
        }
        event.query = self.optional(flags & has::QUERY, Reader::members)?;
        if event.content_size() > MAX_EVENT_BYTES || event.id.len() > MAX_EVENT_BYTES || event.r#type.len() > MAX_EVENT_BYTES {
            return broken("an event is too large");
        }
        Ok(event)
    }

    /// What is there if a flag says so.
    #[inline(never)]
    fn optional<T>(&mut self, flag: u64, read: fn(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if flag == 0 { Ok(None) } else { read(self).map(Some) }
    }

    fn owned(&mut self) -> Result<String> {
        self.string().map(str::to_owned)
    }

    fn uuid(&mut self) -> Result<String> {
        Ok(Uuid(u128::from_be_bytes(*self.take_chunk()?)).print())
    }

    fn address(&mut self) -> Result<String> {
        let (origin, path, rest) = (self.string()?, self.string()?, self.string()?);
        Ok([origin, path, rest].concat())
    }

    fn members(&mut self) -> Result<Object> {
        let count = self.number()?;
        self.pairs(count, MAX_PROPERTIES_DEPTH)
    }

    fn pairs(&mut self, count: u64, room: usize) -> Result<Object> {
        let room = below(room)?;
        let mut pairs: Vec<(String, Value)> = Vec::new();
        for _ in 0..count {
            let key = self.string()?;
            if pairs.last().is_some_and(|(last, _)| last.as_str() >= key) {
                return broken("the keys of an object are not in order");
            }
            pairs.push((key.to_owned(), self.value(room)?));
        }
        Ok(from_pairs(pairs))
    }

    /// A value, in which so many more levels may nest.
    fn value(&mut self, room: usize) -> Result<Value> {
        let head = self.number()?;
        let rest = head >> kind::BITS;
        Ok(match (head & ((1 << kind::BITS) - 1), rest) {
            (kind::PLAIN, 0) => Value::Null,
            (kind::PLAIN, 1) => Value::Bool(false),
            (kind::PLAIN, 2) => Value::Bool(true),
            (kind::WHOLE, _) => Value::Number(unzigzag(rest) as f64),
            (kind::DOUBLE, 0) => match f64::from_le_bytes(*self.take_chunk()?) {
                number if number.is_finite() => Value::Number(number),
                _ => return broken("a number is not finite"),
            },
            (kind::STRING, _) => Value::from(self.string_at(rest)?),
            (kind::ARRAY, _) => {
                let room = below(room)?;
                let mut items = Vec::new();
                for _ in 0..rest {
                    items.push(self.value(room)?);
                }
                Value::Array(items)
            }
            (kind::OBJECT, _) => Value::Object(self.pairs(rest, room)?),
            _ => return broken("a value is of an unknown kind"),
        })
    }

    fn string(&mut self) -> Result<&'a str> {
        let place = self.number()?;
        self.string_at(place)
    }

    /// The string at a place, counted from 1; at 0 it follows.
    fn string_at(&mut self, place: u64) -> Result<&'a str> {
        if let Some(place) = place.checked_sub(1) {
            let known = usize::try_from(place).ok().and_then(|place| self.strings.get(place));
            return known.copied().ok_or(SnapshotError::Broken("a string is referred to before it was written"));
        }
        let text = self.text()?;
        if text.len() <= MAX_SHARED {
            self.strings.push(text);
        }
        Ok(text)
    }

    fn text(&mut self) -> Result<&'a str> {
        let length = usize::try_from(self.number()?).map_err(|_| CUT_OFF)?;
        let (text, left) = self.bytes.split_at_checked(length).ok_or(CUT_OFF)?;
        self.bytes = left;
        core::str::from_utf8(text).map_err(|_| SnapshotError::Broken("a string is no UTF-8"))
    }

    fn take_chunk<const N: usize>(&mut self) -> Result<&'a [u8; N]> {
        let (chunk, left) = self.bytes.split_first_chunk().ok_or(CUT_OFF)?;
        self.bytes = left;
        Ok(chunk)
    }

    fn number(&mut self) -> Result<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let (byte, left) = self.bytes.split_first().ok_or(CUT_OFF)?;
            self.bytes = left;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                break;
            }
            number |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        broken("a number is too large")
    }
}

/// How many more levels may nest one level further down.
fn below(room: usize) -> Result<usize> {
    room.checked_sub(1).ok_or(SnapshotError::Broken("an event is nested too deep"))
}

fn time(millis: Option<u64>) -> Result<Time> {
    let time = millis.and_then(|millis| Time::try_from(millis).ok()).filter(|time| *time <= MAX_TIME);
    time.ok_or(SnapshotError::Broken("a time is out of range"))
}

fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

//! What comes in from JavaScript: values as `pkg-config/entry/give.ts` has laid them out in the [`room`], read once. There it says what of them counts, and what
//! can't be read; here what is wrong with that, in words.
//!
//! Four bytes say where the texts begin, which stand one after another behind the values. A value is a byte that says its kind and what belongs to that: 8 bytes of
//! a double for a number, a length for a text, a count and so many keys and values, or values, for an object or a list. A count is a byte, or from 255 on that and
//! four more. All numbers are little-endian. Texts are counted in UTF-16 units, as JavaScript does, and each ends in a NUL that is not counted: so halves of a
//! character never meet.

use crate::event::packed::kind;
use crate::event::{Refusal, shorten};
use crate::problem::Problem;
use crate::value::{MAX_DEPTH, Value, from_distinct, from_pairs};
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

/// The keys by which something may be known.
const NAMES: [&str; 4] = ["id", "messageId", "event_id", "event"];

/// Why something can't be read.
#[derive(Debug)]
pub struct Unreadable {
    reason: Reason,
    /// The keys that lead to it, the outermost first.
    keys: Vec<String>,
    /// What it has under the keys by which it may be known.
    names: Vec<(&'static str, String)>,
}

/// What kind of mistake it is.
#[derive(Debug)]
enum Reason {
    /// It has more bytes than it may.
    TooLarge,
    /// It nests deeper than [`MAX_DEPTH`], perhaps without end.
    TooDeep,
    /// It is a BigInt, which JSON doesn't have.
    BigInt,
    /// Reading it threw this.
    Threw(String),
}

impl Unreadable {
    /// Where it stands: a JSON pointer. What is too deep is somewhere below the first of its keys.
    pub fn path(&self) -> String {
        let keys = if matches!(self.reason, Reason::TooDeep) { 1 } else { self.keys.len() };
        self.keys.iter().take(keys).map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// What is wrong with it, for people; `what` names the whole.
    pub fn message(&self, what: &str) -> String {
        let place = match self.keys.is_empty() {
            true => what.to_owned(),
            false => format!("`{}`", self.keys.iter().map(|key| shorten(key)).collect::<Vec<_>>().join(".")),
        };
        match &self.reason {
            Reason::TooLarge => format!("{what} is too large"),
            Reason::TooDeep => format!("{what} is nested deeper than {MAX_DEPTH} levels, or contains itself"),
            Reason::BigInt => format!("{place} is a BigInt, which JSON does not have; give a number or a string"),
            Reason::Threw(message) => format!("reading {place} threw: {}", shorten(message)),
        }
    }

    /// It as the problem of a model or a condition; `what` names that.
    pub fn problem(&self, what: &str) -> Problem {
        let code = match self.reason {
            Reason::TooLarge => "TOO_LARGE",
            Reason::TooDeep => "TOO_DEEP",
            Reason::BigInt | Reason::Threw(_) => "INVALID_VALUE",
        };
        Problem { code, path: self.path(), message: self.message(what), hint: None }
    }

    /// Why an event can't be read, as the engine would say it.
    pub fn refusal(&self) -> Refusal {
        let code = match self.reason {
            Reason::TooLarge => "EVENT_TOO_LARGE",
            Reason::TooDeep => "EVENT_TOO_DEEP",
            Reason::BigInt | Reason::Threw(_) => "INVALID_VALUE",
        };
        (code, self.message("the event"))
    }

    /// A string that it has, if that much of it can be read and it is one by which it may be known.
    pub fn name(&self, key: &str) -> Option<String> {
        self.names.iter().find(|(own, _)| *own == key).map(|(_, name)| name.clone())
    }
}

thread_local! {
    static ROOM: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes room for so many bytes, and says where it is in the module's memory: for JavaScript to fill before the call that takes what is there.
#[wasm_bindgen]
pub fn room(bytes: usize) -> *const u8 {
    ROOM.with_borrow_mut(|room| {
        *room = vec![0; bytes];
        room.as_ptr()
    })
}

/// Leaves bytes in the room, and says where they are: for JavaScript to fetch before it calls again.
#[cfg(feature = "page")]
pub fn leave(bytes: Vec<u8>) -> *const u8 {
    ROOM.with_borrow_mut(|room| {
        *room = bytes;
        room.as_ptr()
    })
}

/// How many bytes are in the room.
#[cfg(feature = "page")]
#[wasm_bindgen]
pub fn left() -> usize {
    ROOM.with_borrow(Vec::len)
}

/// Beside what a packed event has: what can't be read, and bytes.
const UNREADABLE: u8 = 7;
#[cfg(feature = "page")]
const BYTES: u8 = 8;

/// What was given, to be taken one after another. What is not there is `null`.
pub struct Given {
    values: Vec<u8>,
    texts: String,
    /// Whether a unit of text is a byte.
    ascii: bool,
    /// How far it was read, and how far its texts.
    place: usize,
    text: usize,
}

impl Given {
    /// Takes what was given.
    pub fn take() -> Given {
        let mut values = ROOM.take();
        let mut given = Given { values: Vec::new(), texts: String::new(), ascii: true, place: 0, text: 0 };
        let length = values.first_chunk().map_or(0, |bytes| u32::from_le_bytes(*bytes)) as usize;
        given.texts = String::from_utf8(values.split_off(length.min(values.len()))).unwrap_or_default();
        given.ascii = given.texts.is_ascii();
        (given.values, given.place) = (values, 4);
        given
    }

    /// The next value.
    ///
    /// # Errors
    /// [`Unreadable`].
    pub fn value(&mut self) -> Result<Value, Unreadable> {
        if self.next_is(UNREADABLE) {
            self.place += 1;
            return Err(self.unreadable());
        }
        Ok(self.plain())
    }

    /// How many values follow, if they are those of a list that are each read on their own.
    pub fn list(&mut self) -> Option<usize> {
        if !self.next_is(kind::LIST) {
            return None;
        }
        self.place += 1;
        Some(self.count())
    }

    /// The next value, a text.
    #[cfg(feature = "page")]
    pub fn text(&mut self) -> String {
        match self.value() {
            Ok(Value::String(text)) => text,
            _ => String::new(),
        }
    }

    /// Whether all was taken.
    #[cfg(feature = "page")]
    pub fn is_over(&self) -> bool {
        self.place >= self.values.len()
    }

    /// The next value, if it is bytes.
    #[cfg(feature = "page")]
    pub fn bytes(&mut self) -> Option<Vec<u8>> {
        if self.byte() != BYTES {
            return None;
        }
        let count = self.count();
        let bytes = self.values.get(self.place..self.place + count).map(<[u8]>::to_vec);
        self.place += count;
        bytes
    }

    fn next_is(&self, kind: u8) -> bool {
        self.values.get(self.place) == Some(&kind)
    }

    fn byte(&mut self) -> u8 {
        let byte = self.values.get(self.place).copied().unwrap_or_default();
        self.place += 1;
        byte
    }

    fn array<const SIZE: usize>(&mut self) -> [u8; SIZE] {
        let bytes = self.values.get(self.place..).and_then(<[u8]>::first_chunk).copied();
        self.place += SIZE;
        bytes.unwrap_or([0; SIZE])
    }

    /// A byte, or after 255 four.
    fn count(&mut self) -> usize {
        match self.byte() {
            255 => u32::from_le_bytes(self.array()) as usize,
            count => usize::from(count),
        }
    }

    fn plain(&mut self) -> Value {
        match self.byte() {
            kind::FALSE => Value::Bool(false),
            kind::TRUE => Value::Bool(true),
            kind::NUMBER => Value::Number(f64::from_le_bytes(self.array())),
            kind::TEXT => Value::String(self.string()),
            kind::OBJECT => {
                let count = self.count();
                let mut members = Vec::with_capacity(count.min(self.values.len()));
                for _ in 0..count {
                    members.push((self.string(), self.plain()));
                }
                // Only halves of a character become alike on the way.
                Value::Object(if self.ascii { from_distinct(members) } else { from_pairs(members) })
            }
            kind::LIST => {
                let count = self.count();
                let mut items = Vec::with_capacity(count.min(self.values.len()));
                for _ in 0..count {
                    items.push(self.plain());
                }
                Value::Array(items)
            }
            _ => Value::Null,
        }
    }

    fn string(&mut self) -> String {
        let units = self.count();
        let rest = self.texts.get(self.text..).unwrap_or_default();
        let mut length = units;
        if !self.ascii {
            let mut left = units;
            let own = rest.chars().take_while(|char| {
                let more = left > 0;
                left = left.saturating_sub(char.len_utf16());
                more
            });
            length = own.map(char::len_utf8).sum();
        }
        self.text += length + 1;
        rest.get(..length).unwrap_or_default().to_owned()
    }

    fn unreadable(&mut self) -> Unreadable {
        let reason = self.byte();
        let mut said = match self.plain() {
            Value::Array(said) => said.into_iter(),
            _ => Vec::new().into_iter(),
        };
        let text = |value: Value| value.as_str().unwrap_or_default().to_owned();
        let keys = said.next().unwrap_or_default();
        let message = said.next().map(text).filter(|message| !message.is_empty());
        Unreadable {
            reason: match reason {
                0 => Reason::TooLarge,
                1 => Reason::TooDeep,
                2 => Reason::BigInt,
                _ => Reason::Threw(message.unwrap_or_else(|| "something".into())),
            },
            keys: keys.as_array().unwrap_or_default().iter().cloned().map(text).collect(),
            names: NAMES.into_iter().zip(said.map(text)).filter(|(_, name)| !name.is_empty()).collect(),
        }
    }
}

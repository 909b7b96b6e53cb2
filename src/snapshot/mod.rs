//! A visitor as bytes: to be stored, sent to another place, and merged there. `docs/snapshot.md` has the form byte by byte.
//!
//! Only the events are in it, nothing that follows from them: another model scores the same snapshot anew. It knows no model, no storage,
//! and no secret: its checksum finds accidents, not forgers. Traits given from outside ([`Visitor::set_traits`]) are the question's, not the
//! visitor's, and stay out.

mod decode;
mod encode;
mod strings;
mod uuid;

use crate::engine::Visitor;
use core::fmt;

/// How every snapshot begins. None of these bytes begins JSON.
const MAGIC: [u8; 3] = *b"wls";

/// The version of the form that is written and read here.
const VERSION: u8 = 1;

/// How long the checksum at the end is: FNV-1a 64 over everything before it. The engine has it already for its digests; any change within one
/// byte shows, and of other changes all but one in 2⁶⁴.
const CHECKSUM: usize = 8;

/// The longest string, in bytes, that is written once and then referred to. A longer one is written each time, so that a reference of a byte
/// or two never stands for more than this, and few bytes can't unfold into much.
const MAX_SHARED: usize = 128;

/// How an id is written: the two lowest bits of what comes before it.
mod id {
    /// Its length and its bytes.
    pub const TEXT: u64 = 0;
    /// A UUID as 16 bytes.
    pub const UUID: u64 = 1;
    /// A UUID of version 7: how much later its time is than its event's, and the 10 bytes after the time.
    pub const TIMED: u64 = 2;
    /// The bits that say which.
    pub const KIND: u64 = 3;
}

/// What a visitor has beside an id and events.
const HAS_FORGOTTEN: u64 = 1 << 2;

/// What an event has beside an id, a type and a time. What most events have comes first, so that one byte says it.
mod has {
    pub const URL: u64 = 1 << 2;
    pub const TITLE: u64 = 1 << 3;
    pub const REFERRER: u64 = 1 << 4;
    pub const PROPERTIES: u64 = 1 << 5;
    pub const TRAITS: u64 = 1 << 6;
    pub const HOST: u64 = 1 << 7;
    pub const PATH: u64 = 1 << 8;
    pub const QUERY: u64 = 1 << 9;
    pub const OFFSITE: u64 = 1 << 10;
    /// The lowest bit that means nothing.
    pub const END: u64 = 1 << 11;
}

/// What a value is: the three lowest bits of the number it begins with. The others say the rest.
mod kind {
    /// `null`, `false` or `true`.
    pub const PLAIN: u64 = 0;
    /// A whole number, zigzag.
    pub const WHOLE: u64 = 1;
    /// Any other number: 8 bytes of an IEEE double follow.
    pub const DOUBLE: u64 = 2;
    /// A string.
    pub const STRING: u64 = 3;
    /// A list of so many values.
    pub const ARRAY: u64 = 4;
    /// An object of so many keys and values.
    pub const OBJECT: u64 = 5;
    /// How many bits say it.
    pub const BITS: u32 = 3;
}

/// Why bytes can't be read as a visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotError {
    /// They are something else.
    Foreign,
    /// They are of this other version.
    Version(u8),
    /// They were a snapshot once, and were changed or cut off; or what they say can't be: this.
    Broken(&'static str),
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SnapshotError::Foreign => f.write_str("these bytes are no snapshot of a visitor"),
            SnapshotError::Version(version) => {
                write!(f, "the snapshot is of version {version}; this version of warmlead reads version {VERSION}")
            }
            SnapshotError::Broken(why) => write!(f, "the snapshot is broken: {why}"),
        }
    }
}

impl core::error::Error for SnapshotError {}

impl Visitor {
    /// The visitor's id, events and what was forgotten, as bytes. Equal visitors give equal bytes, whatever the order in which events came
    /// and keys were written.
    ///
    /// ```
    /// # use warmlead::{event::Event, json, model::Model};
    /// use warmlead::engine::Visitor;
    /// # let model = Model::load(&json::parse(r#"{ "id": "m", "version": "1", "scores": { "s": {} } }"#).unwrap()).unwrap();
    /// # let event = |text| Event::read(&json::parse(text).unwrap(), String::new).unwrap();
    /// let (mut here, mut there) = (Visitor::new("ada"), Visitor::new("ada"));
    /// here.record(&model, event(r#"{ "id": "1", "type": "page_view", "time": 1769000000000, "url": "/pricing" }"#));
    /// there.record(&model, event(r#"{ "id": "2", "type": "demo_use", "time": 1769000060000 }"#));
    ///
    /// let bytes = there.snapshot();
    /// here.merge(&model, Visitor::from_snapshot(&bytes)?);
    /// assert_eq!(here.events().len(), 2);
    /// assert_eq!(Visitor::from_snapshot(&here.snapshot())?.events(), here.events());
    /// # Ok::<(), warmlead::snapshot::SnapshotError>(())
    /// ```
    pub fn snapshot(&self) -> Vec<u8> {
        encode::encode(self)
    }

    /// The visitor of a snapshot. How many events a model retains, it learns when events are added or it is merged.
    ///
    /// # Errors
    /// [`SnapshotError`], whatever the bytes are: nothing panics, and what is reserved is in proportion to them.
    pub fn from_snapshot(bytes: &[u8]) -> Result<Visitor, SnapshotError> {
        decode::decode(bytes)
    }
}

//! The digest of a set of events (docs/model.md, section 10), worked out when somebody asks for it, for those events that have come since.

use super::hash::fnv64;
use crate::event::Event;

/// The digest of the first so many events.
#[derive(Clone, Copy, Debug, Default)]
pub struct Digested {
    count: usize,
    /// XOR of the hashes of their ids.
    hash: u64,
}

impl Digested {
    /// The digest of these events, which begin with those whose digest is known.
    pub fn of(&mut self, events: &[Event]) -> u64 {
        for event in events.get(self.count..).unwrap_or_default() {
            self.hash ^= fnv64(event.id.as_bytes());
        }
        self.count = events.len();
        self.hash
    }
}

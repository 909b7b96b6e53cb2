//! Stored events that can't be read: they are left out, so that they cost nobody anything else, and those who run the server are
//! told of each once, and not without end.

use crate::printable::printable;
use std::collections::HashSet;
use std::fmt::Display;
use std::sync::Mutex;

/// Of so many it is told by name.
const MOST_TOLD: usize = 1_000;

/// Which ones have been told, by their `seq`.
#[derive(Default)]
pub struct Unreadable(Mutex<HashSet<i64>>);

impl Unreadable {
    /// Tells of one, unless that has been done.
    pub fn tell(&self, seq: i64, visitor: &str, id: &str, why: impl Display) {
        // Who can't lock it has trouble enough: the events are left out all the same.
        let Ok(mut told) = self.0.lock() else { return };
        if told.len() > MOST_TOLD || !told.insert(seq) {
            return;
        }
        if told.len() > MOST_TOLD {
            anstream::eprintln!("warmlead: more than {MOST_TOLD} stored events can't be read; further ones are left out and not told");
        } else {
            let (visitor, id, why) = (printable(visitor), printable(id), printable(why));
            anstream::eprintln!("warmlead: the stored event `{id}` of visitor `{visitor}` can't be read and is left out: {why}");
        }
    }
}

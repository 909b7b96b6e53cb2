//! Snapshots. The first byte says what the others are: a snapshot; its content, to which the checksum is added, as a forger would; or
//! changes to a good snapshot. What is refused is so with a typed error, and what is accepted is a visitor like any other, who scores
//! what their events score.

use super::{NOW, check_event, check_receipts, events::text_of, everything, value};
use warmlead::engine::{Visitor, fnv64};
use warmlead::event::Event;
use warmlead::snapshot::SnapshotError;

/// Runs the target.
pub fn run(data: &[u8]) {
    let Some((kind, rest)) = data.split_first() else { return };
    match kind % 3 {
        0 => accept(Visitor::from_snapshot(rest)),
        1 => accept(Visitor::from_snapshot(&[rest, &fnv64(rest).to_le_bytes()].concat())),
        _ => changed(rest),
    }
}

/// Whatever is accepted is a visitor like any other.
fn accept(read: Result<Visitor, SnapshotError>) {
    let visitor = match read {
        Ok(visitor) => visitor,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let events = visitor.events();
    for event in events {
        // Its id and type were measured by themselves when it was first read.
        if event.to_value().json_size() <= warmlead::event::MAX_EVENT_BYTES {
            check_event(event);
        }
    }
    assert!(events.iter().zip(events.iter().skip(1)).all(|(one, next)| (one.time, &one.id) < (next.time, &next.id)));
    let again = Visitor::from_snapshot(&visitor.snapshot()).expect("what was read can be written and read again");
    assert_eq!((again.id(), again.events(), again.forgotten()), (visitor.id(), events, visitor.forgotten()));

    let mut fresh = Visitor::new(visitor.id());
    fresh.extend(everything(), events.to_vec());
    fresh.add_forgotten(visitor.forgotten());
    let assessment = visitor.assess(everything(), NOW, true);
    check_receipts(&assessment);
    assert_eq!(text_of(&assessment), text_of(&fresh.assess(everything(), NOW, true)));
}

/// Changes to a good snapshot, four bytes each: what is done, where (two bytes), and with what. All of them are found.
fn changed(changes: &[u8]) {
    let good = good();
    let mut bytes = good.clone();
    for change in changes.chunks_exact(4).take(16) {
        let place = usize::from(change[1]) << 8 | usize::from(change[2]);
        let place = place % (bytes.len() + 1);
        match change[0] % 4 {
            0 if place < bytes.len() => bytes[place] ^= change[3],
            1 => bytes.insert(place, change[3]),
            2 => bytes.truncate(place),
            _ => drop(bytes.drain(place..(place + usize::from(change[3])).min(bytes.len()))),
        }
    }
    let read = Visitor::from_snapshot(&bytes);
    assert_eq!(read.is_ok(), bytes == good, "a change is not found: {bytes:?}");
    accept(read);
}

fn good() -> Vec<u8> {
    let events = value(include_bytes!("../corpus/events/visits.json")).expect("it is JSON");
    let mut visitor = Visitor::new("0123abcd-4567-49ef-9edc-ba9876543210");
    let read = |event| Event::read(event, String::new).expect("it is an event");
    visitor.extend(everything(), events.as_array().expect("it is a list").iter().map(read).collect());
    visitor.forget(everything(), 1);
    visitor.snapshot()
}

//! Cutting a batch: the oldest events that wait, as messages, within a count and a number of bytes.

use crate::event::Event;
use crate::event::vocabulary::segment::segment_from_event;
use crate::value::Value;

/// An event that waits, as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// The id under which it is stored.
    pub id: String,
    /// Its JSON form.
    pub event: Value,
}

/// What to send.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The ids of the events in it, oldest first.
    pub ids: Vec<String>,
    /// The messages: the `batch` of the request.
    pub messages: Vec<Value>,
    /// Whether it leaves nothing behind, so that a score sent along can be checked against all of its events.
    pub last: bool,
    /// Stored rows that are no events and can never be sent: to be deleted and counted as dropped.
    pub unreadable: Vec<String>,
}

/// Takes from the beginning of `rows` what fits; `more` says whether others wait behind them.
pub fn cut<'a>(rows: impl IntoIterator<Item = &'a Waiting>, more: bool, visitor: &str, events: usize, bytes: usize) -> Batch {
    let mut batch = Batch { last: !more, ..Batch::default() };
    let mut size = 0;
    for row in rows {
        let Some(event) = read(row) else {
            batch.unreadable.push(row.id.clone());
            continue;
        };
        let message = segment_from_event(&event, visitor);
        size += 1 + message.json_size();
        let full = batch.ids.len() >= events || size > bytes;
        if full && !batch.ids.is_empty() {
            batch.last = false;
            break;
        }
        batch.ids.push(row.id.clone());
        batch.messages.push(message);
    }
    batch
}

/// The event of a row. The collector acknowledges it by the event's id, so that must be the row's.
fn read(row: &Waiting) -> Option<Event> {
    let event = Event::read(&row.event, String::new).ok()?;
    (event.id == row.id).then_some(event)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::{parse, print};

    fn row(id: &str, bytes: usize) -> Waiting {
        let event = format!(r#"{{"id": "{id}", "type": "x", "time": 1769000000000, "title": "{}"}}"#, "t".repeat(bytes));
        Waiting { id: id.into(), event: parse(&event).unwrap() }
    }

    #[test]
    fn batches_are_cut_by_count_and_by_bytes() {
        let rows = [row("a", 1000), row("b", 1000), row("c", 1000)];
        // More behind, events, bytes, then how many are taken, and whether they are all.
        let table = [
            (false, 500, 10_000, 3, true),
            (true, 500, 10_000, 3, false),
            (false, 3, 10_000, 3, true),
            (false, 2, 10_000, 2, false),
            (false, 500, 2_900, 2, false),
            (false, 500, 10, 1, false),
            (false, 0, 0, 1, false),
        ];
        for (more, events, bytes, taken, last) in table {
            let batch = cut(&rows, more, "v", events, bytes);
            assert_eq!((batch.ids.len(), batch.messages.len(), batch.last), (taken, taken, last), "{more} {events} {bytes}");
            assert!(taken == 1 || print(&batch.messages).len() <= bytes + 2);
        }
        assert_eq!(cut(&[], false, "v", 500, 10_000), Batch { last: true, ..Batch::default() });
    }

    #[test]
    fn rows_that_are_no_events_are_set_aside() {
        let mut mistaken = row("b", 1);
        mistaken.id = "other".into();
        let rows = [Waiting { id: "a".into(), event: Value::Null }, mistaken, row("c", 1)];
        let batch = cut(&rows, false, "v", 500, 10_000);
        assert_eq!((batch.ids, batch.unreadable, batch.last), (vec!["c".into()], vec!["a".into(), "other".into()], true));
    }
}

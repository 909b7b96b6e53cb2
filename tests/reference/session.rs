//! Sessions: runs of activity without a gap as long as the model's `session_timeout` (docs/model.md, section 2).

use crate::event::Event;
use crate::event::session::Entry;
use crate::time::Time;
use crate::value::Object;

/// A session, as of one of its events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// 1, 2, …
    pub number: usize,
    /// The time of its first event.
    pub start: Time,
    /// The time of the event as of which this is.
    pub end: Time,
    /// How many events up to there.
    pub events: usize,
    /// How many page views up to there.
    pub pageviews: usize,
}

impl Session {
    /// The session of the next activity: `last` goes on, or a new one starts after a gap of `timeout` milliseconds or more.
    pub fn next(last: Option<Session>, event: &Event, timeout: i64) -> Session {
        let pageviews = usize::from(event.r#type == "page_view");
        match last {
            Some(last) if event.time - last.end < timeout => {
                Session { end: event.time, events: last.events + 1, pageviews: last.pageviews + pageviews, ..last }
            }
            last => Session { number: last.map_or(0, |last| last.number) + 1, start: event.time, end: event.time, events: 1, pageviews },
        }
    }

    /// Its form in documents.
    pub fn document(&self, entry: &Entry) -> Object {
        let mut object = Object::new();
        object.insert("number", self.number as f64);
        object.insert("start", self.start);
        object.insert("end", self.end);
        object.insert("seconds", (self.end - self.start).div_euclid(1000));
        object.insert("events", self.events as f64);
        object.insert("pageviews", self.pageviews as f64);
        for (key, value) in entry.document() {
            object.insert(key, value);
        }
        object
    }
}

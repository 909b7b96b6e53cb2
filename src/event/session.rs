//! Sessions: runs of activity without a gap as long as the model's `session_timeout` (docs/model.md, section 2).

use super::channel::{Channels, Origin};
use super::url;
use super::view::{EventView, Fields};
use crate::time::Time;
use crate::value::Object;

/// The page that an event was on: what was given outright, and the split `url` for the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The host, in lower case if it comes from the url.
    pub host: Option<String>,
    /// The path, at least `/` if it comes from the url.
    pub path: Option<String>,
    /// The query, decoded.
    pub query: Option<Object>,
}

impl Page {
    /// The page of an event.
    pub fn of(event: &EventView<'_>) -> Page {
        let split = event.url.map(url::split);
        let (host, path, query) = match split {
            Some(parts) => (parts.host, Some(parts.path), Some(parts.query)),
            None => (None, None, None),
        };
        Page {
            host: event.host.map(str::to_owned).or(host),
            path: event.path.map(str::to_owned).or(path),
            query: event.query.map(Fields::to_object).or(query),
        }
    }
}

/// What a session's first event says of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The path of the first event.
    pub path: Option<String>,
    /// The host of the first event's referrer.
    pub referrer_host: Option<String>,
    /// Where the visitor came from.
    pub origin: Origin,
}

impl Entry {
    /// Reads it off a session's first event.
    pub fn of(event: &EventView<'_>, page: &Page, channels: &Channels) -> Entry {
        let none = Object::new();
        Entry {
            path: page.path.clone(),
            referrer_host: event.referrer.and_then(url::host),
            origin: channels.origin(page.host.as_deref(), page.query.as_ref().unwrap_or(&none), event.referrer),
        }
    }

    /// Its keys in documents: `source medium campaign channel entry_path referrer_host`.
    pub fn document(&self) -> Object {
        let mut object = Object::new();
        object.insert("source", self.origin.source.as_str());
        object.insert("medium", self.origin.medium.as_str());
        object.insert("campaign", self.origin.campaign.as_str());
        object.insert("channel", self.origin.channel);
        for (key, value) in [("entry_path", &self.path), ("referrer_host", &self.referrer_host)] {
            if let Some(value) = value {
                object.insert(key, value.as_str());
            }
        }
        object
    }
}

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
    pub fn next(last: Option<Session>, event: &EventView<'_>, timeout: i64) -> Session {
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

/// The keys of a session in documents.
pub const SESSION_KEYS: [&str; 12] =
    ["number", "start", "end", "seconds", "events", "pageviews", "entry_path", "referrer_host", "source", "medium", "campaign", "channel"];

/// The keys of `first` and `last` in documents.
pub const ENTRY_KEYS: [&str; 6] = ["source", "medium", "campaign", "channel", "entry_path", "referrer_host"];

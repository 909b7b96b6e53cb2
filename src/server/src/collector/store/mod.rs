//! What the collector keeps: visitors, their events as sent, and every model it has served, in one SQLite file.
//!
//! One thread owns the connection that writes, so there is one writer and no lock to wait for; another one reads, and goes on
//! reading when the disk is full. What has been acknowledged has been synced to disk before. It knows nothing of HTTP.

mod open;
mod record;
mod unreadable;
mod worker;

use rusqlite::{Connection, OptionalExtension, params};
use std::fmt;
use std::path::Path;
use std::sync::Arc;
use warmlead::event::Event;
use warmlead::json;
use warmlead::time::{MAX_TIME, Time};

pub use open::OpenError;
pub use record::{Fate, Held, Incoming, MOST_BYTES, Sender};
use unreadable::Unreadable;
use worker::Worker;

/// Why something could not be stored or read.
#[derive(Debug)]
pub enum StoreError {
    /// The disk, or the size allowed, is full.
    Full,
    /// Another process holds the database.
    Busy,
    /// Too much waits for it already.
    Crowded,
    /// Anything else, for the operator.
    Broken(String),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreError::Full => f.write_str("the disk or the size allowed for the database is full"),
            StoreError::Busy => f.write_str("another process holds the database"),
            StoreError::Crowded => f.write_str("too much waits for the database"),
            StoreError::Broken(message) => write!(f, "the database can't be used: {message}"),
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull};
        match error.sqlite_error_code() {
            Some(DiskFull) => StoreError::Full,
            Some(DatabaseBusy | DatabaseLocked) => StoreError::Busy,
            _ => StoreError::Broken(error.to_string()),
        }
    }
}

/// An event as it is kept.
#[derive(Clone, Debug)]
pub struct Kept {
    /// As it was sent, its time by the sender's clock.
    pub event: Event,
    /// Milliseconds by which the sender's clock was behind when it was plainly wrong; else 0.
    pub shift: i64,
    /// Who sent it, if they said.
    pub client: Option<String>,
    /// When it arrived, by our clock.
    pub received_at: Time,
}

impl Kept {
    /// The event at the time at which it happened as far as we know.
    pub fn corrected(&self) -> Event {
        let time = self.event.time.saturating_add(self.shift).clamp(0, MAX_TIME);
        Event { time, ..self.event.clone() }
    }
}

/// A visitor in the list of recent ones.
#[derive(Clone, Debug)]
pub struct Recent {
    /// The visitor's id.
    pub visitor: String,
    /// When their first event arrived.
    pub first_received: Time,
    /// When their last one did.
    pub last_received: Time,
    /// How many events are kept of them.
    pub events: i64,
}

/// The database.
pub struct Store {
    writer: Worker,
    reader: Worker,
    unreadable: Arc<Unreadable>,
}

impl Store {
    /// Opens the file, and makes it if there is none. It never grows beyond `max_bytes`, if given.
    pub fn open(path: &Path, max_bytes: Option<u64>) -> Result<Store, OpenError> {
        let writer = open::writer(path, max_bytes)?;
        let reader = open::reader(path)?;
        let (writer, reader) = (Worker::start("store-writer", writer)?, Worker::start("store-reader", reader)?);
        Ok(Store { writer, reader, unreadable: Arc::default() })
    }

    /// Remembers a model under its id and version. Says whether another one was known by that name before.
    pub async fn keep_model(&self, id: &str, version: &str, text: &str) -> Result<bool, StoreError> {
        let (id, version, text) = (id.to_owned(), version.to_owned(), text.to_owned());
        let keep = move |connection: &mut Connection| {
            let known: Option<String> = model_text(connection, &id, &version)?;
            if known.as_ref() == Some(&text) {
                // Nothing to write: a server whose disk is full can start, and show what it has.
                return Ok(false);
            }
            connection.execute("INSERT OR REPLACE INTO models (id, version, json) VALUES (?1, ?2, ?3)", params![id, version, text])?;
            Ok(known.is_some())
        };
        self.writer.run(keep).await
    }

    /// The text of a model that has been served.
    pub async fn model(&self, id: &str, version: &str) -> Result<Option<String>, StoreError> {
        let (id, version) = (id.to_owned(), version.to_owned());
        self.reader.run(move |connection| Ok(model_text(connection, &id, &version)?)).await
    }

    /// Records the events of a batch in one transaction, which is on disk when this returns.
    /// What is `held` for it is let go of when that has been done, or is not going to be.
    pub async fn record(&self, held: impl Send + 'static, sender: Sender, events: Vec<Incoming>) -> Result<record::Done, StoreError> {
        let record = move |connection: &mut Connection| {
            let done = record::record(connection, &sender, events);
            drop(held);
            done
        };
        self.writer.run(record).await
    }

    /// All that is kept of a visitor, in the order in which it arrived.
    pub async fn history(&self, visitor: &str) -> Result<History, StoreError> {
        let (visitor, unreadable) = (visitor.to_owned(), self.unreadable.clone());
        self.reader.run(move |connection| Ok(History { rows: rows(connection, &unreadable, &visitor)?, visitor, unreadable })).await
    }

    /// The visitors whose last event arrived most recently, newest first.
    pub async fn recent(&self, count: u32) -> Result<Vec<Recent>, StoreError> {
        let read = move |connection: &mut Connection| {
            let mut statement = connection.prepare_cached(
                "SELECT visitor, first_received, last_received, events FROM visitors ORDER BY last_received DESC, visitor LIMIT ?1",
            )?;
            let rows = statement.query_map([count], |row| {
                Ok(Recent { visitor: row.get(0)?, first_received: row.get(1)?, last_received: row.get(2)?, events: row.get(3)? })
            })?;
            Ok(rows.collect::<Result<_, _>>()?)
        };
        self.reader.run(read).await
    }

    /// Whether it can be read.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.reader.run(|connection| Ok(connection.query_row("SELECT count(*) FROM meta", [], |_| Ok(()))?)).await
    }
}

fn model_text(connection: &Connection, id: &str, version: &str) -> Result<Option<String>, rusqlite::Error> {
    let mut statement = connection.prepare_cached("SELECT json FROM models WHERE id = ?1 AND version = ?2")?;
    statement.query_row([id, version], |row| row.get(0)).optional()
}

/// A row of the events, as it stands there.
struct Row {
    seq: i64,
    id: String,
    json: Vec<u8>,
    shift: i64,
    client: Option<String>,
    received_at: Time,
}

fn rows(connection: &Connection, unreadable: &Unreadable, visitor: &str) -> Result<Vec<Row>, rusqlite::Error> {
    let mut statement =
        connection.prepare_cached("SELECT seq, id, json, shift, client, received_at FROM events WHERE visitor = ?1 ORDER BY seq")?;
    let row = |row: &rusqlite::Row<'_>| -> Result<Row, rusqlite::Error> {
        let json = row.get_ref(2)?.as_bytes()?.to_vec();
        Ok(Row { seq: row.get(0)?, id: row.get(1)?, json, shift: row.get(3)?, client: row.get(4)?, received_at: row.get(5)? })
    };
    let (mut rows, mut read) = (statement.query([visitor])?, Vec::new());
    while let Some(next) = rows.next()? {
        match row(next) {
            Ok(row) => read.push(row),
            Err(why) => unreadable.tell(next.get(0)?, visitor, &String::from_utf8_lossy(next.get_ref(1)?.as_bytes()?), why),
        }
    }
    Ok(read)
}

/// What is kept of a visitor, not read yet: that is work for whoever wants it, and not for the thread that all wait for.
pub struct History {
    visitor: String,
    rows: Vec<Row>,
    unreadable: Arc<Unreadable>,
}

impl History {
    /// The events that can be read, in the order in which they arrived.
    pub fn events(self) -> Vec<Kept> {
        let History { visitor, rows, unreadable } = self;
        let read = |row: Row| match read(&row.json) {
            Ok(event) => Some(Kept { event, shift: row.shift, client: row.client, received_at: row.received_at }),
            Err(why) => {
                unreadable.tell(row.seq, &visitor, &row.id, why);
                None
            }
        };
        rows.into_iter().filter_map(read).collect()
    }
}

/// The event of a row, or why there is none in it.
fn read(json: &[u8]) -> Result<Event, String> {
    let text = std::str::from_utf8(json).map_err(|_| "it is no UTF-8".to_owned())?;
    let value = json::parse(text).map_err(|error| error.to_string())?;
    Event::read(&value, String::new).map_err(|(_, message)| message)
}

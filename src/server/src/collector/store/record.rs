//! Recording a batch: one transaction, in which each event finds its fate.
//!
//! This is the one thread that all who report wait for, so it looks up what the batch names and reads no visitor's history: how
//! much is kept of each is counted as it comes in.

use super::StoreError;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::{MAX_TIME, Time};

/// The most events that are kept of a visitor, whatever the model's `retention` says: a bound on what one visitor can cost.
const MOST_EVENTS: i64 = 100_000;

/// The most bytes that they may have together, as they are kept: whoever looks at a visitor reads them all.
pub const MOST_BYTES: i64 = 4 * 1024 * 1024;

/// An event of a batch, as it is kept.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Whose it is.
    pub visitor: String,
    /// Its id.
    pub id: String,
    r#type: String,
    time: Time,
    offsite: bool,
    json: String,
}

impl Incoming {
    /// An event of a visitor. It is written as text here, so that the writer needn't, and what waits for it takes little room.
    pub fn new(visitor: String, event: Event) -> Incoming {
        let json = json::print(&event);
        let Event { id, r#type, time, offsite, .. } = event;
        Incoming { visitor, id, r#type, time, offsite, json }
    }

    fn bytes(&self) -> i64 {
        self.json.len() as i64
    }

    /// Events with equal ids are one event, the earliest of them kept (docs/model.md, section 2). That is judged by the times that were
    /// sent: a correction says something about a clock, not about the event.
    fn is_before(&self, time: Time, r#type: &str) -> bool {
        (self.time, self.r#type.as_str()) < (time, r#type)
    }
}

/// Where a batch comes from, and what is to be known when recording it.
#[derive(Clone)]
pub struct Sender {
    /// The model whose `retention` holds.
    pub model: Arc<Model>,
    /// As many events of a visitor `retention` takes in without a look at which they are.
    pub room: i64,
    /// Who sends, if they say.
    pub client: Option<String>,
    /// Milliseconds by which their clock is behind, if it is plainly wrong; else 0.
    pub shift: i64,
    /// Now, by our clock.
    pub received_at: Time,
}

/// What became of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is new, and kept.
    Stored,
    /// It was known.
    Duplicate,
    /// The visitor has as many events as are kept.
    Full,
    /// The visitor's events have as many bytes as are kept.
    TooMuch,
}

/// How much is kept of a visitor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// How many events.
    pub events: i64,
    /// How many bytes they have together.
    pub bytes: i64,
}

/// What became of a batch.
pub struct Done {
    /// The fate of each event, in their order.
    pub fates: Vec<Fate>,
    /// The visitors concerned, in order of first appearance, with how much is now kept of them.
    pub visitors: Vec<(String, Held)>,
}

/// Records a batch.
pub fn record(connection: &mut Connection, sender: &Sender, batch: Vec<Incoming>) -> Result<Done, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut fates = vec![Fate::Duplicate; batch.len()];
    let mut visitors = Vec::new();
    for (visitor, events) in by_visitor(batch) {
        let held = record_visitor(&transaction, sender, &visitor, events, &mut fates)?;
        visitors.push((visitor, held));
    }
    transaction.commit()?;
    Ok(Done { fates, visitors })
}

/// The events of each visitor with their places in the batch.
fn by_visitor(batch: Vec<Incoming>) -> Vec<(String, Vec<(usize, Incoming)>)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut visitors: Vec<(String, Vec<(usize, Incoming)>)> = Vec::new();
    for (index, event) in batch.into_iter().enumerate() {
        let place = *places.entry(event.visitor.clone()).or_insert_with_key(|visitor| {
            visitors.push((visitor.clone(), Vec::new()));
            visitors.len() - 1
        });
        if let Some((_, events)) = visitors.get_mut(place) {
            events.push((index, event));
        }
    }
    visitors
}

/// Records the events of one visitor; gives back how much is now kept of them.
fn record_visitor(
    connection: &Connection,
    sender: &Sender,
    id: &str,
    incoming: Vec<(usize, Incoming)>,
    fates: &mut [Fate],
) -> Result<Held, StoreError> {
    let mut held = held(connection, id)?;
    let mut fresh: Vec<(usize, Incoming)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut settle = |index: usize, fate: Fate| fates.get_mut(index).into_iter().for_each(|own| *own = fate);
    let mut changed = false;
    for (index, event) in incoming {
        if let Some((_, first)) = places.get(&event.id).and_then(|place| fresh.get_mut(*place)) {
            if event.is_before(first.time, &first.r#type) {
                *first = event;
            }
            continue;
        }
        match known(connection, id, &event.id)? {
            None => {
                places.insert(event.id.clone(), fresh.len());
                fresh.push((index, event));
            }
            Some(known) if event.is_before(known.time, &known.r#type) => {
                let bytes = held.bytes - known.bytes + event.bytes();
                if bytes > MOST_BYTES && event.bytes() > known.bytes {
                    settle(index, Fate::TooMuch);
                } else {
                    update(connection, sender, &event)?;
                    held.bytes = bytes;
                    changed = true;
                }
            }
            Some(_) => {}
        }
    }
    let refused = if held.events + fresh.len() as i64 > sender.room { refused(connection, sender, id, &fresh)? } else { HashSet::new() };
    for (place, (index, event)) in fresh.into_iter().enumerate() {
        if refused.contains(&place) || held.events >= MOST_EVENTS {
            settle(index, Fate::Full);
        } else if held.bytes + event.bytes() > MOST_BYTES {
            settle(index, Fate::TooMuch);
        } else {
            insert(connection, sender, &event)?;
            held = Held { events: held.events + 1, bytes: held.bytes + event.bytes() };
            settle(index, Fate::Stored);
            changed = true;
        }
    }
    if changed {
        seen(connection, id, held, sender.received_at)?;
    }
    Ok(held)
}

fn held(connection: &Connection, visitor: &str) -> Result<Held, StoreError> {
    let mut statement = connection.prepare_cached("SELECT events, bytes FROM visitors WHERE visitor = ?1")?;
    let held = statement.query_row([visitor], |row| Ok(Held { events: row.get(0)?, bytes: row.get(1)? })).optional()?;
    Ok(held.unwrap_or_default())
}

/// What must be known of an event that is kept, to tell whether another one of its id takes its place.
struct Known {
    r#type: String,
    time: Time,
    bytes: i64,
}

fn known(connection: &Connection, visitor: &str, id: &str) -> Result<Option<Known>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT type, time, octet_length(json) FROM events WHERE visitor = ?1 AND id = ?2")?;
    let known = statement.query_row([visitor, id], |row| Ok(Known { r#type: row.get(0)?, time: row.get(1)?, bytes: row.get(2)? }));
    Ok(known.optional()?)
}

/// The places of those for which `retention` has no room beside what is kept: it goes by times and by whether an event is off site.
fn refused(connection: &Connection, sender: &Sender, visitor: &str, fresh: &[(usize, Incoming)]) -> Result<HashSet<usize>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT id, type, time, shift, CASE WHEN json_valid(json) THEN json_extract(json, '$.offsite') END FROM events WHERE visitor = ?1",
    )?;
    let mut rows = statement.query([visitor])?;
    let outline = |id: String, r#type: String, time: Time, shift: i64, offsite: bool| Event {
        id,
        r#type,
        time: time.saturating_add(shift).clamp(0, MAX_TIME),
        offsite,
        ..Event::default()
    };
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let offsite = matches!(row.get_ref(4)?, ValueRef::Integer(1));
        all.push(outline(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, offsite));
    }
    let old = all.len();
    all.extend(fresh.iter().map(|(_, event)| outline(event.id.clone(), event.r#type.clone(), event.time, sender.shift, event.offsite)));
    let refused = Visitor::new(visitor).extend(&sender.model, all);
    Ok(refused.into_iter().filter_map(|place| place.checked_sub(old)).collect())
}

fn insert(connection: &Connection, sender: &Sender, event: &Incoming) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO events (visitor, id, type, time, shift, client, received_at, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    let Incoming { visitor, id, r#type, time, json, .. } = event;
    statement.execute(params![visitor, id, r#type, time, sender.shift, sender.client, sender.received_at, json])?;
    Ok(())
}

fn update(connection: &Connection, sender: &Sender, event: &Incoming) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("UPDATE events SET type = ?3, time = ?4, shift = ?5, json = ?6 WHERE visitor = ?1 AND id = ?2")?;
    let Incoming { visitor, id, r#type, time, json, .. } = event;
    statement.execute(params![visitor, id, r#type, time, sender.shift, json])?;
    Ok(())
}

fn seen(connection: &Connection, visitor: &str, held: Held, at: Time) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO visitors (visitor, first_received, last_received, events, bytes) VALUES (?1, ?2, ?2, ?3, ?4)
         ON CONFLICT (visitor) DO UPDATE SET last_received = max(last_received, ?2), events = ?3, bytes = ?4",
    )?;
    statement.execute(params![visitor, at, held.events, held.bytes])?;
    Ok(())
}

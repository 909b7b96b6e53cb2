//! Recording a batch: one transaction, in which each event finds its fate.

use super::unreadable::Unreadable;
use super::{Kept, StoreError, events};
use rusqlite::{Connection, TransactionBehavior, params};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;

/// The most events that are kept of a visitor, whatever the model's `retention` says: a bound on what one visitor can cost.
const MOST_EVENTS: usize = 100_000;

/// An event of a batch.
#[derive(Clone, Debug)]
pub struct Incoming {
    /// Whose it is.
    pub visitor: String,
    /// The event as sent.
    pub event: Event,
}

/// Where a batch comes from, and what is to be known when recording it.
#[derive(Clone)]
pub struct Sender {
    /// The model whose `retention` holds.
    pub model: Arc<Model>,
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
}

/// What became of a batch.
pub struct Done {
    /// The fate of each event, in their order.
    pub fates: Vec<Fate>,
    /// The visitors concerned, in order of first appearance, with all that is now kept of them.
    pub visitors: Vec<(String, Vec<Kept>)>,
}

/// Records a batch.
pub fn record(connection: &mut Connection, unreadable: &Unreadable, sender: &Sender, batch: Vec<Incoming>) -> Result<Done, StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut fates = vec![Fate::Duplicate; batch.len()];
    let mut visitors = Vec::new();
    for (visitor, events) in by_visitor(batch) {
        let kept = record_visitor(&transaction, unreadable, sender, &visitor, events, &mut fates)?;
        visitors.push((visitor, kept));
    }
    transaction.commit()?;
    Ok(Done { fates, visitors })
}

/// The events of each visitor with their places in the batch.
fn by_visitor(batch: Vec<Incoming>) -> Vec<(String, Vec<(usize, Event)>)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut visitors: Vec<(String, Vec<(usize, Event)>)> = Vec::new();
    for (index, Incoming { visitor, event }) in batch.into_iter().enumerate() {
        let place = *places.entry(visitor).or_insert_with_key(|visitor| {
            visitors.push((visitor.clone(), Vec::new()));
            visitors.len() - 1
        });
        if let Some((_, events)) = visitors.get_mut(place) {
            events.push((index, event));
        }
    }
    visitors
}

/// Records the events of one visitor; gives back all that is now kept of them.
fn record_visitor(
    connection: &Connection,
    unreadable: &Unreadable,
    sender: &Sender,
    id: &str,
    incoming: Vec<(usize, Event)>,
    fates: &mut [Fate],
) -> Result<Vec<Kept>, StoreError> {
    let mut kept = events(connection, unreadable, id)?;
    let old = kept.len();
    let mut places: HashMap<String, usize> = kept.iter().enumerate().map(|(place, kept)| (kept.event.id.clone(), place)).collect();
    let mut indices = Vec::new();
    let mut changed = Vec::new();
    for (index, event) in incoming {
        match places.get(&event.id).copied() {
            // Events with equal ids are one event, the earliest of them kept (MODEL.md, section 2). That is judged by the times
            // that were sent: a correction says something about a clock, not about the event.
            Some(place) => {
                if let Some(known) =
                    kept.get_mut(place).filter(|known| (event.time, &event.r#type) < (known.event.time, &known.event.r#type))
                {
                    *known = Kept { event, shift: sender.shift, ..known.clone() };
                    changed.extend(Some(place).filter(|place| *place < old));
                }
            }
            None => {
                places.insert(event.id.clone(), kept.len());
                kept.push(Kept { event, shift: sender.shift, client: sender.client.clone(), received_at: sender.received_at });
                indices.push(index);
            }
        }
    }
    for known in changed.iter().filter_map(|place| kept.get(*place)) {
        update(connection, id, known)?;
    }
    let mut visitor = Visitor::new(id);
    let refused: HashSet<usize> = visitor.extend(&sender.model, kept.iter().map(Kept::corrected).collect()).into_iter().collect();
    let mut stays = Vec::with_capacity(kept.len());
    for (place, event) in kept.into_iter().enumerate() {
        if let Some(index) = place.checked_sub(old).and_then(|new| indices.get(new)) {
            let full = refused.contains(&place) || stays.len() >= MOST_EVENTS;
            // One that is known already is there, and can't be read.
            let stored = !full && insert(connection, id, &event)?;
            if let Some(fate) = fates.get_mut(*index) {
                *fate = match (full, stored) {
                    (true, _) => Fate::Full,
                    (_, true) => Fate::Stored,
                    (_, false) => Fate::Duplicate,
                };
            }
            if !stored {
                continue;
            }
        }
        stays.push(event);
    }
    if stays.len() > old || !changed.is_empty() {
        seen(connection, id, sender.received_at)?;
    }
    Ok(stays)
}

/// Adds an event; says whether there was none of its id.
fn insert(connection: &Connection, visitor: &str, kept: &Kept) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO events (visitor, id, type, time, shift, client, received_at, json) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
         ON CONFLICT (visitor, id) DO NOTHING",
    )?;
    let Kept { event, shift, client, received_at } = kept;
    let added = statement.execute(params![visitor, event.id, event.r#type, event.time, shift, client, received_at, json::print(event)])?;
    Ok(added == 1)
}

fn update(connection: &Connection, visitor: &str, kept: &Kept) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("UPDATE events SET type = ?3, time = ?4, shift = ?5, json = ?6 WHERE visitor = ?1 AND id = ?2")?;
    let Kept { event, shift, .. } = kept;
    statement.execute(params![visitor, event.id, event.r#type, event.time, shift, json::print(event)])?;
    Ok(())
}

fn seen(connection: &Connection, visitor: &str, at: Time) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO visitors (visitor, first_received, last_received) VALUES (?1, ?2, ?2)
         ON CONFLICT (visitor) DO UPDATE SET last_received = max(last_received, ?2)",
    )?;
    statement.execute(params![visitor, at])?;
    Ok(())
}

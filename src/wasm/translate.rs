//! Messages of other vocabularies in JavaScript's hands: a list is read item by item, because what a page has pushed may hold anything.

use super::failure::Failure;
use super::given::{Given, Unreadable};
use super::{at, encode};
use crate::event::vocabulary::{Translation, Vocabulary, ga4};
use crate::problem::{did_you_mean, text_of};
use crate::time::Time;
use crate::value::{Value, fields, list};
use wasm_bindgen::prelude::*;

/// What the message or the list of them that was given says: `{ events, merges, rejected }`. Before it, the vocabulary's name was given.
///
/// # Errors
/// `INVALID_INPUT` for a vocabulary that is none, or a bad `now`.
#[wasm_bindgen]
pub fn translate(now: f64) -> Result<JsValue, JsValue> {
    let now = at(now)?;
    let mut given = Given::take();
    let vocabulary = given.text();
    let Some(named) = Vocabulary::named(&vocabulary) else {
        let names = Vocabulary::ALL.map(|(name, _)| name);
        let hint = did_you_mean(&vocabulary, names).map(text_of).map(|hint| format!("; {hint}")).unwrap_or_default();
        let message = format!("`vocabulary` must be one of {}{hint}", names.join(", "));
        return Err(Failure::new("INVALID_INPUT", "/vocabulary", message).into());
    };
    let mut translation = Translation::default();
    let items: Option<Vec<_>> = given.list().map(|count| (0..count).map(|_| given.value()).collect());
    match items {
        // What gtag was called with is one message.
        Some(items) if named == Vocabulary::Ga4 && items.first().is_some_and(|first| matches!(first, Ok(Value::String(_)))) => {
            add(&mut translation, items.into_iter().collect::<Result<_, _>>().map(Value::Array), named, now, Translation::message);
        }
        Some(items) => {
            for item in items {
                add(&mut translation, item, named, now, Translation::item);
            }
        }
        None => add(&mut translation, given.value(), named, now, Translation::message),
    }
    let said =
        fields([("events", list(&translation.events)), ("merges", list(&translation.merges)), ("rejected", list(&translation.rejected))]);
    Ok(encode::value(&said.into()))
}

fn add(
    to: &mut Translation,
    message: Result<Value, Unreadable>,
    vocabulary: Vocabulary,
    now: Time,
    read: fn(&mut Translation, &Value, Vocabulary, Option<Time>),
) {
    match message {
        Ok(message) => read(to, &message, vocabulary, Some(now)),
        // A tag manager's own pushes say nothing here, and hold elements of the page.
        Err(error) if vocabulary == Vocabulary::Ga4 && ga4::is_internal(&error.name("event").unwrap_or_default()) => to.skip(),
        Err(error) => to.refuse(error.refusal(), ["id", "messageId", "event_id"].iter().find_map(|key| error.name(key))),
    }
}

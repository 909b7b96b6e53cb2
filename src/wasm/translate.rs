//! Messages of other vocabularies in JavaScript's hands: a list is read item by item, because what a page has pushed may hold anything.

use super::decode::{MAX_BYTES, refusal};
use super::failure::Failure;
use super::{decode, encode, read_now};
use crate::event::vocabulary::{Translation, Vocabulary, ga4};
use crate::problem::did_you_mean;
use crate::time::Time;
use crate::value::{fields, list};
use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;

/// What a message or a list of them says: `{ events, merges, rejected }`.
///
/// # Errors
/// `INVALID_INPUT` for a vocabulary that is none, or a bad `now`.
#[wasm_bindgen]
pub fn translate(message: &JsValue, vocabulary: &str, now: &JsValue) -> Result<JsValue, JsValue> {
    let now = read_now(now)?;
    let Some(named) = Vocabulary::named(vocabulary) else {
        let names = Vocabulary::ALL.map(|(name, _)| name);
        let hint = did_you_mean(vocabulary, names).map(|hint| format!("; {hint}")).unwrap_or_default();
        let message = format!("`vocabulary` must be one of {}{hint}", names.join(", "));
        return Err(Failure::new("INVALID_INPUT", "/vocabulary", message).into());
    };
    let mut translation = Translation::default();
    match message.dyn_ref::<Array>() {
        Some(list) if named != Vocabulary::Ga4 || !list.get(0).is_string() => {
            for index in 0..list.length() {
                let item = Reflect::get_u32(list, index).unwrap_or(JsValue::NULL);
                add(&mut translation, &item, named, now, Translation::item);
            }
        }
        _ => add(&mut translation, message, named, now, Translation::message),
    }
    let said = fields(&mut [
        ("events", list(&translation.events)),
        ("merges", list(&translation.merges)),
        ("rejected", list(&translation.rejected)),
    ]);
    Ok(encode::value(&said.into()))
}

fn add(
    to: &mut Translation,
    message: &JsValue,
    vocabulary: Vocabulary,
    now: Time,
    read: fn(&mut Translation, &crate::value::Value, Vocabulary, Option<Time>),
) {
    match decode::value(message, MAX_BYTES) {
        Ok(message) => read(to, &message, vocabulary, Some(now)),
        // A tag manager's own pushes say nothing here, and hold elements of the page.
        Err(_) if vocabulary == Vocabulary::Ga4 && ga4::is_internal(&text(message, "event").unwrap_or_default()) => to.skip(),
        Err(error) => to.refuse(refusal(&error), ["id", "messageId", "event_id"].iter().find_map(|key| text(message, key))),
    }
}

fn text(message: &JsValue, key: &str) -> Option<String> {
    Reflect::get(message, &JsValue::from_str(key)).ok()?.as_string().filter(|text| text.len() <= 1024)
}

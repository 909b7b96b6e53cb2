//! Events of a list on their way in: each comes as one that a visitor records would, and stays here until the call for which they are gathered.

use super::given::Given;
use super::visitor::with_packed;
use crate::event::list::List;
use crate::event::packed::read_listed;
use std::cell::RefCell;
use wasm_bindgen::prelude::*;

thread_local! {
    static GATHERED: RefCell<List> = RefCell::default();
}

/// Takes the event of so many bytes that lies packed on the desk. Says whether it did: one that is not plain is to be given to [`gather`].
#[wasm_bindgen]
pub fn gather_packed(length: usize) -> bool {
    with_packed(length, |packed| match read_listed(packed) {
        Some(event) => {
            GATHERED.with_borrow_mut(|list| list.push(event.to_event()));
            true
        }
        None => false,
    })
}

/// Takes the event that was given.
#[wasm_bindgen]
pub fn gather() {
    let event = Given::take().value();
    GATHERED.with_borrow_mut(|list| match event {
        Ok(event) => list.read(&event, String::new),
        Err(error) => list.refuse(error.refusal(), error.name("id")),
    });
}

/// What was gathered. Events that had no id have an empty one.
pub fn gathered() -> List {
    GATHERED.take()
}

//! Warmlead scores a website visitor while the visit goes on.
//!
//! A [`model::Model`] says how behaviour and profile become scores; [`engine::Visitor`] holds a visitor's events;
//! an [`engine::Assessment`] is a pure function of (model, visitor, set of events, now), the same bit for bit on every platform.
//! The meaning is `docs/model.md`; the vocabulary `docs/events.md`.
//!
//! The map, in the direction in which data flows:
//!
//! - [`value`], [`time`], [`problem`]: JSON values, times and units, and what is wrong with a model;
//! - [`event`]: the event, its url, its session and channel, and its translation from other vocabularies;
//! - [`condition`]: the condition language;
//! - [`model`]: the scoring model, read with all problems at once; [`check`]: what in it is allowed and hardly meant;
//! - [`engine`]: from events to an assessment; [`explain`]: the receipt;
//! - [`golden`]: golden cases for a model, and how they are compared;
//! - [`snapshot`]: a visitor as bytes;
//! - [`sync`]: what to send to the collector, when, and what an answer means;
//! - [`models`]: the scoring models that ship with it; `schema`: what editors know of a model.
//!
//! Nothing here knows a clock, a network, storage or a page: `now` and events come in, assessments go out.

#![cfg_attr(not(target_arch = "wasm32"), forbid(unsafe_code))]

mod bytes;
#[cfg(feature = "check")]
pub mod check;
pub mod condition;
pub mod engine;
pub mod event;
pub mod explain;
#[cfg(feature = "check")]
pub mod golden;
#[cfg(not(target_arch = "wasm32"))]
pub mod json;
pub mod model;
pub mod models;
mod order;
pub mod problem;
#[cfg(feature = "reference")]
#[doc(hidden)]
#[path = "../tests/reference/mod.rs"]
pub mod reference;
#[cfg(not(target_arch = "wasm32"))]
pub mod schema;
pub mod snapshot;
pub mod sync;
pub mod time;
pub mod value;
pub mod value_ref;
#[cfg(target_arch = "wasm32")]
mod wasm;

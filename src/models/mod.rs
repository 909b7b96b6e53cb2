//! The scoring models that ship with Warmlead, as JSON text.
//!
//! They are data: nothing here reads or checks them (`model::Model::load` does), so a page that brings its own model pays only for the bytes.

/// The default: a company that sells to companies. Behaviour and profile, lead → MQL → SQL, a chat, a form and a banner.
pub const B2B_SAAS: &str = include_str!("b2b-saas.json");

/// The ids of the models that ship.
pub const NAMES: &[&str] = &["b2b-saas"];

/// The text of the shipped model with this id.
pub fn by_name(name: &str) -> Option<&'static str> {
    match name {
        "b2b-saas" => Some(B2B_SAAS),
        _ => None,
    }
}

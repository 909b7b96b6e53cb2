//! An event as the engine looks at it: borrowed, from wherever it is kept, as an [`Event`] or packed. It decides nothing.

use super::Event;
use super::packed::Packed;
use crate::time::Time;
use crate::value::Object;
use crate::value_ref::{Found, dig};

/// An event that somebody else owns.
#[derive(Clone, Copy, Debug)]
pub struct EventView<'a> {
    /// Identifies it.
    pub id: &'a str,
    /// A canonical name, if there is one.
    pub r#type: &'a str,
    /// When it happened.
    pub time: Time,
    /// The page's address.
    pub url: Option<&'a str>,
    /// The page's host, if given outright.
    pub host: Option<&'a str>,
    /// The page's path, if given outright.
    pub path: Option<&'a str>,
    /// The page's query, if given outright.
    pub query: Option<Fields<'a>>,
    /// The page's title.
    pub title: Option<&'a str>,
    /// The address the visitor came from.
    pub referrer: Option<&'a str>,
    /// Whatever else is known of it.
    pub properties: Option<Fields<'a>>,
    /// What it says about the visitor.
    pub traits: Option<Fields<'a>>,
    /// Whether it was said to be off-site.
    pub offsite: bool,
}

/// Keys and values that somebody else owns.
#[derive(Clone, Copy, Debug)]
pub enum Fields<'a> {
    /// An object of somebody.
    Owned(&'a Object),
    /// Packed ones.
    Packed(Packed<'a>),
}

impl<'a> EventView<'a> {
    /// A look at an event.
    pub fn of(event: &'a Event) -> EventView<'a> {
        EventView {
            id: &event.id,
            r#type: &event.r#type,
            time: event.time,
            url: event.url.as_deref(),
            host: event.host.as_deref(),
            path: event.path.as_deref(),
            query: event.query.as_ref().map(Fields::Owned),
            title: event.title.as_deref(),
            referrer: event.referrer.as_deref(),
            properties: event.properties.as_ref().map(Fields::Owned),
            traits: event.traits.as_ref().map(Fields::Owned),
            offsite: event.offsite,
        }
    }

    /// The event, made.
    pub fn to_event(&self) -> Event {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let object = |fields: Option<Fields<'_>>| fields.map(Fields::to_object);
        Event {
            id: self.id.to_owned(),
            r#type: self.r#type.to_owned(),
            time: self.time,
            url: text(self.url),
            host: text(self.host),
            path: text(self.path),
            query: object(self.query),
            title: text(self.title),
            referrer: text(self.referrer),
            properties: object(self.properties),
            traits: object(self.traits),
            offsite: self.offsite,
        }
    }
}

impl<'a> Fields<'a> {
    /// What the keys lead to; the whole if there are none.
    pub fn dig(self, keys: &[Box<str>]) -> Found<'a> {
        match self {
            Fields::Owned(object) => dig(Some(object), keys),
            Fields::Packed(packed) => packed.dig(keys),
        }
    }

    /// The whole, as an object of its own.
    pub fn to_object(self) -> Object {
        match self {
            Fields::Owned(object) => object.clone(),
            Fields::Packed(packed) => packed.to_object().unwrap_or_default(),
        }
    }

    /// Lets somebody look at the whole.
    pub fn show(self, look: impl FnOnce(&Object)) {
        match self {
            Fields::Owned(object) => look(object),
            Fields::Packed(_) => look(&self.to_object()),
        }
    }
}

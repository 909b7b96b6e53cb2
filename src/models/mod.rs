//! The scoring models that ship with Warmlead, as JSON text. `docs/models.md` says for whom each is and where its points come from.
//!
//! They are data: nothing here reads or checks them (`model::Model::load` does). A page's module has the default alone: the others are
//! reached by name only, which nothing in a page does.

/// The default: a company that sells to companies. Behaviour and profile, lead → MQL → SQL, a chat, a form and a banner.
pub const B2B_SAAS: &str = include_str!("b2b-saas.json");

/// The models that ship, by id, the default first.
const MODELS: [(&str, &str); 7] = [
    ("b2b-saas", B2B_SAAS),
    ("ecommerce", include_str!("ecommerce.json")),
    ("product-led", include_str!("product-led.json")),
    ("account-engagement", include_str!("account-engagement.json")),
    ("marketo", include_str!("marketo.json")),
    ("gitlab", include_str!("gitlab.json")),
    ("manual", include_str!("manual.json")),
];

/// The ids of the models that ship.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|(name, _)| *name)
}

/// The text of the shipped model with this id.
///
/// ```
/// # use warmlead::{json, model::Model, models};
/// let model = Model::load(&json::parse(models::by_name("gitlab").unwrap()).unwrap()).unwrap();
/// assert_eq!(model.id(), "gitlab");
/// assert_eq!(models::by_name("github"), None);
/// ```
pub fn by_name(name: &str) -> Option<&'static str> {
    MODELS.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
}

//! The scoring models that ship with Warmlead, as JSON text. `docs/models.md` says for whom each is and where its points come from.
//!
//! They are data: nothing here reads or checks them (`model::Model::load` does). A page's module has the default alone: the others are
//! reached by name only, which nothing in a page does.

#[cfg(any(test, all(target_arch = "wasm32", feature = "page")))]
mod stripped;

/// The default: a company that sells to companies. Behaviour and profile, lead → MQL → SQL, a chat, a form and a banner.
pub const B2B_SAAS: &str = include_str!("b2b-saas.json");

/// The default as a page's module has it: without descriptions, a fifth of it, which change nothing.
#[cfg(any(test, all(target_arch = "wasm32", feature = "page")))]
pub(crate) const PAGES_DEFAULT: &str = match core::str::from_utf8(&stripped::stripped::<{ stripped::length(B2B_SAAS) }>(B2B_SAAS)) {
    Ok(text) => text,
    Err(_) => "",
};

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;
    use crate::value::{Object, Value};

    /// What only people read is no part of what a model means, but `do` is opaque.
    fn without_descriptions(value: &Value) -> Value {
        match value {
            Value::Object(object) => {
                let kept = object.iter().filter(|(key, value)| *key != "description" || value.as_str().is_none());
                let each =
                    |(key, value): (&str, &Value)| (key.to_owned(), if key == "do" { value.clone() } else { without_descriptions(value) });
                Value::from(Object::from_iter(kept.map(each)))
            }
            Value::Array(items) => Value::Array(items.iter().map(without_descriptions).collect()),
            other => other.clone(),
        }
    }

    #[test]
    fn the_default_of_pages_is_the_default_without_descriptions() {
        assert_eq!(parse(PAGES_DEFAULT).unwrap(), without_descriptions(&parse(B2B_SAAS).unwrap()));
        assert!(!PAGES_DEFAULT.contains("\"description\"") && !PAGES_DEFAULT.contains('\n'));
    }
}

//! The scoring model's JSON Schema, from which editors complete, explain and check models as they are written.
//!
//! Its key lists, operators, measures and paths are the loader's own constants; what is added here is what each is for, in plain words, and
//! what its value looks like. Draft 7, because VS Code and JetBrains' editors know all of it, and later drafts only in part.
//!
//! The loader decides, not the schema: `tests/schema.rs` holds the two against each other and lists what a schema can't say. Pages never
//! see it: it is compiled natively only, printed by `warmlead schema`, and shipped in the npm package as `model.schema.json`.

mod build;
mod condition;
mod document;
mod root;
mod rule;
mod score;
mod stage;

/// The schema as JSON text, as it is in `src/model.schema.json`.
///
/// ```
/// let schema = warmlead::json::parse(&warmlead::schema::text()).unwrap();
/// assert_eq!(schema.at("properties.utc_offset.default").and_then(|value| value.as_str()), Some("+00:00"));
/// ```
pub fn text() -> String {
    // Nothing in it can fail to be printed: keys are strings and numbers finite.
    let mut text = serde_json::to_string_pretty(&root::schema()).unwrap_or_default();
    text.push('\n');
    text
}

//! The pieces that the schema is put together from: typed values with a description, objects with the loader's keys.
//! It knows what a name, a duration or a count looks like, and nothing of what they are for.

use crate::value::{Object, Value};

/// A JSON Schema, or a part of one. Its keys keep their order, so that the file is the same each time.
#[derive(Clone, Default)]
pub struct Schema(Object);

impl From<Schema> for Value {
    fn from(schema: Schema) -> Value {
        schema.0.into()
    }
}

impl Schema {
    /// A schema that says nothing but what it is about.
    pub fn about(description: &str) -> Schema {
        Schema::default().with("description", description)
    }

    /// A schema that says nothing.
    pub fn any() -> Schema {
        Schema::default()
    }

    /// The same with one keyword more.
    pub fn with(mut self, keyword: &str, value: impl Into<Value>) -> Schema {
        self.0.insert(keyword, value);
        self
    }

    /// The same with one example.
    pub fn example(self, value: impl Into<Value>) -> Schema {
        self.with("examples", vec![value.into()])
    }

    /// An object that has these keys and no other; what each holds is told by `describe`.
    pub fn with_keys(self, keys: &[&str], describe: impl Fn(&str) -> Schema) -> Schema {
        self.with("type", "object").with("properties", properties(keys, describe)).with("additionalProperties", false)
    }

    /// The same, and what a definition says. Not a `$ref` itself: beside one, draft 7 ignores everything else. The definition has no
    /// description: VS Code would show it instead of this one's.
    pub fn like(self, definition: &str) -> Schema {
        self.with("allOf", vec![reference(definition)])
    }
}

/// What a definition says.
pub fn reference(definition: &str) -> Schema {
    Schema::any().with("$ref", format!("#/definitions/{definition}"))
}

/// An object that has these keys and no other; what each holds is told by `describe`.
pub fn object(description: &str, keys: &[&str], describe: impl Fn(&str) -> Schema) -> Schema {
    Schema::about(description).with_keys(keys, describe)
}

/// A schema per key.
pub fn properties(keys: &[&str], describe: impl Fn(&str) -> Schema) -> Object {
    keys.iter().map(|key| (*key, describe(key))).collect()
}

/// Keys that must not stand where this is said.
pub fn without(keys: &[&str]) -> Schema {
    Schema::any().with("properties", keys.iter().map(|key| (*key, false)).collect::<Object>())
}

/// Keys that must stand where this is said.
pub fn requires(keys: &[&str]) -> Schema {
    Schema::any().with("required", keys.to_vec())
}

/// An object of things by name, such as scores.
pub fn named(description: &str, each: Schema) -> Schema {
    let names = Schema::any().with("pattern", NAME);
    Schema::about(description).with("type", "object").with("propertyNames", names).with("additionalProperties", each)
}

/// A list.
pub fn list(description: &str, each: Schema) -> Schema {
    Schema::about(description).with("type", "array").with("items", each)
}

/// Any string.
pub fn string(description: &str) -> Schema {
    Schema::about(description).with("type", "string")
}

/// A string with at least one character.
pub fn text(description: &str) -> Schema {
    string(description).with("minLength", 1_i64)
}

/// One of these words.
pub fn word(description: &str, words: &[&str]) -> Schema {
    string(description).with("enum", words.to_vec())
}

/// What names are made of.
const NAME: &str = "^[A-Za-z_][A-Za-z0-9_-]*$";

/// A name.
pub fn name(description: &str) -> Schema {
    string(description).with("pattern", NAME)
}

/// A number.
pub fn number(description: &str) -> Schema {
    Schema::about(description).with("type", "number")
}

/// A number in a range.
pub fn number_between(description: &str, low: f64, high: f64) -> Schema {
    number(description).with("minimum", low).with("maximum", high)
}

/// A whole number, at least 1.
pub fn count(description: &str) -> Schema {
    Schema::about(description).with("type", "integer").with("minimum", 1_i64).with("maximum", 1_000_000_000_i64)
}

/// A duration in some of the units `m h d w`.
pub fn duration(description: &str, units: &str) -> Schema {
    string(description).with("pattern", format!("^[1-9][0-9]*[{units}]$"))
}

/// A duration in some of the units, or one of these words.
pub fn duration_or(description: &str, words: &[&str], units: &str) -> Schema {
    string(description).with("pattern", format!("^({}|[1-9][0-9]*[{units}])$", words.join("|")))
}

/// The units of spans between events, exact to the millisecond.
pub const SPAN: &str = "mhdw";
/// The units of what lapses at boundaries.
pub const UNITS: &str = "hdw";
/// The units of what is counted in days.
pub const DAYS: &str = "dw";

/// The description that many objects may have.
pub fn description() -> Schema {
    string("What this is for, in your own words. Nothing depends on it.")
}

/// What is said of a key of the loader that nobody has described: nothing. A test finds it.
pub fn undescribed() -> Schema {
    Schema::any()
}

//! A look at a JSON value without owning it: what an event or a visitor holds need not be copied to be asked about.

use crate::value::{Object, Value};

/// A value that somebody else owns, or that is computed on the way.
#[derive(Clone, Copy, Debug)]
pub enum ValueRef<'a> {
    /// Nothing: `null`, or what a path does not lead to.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number, never NaN or infinite.
    Number(f64),
    /// A string.
    Text(&'a str),
    /// A list or an object.
    Whole(&'a Value),
}

impl<'a> From<&'a Value> for ValueRef<'a> {
    fn from(value: &'a Value) -> ValueRef<'a> {
        match value {
            Value::Null => ValueRef::Null,
            Value::Bool(bool) => ValueRef::Bool(*bool),
            Value::Number(number) => ValueRef::Number(*number),
            Value::String(string) => ValueRef::Text(string),
            Value::Array(_) | Value::Object(_) => ValueRef::Whole(value),
        }
    }
}

impl<'a> From<Option<&'a Value>> for ValueRef<'a> {
    fn from(value: Option<&'a Value>) -> ValueRef<'a> {
        value.map_or(ValueRef::Null, ValueRef::from)
    }
}

impl<'a> From<Option<&'a str>> for ValueRef<'a> {
    fn from(text: Option<&'a str>) -> ValueRef<'a> {
        text.map_or(ValueRef::Null, ValueRef::Text)
    }
}

impl<'a> ValueRef<'a> {
    /// Whether it is `null`.
    pub fn is_null(self) -> bool {
        matches!(self, ValueRef::Null)
    }

    /// The number, if it is one.
    pub fn as_number(self) -> Option<f64> {
        match self {
            ValueRef::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            ValueRef::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The elements, if it is a list.
    pub fn as_array(self) -> Option<&'a [Value]> {
        match self {
            ValueRef::Whole(value) => value.as_array(),
            _ => None,
        }
    }

    /// The value as one of its own.
    pub fn to_value(self) -> Value {
        match self {
            ValueRef::Null => Value::Null,
            ValueRef::Bool(bool) => Value::Bool(bool),
            ValueRef::Number(number) => Value::Number(number),
            ValueRef::Text(text) => Value::String(text.to_owned()),
            ValueRef::Whole(value) => value.clone(),
        }
    }
}

impl PartialEq<Value> for ValueRef<'_> {
    fn eq(&self, other: &Value) -> bool {
        match (self, other) {
            (ValueRef::Null, Value::Null) => true,
            (ValueRef::Bool(one), Value::Bool(other)) => one == other,
            (ValueRef::Number(one), Value::Number(other)) => one == other,
            (ValueRef::Text(one), Value::String(other)) => one == other,
            (ValueRef::Whole(one), other) => *one == other,
            _ => false,
        }
    }
}

/// What is found at a place of a document: somebody else's, or made on the way.
#[derive(Debug)]
pub enum Found<'a> {
    /// Somebody else's, or a scalar.
    Seen(ValueRef<'a>),
    /// Made on the way.
    Made(Value),
}

impl Found<'_> {
    /// A look at it.
    pub fn get(&self) -> ValueRef<'_> {
        match self {
            Found::Seen(value) => *value,
            Found::Made(value) => value.into(),
        }
    }
}

impl<'a, T: Into<ValueRef<'a>>> From<T> for Found<'a> {
    fn from(value: T) -> Found<'a> {
        Found::Seen(value.into())
    }
}

/// A number.
pub fn number<'a>(number: f64) -> Found<'a> {
    Found::Seen(ValueRef::Number(number))
}

/// A string.
pub fn text<'a>(text: &'a str) -> Found<'a> {
    Found::Seen(ValueRef::Text(text))
}

/// What the keys lead to in an object; the object itself if there are none.
pub fn dig<'a>(object: Option<&'a Object>, keys: &[Box<str>]) -> Found<'a> {
    let Some((first, rest)) = keys.split_first() else {
        return object.map_or(Found::Seen(ValueRef::Null), |object| Found::Made(Value::Object(object.clone())));
    };
    match object.and_then(|object| object.get(first)) {
        Some(value) => dig_value(value, rest),
        None => Found::Seen(ValueRef::Null),
    }
}

/// What the keys lead to in a value.
pub fn dig_value<'a>(value: &'a Value, keys: &[Box<str>]) -> Found<'a> {
    keys.iter().try_fold(value, |value, key| value.at(key)).into()
}

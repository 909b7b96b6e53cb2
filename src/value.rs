//! A JSON value, as the engine sees it: what a page, an edge function or a file hands in.
//!
//! Numbers are IEEE doubles, as in JavaScript. Objects keep the order in which their keys were written,
//! because a scoring model is read in file order, but two objects are equal whatever that order
//! (docs/model.md, section 3). It knows no JSON text: reading and printing are serde's.

mod form;

use crate::condition::number::number_length;
use core::mem::{ManuallyDrop, take};

/// How deep arrays and objects may nest before reading stops with an error: deeper input is an attack
/// on the stack, not data.
pub const MAX_DEPTH: usize = 96;

/// A JSON value.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// `null`, and whatever JSON cannot say (`undefined`, `NaN`, an infinity).
    #[default]
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A finite number.
    Number(f64),
    /// A string of Unicode scalar values.
    String(String),
    /// A list.
    Array(Vec<Value>),
    /// Keys and values, in the order written.
    Object(Object),
}

impl Value {
    /// A number, or `Null` if it is not finite (as `JSON.stringify` has it).
    pub fn number(number: f64) -> Value {
        if number.is_finite() { Value::Number(number) } else { Value::Null }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::String(string) => Some(string),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The list, if it is one.
    pub fn as_array(&self) -> Option<&[Value]> {
        match self {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The value at a dotted path: own keys of objects, indices of arrays. `None` if there is none.
    ///
    /// ```
    /// use warmlead::value::{Object, Value};
    /// let document = Value::from(Object::from_iter([("tags", Value::Array(vec![Value::from("a")]))]));
    /// assert_eq!(document.at("tags.0"), Some(&Value::from("a")));
    /// assert_eq!(document.at("tags.length"), None);
    /// ```
    pub fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self, |value, key| match value {
            Value::Object(object) => object.get(key),
            Value::Array(items) => items.get(array_index(key)?),
            _ => None,
        })
    }

    /// What JSON calls the kind of this value, with its article: for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            Value::Array(_) => "an array",
            Value::Object(_) => "an object",
        }
    }

    /// How deep arrays and objects nest in it: 0 for a scalar, 1 for `{}`.
    pub fn depth(&self) -> usize {
        match self {
            Value::Array(items) => 1 + items.iter().map(Value::depth).max().unwrap_or(0),
            Value::Object(object) => 1 + object.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
            _ => 0,
        }
    }

    /// The length of its compact JSON text in UTF-8 bytes.
    pub fn json_size(&self) -> usize {
        match self {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(number) => number_size(*number),
            Value::String(string) => string_size(string),
            Value::Array(items) => 2 + items.iter().map(Value::json_size).sum::<usize>() + items.len().saturating_sub(1),
            Value::Object(object) => object.json_size(),
        }
    }
}

/// The length of a number's JSON text, as JavaScript writes it.
pub(crate) fn number_size(number: f64) -> usize {
    /// Up to here a whole number has all its digits, and they need not be written to be counted.
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if number.trunc() != number || number.abs() > EXACT {
        return number_length(number);
    }
    (number.abs() as u64).checked_ilog10().unwrap_or(0) as usize + 1 + usize::from(number < 0.0)
}

/// The length of a string's JSON text.
pub(crate) fn string_size(string: &str) -> usize {
    let sizes = string.bytes().map(|byte| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 8 | 12 => 2,
        0..=31 => 6,
        _ => 1,
    });
    2 + sizes.sum::<usize>()
}

/// An array index as JavaScript writes it: decimal, without leading zeros.
fn array_index(key: &str) -> Option<usize> {
    let plain = key == "0" || (!key.starts_with('0') && !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()));
    if plain { key.parse().ok() } else { None }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Value {
        Value::Bool(bool)
    }
}
impl From<f64> for Value {
    fn from(number: f64) -> Value {
        Value::number(number)
    }
}
impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Number(number as f64)
    }
}
impl From<&str> for Value {
    // Else each of the many that write an object has the copying of a text in it.
    #[inline(never)]
    fn from(string: &str) -> Value {
        Value::String(string.to_owned())
    }
}
impl From<String> for Value {
    fn from(string: String) -> Value {
        Value::String(string)
    }
}
impl From<Object> for Value {
    fn from(object: Object) -> Value {
        Value::Object(object)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(option: Option<T>) -> Value {
        // Not `map_or`, which makes the null in any case and then drops it: 336 bytes of the module with Brotli.
        match option {
            Some(value) => value.into(),
            None => Value::Null,
        }
    }
}
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Value {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

/// What is written as a JSON value: the one place that says how it looks, whoever prints it.
pub(crate) trait ToValue {
    /// Its JSON form.
    fn to_value(&self) -> Value;
}

/// Lets serde write what has a JSON form.
macro_rules! serialize_as_value {
    ($($type:ty),*) => {$(
        impl ::serde::Serialize for $type {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $crate::value::ToValue::to_value(self).serialize(serializer)
            }
        }
    )*};
}

pub(crate) use serialize_as_value;

/// An object of these members.
#[inline(always)]
pub(crate) fn fields<const N: usize>(members: [(&str, Value); N]) -> Object {
    // All are taken, so that none is left to be dropped: code that each caller would have.
    take_fields(&mut *ManuallyDrop::new(members))
}

fn take_fields(members: &mut [(&str, Value)]) -> Object {
    let mut pairs = Vec::with_capacity(members.len());
    for (key, value) in members {
        pairs.push(((*key).to_owned(), take(value)));
    }
    Object(pairs)
}

/// How many there are of something.
pub(crate) fn count(number: usize) -> Value {
    Value::Number(number as f64)
}

/// A list of what has a JSON form.
pub(crate) fn list<T: ToValue>(items: &[T]) -> Value {
    let mut values = Vec::with_capacity(items.len());
    for item in items {
        values.push(item.to_value());
    }
    Value::Array(values)
}

impl From<&String> for Value {
    fn from(string: &String) -> Value {
        string.as_str().into()
    }
}

/// The keys and values of a JSON object, in the order written. Of equal keys the last wins, at the place of the first.
#[derive(Clone, Debug, Default)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    /// An object without keys.
    pub fn new() -> Object {
        Object(Vec::new())
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.0.iter_mut().find(|(own, _)| own == key).map(|(_, value)| value)
    }

    /// Sets a key; a key that is there keeps its place.
    pub fn insert(&mut self, key: impl Into<String>, value: impl Into<Value>) {
        self.set(key.into(), value.into());
    }

    /// Apart from `insert`, of which there is a copy for each pair of types.
    #[inline(never)]
    fn set(&mut self, key: String, value: Value) {
        match self.get_mut(&key) {
            Some(own) => *own = value,
            None => self.0.push((key, value)),
        }
    }

    /// Removes a key, and says what it had.
    pub fn remove(&mut self, key: &str) -> Option<Value> {
        let place = self.0.iter().position(|(own, _)| own == key)?;
        Some(self.0.remove(place).1)
    }

    /// The key and the value at a place.
    pub(crate) fn at(&self, place: usize) -> Option<(&str, &Value)> {
        self.0.get(place).map(|(key, value)| (key.as_str(), value))
    }

    /// Sets the value at a place; behind the last, of a key that is not there yet.
    pub(crate) fn put(&mut self, place: Option<usize>, key: &str, value: Value) {
        match place.and_then(|place| self.0.get_mut(place)) {
            Some((_, own)) => *own = value,
            None => self.0.push((key.to_owned(), value)),
        }
    }

    /// Takes out the value at a place, which is to be set anew.
    pub(crate) fn take(&mut self, place: usize) -> Value {
        self.0.get_mut(place).map(|(_, value)| take(value)).unwrap_or_default()
    }

    /// Keeps those at the places of which this holds, asked in order.
    pub(crate) fn retain(&mut self, keep: &mut dyn FnMut(usize) -> bool) {
        let mut place = 0;
        self.0.retain(|_| {
            place += 1;
            keep(place - 1)
        });
    }

    /// Keys and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }

    /// How many keys it has.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has no keys.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The length of its compact JSON text in UTF-8 bytes.
    pub fn json_size(&self) -> usize {
        let members = self.iter().map(|(key, value)| string_size(key) + 1 + value.json_size());
        2 + members.sum::<usize>() + self.len().saturating_sub(1)
    }
}

/// Builds an object from pairs with keys that are all different, in the order written.
#[cfg(target_arch = "wasm32")]
pub(crate) fn from_distinct(pairs: Vec<(String, Value)>) -> Object {
    Object(pairs)
}

/// Builds an object from pairs in the order written, in less than quadratic time: input may be hostile. Of equal keys the first has the place,
/// the last the value.
pub(crate) fn from_pairs(pairs: Vec<(String, Value)>) -> Object {
    if pairs.len() <= FEW {
        let mut object = Object::new();
        for (key, value) in pairs {
            object.set(key, value);
        }
        return object;
    }
    // Where each key comes again, in order, and where it came first.
    let mut again: Vec<(usize, usize)> = Vec::new();
    let mut first = ("", 0);
    for (at, (key, place)) in sorted(&pairs).into_iter().enumerate() {
        if at > 0 && key == first.0 { again.push((place, first.1)) } else { first = (key, place) }
    }
    let mut pairs = pairs;
    for (place, first) in &again {
        let value = pairs.get_mut(*place).map(|(_, value)| take(value));
        if let (Some((_, kept)), Some(value)) = (pairs.get_mut(*first), value) {
            *kept = value;
        }
    }
    crate::order::sort(&mut again);
    let mut again = again.into_iter().peekable();
    let mut place = 0;
    pairs.retain(|_| {
        let gone = again.next_if(|(next, _)| *next == place).is_some();
        place += 1;
        !gone
    });
    Object(pairs)
}

/// Keys are looked for one by one among so many.
const FEW: usize = 16;

/// The keys of pairs, each with its place, in the order of keys.
fn sorted(pairs: &[(String, Value)]) -> Vec<(&str, usize)> {
    let mut sorted: Vec<(&str, usize)> = pairs.iter().enumerate().map(|(place, (key, _))| (key.as_str(), place)).collect();
    crate::order::sort(&mut sorted);
    sorted
}

/// Equal whatever the order of the keys, found in less than quadratic time: visitors choose what is compared.
impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        if self.len() != other.len() {
            return false;
        }
        if self.len() <= FEW {
            return self.iter().all(|(key, value)| other.get(key) == Some(value));
        }
        sorted(&self.0).into_iter().zip(sorted(&other.0)).all(|((_, one), (_, two))| self.at(one) == other.at(two))
    }
}

impl<K: Into<String>, V: Into<Value>> FromIterator<(K, V)> for Object {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Object {
        from_each(&mut pairs.into_iter().map(|(key, value)| (key.into(), value.into())))
    }
}

/// Apart from `from_iter`, of which there is a copy for each kind of pairs.
#[inline(never)]
fn from_each(pairs: &mut dyn Iterator<Item = (String, Value)>) -> Object {
    from_pairs(pairs.collect())
}

impl IntoIterator for Object {
    type Item = (String, Value);
    type IntoIter = std::vec::IntoIter<(String, Value)>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(pairs: &[(&str, f64)]) -> Value {
        Value::from(Object::from_iter(pairs.iter().map(|(key, value)| (*key, Value::from(*value)))))
    }

    #[test]
    fn a_size_is_that_of_the_text_that_javascript_writes() {
        let texts = [
            "[]",
            "{}",
            r#"{"a":1}"#,
            "[0,1,9,10,22,-333,1769000000000,9007199254740991,-9007199254740992]",
            "[true,false,null]",
            r#"{"é\n\"":"\u0001\b\t😀","b":[{},[]]}"#,
            "[1.5,0.1,-0.30000000000000004,1e-7,-2.2250738585072014e-308,1e+21,1e+300,123456789012345680000]",
        ];
        for text in texts {
            assert_eq!(crate::json::parse(text).unwrap().json_size(), text.len(), "{text}");
        }
    }

    #[test]
    fn objects_are_equal_whatever_the_order_of_their_keys() {
        assert_eq!(object(&[("a", 1.0), ("b", 2.0)]), object(&[("b", 2.0), ("a", 1.0)]));
        assert_ne!(object(&[("a", 1.0)]), object(&[("a", 1.0), ("b", 2.0)]));
        assert_eq!(Value::Number(-0.0), Value::Number(0.0));
    }

    #[test]
    fn large_objects_are_equal_whatever_the_order_of_their_keys_too() {
        let large = |least: i32, last: f64| {
            let pair = |number: i32| (format!("k{}", number * 7 % 101), Value::from(f64::from(number)));
            Object::from_iter((least..100).chain(0..least).map(pair).chain([("last".to_owned(), Value::from(last))]))
        };
        assert_eq!(large(0, 1.0), large(40, 1.0));
        assert_ne!(large(0, 1.0), large(40, 2.0));
        assert_ne!(large(0, 1.0), Object::from_iter(large(0, 1.0).iter().map(|(key, value)| (key.replace("k3", "k-3"), value.clone()))));
    }

    #[test]
    fn of_equal_keys_the_first_has_the_place_and_the_last_the_value() {
        for count in [3, 30] {
            let pair = |place: usize| (format!("k{}", place * 7 % (count / 2 + 1)), Value::from(place as f64));
            let one_by_one: Object = (0..count).map(pair).collect();
            let Object(pairs) = from_pairs((0..count).map(pair).collect());
            assert_eq!(pairs, one_by_one.0);
            assert!(pairs.len() < count);
        }
    }

    #[test]
    fn paths_reach_own_keys_and_indices_only() {
        let document = Value::from(Object::from_iter([("list", Value::Array(vec![object(&[("x", 7.0)])]))]));
        assert_eq!(document.at("list.0.x"), Some(&Value::Number(7.0)));
        for path in ["list.1", "list.00", "list.length", "list.-1", "constructor", "", "list."] {
            assert_eq!(document.at(path), None, "{path}");
        }
    }
}

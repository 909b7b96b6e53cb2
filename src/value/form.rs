//! How serde reads and writes a JSON value. What a value is stands in `value.rs`.

use super::{MAX_DEPTH, Object, Value, from_pairs};
use core::fmt;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Number(number) => serialize_number(*number, serializer),
            Value::String(string) => serializer.serialize_str(string),
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Value::Object(object) => object.serialize(serializer),
        }
    }
}

impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.len()))?;
        for (key, value) in self.iter() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

/// Prints a number as JavaScript would: whole ones without `.0`.
fn serialize_number<S: Serializer>(number: f64, serializer: S) -> Result<S::Ok, S::Error> {
    const EXACT: f64 = 9_007_199_254_740_991.0;
    if number.trunc() == number && number.abs() <= EXACT {
        // Beyond 32 bits, serde-wasm-bindgen would make a BigInt of an i64.
        if cfg!(target_arch = "wasm32") {
            serializer.serialize_f64(if number == 0.0 { 0.0 } else { number })
        } else {
            serializer.serialize_i64(number as i64)
        }
    } else {
        serializer.serialize_f64(number)
    }
}

impl<'de> de::Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        AtDepth(0).deserialize(deserializer)
    }
}

/// Reads a value that stands `.0` levels deep.
struct AtDepth(usize);

impl AtDepth {
    fn below<E: de::Error>(&self) -> Result<usize, E> {
        if self.0 < MAX_DEPTH { Ok(self.0 + 1) } else { Err(E::custom(TooDeep)) }
    }
}

struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nested deeper than {MAX_DEPTH} levels")
    }
}

impl<'de> DeserializeSeed<'de> for AtDepth {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AtDepth {
    type Value = Value;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }
    fn visit_bool<E>(self, bool: bool) -> Result<Value, E> {
        Ok(Value::Bool(bool))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number as f64))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
        Ok(Value::number(number))
    }
    fn visit_str<E>(self, string: &str) -> Result<Value, E> {
        Ok(Value::from(string))
    }
    fn visit_string<E>(self, string: String) -> Result<Value, E> {
        Ok(Value::String(string))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let depth = self.below()?;
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(AtDepth(depth))? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let depth = self.below()?;
        let mut pairs = Vec::new();
        while let Some(key) = map.next_key::<String>()? {
            pairs.push((key, map.next_value_seed(AtDepth(depth))?));
        }
        Ok(Value::Object(from_pairs(pairs)))
    }
}

//! What goes out to JavaScript: JSON values as plain objects, times as numbers.

use crate::value::Value;
use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use wasm_bindgen::JsValue;

/// Anything that serializes, as `JSON.parse` would give it. `null` if it can't be said in JSON, which nothing here is.
pub fn serialize(value: &impl Serialize) -> JsValue {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).unwrap_or(JsValue::NULL)
}

/// A value as `JSON.parse` would give it, `__proto__` being a key like any other.
pub fn value(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        Value::Bool(bool) => JsValue::from_bool(*bool),
        Value::Number(number) => JsValue::from_f64(*number),
        Value::String(string) => JsValue::from_str(string),
        Value::Array(items) => list(items.iter()).into(),
        Value::Object(members) => {
            let object = Object::new();
            for (key, member) in members.iter() {
                let (key, member) = (JsValue::from_str(key), self::value(member));
                // A plain new object takes every key; only `__proto__` needs saying that it is an own one.
                if key == "__proto__" {
                    own_property(&object, &key, &member);
                } else {
                    let _ = Reflect::set(&object, &key, &member);
                }
            }
            object.into()
        }
    }
}

/// Values as a list.
pub fn list<'a>(items: impl Iterator<Item = &'a Value>) -> Array {
    items.map(value).collect()
}

fn own_property(object: &Object, key: &JsValue, value: &JsValue) {
    let descriptor = Object::new();
    for (name, part) in [("value", value), ("writable", &JsValue::TRUE), ("enumerable", &JsValue::TRUE), ("configurable", &JsValue::TRUE)] {
        let _ = Reflect::set(&descriptor, &JsValue::from_str(name), part);
    }
    let _ = Reflect::define_property(object, key, &descriptor);
}

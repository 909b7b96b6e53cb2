//! What goes out to JavaScript: JSON values as plain objects, times as numbers.
//!
//! They cross as one JSON text, which the host reads faster than it takes objects key by key, and `__proto__` is a key like any other.

use crate::condition::number::{number_to_text, push_whole};
use crate::value::Value;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What `JSON.parse` gives for a text, which must be JSON for certain.
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    pub fn parsed(text: &str) -> JsValue;
}

/// A value as `JSON.parse` gives it.
pub fn value(value: &Value) -> JsValue {
    let mut text = String::new();
    write(value, &mut text);
    parsed(&text)
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => write_number(*number, text),
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            let mut before = '[';
            for item in items {
                text.push(before);
                write(item, text);
                before = ',';
            }
            text.push_str(if items.is_empty() { "[]" } else { "]" });
        }
        Value::Object(members) => {
            let mut before = '{';
            for (key, member) in members.iter() {
                text.push(before);
                write_string(key, text);
                text.push(':');
                write(member, text);
                before = ',';
            }
            text.push_str(if members.is_empty() { "{}" } else { "}" });
        }
    }
}

/// Whole numbers are written here, as nearly all are; the host writes the others.
fn write_number(number: f64, text: &mut String) {
    let whole = number.abs() as u64;
    if whole as f64 != number.abs() || whole > 1 << 53 {
        text.push_str(&number_to_text(number));
        return;
    }
    if number < 0.0 {
        text.push('-');
    }
    push_whole(whole, text);
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    let mut plain = 0;
    for (place, byte) in string.bytes().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        text.push_str(string.get(plain..place).unwrap_or_default());
        plain = place + 1;
        if byte >= b' ' {
            text.push('\\');
            text.push(char::from(byte));
        } else {
            text.push_str("\\u00");
            text.push(if byte < 16 { '0' } else { '1' });
            text.push(char::from_digit(u32::from(byte % 16), 16).unwrap_or('0'));
        }
    }
    text.push_str(string.get(plain..).unwrap_or_default());
    text.push('"');
}

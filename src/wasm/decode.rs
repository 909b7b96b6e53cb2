//! What comes in from JavaScript, read as `JSON.stringify` would write it: `toJSON` is honoured, what JSON can't say is left out
//! (`undefined`, functions, symbols) or `null` (`NaN`, infinities), lone surrogates become U+FFFD.
//!
//! Nothing that is given can trap: what throws, nests too deep, is too large or is a BigInt is refused with the place where it stands.

use crate::event::{Refusal, shorten};
use crate::problem::Problem;
use crate::value::{MAX_DEPTH, Value, from_pairs};
use js_sys::{Array, Function, JsString, Reflect};
use wasm_bindgen::prelude::*;

/// The most that is read of a model, a condition or a document, in bytes of JSON text: a model's limit (MODEL.md, section 11).
pub const MAX_BYTES: usize = 1 << 20;

/// Why something can't be read.
#[derive(Debug)]
pub struct Unreadable {
    /// What kind of mistake it is.
    pub reason: Reason,
    /// The keys that lead to it, the innermost first.
    keys: Vec<String>,
}

/// What kind of mistake it is.
#[derive(Debug)]
pub enum Reason {
    /// It has more bytes than it may.
    TooLarge,
    /// It nests deeper than [`MAX_DEPTH`], perhaps without end.
    TooDeep,
    /// It is a BigInt, which JSON doesn't have.
    BigInt,
    /// Reading it threw this.
    Threw(String),
}

impl Unreadable {
    fn new(reason: Reason) -> Unreadable {
        Unreadable { reason, keys: Vec::new() }
    }

    fn threw(thrown: &JsValue) -> Unreadable {
        let message = Reflect::get(thrown, &JsValue::from_str("message")).ok().and_then(|message| string(&message, 1 << 16));
        let message = message.or_else(|| string(thrown, 1 << 16)).unwrap_or_else(|| "something".into());
        Unreadable::new(Reason::Threw(shorten(&message)))
    }

    fn below(mut self, key: &str) -> Unreadable {
        self.keys.push(key.to_owned());
        self
    }

    /// Where it stands: a JSON pointer. What is too deep is somewhere below the first of its keys.
    pub fn path(&self) -> String {
        let keys = if matches!(self.reason, Reason::TooDeep) { 1 } else { self.keys.len() };
        self.keys.iter().rev().take(keys).map(|key| format!("/{}", key.replace('~', "~0").replace('/', "~1"))).collect()
    }

    /// What is wrong with it, for people; `what` names the whole.
    pub fn message(&self, what: &str) -> String {
        let place = match self.keys.is_empty() {
            true => what.to_owned(),
            false => format!("`{}`", self.keys.iter().rev().map(|key| shorten(key)).collect::<Vec<_>>().join(".")),
        };
        match &self.reason {
            Reason::TooLarge => format!("{what} is too large"),
            Reason::TooDeep => format!("{what} is nested deeper than {MAX_DEPTH} levels, or contains itself"),
            Reason::BigInt => format!("{place} is a BigInt, which JSON does not have; give a number or a string"),
            Reason::Threw(message) => format!("reading {place} threw: {message}"),
        }
    }

    /// It as the problem of a model or a condition; `what` names that.
    pub fn problem(&self, what: &str) -> Problem {
        let code = match self.reason {
            Reason::TooLarge => "TOO_LARGE",
            Reason::TooDeep => "TOO_DEEP",
            Reason::BigInt | Reason::Threw(_) => "INVALID_VALUE",
        };
        Problem { code, path: self.path(), message: self.message(what), hint: None }
    }
}

/// Why an event can't be read, as the engine would say it.
pub fn refusal(error: &Unreadable) -> Refusal {
    let code = match error.reason {
        Reason::TooLarge => "EVENT_TOO_LARGE",
        Reason::TooDeep => "EVENT_TOO_DEEP",
        Reason::BigInt | Reason::Threw(_) => "INVALID_VALUE",
    };
    (code, error.message("the event"))
}

/// Reads a value of at most about `limit` bytes of JSON text; what JSON leaves out is `null`.
pub fn value(value: &JsValue, limit: usize) -> Result<Value, Unreadable> {
    let mut reader = Reader { budget: limit, dated: None };
    Ok(reader.value(value, "", 0)?.unwrap_or(Value::Null))
}

/// Reads an event: a value in which the `time` may be a `Date`, which becomes its number.
pub fn event(value: &JsValue, limit: usize) -> Result<Value, Unreadable> {
    let mut reader = Reader { budget: limit, dated: Some(("time", 1)) };
    Ok(reader.value(value, "", 0)?.unwrap_or(Value::Null))
}

/// Reads a time as it was given: a `Date` becomes its number.
pub fn time(value: &JsValue) -> Result<Value, Unreadable> {
    let mut reader = Reader { budget: 1024, dated: Some(("", 0)) };
    Ok(reader.value(value, "", 0)?.unwrap_or(Value::Null))
}

/// The milliseconds of a `Date`; of one that is invalid, the text that JavaScript shows for it.
fn date(value: &JsValue) -> Option<Value> {
    // Throws for whatever is no `Date`, which is then read like any other object.
    let time = get_time(value).ok()?.as_f64()?;
    Some(if time.is_nan() { Value::from("Invalid Date") } else { Value::number(time) })
}

/// The id of an event that can't be read as a whole, if that much can.
pub fn id(event: &JsValue) -> Option<String> {
    string(&Reflect::get(event, &JsValue::from_str("id")).ok()?, 1024)
}

/// A string that is not longer than `limit`; a longer one is never copied.
fn string(value: &JsValue, limit: usize) -> Option<String> {
    let string: &JsString = value.dyn_ref()?;
    if string.length() as usize <= limit { value.as_string() } else { None }
}

struct Reader {
    /// How many bytes of JSON text may still come. What is spent is never more than the text has.
    budget: usize,
    /// The key and the depth at which a `Date` is a time.
    dated: Option<(&'static str, usize)>,
}

impl Reader {
    fn spend(&mut self, bytes: usize) -> Result<(), Unreadable> {
        self.budget = self.budget.checked_sub(bytes).ok_or_else(|| Unreadable::new(Reason::TooLarge))?;
        Ok(())
    }

    /// `None` for what JSON leaves out.
    fn value(&mut self, value: &JsValue, key: &str, depth: usize) -> Result<Option<Value>, Unreadable> {
        if !value.is_object() {
            return self.scalar(value);
        }
        if depth >= MAX_DEPTH {
            return Err(Unreadable::new(Reason::TooDeep));
        }
        if self.dated == Some((key, depth))
            && let Some(time) = date(value)
        {
            return Ok(Some(time));
        }
        let to_json = get(value, "toJSON")?;
        if let Some(to_json) = to_json.dyn_ref::<Function>() {
            let plain = to_json.call1(value, &JsValue::from_str(key)).map_err(|thrown| Unreadable::threw(&thrown))?;
            return if plain.is_object() { self.compound(&plain, depth).map(Some) } else { self.scalar(&plain) };
        }
        self.compound(value, depth).map(Some)
    }

    fn scalar(&mut self, value: &JsValue) -> Result<Option<Value>, Unreadable> {
        if let Some(text) = value.dyn_ref::<JsString>() {
            self.spend(text.length() as usize + 2)?;
            return Ok(Some(Value::String(value.as_string().unwrap_or_default())));
        }
        if value.is_undefined() || value.is_function() || value.is_symbol() {
            return Ok(None);
        }
        if value.is_bigint() {
            return Err(Unreadable::new(Reason::BigInt));
        }
        self.spend(4)?;
        Ok(Some(match (value.as_f64(), value.as_bool()) {
            // JSON has no −0: adding 0 makes it one.
            (Some(number), _) => Value::number(number + 0.0),
            (None, Some(bool)) => Value::Bool(bool),
            (None, None) => Value::Null,
        }))
    }

    fn compound(&mut self, value: &JsValue, depth: usize) -> Result<Value, Unreadable> {
        self.spend(2)?;
        if is_array(value).map_err(|thrown| Unreadable::threw(&thrown))? {
            return self.array(value, depth);
        }
        let keys = own_keys(value).map_err(|thrown| Unreadable::threw(&thrown))?;
        let mut members = Vec::new();
        for name in keys.iter() {
            let Some(text) = name.dyn_ref::<JsString>() else { continue };
            // A key that is too long is refused before it is copied.
            if text.length() as usize > self.budget {
                return Err(Unreadable::new(Reason::TooLarge));
            }
            let key = name.as_string().unwrap_or_default();
            let member = Reflect::get(value, &name).map_err(|thrown| Unreadable::threw(&thrown));
            let member = member.and_then(|member| self.value(&member, &key, depth + 1)).map_err(|error| error.below(&key))?;
            if let Some(member) = member {
                self.spend(key.len() + 3)?;
                members.push((key, member));
            }
        }
        Ok(Value::Object(from_pairs(members)))
    }

    fn array(&mut self, array: &JsValue, depth: usize) -> Result<Value, Unreadable> {
        let length = get(array, "length")?.as_f64().unwrap_or(0.0) as u32;
        let mut items = Vec::new();
        for index in 0..length {
            let item = Reflect::get_u32(array, index).map_err(|thrown| Unreadable::threw(&thrown));
            let key = || index.to_string();
            let item = match item {
                Ok(item) if item.is_object() => self.value(&item, &key(), depth + 1),
                Ok(item) => self.scalar(&item),
                Err(error) => Err(error),
            };
            match item.map_err(|error| error.below(&key()))? {
                Some(item) => items.push(item),
                None => {
                    self.spend(4)?;
                    items.push(Value::Null);
                }
            }
        }
        Ok(Value::Array(items))
    }
}

fn get(object: &JsValue, key: &str) -> Result<JsValue, Unreadable> {
    Reflect::get(object, &JsValue::from_str(key)).map_err(|thrown| Unreadable::threw(&thrown).below(key))
}

// As js-sys has them, but a proxy whose traps throw gives an error here instead of tearing through the module.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Object, js_name = keys, catch)]
    fn own_keys(object: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(js_namespace = Array, js_name = isArray, catch)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(js_namespace = ["Date", "prototype", "getTime"], js_name = call, catch)]
    fn get_time(date: &JsValue) -> Result<JsValue, JsValue>;
}

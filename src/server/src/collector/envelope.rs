//! Reading a batch: the envelope strictly, because without it nothing can be told, and each message by itself, so that a bad
//! one loses nothing beside it.

use super::reply::Refused;
use super::store::Incoming;
use super::verdict::{Basis, Claim};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use warmlead::event::read_time;
use warmlead::event::vocabulary::segment::event_from_segment;
use warmlead::json;
use warmlead::time::Time;
use warmlead::value::Value;

/// The most messages that a batch may have.
const MOST_MESSAGES: usize = 10_000;

/// The longest name by which a client calls itself, in bytes.
const MAX_CLIENT_BYTES: usize = 256;

/// A batch, read.
pub struct Envelope {
    /// What each message says, or why it is refused, in order.
    pub messages: Vec<Result<Incoming, Rejected>>,
    /// What the sender's score rests on.
    pub basis: Option<Basis>,
    /// The sender's score.
    pub claim: Claim,
    /// Who sends: one name for all that share a store of events (a browser profile).
    pub client: Option<String>,
    /// What was not as it should be, and did not matter to the events.
    pub warnings: Vec<Warning>,
}

/// A message that is refused.
pub struct Rejected {
    /// Its id, if that could be read.
    pub id: Option<String>,
    /// Why, for programs.
    pub code: &'static str,
    /// Why, for people.
    pub message: String,
}

/// Something that was not as it should be.
#[derive(Serialize)]
pub struct Warning {
    /// What, for programs.
    pub code: &'static str,
    /// What, for people.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    batch: Vec<&'a RawValue>,
    #[serde(borrow)]
    basis: Option<&'a RawValue>,
    #[serde(borrow)]
    claim: Option<&'a RawValue>,
    #[serde(borrow)]
    client: Option<&'a RawValue>,
    #[serde(borrow)]
    sent_at: Option<&'a RawValue>,
}

/// Reads the body of a request that arrived at `received_at`.
pub fn read(body: &[u8], received_at: Time) -> Result<Envelope, Refused> {
    let mut warnings = Vec::new();
    let text = String::from_utf8_lossy(body);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        let message = "the body is no UTF-8; the bytes that are none were replaced by U+FFFD".into();
        warnings.push(Warning { code: "INVALID_UTF8", message });
    }
    let raw: Raw = serde_json::from_str(text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(malformed)?;
    if raw.batch.len() > MOST_MESSAGES {
        let message = format!("the batch has {} messages; at most {MOST_MESSAGES} are taken at once", raw.batch.len());
        return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "TOO_MANY_MESSAGES", message));
    }
    let sent_at = raw.sent_at.and_then(|raw| json::parse(raw.get()).ok()).and_then(|sent_at| read_time(Some(&sent_at), "sentAt").ok());
    let messages = raw.batch.iter().map(|message| read_message(message.get(), received_at, sent_at)).collect();
    let mut optional = |raw: Option<&RawValue>, name: &'static str| {
        let value = raw.map_or(Ok(Value::Null), |raw| json::parse(raw.get()));
        value.unwrap_or_else(|error| {
            warnings.push(Warning { code: "INVALID_BASIS", message: format!("`{name}` can't be read and was ignored: {error}") });
            Value::Null
        })
    };
    let (basis, claim, client) = (optional(raw.basis, "basis"), optional(raw.claim, "claim"), optional(raw.client, "client"));
    let mut ignore = |message: String| warnings.push(Warning { code: "INVALID_BASIS", message });
    let basis = match Basis::read(&basis) {
        Ok(basis) => basis,
        Err(message) => {
            ignore(message);
            None
        }
    };
    let claim = Claim::read(&claim).unwrap_or_else(|message| {
        ignore(message);
        Claim::default()
    });
    let client = match client {
        Value::Null => None,
        Value::String(client) if !client.is_empty() && client.len() <= MAX_CLIENT_BYTES => Some(client),
        _ => {
            ignore(format!("`client` must be a string of 1 to {MAX_CLIENT_BYTES} bytes; it was ignored"));
            None
        }
    };
    Ok(Envelope { messages, basis, claim, client, warnings })
}

fn read_message(text: &str, received_at: Time, sent_at: Option<Time>) -> Result<Incoming, Rejected> {
    let message = json::parse(text).map_err(|error| Rejected {
        id: None,
        code: "INVALID_JSON",
        message: format!("the message can't be read: {error} of it"),
    })?;
    match event_from_segment(&message, received_at, sent_at) {
        Ok((visitor, event)) => Ok(Incoming::new(visitor, event)),
        Err((code, reason)) => {
            let id = message.as_object().and_then(|message| message.get("messageId")?.as_str()).map(str::to_owned);
            Err(Rejected { id, code, message: reason })
        }
    }
}

fn malformed(error: serde_json::Error) -> Refused {
    let (code, what) = match error.classify() {
        serde_json::error::Category::Data => ("INVALID_BATCH", "the body is no batch"),
        _ => ("INVALID_JSON", "the body is no JSON"),
    };
    let message = format!(r#"{what}: {error}; it must be an object such as {{"batch": [{{"type": "track", …}}]}}"#);
    Refused::new(StatusCode::BAD_REQUEST, code, message)
}

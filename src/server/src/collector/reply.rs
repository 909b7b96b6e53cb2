//! What goes back over HTTP: JSON, and errors as JSON. It knows nothing of what they are about.

use super::store::StoreError;
use crate::printable::printable;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use warmlead::json;

/// A request that is not answered as asked. 4xx except 408 and 429 means: do not try again as it is.
#[derive(Debug)]
pub struct Refused {
    /// The HTTP status.
    pub status: StatusCode,
    /// Why, in capitals: stable, for programs.
    pub code: &'static str,
    /// Why, and what would be right, for people.
    pub message: String,
}

#[derive(Serialize)]
struct Body<'a> {
    success: bool,
    code: &'a str,
    message: &'a str,
}

impl Refused {
    /// A refusal.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Refused {
        Refused { status, code, message: message.into() }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Refused {
        // Those who run the server must hear of it, too; that much comes in at once, they need not be told each time.
        if !matches!(error, StoreError::Crowded) {
            anstream::eprintln!("warmlead: {}", printable(&error));
        }
        match error {
            StoreError::Full => Refused::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "DISK_FULL",
                "nothing of this batch was stored: the disk, or the size allowed for the database, is full; keep the events and try again later",
            ),
            StoreError::Busy => busy("the database is in use by another process"),
            StoreError::Crowded => busy("too much waits for the database"),
            StoreError::Broken(_) => Refused::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "STORAGE_FAILED",
                "the database can't be used; the server's log says why. Keep the events and try again later",
            ),
        }
    }
}

/// Too much at once.
pub fn busy(why: &str) -> Refused {
    Refused::new(StatusCode::SERVICE_UNAVAILABLE, "BUSY", format!("{why}; keep the events and try again in a moment"))
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = answer(self.status, &Body { success: false, code: self.code, message: &self.message });
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}

/// JSON with a status. What is answered is about now: it is not to be kept.
pub fn answer(status: StatusCode, body: &impl Serialize) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, json::print(body)).into_response()
}

//! `GET /v1/visitors` and `GET /v1/visitors/{id}`: what is kept of visitors, as JSON for programs and as a page for people.

use super::Collector;
use super::batch;
use super::page;
use super::reply::{Refused, answer};
use super::store::{Kept, Recent};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::sync::Arc;
use warmlead::engine::Assessment;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// How many visitors are listed.
const LISTED: u32 = 50;

/// Visitors with more events are listed without an assessment: bots must not keep the list waiting.
const MOST_EVENTS: i64 = 2_000;

/// A visitor in the list.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The visitor's id.
    pub visitor: String,
    /// When their first event arrived.
    pub first_received: Time,
    /// When their last one did.
    pub last_received: Time,
    /// How many events are kept.
    pub events: i64,
    /// Their assessment now; `None` if they have too many events for a list.
    #[serde(flatten)]
    pub now: Option<Now>,
}

/// What a list says of a visitor's assessment.
#[derive(Serialize)]
pub struct Now {
    /// Their stage.
    pub stage: String,
    /// Whether they are an MQL.
    pub mql: bool,
    /// Their grade.
    pub grade: Option<String>,
    /// What they have said of themselves.
    pub traits: Object,
}

/// Everything about a visitor.
#[derive(Serialize)]
pub struct Everything {
    /// The visitor's id.
    pub visitor: String,
    /// The assessment, with the receipt.
    pub assessment: Assessment,
    /// What conditions see (docs/model.md, section 3).
    pub document: Value,
    /// The events as sent, in canonical order of their corrected times, each with `receivedAt` and, if the sender's clock was
    /// wrong, the `shift` in milliseconds that corrects it.
    pub timeline: Vec<Object>,
    /// What the visitor wrote in chats, in order.
    pub chat: Vec<Said>,
}

/// Something that a visitor wrote.
#[derive(Serialize)]
pub struct Said {
    /// The event's id.
    pub id: String,
    /// When, corrected.
    pub time: Time,
    /// `chat_start` or `chat_message`.
    pub r#type: String,
    /// In which chat.
    pub action: Option<String>,
    /// The words.
    pub text: String,
}

/// The visitors from whom events arrived most recently.
pub async fn list(State(collector): State<Arc<Collector>>, headers: HeaderMap) -> Result<Response, Refused> {
    let html = wants_html(&headers);
    if let Err(refused) = collector.access.check(&headers) {
        return Ok(refuse(refused, html));
    }
    let mut entries = Vec::new();
    for recent in collector.store.recent(LISTED).await? {
        let now = if recent.events <= MOST_EVENTS { Some(assess(&collector, &recent.visitor).await?) } else { None };
        let Recent { visitor, first_received, last_received, events } = recent;
        entries.push(Entry { visitor, first_received, last_received, events, now });
    }
    Ok(if html { show(StatusCode::OK, page::list(&entries, super::now())) } else { answer(StatusCode::OK, &Listed { visitors: entries }) })
}

async fn assess(collector: &Collector, visitor: &str) -> Result<Now, Refused> {
    let (model, id) = (collector.model.clone(), visitor.to_owned());
    let assess = move |events: Vec<Kept>| {
        let (visitor, now) = (batch::visitor(&model, &id, &events), super::now());
        let traits = visitor.document(&model, now).at("traits").and_then(Value::as_object).cloned();
        let Assessment { stage, mql, grade, .. } = visitor.assess(&model, now, false);
        Now { stage: stage.to_string(), mql, grade, traits: traits.unwrap_or_default() }
    };
    collector.with_events((), visitor, assess).await
}

#[derive(Serialize)]
struct Listed {
    visitors: Vec<Entry>,
}

/// One visitor.
pub async fn one(
    State(collector): State<Arc<Collector>>,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let html = wants_html(&headers);
    if let Err(refused) = collector.access.check(&headers) {
        return Ok(refuse(refused, html));
    }
    // What is no text is nobody's id, as the empty one is nobody's.
    let id = id.map(|Path(id)| id).unwrap_or_default();
    let (model, visitor) = (collector.model.clone(), id.clone());
    let tell = move |events: Vec<Kept>| if events.is_empty() { None } else { Some(everything(&model, visitor, events)) };
    let Some(everything) = collector.with_events((), &id, tell).await? else {
        let refused = Refused::new(StatusCode::NOT_FOUND, "UNKNOWN_VISITOR", "no event of this visitor ever arrived here");
        return Ok(refuse(refused, html));
    };
    Ok(if html { show(StatusCode::OK, page::visitor(&everything)) } else { answer(StatusCode::OK, &everything) })
}

fn everything(model: &warmlead::model::Model, id: String, mut events: Vec<Kept>) -> Everything {
    let now = super::now();
    let visitor = batch::visitor(model, &id, &events);
    let time = |kept: &Kept| kept.event.time.saturating_add(kept.shift);
    events.sort_by(|one, other| (time(one), &one.event.id).cmp(&(time(other), &other.event.id)));
    Everything {
        assessment: visitor.assess(model, now, true),
        document: visitor.document(model, now),
        timeline: events.iter().map(on_timeline).collect(),
        chat: events.iter().filter_map(said).collect(),
        visitor: id,
    }
}

fn on_timeline(kept: &Kept) -> Object {
    let mut event = match kept.event.to_value() {
        Value::Object(event) => event,
        _ => Object::new(),
    };
    event.insert("receivedAt", kept.received_at);
    if kept.shift != 0 {
        event.insert("shift", kept.shift);
    }
    event
}

fn said(kept: &Kept) -> Option<Said> {
    let event = kept.corrected();
    if !matches!(event.r#type.as_str(), "chat_start" | "chat_message") {
        return None;
    }
    let property = |key: &str| event.properties.as_ref()?.get(key)?.as_str().map(str::to_owned);
    let text = property("text")?;
    let action = property("action");
    Some(Said { text, action, id: event.id, time: event.time, r#type: event.r#type })
}

/// Whether a browser asks: it names HTML before anything else that is offered here.
fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    match (accept.find("text/html"), accept.find("application/json")) {
        (Some(html), Some(json)) => html < json,
        (html, _) => html.is_some(),
    }
}

fn refuse(refused: Refused, html: bool) -> Response {
    let status = refused.status;
    let mut response = if html { show(status, page::refused(&refused)) } else { refused.into_response() };
    if status == StatusCode::UNAUTHORIZED {
        let ask = if html { "Basic realm=\"warmlead\", charset=\"UTF-8\"" } else { "Bearer realm=\"warmlead\"" };
        response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(ask));
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    response
}

fn show(status: StatusCode, html: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept"),
        // The page is all text and style; whatever a visitor smuggled into an event must not run.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ),
    ];
    (status, headers, html).into_response()
}

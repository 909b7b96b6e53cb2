//! `POST /v1/batch`: events in, what became of each out, with the assessment and the verdict on the sender's score.

use super::Collector;
use super::envelope::{self, Envelope, Rejected, Warning};
use super::reply::{Refused, answer};
use super::secret::is_secret;
use super::store::{Fate, Held, Incoming, Kept, MOST_BYTES, Sender};
use super::verdict::{self, Verdict};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use serde::Serialize;
use std::sync::Arc;
use warmlead::engine::{Assessment, Visitor, full_message};
use warmlead::model::Model;
use warmlead::time::Time;

/// The largest body, in bytes.
const MAX_BODY_BYTES: usize = 512 * 1024;

/// Of a body that is too large, so much is read and thrown away before the answer: a sender that is still writing would not see it.
const MAX_DRAINED_BYTES: usize = 16 * 1024 * 1024;

/// From so many milliseconds on, a clock is wrong. Less is delay on the way.
const MAX_SKEW: i64 = 10 * 60 * 1000;

/// No honest score is about a time so many milliseconds ahead (ten years), and replaying all days up to one would be work without end.
const FARTHEST: i64 = 3_650 * 86_400_000;

/// Of so many visitors of a batch, assessments are sent back.
const MOST_ASSESSED: usize = 100;

#[derive(Serialize)]
struct Answer {
    success: bool,
    results: Vec<Outcome>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assessment: Option<Assessment>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    assessments: Vec<Assessment>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<Warning>,
}

/// What became of a message.
#[derive(Serialize)]
struct Outcome {
    index: usize,
    id: Option<String>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// Takes a batch.
pub async fn post(State(collector): State<Arc<Collector>>, headers: HeaderMap, body: Body) -> Result<Response, Refused> {
    let encoded = headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    if encoded {
        return Err(Refused::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "ENCODED_BODY", "compressed bodies are not taken; send plain JSON"));
    }
    let body = read_body(body).await?;
    let admitted = collector.admit()?;
    let received_at = super::now();
    let read = move || envelope::read(&body, received_at);
    let Envelope { messages, basis, claim, client, mut warnings } = collector.turns.next().await?.work(admitted.clone(), read).await??;

    // A basis says what the sender's clock showed when it sent. If that is plainly wrong, the events are scored here at the times
    // at which they happened by our clock. The verdict is still about what the sender saw, so it goes by the times as sent.
    let skew = basis.as_ref().map_or(0, |basis| received_at - basis.at);
    let shift = if skew.abs() > MAX_SKEW { skew } else { 0 };
    if shift != 0 {
        let way = if shift > 0 { "behind" } else { "ahead" };
        let message = format!("the sender's clock is {} s {way}; its events are scored at the corrected times", shift.abs() / 1000);
        warnings.push(Warning { code: "CLOCK_SKEW", message });
    }

    // Visitors are shown to those who may read them all, and each to whoever knows an id that can't be guessed: the visitor's browser.
    let reads_all = collector.access.has_token(&headers);
    let shown = |visitor: &str| reads_all || is_secret(visitor);

    let sender = Sender { model: collector.model.clone(), room: collector.room, client: client.clone(), shift, received_at };
    let (results, incoming) = sort(messages);
    let done = collector.store.record(admitted.clone(), sender, incoming).await?;
    let results = settle(results, &done.fates, &collector.model);

    let judged = match (basis, done.visitors.as_slice()) {
        (Some(basis), _) if basis.at > received_at + FARTHEST => {
            let message = "`basis.at` lies more than ten years ahead; there is no verdict on that".into();
            warnings.push(Warning { code: "INVALID_BASIS", message });
            None
        }
        (Some(basis), [_]) => Some((collector.model_of(admitted.clone(), &basis).await?, basis)),
        (Some(_), visitors) => {
            let message = format!("`basis` is about one visitor, and the batch has events of {}; it was ignored", visitors.len());
            warnings.push(Warning { code: "INVALID_BASIS", message });
            None
        }
        (None, _) => None,
    };

    let alone = done.visitors.len() == 1;
    let (mut verdict, mut assessments) = (None, Vec::new());
    if let (Some((named, basis)), [(id, _)]) = (judged, done.visitors.as_slice()) {
        let (model, own, whole) = (collector.model.clone(), id.clone(), shown(id));
        let judge = move |events: Vec<Kept>| {
            let verdict = verdict::judge(&own, &events, named.as_deref(), &basis, &claim, client.as_deref());
            if whole { (verdict, Some(assess(&model, &own, &events, received_at))) } else { (verdict.word_alone(), None) }
        };
        let (said, assessment) = collector.with_events(admitted.clone(), id, judge).await?;
        verdict = Some(said);
        assessments.extend(assessment);
    } else {
        let visitors: Vec<_> = done.visitors.into_iter().filter(|(visitor, _)| shown(visitor)).collect();
        // All of them together may cost as much as one that is full.
        let mut bytes = 0;
        let within = |(_, held): &&(String, Held)| {
            bytes += held.bytes;
            bytes <= MOST_BYTES
        };
        for (id, _) in visitors.iter().take(MOST_ASSESSED).take_while(within) {
            let (model, own) = (collector.model.clone(), id.clone());
            let assess = move |events: Vec<Kept>| assess(&model, &own, &events, received_at);
            assessments.push(collector.with_events(admitted.clone(), id, assess).await?);
        }
        if visitors.len() > assessments.len() {
            let (all, some) = (visitors.len(), assessments.len());
            let message = format!("the batch has events of {all} visitors; assessments of the first {some} are sent back");
            warnings.push(Warning { code: "ASSESSMENTS_LEFT_OUT", message });
        }
    }
    let assessment = if alone { assessments.pop() } else { None };
    Ok(answer(StatusCode::OK, &Answer { success: true, results, assessment, assessments, verdict, warnings }))
}

/// The assessment of what is kept of a visitor, at corrected times, with the receipt.
pub fn assess(model: &Model, id: &str, events: &[Kept], now: Time) -> Assessment {
    visitor(model, id, events).assess(model, now, true)
}

/// The visitor, with events at corrected times.
pub fn visitor(model: &Model, id: &str, events: &[Kept]) -> Visitor {
    let mut visitor = Visitor::new(id);
    visitor.extend(model, events.iter().map(Kept::corrected).collect());
    visitor
}

/// Separates what can be recorded, with its place, from what is refused.
fn sort(messages: Vec<Result<Incoming, Rejected>>) -> (Vec<Outcome>, Vec<Incoming>) {
    let mut incoming = Vec::new();
    let outcomes = messages.into_iter().enumerate().map(|(index, message)| match message {
        Ok(message) => {
            let id = Some(message.id.clone());
            incoming.push(message);
            Outcome { index, id, status: "", code: None, message: None }
        }
        Err(Rejected { id, code, message }) => Outcome { index, id, status: "rejected", code: Some(code), message: Some(message) },
    });
    (outcomes.collect(), incoming)
}

fn refuse(outcome: &mut Outcome, why: String) -> &'static str {
    outcome.code = Some("VISITOR_FULL");
    outcome.message = Some(why);
    "rejected"
}

/// Puts in what became of those that were recorded.
fn settle(mut outcomes: Vec<Outcome>, fates: &[Fate], model: &Model) -> Vec<Outcome> {
    for (outcome, fate) in outcomes.iter_mut().filter(|outcome| outcome.status.is_empty()).zip(fates) {
        outcome.status = match fate {
            Fate::Stored => "stored",
            Fate::Duplicate => "duplicate",
            Fate::Full => refuse(outcome, full_message(model)),
            Fate::TooMuch => refuse(
                outcome,
                format!("the visitor's events have {MOST_BYTES} bytes (4 MiB) together with this one, or more; no more than that is kept"),
            ),
        };
    }
    outcomes
}

/// The body, if it is not too large.
async fn read_body(mut body: Body) -> Result<Vec<u8>, Refused> {
    let (mut bytes, mut size) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let cut_off = |_| Refused::new(StatusCode::BAD_REQUEST, "INCOMPLETE_BODY", "the body ended before its end; send it again");
        let Ok(data) = frame.map_err(cut_off)?.into_data() else { continue };
        size += data.len();
        if size <= MAX_BODY_BYTES {
            bytes.extend_from_slice(&data);
        } else if size > MAX_DRAINED_BYTES {
            break;
        }
    }
    if size > MAX_BODY_BYTES {
        let message = format!("the body has more than {MAX_BODY_BYTES} bytes (512 KiB); send fewer events at once");
        return Err(Refused::new(StatusCode::PAYLOAD_TOO_LARGE, "BODY_TOO_LARGE", message));
    }
    Ok(bytes)
}

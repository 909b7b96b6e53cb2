//! Which address does what, and what every answer carries. What the answers say is elsewhere.

use super::reply::{Refused, answer};
use super::{Collector, batch, site, visitors};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, any, get, post};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::timeout::TimeoutLayer;

/// A request that takes longer has lost its sender.
const TIMEOUT: Duration = Duration::from_secs(30);

/// So long a browser may remember what it may ask.
const A_DAY: Duration = Duration::from_secs(86_400);

/// The whole server.
pub fn app(collector: Arc<Collector>, folder: Option<&Path>) -> Router {
    let open = |route: &str, handler: MethodRouter<Arc<Collector>>, method: Method| {
        // Pages of other origins may fetch the model and report events, and read nothing else.
        let cors = CorsLayer::new().allow_origin(Any).allow_methods([method]).allow_headers([header::CONTENT_TYPE]);
        // A page on another origin must see when it may try again.
        let cors = cors.expose_headers([header::RETRY_AFTER, header::ETAG]).max_age(A_DAY);
        Router::new().route(route, handler).method_not_allowed_fallback(wrong_method).layer(cors)
    };
    let own = Router::new()
        .route("/v1/visitors", get(visitors::list))
        .route("/v1/visitors/{id}", get(visitors::one))
        .route("/v1/health", get(health))
        .route("/v1/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method);
    Router::new()
        .merge(open("/v1/batch", post(batch::post), Method::POST))
        .merge(open("/v1/model", get(model), Method::GET))
        .merge(own)
        .with_state(collector)
        .fallback_service(site::service(folder))
        // The body of a batch is bounded where it is read.
        .layer(DefaultBodyLimit::disable())
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, TIMEOUT))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(headers))
}

/// The model, with an entity tag: a tab that has it is told so in a few bytes.
async fn model(State(collector): State<Arc<Collector>>, headers: HeaderMap) -> Response {
    let tag = HeaderValue::from_str(&collector.model_tag).unwrap_or(HeaderValue::from_static("\"\""));
    let fresh = [(header::ETAG, tag), (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    if is_known(&headers, &collector.model_tag) {
        return (StatusCode::NOT_MODIFIED, fresh).into_response();
    }
    (fresh, [(header::CONTENT_TYPE, "application/json")], collector.model_text.clone()).into_response()
}

/// Whether the sender has what bears this tag (RFC 9110, section 13.1.2; a weak match will do).
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(','));
    known.map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[derive(Serialize)]
struct Health<'a> {
    status: &'a str,
    version: &'a str,
    model: warmlead::engine::ModelName,
}

async fn health(State(collector): State<Arc<Collector>>) -> Result<Response, Refused> {
    collector.store.ping().await?;
    let model = warmlead::engine::ModelName { id: collector.model.id().into(), version: collector.model.version().into() };
    Ok(answer(StatusCode::OK, &Health { status: "ok", version: env!("CARGO_PKG_VERSION"), model }))
}

async fn unknown() -> Refused {
    Refused::new(StatusCode::NOT_FOUND, "UNKNOWN_ROUTE", "there is nothing here; `warmlead serve --help` lists the routes")
}

async fn wrong_method() -> Refused {
    Refused::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "WRONG_METHOD",
        "this address takes another method; `warmlead serve --help` lists the routes",
    )
}

/// What every answer carries.
async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let compressed = response.headers().contains_key(header::CONTENT_ENCODING);
    let headers = response.headers_mut();
    // A strong tag promises the same bytes; compressed ones are others.
    let weak = headers
        .get(header::ETAG)
        .filter(|tag| compressed && tag.as_bytes().starts_with(b"\""))
        .and_then(|tag| HeaderValue::from_bytes(&[b"W/", tag.as_bytes()].concat()).ok());
    if let Some(weak) = weak {
        headers.insert(header::ETAG, weak);
    }
    let always = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ];
    for (name, value) in always {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

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

/// A request that takes longer has lost its sender.
const TIMEOUT: Duration = Duration::from_secs(30);

/// So long a browser may remember what it may ask.
const A_DAY: Duration = Duration::from_secs(86_400);

/// The whole server.
pub fn app(collector: Arc<Collector>, folder: Option<&Path>) -> Router {
    let own = Router::new()
        .route("/v1/visitors", get(visitors::list))
        .route("/v1/visitors/{id}", get(visitors::one))
        .route("/v1/health", get(health))
        .route("/v1/{*rest}", any(unknown))
        .method_not_allowed_fallback(wrong_method);
    Router::new()
        .merge(open("/v1/batch", post(batch::post), Method::POST, TIMEOUT))
        .merge(open("/v1/model", get(model), Method::GET, TIMEOUT))
        .merge(in_time(own, TIMEOUT))
        .with_state(collector)
        .merge(in_time(Router::new().fallback_service(site::service(folder)), TIMEOUT))
        // The body of a batch is bounded where it is read.
        .layer(DefaultBodyLimit::disable())
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(headers))
}

/// An address that pages of other origins may use, to fetch the model and report events: whatever it answers, they can read.
fn open<S: Clone + Send + Sync + 'static>(route: &str, handler: MethodRouter<S>, method: Method, most: Duration) -> Router<S> {
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([method]).allow_headers([header::CONTENT_TYPE]);
    // A page on another origin must see when it may try again.
    let cors = cors.expose_headers([header::RETRY_AFTER, header::ETAG]).max_age(A_DAY);
    in_time(Router::new().route(route, handler).method_not_allowed_fallback(wrong_method), most).layer(cors)
}

/// Answers requests that take longer than `most` themselves.
fn in_time<S: Clone + Send + Sync + 'static>(router: Router<S>, most: Duration) -> Router<S> {
    router.layer(middleware::from_fn(move |request: Request, next: Next| async move {
        let answered = tokio::time::timeout(most, next.run(request)).await;
        answered.unwrap_or_else(|_| {
            let message = format!("the request took longer than {} seconds; try again", most.as_secs());
            Refused::new(StatusCode::REQUEST_TIMEOUT, "TOO_SLOW", message).into_response()
        })
    }))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};

    #[test]
    fn a_request_that_takes_too_long_is_told_so_as_everything_else_is() {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        // What never comes is waited for where the body is read.
        let read = post(async |body: axum::body::Bytes| body);
        let app = open("/v1/batch", read, Method::POST, Duration::from_millis(50));
        runtime.spawn(axum::serve(listener, app).into_future());
        let mut stream = std::net::TcpStream::connect(address).unwrap();
        let head = "POST /v1/batch HTTP/1.1\r\nhost: x\r\norigin: https://a.example\r\ncontent-length: 9\r\nconnection: close\r\n\r\n{";
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        for part in
            [r#"{"success":false,"code":"TOO_SLOW","message":"the request took"#, "application/json", "access-control-allow-origin: *"]
        {
            assert!(answer.contains(part), "{part}: {answer}");
        }
    }
}

//! The files of a website: types, tags, `/pricing` for `pricing.html` or `pricing/`, a page for what is not there.
//!
//! tower-http does the work, and lets no path out of the folder. It knows nothing of visitors.

use super::page;
use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use std::path::Path;
use tower_http::services::{ServeDir, ServeFile};

/// What pages may load: their own files, WebAssembly, inline styles.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'self'";

/// Serves a folder or, without one, a page that says what this is.
pub fn service(folder: Option<&Path>) -> Router {
    let Some(folder) = folder else {
        return Router::new()
            .route("/", get(|| async { Redirect::temporary("/v1/visitors") }))
            .fallback(not_found)
            .layer(middleware::from_fn(headers));
    };
    let files = ServeDir::new(folder).html_as_default_extension(true).precompressed_br().precompressed_gzip();
    let own = folder.join("404.html");
    let site = if own.is_file() {
        Router::new().fallback_service(files.not_found_service(ServeFile::new(own)))
    } else {
        Router::new().fallback_service(files.not_found_service(Router::new().fallback(not_found)))
    };
    site.layer(middleware::from_fn(headers))
}

async fn not_found() -> Response {
    (StatusCode::NOT_FOUND, Html(page::not_found())).into_response()
}

async fn headers(request: Request, next: Next) -> Response {
    // What begins with a dot (`.git`, `.env`) is not meant for visitors; `.well-known` is.
    let path = request.uri().path().to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/");
    let hidden = path.split('/').any(|part| part.starts_with('.') && part != ".well-known");
    let mut response = if hidden { not_found().await } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let text = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .filter(|kind| kind.starts_with("text/") && !kind.contains("charset"));
    if let Some(kind) = text.and_then(|kind| HeaderValue::from_str(&format!("{kind}; charset=utf-8")).ok()) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    response
}

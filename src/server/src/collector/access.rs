//! Who may read what is kept of visitors. Browsers report anonymously, but only those who run the server may look.
//!
//! With a token, whoever has it. Without one, only this machine: the server must listen on loopback, and the request must be
//! for this machine by name, because a web page can point a name of its own here, and a proxy can let the world in.

use super::reply::Refused;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use std::net::{IpAddr, SocketAddr};

/// The rule that holds.
pub enum Access {
    /// Those who have the token.
    Token(String),
    /// This machine.
    Local,
    /// Nobody: listening beyond this machine, without a token.
    Nobody,
}

/// What proxies add to a request.
const PROXY_HEADERS: [&str; 5] = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

impl Access {
    /// The rule for a server that listens here.
    pub fn new(address: SocketAddr, token: Option<String>) -> Access {
        match token {
            Some(token) => Access::Token(token),
            None if address.ip().is_loopback() => Access::Local,
            None => Access::Nobody,
        }
    }

    /// Whether a request brings the server's token.
    pub fn has_token(&self, headers: &HeaderMap) -> bool {
        let is = |token: &String| given(headers).is_some_and(|given| equal(given.as_bytes(), token.as_bytes()));
        matches!(self, Access::Token(token) if is(token))
    }

    /// Lets a request through, or says why not.
    pub fn check(&self, headers: &HeaderMap) -> Result<(), Refused> {
        let forbidden = |code, message: &str| Err(Refused::new(StatusCode::FORBIDDEN, code, message));
        match self {
            Access::Token(_) if self.has_token(headers) => Ok(()),
            Access::Token(_) => {
                let message = "send the server's token: `Authorization: Bearer TOKEN`, or as the password when a browser asks";
                Err(Refused::new(StatusCode::UNAUTHORIZED, "TOKEN_REQUIRED", message))
            }
            Access::Local if PROXY_HEADERS.iter().any(|name| headers.contains_key(*name)) => forbidden(
                "TOKEN_REQUIRED",
                "this request came through a proxy: start the server with --token to allow reading visitors from elsewhere",
            ),
            Access::Local if !host_is_local(headers) => forbidden(
                "TOKEN_REQUIRED",
                "ask for `localhost` by name, or start the server with --token to allow reading visitors under other names",
            ),
            Access::Local => Ok(()),
            Access::Nobody => {
                forbidden("TOKEN_REQUIRED", "the server listens beyond this machine: start it with --token to allow reading visitors")
            }
        }
    }
}

/// The token that a request brings: a bearer's, or a password.
fn given(headers: &HeaderMap) -> Option<String> {
    let (scheme, rest) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Some(rest.trim().to_owned()),
        "basic" => {
            let pair = String::from_utf8(BASE64_STANDARD.decode(rest.trim()).ok()?).ok()?;
            Some(pair.split_once(':')?.1.to_owned())
        }
        _ => None,
    }
}

/// Whether two secrets are equal, in a time that does not tell where they differ.
fn equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
}

fn host_is_local(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST).and_then(|host| host.to_str().ok()) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address: Option<IpAddr> = name.trim_start_matches('[').trim_end_matches(']').parse().ok();
    name.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(listen: &str, token: Option<&str>, headers: &[(&'static str, &'static str)]) -> u16 {
        let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        match Access::new(listen.parse().unwrap(), token.map(str::to_owned)).check(&headers) {
            Ok(()) => 200,
            Err(refused) => refused.status.as_u16(),
        }
    }

    #[test]
    fn visitors_are_shown_to_those_who_run_the_server() {
        let (here, world) = ("127.0.0.1:8787", "0.0.0.0:8787");
        type Row = (&'static str, Option<&'static str>, &'static [(&'static str, &'static str)], u16);
        let table: &[Row] = &[
            (here, None, &[("host", "127.0.0.1:8787")], 200),
            (here, None, &[("host", "LocalHost:1")], 200),
            (here, None, &[("host", "[::1]:8787")], 200),
            (here, None, &[("host", "evil.example:8787")], 403),
            (here, None, &[("host", "127.0.0.1.evil.example")], 403),
            (here, None, &[], 403),
            (here, None, &[("host", "localhost"), ("x-forwarded-for", "1.2.3.4")], 403),
            (world, None, &[("host", "localhost")], 403),
            (world, Some("s"), &[("host", "acme.example")], 401),
            (world, Some("s"), &[("authorization", "Bearer s")], 200),
            (world, Some("s"), &[("authorization", "bearer t")], 401),
            (world, Some("s"), &[("authorization", "Basic eDpz")], 200),
            (world, Some("s"), &[("authorization", "Basic !")], 401),
            (here, Some("s"), &[("host", "localhost")], 401),
        ];
        for (listen, token, headers, status) in table {
            assert_eq!(allowed(listen, *token, headers), *status, "{listen} {token:?} {headers:?}");
        }
    }
}

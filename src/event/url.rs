//! Splitting a `url` into host, path and query: the same way everywhere, and never failing (docs/model.md, section 2).

use crate::condition::case::lower_case;
use crate::value::Object;

/// The parts of a `url`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    /// Lower case, without user and port; `None` for a relative address.
    pub host: Option<String>,
    /// As written, at least `/`.
    pub path: String,
    /// Decoded; the last of equal keys wins.
    pub query: Object,
}

/// Splits an address. What is no address at all is taken as a relative path.
pub fn split(url: &str) -> Parts {
    let (authority, path, query) = pieces(url);
    Parts { host: authority.and_then(host_of_authority), path: path.into(), query: parse_query(query) }
}

/// The path of an address alone.
pub fn path(url: &str) -> &str {
    pieces(url).1
}

/// The authority, the path and the query of an address, as written.
fn pieces(url: &str) -> (Option<&str>, &str, &str) {
    let url = url.trim();
    let url = url.split('#').next().unwrap_or_default();
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let (authority, path) = match after_scheme(before).strip_prefix("//") {
        Some(rest) => {
            let (authority, path) = rest.find('/').and_then(|place| rest.split_at_checked(place)).unwrap_or((rest, ""));
            (Some(authority), path)
        }
        None => (None, after_scheme(before)),
    };
    (authority, if path.is_empty() { "/" } else { path }, query)
}

/// The host of an address, if it has one.
pub fn host(url: &str) -> Option<String> {
    split(url).host
}

/// What follows `https:`; all of it if there is no scheme.
fn after_scheme(url: &str) -> &str {
    match url.split_once(':') {
        Some((scheme, rest))
            if scheme.starts_with(|first: char| first.is_ascii_alphabetic())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) =>
        {
            rest
        }
        _ => url,
    }
}

fn host_of_authority(authority: &str) -> Option<String> {
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => host,
    };
    if host.is_empty() { None } else { Some(lower_case(host)) }
}

/// Decodes `a=1&b=2` as URLSearchParams does: `+` is a space, percent-escapes are bytes of UTF-8, and what is malformed stays as written.
pub fn parse_query(query: &str) -> Object {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let hex = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while let Some(byte) = bytes.get(place) {
        place += 1;
        match (byte, hex(bytes.get(place)), hex(bytes.get(place + 1))) {
            (b'+', _, _) => decoded.push(b' '),
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                place += 2;
            }
            (byte, _, _) => decoded.push(*byte),
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    fn parts(url: &str) -> (Option<String>, String, String) {
        let parts = split(url);
        let query: Vec<String> = parts.query.iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect();
        (parts.host, parts.path, query.join("&"))
    }

    #[test]
    fn addresses_are_split() {
        let table: &[(&str, Option<&str>, &str, &str)] = &[
            ("https://Acme.Example:8443/Pricing/?a=1&b=x+y%20z#top", Some("acme.example"), "/Pricing/", "a=1&b=x y z"),
            ("https://acme.example", Some("acme.example"), "/", ""),
            ("https://acme.example?x", Some("acme.example"), "/", "x="),
            ("//cdn.example/lib", Some("cdn.example"), "/lib", ""),
            ("/pricing?utm_source=x&utm_source=y", None, "/pricing", "utm_source=y"),
            ("?q=%E2%82%AC", None, "/", "q=€"),
            ("", None, "/", ""),
            ("pricing", None, "pricing", ""),
            ("/a:b//c", None, "/a:b//c", ""),
            ("https://user:pw@acme.example:1/x", Some("acme.example"), "/x", ""),
            ("https://[2001:db8::1]:80/x", Some("[2001:db8::1]"), "/x", ""),
            ("/x?a=%zz&b=%4&c=%ff&=e&&d", None, "/x", "a=%zz&b=%4&c=\u{fffd}&=e&d="),
            ("/x?a=1#?b=2", None, "/x", "a=1"),
            ("file:///tmp/x", None, "/tmp/x", ""),
        ];
        for (url, host, path, query) in table {
            assert_eq!(parts(url), (host.map(str::to_owned), (*path).to_owned(), (*query).to_owned()), "{url}");
        }
    }

    #[test]
    fn every_string_has_a_path() {
        for url in ["%", "::", "https:", "https://", "#", "\u{0}", "é:é"] {
            assert!(!split(url).path.is_empty(), "{url}");
        }
        assert_eq!(split("/?a").query.get("a"), Some(&Value::from("")));
    }
}

//! Asks the compiler which alternatives it refuses. It says so a kind of error at a time (what does not borrow rightly comes out once all types
//! agree), so that it is asked until it refuses nothing.

use crate::weave::{Blamed, arms, blamed};
use serde::Deserialize;
use std::collections::HashSet;
use std::path::Path;
use std::process::Command;

/// The code for a match that does not cover all patterns.
const NOT_COVERED: &str = "E0004";

/// An alternative or a group that does not compile, and what the compiler said.
pub struct Refusal {
    pub whose: Blamed,
    pub error: String,
}

#[derive(Deserialize)]
struct Line {
    message: Option<Message>,
}

#[derive(Deserialize)]
struct Message {
    level: String,
    message: String,
    code: Option<Code>,
    rendered: Option<String>,
    spans: Vec<Span>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

#[derive(Deserialize)]
struct Span {
    file_name: String,
    byte_start: usize,
    is_primary: bool,
}

/// What the compiler refuses in a woven project, built into `target`.
///
/// # Errors
///
/// Cargo can't be run, or complains of something else.
pub fn refused(tree: &Path, target: &Path) -> Result<Vec<Refusal>, String> {
    let output = Command::new("cargo")
        .args(["check", "--quiet", "--offline", "-p", "warmlead", "--lib", "--tests", "--keep-going", "--message-format=json"])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", target)
        .env("RUSTFLAGS", "--cap-lints=allow")
        .output()
        .map_err(|error| format!("cargo can't be run: {error}"))?;
    let mut refused = Vec::new();
    let mut seen = HashSet::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Some(message) = serde_json::from_str::<Line>(line).ok().and_then(|line| line.message) else { continue };
        if message.level != "error" || message.spans.is_empty() {
            continue;
        }
        let blamed = message.blamed(tree);
        if blamed.is_empty() {
            return Err(format!("nobody's error: {}", message.rendered.unwrap_or_default()));
        }
        let new = blamed.into_iter().filter(|whose| seen.insert(*whose));
        refused.extend(new.map(|whose| Refusal { whose, error: message.message.clone() }));
    }
    match (output.status.success(), refused.is_empty()) {
        (false, true) => Err(format!("nothing woven in is to blame:\n{}", String::from_utf8_lossy(&output.stderr))),
        _ => Ok(refused),
    }
}

impl Message {
    /// Who is where it points first of all, else anywhere that it points.
    fn blamed(&self, tree: &Path) -> Vec<Blamed> {
        let (primary, other): (Vec<_>, Vec<_>) = self.spans.iter().partition(|span| span.is_primary);
        let at = |span: &Span| {
            let text = std::fs::read_to_string(tree.join(&span.file_name)).ok()?;
            if self.code.as_ref().is_some_and(|code| code.code == NOT_COVERED) {
                return Some(arms(&text, span.byte_start)).filter(|arms| !arms.is_empty());
            }
            blamed(&text, span.byte_start).map(|whose| vec![whose])
        };
        primary.into_iter().chain(other).find_map(at).unwrap_or_default()
    }
}

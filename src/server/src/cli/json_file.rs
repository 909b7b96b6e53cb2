//! Reading a JSON file for the command line: from a file or standard input, with every problem placed in the text. What may stand
//! in it is the core's to say.

use super::locate::{line_and_column, locate};
use super::twice::{Twice, keys_that_stand_twice};
use super::{ERROR, Exit, Failure, QUIET, STRONG, WARNING, called, plain};
use crate::printable::{printable, steers};
use serde::Serialize;
use std::fs::File;
use std::io::{self, Read, Write};
use warmlead::json;
use warmlead::problem::Problem;
use warmlead::value::Value;

/// Something wrong, and where it stands in the text.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// What and at which JSON pointer.
    #[serde(flatten)]
    pub problem: Problem,
    /// From 1; `None` if it has no place of its own.
    pub line: Option<usize>,
    /// In characters, from 1.
    pub column: Option<usize>,
}

/// What is wrong with a file, and the text it stands in.
pub struct Refused {
    /// All of it.
    pub findings: Vec<Finding>,
    /// The text, what is no UTF-8 in it replaced.
    pub text: String,
}

/// Reads the bytes of a file as JSON: its text and what it says.
pub fn read(bytes: Vec<u8>) -> Result<(String, Value), Refused> {
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            let findings = vec![placed(&text, good, problem("INVALID_UTF8", "a byte that is no UTF-8; save the file as UTF-8".into()))];
            return Err(Refused { findings, text });
        }
    };
    // Some editors begin a file with a byte order mark, which is no JSON.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    match json::parse(&text) {
        Ok(value) => Ok((text, value)),
        Err(error) => {
            let start: usize = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
            let place = floor(&text, start + error.column.saturating_sub(1));
            let findings = vec![placed(&text, place, problem("INVALID_JSON", error.message))];
            Err(Refused { findings, text })
        }
    }
}

fn problem(code: &'static str, message: String) -> Problem {
    Problem { code, path: String::new(), message, hint: None }
}

fn placed(text: &str, place: usize, problem: Problem) -> Finding {
    let (line, column) = line_and_column(text, place);
    Finding { problem, line: Some(line), column: Some(column) }
}

/// Places a problem: at the key if the key is what is wrong, else at the value, else (if something is missing) at what encloses it.
fn find(text: &str, problem: Problem) -> Finding {
    let mut pointer = problem.path.as_str();
    loop {
        if let Some(place) = locate(text, pointer) {
            let place = place.key.filter(|_| is_about_key(&problem)).unwrap_or(place.value);
            return placed(text, place, problem);
        }
        match pointer.rsplit_once('/') {
            Some((enclosing, _)) => pointer = enclosing,
            None => return Finding { problem, line: None, column: None },
        }
    }
}

/// Whether the last key of a problem's path is what is wrong, rather than the value.
fn is_about_key(problem: &Problem) -> bool {
    let key = problem.path.rsplit('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~");
    match problem.code {
        "UNKNOWN_KEY" | "FORBIDDEN_KEY" | "UNKNOWN_OPERATOR" | "UNSUPPORTED_OPERATOR" => true,
        // The path of a document stands as a key in a condition, and as a value elsewhere; so do names in objects, and in lists.
        "FORBIDDEN_PATH" | "UNKNOWN_PATH" | "INVALID_NAME" | "RESERVED_NAME" => problem.message.starts_with(&format!("`{key}`")),
        _ => false,
    }
}

/// The line, from 1, of what a JSON pointer points at.
pub fn line_of(text: &str, pointer: &str) -> Option<usize> {
    locate(text, pointer).map(|place| line_and_column(text, place.value).0)
}

/// The nearest place at or before this one where a character begins.
fn floor(text: &str, place: usize) -> usize {
    (0..=place.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The file can't be used.
    Error,
    /// It can, and something in it is hardly meant.
    Warning,
}

/// Places problems in the text that they are about.
pub fn place(text: &str, problems: Vec<Problem>) -> Vec<Finding> {
    problems.into_iter().map(|problem| find(text, problem)).collect()
}

impl Refused {
    /// All that is wrong with what a text says.
    pub fn new(text: String, problems: Vec<Problem>) -> Refused {
        Refused { findings: place(&text, problems), text }
    }

    /// Something wrong with a file as a whole.
    pub fn whole(code: &'static str, message: String) -> Refused {
        Refused { findings: vec![Finding { problem: problem(code, message), line: None, column: None }], text: String::new() }
    }

    /// Writes all of it for people, each with the line it is about and a caret.
    pub fn explain(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        explain(&self.findings, Severity::Error, &self.text, name, out)
    }
}

/// Keys that stand twice, as warnings: the first of them is as if it were not there.
pub fn overridden(text: &str) -> Vec<Finding> {
    let warn = |Twice { path, key, place }| {
        let message = format!("`{key}` stands twice in this object, and only the last one counts: this one is as if it were not there");
        placed(text, place, Problem { code: "DUPLICATE_ID", path, message, hint: None })
    };
    keys_that_stand_twice(text).into_iter().map(warn).collect()
}

/// Writes findings for people, each with the line of the text it is about and a caret.
pub fn explain(findings: &[Finding], severity: Severity, text: &str, name: &str, out: &mut impl Write) -> io::Result<()> {
    let (word, style) = match severity {
        Severity::Error => ("error", ERROR),
        Severity::Warning => ("warning", WARNING),
    };
    let name = printable(name);
    for finding in findings {
        writeln!(out, "{style}{word}[{}]{style:#}: {STRONG}{}{STRONG:#}", finding.problem.code, printable(&finding.problem.message))?;
        match (finding.line, finding.column) {
            (Some(line), Some(column)) => {
                write!(out, "  {QUIET}-->{QUIET:#} {name}:{line}:{column}")?;
                match finding.problem.path.as_str() {
                    "" => writeln!(out)?,
                    path => writeln!(out, "  {QUIET}{}{QUIET:#}", printable(path))?,
                }
                let (excerpt, caret) = excerpt(text.lines().nth(line - 1).unwrap_or_default(), column);
                let number = line.to_string();
                let margin = number.len();
                writeln!(out, "{QUIET}{number} |{QUIET:#} {excerpt}")?;
                writeln!(out, "{:margin$} {QUIET}|{QUIET:#} {:caret$}{style}^{style:#}", "", "")?;
            }
            _ => writeln!(out, "  {QUIET}-->{QUIET:#} {name}")?,
        }
        if let Some(hint) = &finding.problem.hint {
            writeln!(out, "  {QUIET}={QUIET:#} {}", printable(hint))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// The part of a line around a column, and how far in the column stands: a file may be one line of a megabyte.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    const BEFORE: usize = 60;
    const WIDTH: usize = 100;
    let skipped = column.saturating_sub(BEFORE + 1);
    let mut shown: String = if skipped > 0 { "…".into() } else { String::new() };
    let caret = column - 1 - skipped + shown.chars().count();
    // One for one, so that the caret stands where it should.
    let plain = |char: char| if steers(char) { ' ' } else { char };
    shown.extend(line.chars().skip(skipped).take(WIDTH).map(plain));
    if line.chars().nth(skipped + WIDTH).is_some() {
        shown.push('…');
    }
    (shown, caret)
}

/// The bytes of a file, or of standard input for `-`; no more than `limit` of them.
pub fn read_file(path: &str, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = match path {
        "-" => io::stdin().lock().take(limit as u64).read_to_end(&mut bytes),
        path => File::open(path).and_then(|file| file.take(limit as u64).read_to_end(&mut bytes)),
    };
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::new(Exit::NoInput, format_args!("can't read `{}`: {}", called(path), plain(&error)))),
    }
}

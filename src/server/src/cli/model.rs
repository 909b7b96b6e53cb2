//! Reading a scoring model for the command line: from a file, standard input or by the name of one that ships, with every
//! problem placed in the text. What is right and wrong in a model is the core's to say.

use super::locate::{line_and_column, locate};
use super::{ERROR, Exit, Failure, QUIET, STRONG, plain};
use serde::Serialize;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use warmlead::json;
use warmlead::model::{MAX_MODEL_BYTES, Model};
use warmlead::problem::{Problem, did_you_mean};

/// The largest model file, in bytes: more than a model may have, because the space between does not count there.
pub const MAX_FILE_BYTES: usize = 4 * MAX_MODEL_BYTES;

/// A model that is fit for use.
pub struct Loaded {
    /// The model.
    pub model: Model,
    /// Its JSON text, as written.
    pub text: String,
}

/// Something wrong with a model, and where it stands in the text.
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

/// What is wrong with a model, and the text it stands in.
pub struct Refused {
    /// All of it.
    pub findings: Vec<Finding>,
    /// The text, what is no UTF-8 in it replaced.
    pub text: String,
}

/// Reads a model from the bytes of a file.
pub fn read(bytes: Vec<u8>) -> Result<Loaded, Refused> {
    if bytes.len() > MAX_FILE_BYTES {
        let message = format!("the file has more than {MAX_FILE_BYTES} bytes; a model may have {MAX_MODEL_BYTES}, space not counted");
        return Err(Refused {
            findings: vec![Finding { problem: problem("MODEL_TOO_LARGE", message), line: None, column: None }],
            text: String::new(),
        });
    }
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
    let value = match json::parse(&text) {
        Ok(value) => value,
        Err(error) => {
            let start: usize = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
            let place = floor(&text, start + error.column.saturating_sub(1));
            let findings = vec![placed(&text, place, problem("INVALID_JSON", error.message))];
            return Err(Refused { findings, text });
        }
    };
    match Model::load(&value) {
        Ok(model) => Ok(Loaded { model, text }),
        Err(problems) => {
            let findings = problems.into_iter().map(|problem| find(&text, problem)).collect();
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
    let key = problem.path.rsplit('/').next().unwrap_or_default();
    match problem.code {
        "UNKNOWN_KEY" | "FORBIDDEN_KEY" | "UNKNOWN_OPERATOR" | "UNSUPPORTED_OPERATOR" | "INVALID_NAME" | "RESERVED_NAME" => true,
        // The path of a document stands as a key in a condition, and as a value elsewhere.
        "FORBIDDEN_PATH" | "UNKNOWN_PATH" => problem.message.contains(&format!("`{key}`")),
        _ => false,
    }
}

/// The nearest place at or before this one where a character begins.
fn floor(text: &str, place: usize) -> usize {
    (0..=place.min(text.len())).rev().find(|place| text.is_char_boundary(*place)).unwrap_or(0)
}

impl Refused {
    /// Writes all of it for people, each with the line it is about and a caret.
    pub fn explain(&self, name: &str, out: &mut impl Write) -> io::Result<()> {
        for finding in &self.findings {
            writeln!(out, "{finding}")?;
            let (Some(line), Some(column)) = (finding.line, finding.column) else {
                writeln!(out, "  {QUIET}-->{QUIET:#} {name}")?;
                self.hint(finding, out)?;
                continue;
            };
            write!(out, "  {QUIET}-->{QUIET:#} {name}:{line}:{column}")?;
            match finding.problem.path.as_str() {
                "" => writeln!(out)?,
                path => writeln!(out, "  {QUIET}{path}{QUIET:#}")?,
            }
            let (excerpt, caret) = excerpt(self.text.lines().nth(line - 1).unwrap_or_default(), column);
            let number = line.to_string();
            let margin = number.len();
            writeln!(out, "{QUIET}{number} |{QUIET:#} {excerpt}")?;
            writeln!(out, "{:margin$} {QUIET}|{QUIET:#} {:caret$}{ERROR}^{ERROR:#}", "", "")?;
            self.hint(finding, out)?;
        }
        Ok(())
    }

    fn hint(&self, finding: &Finding, out: &mut impl Write) -> io::Result<()> {
        if let Some(hint) = &finding.problem.hint {
            writeln!(out, "  {QUIET}={QUIET:#} {hint}")?;
        }
        writeln!(out)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ERROR}error[{}]{ERROR:#}: {STRONG}{}{STRONG:#}", self.problem.code, self.problem.message)
    }
}

/// The part of a line around a column, and how far in the column stands: a model may be one line of a megabyte.
fn excerpt(line: &str, column: usize) -> (String, usize) {
    const BEFORE: usize = 60;
    const WIDTH: usize = 100;
    let skipped = column.saturating_sub(BEFORE + 1);
    let mut shown: String = if skipped > 0 { "…".into() } else { String::new() };
    let caret = column - 1 - skipped + shown.chars().count();
    let plain = |char: char| if char.is_control() { ' ' } else { char };
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
        Err(error) => Err(Failure::new(Exit::NoInput, format_args!("can't read `{path}`: {}", plain(&error)))),
    }
}

/// Loads the model that `--model` names: one that ships, else a file. Says all that is wrong with it on standard error.
pub fn load(name: &str) -> Result<Loaded, Failure> {
    let bytes = match warmlead::models::by_name(name) {
        Some(text) => text.as_bytes().to_vec(),
        None => read_file(name, MAX_FILE_BYTES + 1).map_err(|failure| suggest(name, failure))?,
    };
    read(bytes).map_err(|refused| {
        let count = refused.findings.len();
        // If standard error can't be written to, there is no one left to tell.
        _ = refused.explain(name, &mut anstream::stderr());
        let problems = if count == 1 { "a problem" } else { "problems" };
        Failure::new(Exit::Data, format_args!("the scoring model `{name}` has {problems}, see above"))
    })
}

fn suggest(name: &str, failure: Failure) -> Failure {
    if name.contains(['/', '\\', '.']) {
        return failure;
    }
    let names = warmlead::models::NAMES;
    let hint = did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("those that do: {}", names.join(", ")));
    Failure { message: format!("{}; no model of that name ships either ({hint})", failure.message), ..failure }
}

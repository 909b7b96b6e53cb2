//! `warmlead check`: says all that is wrong with scoring models.

use super::json_file::{Finding, read_file};
use super::model::{self, MAX_FILE_BYTES};
use super::{Exit, Failure, GOOD, QUIET};
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write;
use warmlead::engine::ModelName;
use warmlead::json;

const AFTER: &str = "\
Examples:
  warmlead check model.json
  warmlead check models/*.json --format json
  jq '.version = \"4\"' model.json | warmlead check -

Exit codes:
  0   all models are fine
  1   a model has problems
  2   the command was called wrongly
  66  a file can't be read";

/// Check scoring models and say all that is wrong with them
///
/// Every problem of every file is told at once: what is wrong, where (line, column and JSON pointer) and what would be right.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// The model files; `-` is standard input
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,

    /// How to tell: for people, or one JSON array with an entry per file
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// What `--format json` says of a file.
#[derive(Serialize)]
struct Report<'a> {
    file: &'a str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<ModelName>,
    problems: Vec<Finding>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    let mut out = anstream::stdout().lock();
    let (mut exit, mut reports) = (Exit::Fine, Vec::new());
    for file in &args.models {
        let bytes = match read_file(file, MAX_FILE_BYTES + 1) {
            Ok(bytes) => bytes,
            Err(failure) => {
                exit = failure.exit;
                failure.report();
                continue;
            }
        };
        let name = if file == "-" { "<stdin>" } else { file };
        let report = match model::read(bytes) {
            Ok(loaded) => {
                let model = ModelName { id: loaded.model.id().into(), version: loaded.model.version().into() };
                if args.format == Format::Text {
                    writeln!(out, "{GOOD}ok{GOOD:#} {name} {QUIET}(model `{}`, version `{}`){QUIET:#}", model.id, model.version)?;
                }
                Report { file: name, ok: true, model: Some(model), problems: Vec::new() }
            }
            Err(refused) => {
                if exit == Exit::Fine {
                    exit = Exit::Found;
                }
                if args.format == Format::Text {
                    refused.explain(name, &mut out)?;
                    let count = refused.findings.len();
                    writeln!(out, "{name}: {count} {}", if count == 1 { "problem" } else { "problems" })?;
                }
                Report { file: name, ok: false, model: None, problems: refused.findings }
            }
        };
        reports.push(report);
    }
    if args.format == Format::Json {
        writeln!(out, "{}", json::print(&reports))?;
    }
    Ok(exit)
}

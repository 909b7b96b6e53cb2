//! `warmlead check`: says all that is wrong with scoring models, and what in them is hardly meant.

use super::json_file::{self, Finding, Severity};
use super::model;
use super::{Exit, Failure, GOOD, QUIET, WARNING, called, one_stdin};
use crate::printable::printable;
use clap::ValueEnum;
use serde::Serialize;
use std::io::Write;
use warmlead::engine::ModelName;
use warmlead::{check, json};

const AFTER: &str = "\
Errors are what keeps a model from being loaded: unknown keys, undefined names, bad durations.
Warnings are what it says and hardly means, whatever events come. Some of them:
  UNREACHABLE_MQL       the caps leave fewer points than an MQL needs
  RULE_NEVER_COUNTS     a rule whose condition can't hold
  RULE_SWALLOWED        a rule whose group or score is at its cap without it
  ALWAYS_TRUE           a condition that decides nothing
  MISSPELLED_TYPE       `page_veiw` instead of `page_view`
  MISWRITTEN_CONDITION  a list that something is to equal, instead of `$in`
docs/errors.md explains all codes. A warning never keeps a model from being loaded.

Examples:
  warmlead check model.json
  warmlead check models/*.json --format json
  warmlead check model.json --deny-warnings       for CI
  jq '.version = \"4\"' model.json | warmlead check -

Exit codes:
  0   all models are fine, warnings or not
  1   a model has errors, or warnings under --deny-warnings
  2   the command was called wrongly
  66  a file can't be read";

/// Check scoring models and say all that is wrong with them
///
/// Every problem of every file is told at once: what is wrong, where (line, column and JSON pointer) and what would be right.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// The models: files, or names of some that ship; `-` is standard input
    #[arg(required = true, value_name = "MODEL")]
    models: Vec<String>,

    /// How to tell: for people, or one JSON array with an entry per file
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// End with exit code 1 if there are warnings, too
    #[arg(long, visible_alias = "strict")]
    deny_warnings: bool,
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
    /// Whether it can be loaded.
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<ModelName>,
    problems: Vec<Finding>,
    warnings: Vec<Finding>,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    one_stdin(&args.models)?;
    let mut out = anstream::stdout().lock();
    let (mut exit, mut reports) = (Exit::Fine, Vec::new());
    for file in &args.models {
        let bytes = match model::bytes(file) {
            Ok(bytes) => bytes,
            Err(failure) => {
                exit = failure.exit;
                failure.report();
                continue;
            }
        };
        let name = called(file);
        let report = match model::read(bytes) {
            Ok(loaded) => {
                let model = ModelName { id: loaded.model.id().into(), version: loaded.model.version().into() };
                let mut warnings = json_file::overridden(&loaded.text);
                warnings.extend(json_file::place(&loaded.text, check::warnings(&loaded.model, &loaded.value)));
                if args.deny_warnings && !warnings.is_empty() && exit == Exit::Fine {
                    exit = Exit::Found;
                }
                if args.format == Format::Text {
                    json_file::explain(&warnings, Severity::Warning, &loaded.text, name, &mut out)?;
                    let (name, id, version) = (printable(name), printable(&model.id), printable(&model.version));
                    write!(out, "{GOOD}ok{GOOD:#} {name} {QUIET}(model `{id}`, version `{version}`){QUIET:#}")?;
                    match warnings.len() {
                        0 => writeln!(out)?,
                        1 => writeln!(out, ", {WARNING}1 warning{WARNING:#}")?,
                        count => writeln!(out, ", {WARNING}{count} warnings{WARNING:#}")?,
                    }
                }
                Report { file: name, ok: true, model: Some(model), problems: Vec::new(), warnings }
            }
            Err(refused) => {
                if exit == Exit::Fine {
                    exit = Exit::Found;
                }
                if args.format == Format::Text {
                    refused.explain(name, &mut out)?;
                    let count = refused.findings.len();
                    writeln!(out, "{}: {count} {}", printable(name), if count == 1 { "problem" } else { "problems" })?;
                }
                Report { file: name, ok: false, model: None, problems: refused.findings, warnings: Vec::new() }
            }
        };
        reports.push(report);
    }
    if args.format == Format::Json {
        writeln!(out, "{}", json::print(&reports))?;
    }
    Ok(exit)
}

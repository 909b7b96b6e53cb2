//! `warmlead test`: whether golden cases still hold on a scoring model. What a case is and how it is compared is the core's to say
//! (`warmlead::golden`); here are the files, the telling and the exit codes.

mod files;
mod report;

use super::json_file::{Finding, Refused, line_of, read_file};
use super::{Exit, Failure, called, json_file, model, one_stdin};
use clap::ValueEnum;
use report::{Report, Told};
use serde::Serialize;
use std::io::Write;
use warmlead::engine::ModelName;
use warmlead::golden::{Case, Difference, differences, read_cases};
use warmlead::json;
use warmlead::model::Model;
use warmlead::value::Value;

/// The largest file of cases, in bytes.
const MAX_FILE_BYTES: usize = 64 << 20;

const AFTER: &str = r#"A case is events, a time, and what must hold then. cases/tour.json:
  { "events": [
      { "type": "page_view", "time": "2026-01-21T12:00:00Z", "url": "/pricing" },
      { "type": "demo_request", "time": "2026-01-21T12:05:00Z" } ],
    "now": "2026-01-21T12:10:00Z",
    "why": "Pricing 8, a demo requested 35.",
    "expect": { "scores.engagement.value": 43, "mql": false, "show": [] } }

`expect` is a part of what `warmlead score --explain` prints, or of the
visitor document under `document`: of an object only the keys that are written
are compared, of a list every item; keys may be dotted paths, and times ISO
8601. A file may have several `cases`, which share its `visitor`, `traits`,
`events` and `now`. docs/testing-models.md says the rest.

Examples:
  warmlead test model.json cases/
  warmlead test b2b-saas cases/tour.json
  warmlead test model.json cases/ --format json | jq '.failed'

Exit codes:
  0   every case holds
  1   a case fails
  2   it can't be run: called wrongly, a file can't be read, or the model or
      a case is not written as it must be
  74  the result can't be written"#;

/// Test a scoring model: say whether golden cases still hold
///
/// Runs each case and tells, for each that fails, what was expected, what came out, and how it came about.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// The scoring model: a file, or the name of one that ships
    #[arg(value_name = "MODEL")]
    model: String,

    /// Files of cases, or folders with such files (*.json); `-` is standard input
    #[arg(required = true, value_name = "CASES")]
    cases: Vec<String>,

    /// How to tell: for people, or one JSON object
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A file that was run, or why it was not.
#[derive(Serialize)]
struct File {
    file: String,
    cases: Vec<Outcome>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Finding>,
}

/// How a case went.
#[derive(Serialize)]
struct Outcome {
    name: String,
    line: Option<usize>,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failed>,
}

/// What was not as expected, and what came out as a whole.
#[derive(Serialize)]
struct Failed {
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(serialize_with = "report::as_json")]
    differences: Vec<Difference>,
    answer: Value,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    one_stdin(args.cases.iter().chain([&args.model]))?;
    let cant_run = |failure: Failure| Failure { exit: Exit::Usage, ..failure };
    let model = model::load(&args.model).map_err(cant_run)?.model;
    let paths = files::find(&args.cases).map_err(cant_run)?;
    let mut out = anstream::stdout().lock();
    let (mut exit, mut report) = (Exit::Fine, Report::new(ModelName { id: model.id().into(), version: model.version().into() }));
    for path in paths {
        let file = run_file(&model, &path).unwrap_or_else(|refused| {
            exit = Exit::Usage;
            if args.format == Format::Text {
                // If standard error can't be written to, there is no one left to tell.
                _ = refused.explain(called(&path), &mut anstream::stderr());
            }
            File { file: called(&path).to_owned(), cases: Vec::new(), problems: refused.findings }
        });
        if args.format == Format::Text {
            for outcome in &file.cases {
                write!(out, "{}", Told { file: &file.file, outcome })?;
            }
        }
        report.add(file);
    }
    if exit == Exit::Fine && report.failed > 0 {
        exit = Exit::Found;
    }
    report.ok = exit == Exit::Fine;
    match args.format {
        Format::Text => writeln!(out, "{}", report.summary())?,
        Format::Json => writeln!(out, "{}", json::print(&report))?,
    }
    Ok(exit)
}

/// Runs the cases of a file.
fn run_file(model: &Model, path: &str) -> Result<File, Refused> {
    let bytes = read_file(path, MAX_FILE_BYTES + 1).map_err(|failure| Refused::whole("UNREADABLE", failure.message))?;
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Refused::whole("TOO_LARGE", format!("the file has more than {MAX_FILE_BYTES} bytes; split it")));
    }
    let (text, value) = json_file::read(bytes)?;
    match read_cases(&value) {
        Ok(cases) => {
            let cases = cases.iter().map(|case| run_case(model, case, path, line_of(&text, &case.path))).collect();
            Ok(File { file: called(path).to_owned(), cases, problems: Vec::new() })
        }
        Err(problems) => Err(Refused::new(text, problems)),
    }
}

fn run_case(model: &Model, case: &Case<'_>, file: &str, line: Option<usize>) -> Outcome {
    let name = case.name.unwrap_or_else(|| files::stem(file)).to_owned();
    // What was printed a moment ago is JSON.
    let answer = case.given.answer(model, true, |scored| json::parse(&json::print(scored)).map_err(|error| error.to_string()));
    let answer = answer.unwrap_or_default();
    let differences = differences(case.expect, &answer);
    let ok = differences.is_empty();
    let failure = (!ok).then(|| Failed { why: case.why.map(str::to_owned), differences, answer });
    Outcome { name, line, ok, failure }
}

//! How cases went, told to people (a line per case, and of one that fails what came out and how) and as JSON.

use super::{Failed, File, Outcome};
use crate::cli::{ERROR, GOOD, QUIET, STRONG};
use crate::date::utc;
use crate::printable::printable;
use serde::{Serialize, Serializer};
use std::fmt::{self, Formatter};
use warmlead::engine::ModelName;
use warmlead::golden::Difference;
use warmlead::golden::expect::holds;
use warmlead::json;
use warmlead::time::{Time, parse_iso};
use warmlead::value::{Object, Value};

/// What `--format json` says.
#[derive(Serialize)]
pub struct Report {
    model: ModelName,
    /// Whether everything was run and holds.
    pub ok: bool,
    passed: usize,
    /// How many cases fail.
    pub failed: usize,
    files: Vec<File>,
}

impl Report {
    pub fn new(model: ModelName) -> Report {
        Report { model, ok: true, passed: 0, failed: 0, files: Vec::new() }
    }

    pub fn add(&mut self, file: File) {
        let passed = file.cases.iter().filter(|outcome| outcome.ok).count();
        self.passed += passed;
        self.failed += file.cases.len() - passed;
        self.files.push(file);
    }

    /// “5 cases in 2 files: 4 hold, 1 fails”.
    pub fn summary(&self) -> String {
        let Report { model, passed, failed, .. } = self;
        let (run, count) = (self.files.iter().filter(|file| file.problems.is_empty()).count(), passed + failed);
        let (cases, files) = (if count == 1 { "case" } else { "cases" }, if run == 1 { "file" } else { "files" });
        let went = match failed {
            0 => format!("{GOOD}{passed} hold{GOOD:#}"),
            _ => format!("{passed} hold, {ERROR}{failed} fail{ERROR:#}"),
        };
        let not_run = match self.files.len() - run {
            0 => String::new(),
            1 => format!(", {ERROR}1 file could not be run{ERROR:#}"),
            many => format!(", {ERROR}{many} files could not be run{ERROR:#}"),
        };
        let about = format!("{QUIET}(model `{}`, version `{}`){QUIET:#}", printable(&model.id), printable(&model.version));
        format!("{count} {cases} in {run} {files}: {went}{not_run} {about}")
    }
}

/// A value that is not there has no key, so that it is told from `null`.
pub fn as_json<S: Serializer>(differences: &[Difference], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(differences.iter().map(|difference| {
        let mut object = Object::from_iter([("path", Value::from(difference.path.as_str()))]);
        for (key, value) in [("expected", &difference.expected), ("got", &difference.got)] {
            if let Some(value) = value {
                object.insert(key, value.clone());
            }
        }
        if let Some(hint) = &difference.hint {
            object.insert("hint", hint.as_str());
        }
        object
    }))
}

/// A case, told to people.
pub struct Told<'a> {
    pub file: &'a str,
    pub outcome: &'a Outcome,
}

impl fmt::Display for Told<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Outcome { name, line, failure, .. } = self.outcome;
        let (file, name) = (printable(self.file), printable(name));
        let place = line.map_or(file.to_string(), |line| format!("{file}:{line}"));
        let Some(failed) = failure else {
            return writeln!(f, "{GOOD}ok{GOOD:#}    {place}: {name}");
        };
        writeln!(f, "{ERROR}fails{ERROR:#} {place}: {STRONG}{name}{STRONG:#}")?;
        if let Some(why) = &failed.why {
            writeln!(f, "      {QUIET}{}{QUIET:#}", printable(why))?;
        }
        for difference in &failed.differences {
            tell_difference(difference, f)?;
        }
        explain(failed, f)?;
        writeln!(f)
    }
}

fn tell_difference(difference: &Difference, f: &mut Formatter<'_>) -> fmt::Result {
    let Difference { path, expected, got, hint } = difference;
    let hint = hint.as_ref().map_or_else(String::new, |hint| format!(" {QUIET}({}){QUIET:#}", printable(hint)));
    writeln!(f, "    {STRONG}{}{STRONG:#}{hint}", printable(path))?;
    if let (Some(Value::Array(wanted)), Some(Value::Array(items))) = (expected, got) {
        // Of lists of different lengths, only what has no counterpart.
        for wanted in wanted.iter().filter(|wanted| !items.iter().any(|item| holds(wanted, item))) {
            writeln!(f, "      expected  {GOOD}{}{GOOD:#}", printable(json::print(wanted)))?;
        }
        for item in items.iter().filter(|item| !wanted.iter().any(|wanted| holds(wanted, item))) {
            writeln!(f, "      got       {ERROR}{}{ERROR:#}", printable(json::print(item)))?;
        }
        let items = items.len();
        return writeln!(f, "      {QUIET}{} expected, {items} there{QUIET:#}", wanted.len());
    }
    let is_time = expected.as_ref().and_then(Value::as_str).is_some_and(|text| parse_iso(text).is_some());
    let printed = |value: &Option<Value>| match value {
        None => "nothing".into(),
        Some(Value::Number(time)) if is_time => format!("\"{}\"", iso(*time as Time)),
        Some(value) => printable(json::print(value)).to_string(),
    };
    writeln!(f, "      expected  {GOOD}{}{GOOD:#}", printed(expected))?;
    writeln!(f, "      got       {ERROR}{}{ERROR:#}", printed(got))
}

/// What a case expects in part, the receipt and the stages tell as a whole: how what came out has come about.
fn explain(failed: &Failed, f: &mut Formatter<'_>) -> fmt::Result {
    let of =
        |path: &str, keys: &[&str]| keys.iter().any(|key| path == *key || path.strip_prefix(key).is_some_and(|rest| rest.starts_with('.')));
    let any = |keys: &[&str]| failed.differences.iter().any(|difference| of(&difference.path, keys));
    let stages = any(&[
        "stage",
        "stage_since",
        "mql",
        "mql_at",
        "transitions",
        "show",
        "held_out",
        "disqualified",
        "document.stage",
        "document.mql",
    ]);
    let grade = any(&["grade", "scores", "document.grade"]);
    for (score, value) in failed.answer.at("scores").and_then(Value::as_object).into_iter().flat_map(|scores| scores.iter()) {
        let about =
            [format!("scores.{score}"), format!("receipt.{score}"), format!("document.scores.{score}"), format!("document.grades.{score}")];
        if stages || (grade && !any(&["scores"])) || any(&about.each_ref().map(String::as_str)) {
            tell_receipt(score, value, failed.answer.at("receipt").and_then(|receipt| receipt.at(score)), f)?;
        }
    }
    if stages { tell_stages(&failed.answer, f) } else { Ok(()) }
}

fn tell_receipt(score: &str, value: &Value, lines: Option<&Value>, f: &mut Formatter<'_>) -> fmt::Result {
    let number = |value: &Value, key| value.at(key).and_then(Value::as_number).unwrap_or_default();
    let grade = value.at("grade").and_then(Value::as_str).map_or_else(String::new, |grade| format!(", grade {}", printable(grade)));
    writeln!(f, "    {QUIET}{}{QUIET:#} {}{grade}", printable(score), number(value, "value"))?;
    for line in lines.and_then(Value::as_array).unwrap_or_default() {
        let word = |key| line.at(key).and_then(Value::as_str).map(|word| printable(word).to_string());
        let what = match (word("rule"), word("adjustment").as_deref(), word("score")) {
            (Some(rule), ..) => {
                let group = word("group").map_or_else(String::new, |group| format!(", group {group}"));
                format!("{rule} {QUIET}{} of {} count{group}{QUIET:#}", number(line, "counted"), number(line, "matches"))
            }
            (_, Some("group"), _) => format!("{QUIET}limit of the group {}{QUIET:#}", word("group").unwrap_or_default()),
            (_, Some("score"), _) => format!("{QUIET}limit of the score{QUIET:#}"),
            (_, Some(other), _) => format!("{QUIET}{other}{QUIET:#}"),
            (.., part) => part.unwrap_or_default(),
        };
        writeln!(f, "    {:>10}  {what}", number(line, "points"))?;
    }
    Ok(())
}

fn tell_stages(answer: &Value, f: &mut Formatter<'_>) -> fmt::Result {
    let word = |value: &Value, key| printable(value.at(key).and_then(Value::as_str).unwrap_or_default()).to_string();
    writeln!(f, "    {QUIET}stage{QUIET:#} {}", word(answer, "stage"))?;
    for transition in answer.at("transitions").and_then(Value::as_array).unwrap_or_default() {
        let at = transition.at("at").and_then(Value::as_number).unwrap_or_default() as Time;
        let by =
            transition.at("event").and_then(Value::as_str).map_or("time passing".into(), |event| format!("event {}", printable(event)));
        writeln!(f, "      {}  {} → {} {QUIET}by {by}{QUIET:#}", iso(at), word(transition, "from"), word(transition, "to"))?;
    }
    match answer.at("disqualified").and_then(Value::as_array) {
        Some(list) if !list.is_empty() => {
            let list: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            writeln!(f, "      disqualified: {}", printable(list.join(", ")))
        }
        _ => Ok(()),
    }
}

/// As it is written in cases.
fn iso(time: Time) -> String {
    format!("{}.{:03}Z", utc(time).replace(' ', "T"), time.rem_euclid(1000))
}

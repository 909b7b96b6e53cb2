//! What a line of input says: an event of our own form, or a message of another vocabulary, which may say more than one thing.
//! It knows neither visitors nor scores.

use super::table::Table;
use warmlead::event::vocabulary::{Merge, Vocabulary, translate};
use warmlead::json;
use warmlead::value::Value;

/// What lines are.
pub enum Source {
    /// Events of our own form.
    Events,
    /// Messages of another vocabulary.
    Messages(Vocabulary),
    /// Rows of a table of Snowplow's.
    Rows(Table),
}

/// What a line says.
#[derive(Default)]
pub struct Said {
    /// Events, and whose they are if that is said.
    pub events: Vec<(Option<String>, Value)>,
    /// Who turned out to be whom.
    pub merges: Vec<Merge>,
    /// What can't be read, for people.
    pub problems: Vec<String>,
    /// Whether nothing stands in the line.
    pub blank: bool,
    /// Whether something begins in the line that goes over several: the next lines can't be read either.
    pub goes_on: bool,
}

impl Said {
    /// A line that can't be read.
    pub fn problem(message: String) -> Said {
        Said { problems: vec![message], ..Said::default() }
    }
}

impl Source {
    /// What lines are, by the vocabulary that was asked for.
    pub fn new(from: Option<Vocabulary>) -> Source {
        from.map_or(Source::Events, Source::Messages)
    }

    /// Looks at the first line: a table may begin with the names of its columns. Whether it does.
    pub fn begins_with(&mut self, line: &[u8]) -> Result<bool, String> {
        if !matches!(self, Source::Messages(Vocabulary::Snowplow)) {
            return Ok(false);
        }
        let line = text(line)?;
        if line.trim_ascii().is_empty() || line.trim_ascii().starts_with(['{', '[']) {
            return Ok(false);
        }
        let table = Table::new(line)?;
        let named = table.named;
        *self = Source::Rows(table);
        Ok(named)
    }

    /// Whether a line goes on after its end while a quote is open.
    pub fn quoted(&self) -> bool {
        matches!(self, Source::Rows(table) if table.quoted())
    }

    /// What a line says; nothing, if it is empty.
    pub fn read(&self, line: &[u8]) -> Said {
        let line = match text(line) {
            Ok(line) if line.trim_ascii().is_empty() => return Said { blank: true, ..Said::default() },
            Ok(line) => line,
            Err(message) => return Said::problem(message),
        };
        let parse = || json::parse(line).map_err(|error| format!("column {}: {}", error.column, error.message));
        let value = match self {
            Source::Events | Source::Messages(_) => parse(),
            Source::Rows(table) => table.row(line),
        };
        match (self, value) {
            (Source::Events, Ok(Value::Array(_))) => Said::problem(format!("the line is a list; {ONE_BY_ONE}")),
            (Source::Events, Err(_)) if matches!(line.trim_ascii(), "[" | "{") => {
                let how = if line.trim_ascii() == "{" { WHOLE } else { ONE_BY_ONE };
                let message = format!("something begins here that goes over several lines; {how}");
                Said { goes_on: true, ..Said::problem(message) }
            }
            (_, Err(message)) => Said::problem(message),
            (Source::Events, Ok(event)) => own(event),
            (Source::Messages(vocabulary), Ok(message)) => foreign(&message, *vocabulary),
            (Source::Rows(_), Ok(row)) => foreign(&row, Vocabulary::Snowplow),
        }
    }
}

/// What to do with events that are written in another way.
const ONE_BY_ONE: &str = "each event stands whole on a line of its own, as `jq -c '.[]'` writes those of a list";

/// The same, of one that goes over several lines.
const WHOLE: &str = "each event stands whole on a line of its own, as `jq -c .` writes it";

fn own(event: Value) -> Said {
    let visitor = match event.at("visitor") {
        None | Some(Value::Null) => None,
        // Whoever has no id is not one person with all others who have none.
        Some(Value::String(visitor)) if visitor.is_empty() => {
            return Said::problem("`visitor` is an empty string; leave it out of lines that name none".into());
        }
        Some(Value::String(visitor)) => Some(visitor.clone()),
        Some(other) => return Said::problem(format!("`visitor` is {}; it must be a string", other.kind())),
    };
    Said { events: vec![(visitor, event)], ..Said::default() }
}

fn foreign(message: &Value, vocabulary: Vocabulary) -> Said {
    // When a line of a file was written, nobody knows: a message must say when it happened.
    let translation = translate(message, vocabulary, None);
    let says_nothing = translation.events.is_empty() && translation.merges.is_empty() && translation.rejected.is_empty();
    if let Some(problem) = body_without_events(message).filter(|_| vocabulary == Vocabulary::Ga4 && says_nothing) {
        return Said::problem(problem);
    }
    let one = message.as_array().is_none_or(|list| list.len() <= 1) && message.at("batch").is_none() && message.at("events").is_none();
    let place = |index: usize| if one { String::new() } else { format!(" (number {} of the line)", index + 1) };
    let problems = translation.rejected.iter().map(|rejection| format!("{}{}", rejection.message, place(rejection.index)));
    Said {
        problems: problems.collect(),
        events: translation.events.into_iter().map(|event| (event.visitor.clone(), event.to_value())).collect(),
        merges: translation.merges,
        ..Said::default()
    }
}

/// What is wrong with a body of the Measurement Protocol that lists nothing. What a page pushes to its `dataLayer` may say nothing; a body is sent to say
/// what happened.
fn body_without_events(message: &Value) -> Option<String> {
    let message = message.as_object()?;
    let has = |keys: &[&str]| keys.iter().any(|key| message.get(key).is_some_and(|value| !value.is_null()));
    if !has(&["client_id", "app_instance_id", "timestamp_micros"]) || has(&["event", "0"]) {
        return None;
    }
    match message.get("events") {
        Some(Value::Array(_)) => None,
        None | Some(Value::Null) => Some("`events` is missing; a body of the Measurement Protocol lists there what happened".into()),
        Some(other) => Some(format!("`events` is {}; it must be a list of what happened", other.kind())),
    }
}

/// A line's text, without what stands around it.
fn text(line: &[u8]) -> Result<&str, String> {
    let text = std::str::from_utf8(line).map_err(|error| format!("column {}: a byte that is no UTF-8", error.valid_up_to() + 1))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    Ok(text.strip_suffix('\r').unwrap_or(text))
}

//! `warmlead score`: events in, one assessment per visitor out, as a filter in constant memory.
//!
//! Up to [`HEAD`] bytes are read before anything is written: shorter input may come in any order. Longer input must come
//! visitor by visitor, and is refused as soon as it is seen not to.

mod identities;
pub(super) mod lines;
mod order;
mod person;
mod progress;
pub(super) mod source;
mod table;

use super::model;
use super::seconds::Seconds;
use super::{Exit, Failure, WARNING, called, one_stdin, plain};
use crate::printable::printable;
use identities::Identities;
use lines::{Line, Lines};
use order::{Next, Order};
use person::Person;
use progress::Progress;
use source::{Said, Source};
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};
use warmlead::event::read_time;
use warmlead::event::vocabulary::Vocabulary;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// How much may come in any order.
const HEAD: u64 = 32 * 1024 * 1024;

/// How much of what can't be read is told one by one.
const TOLD: u64 = 20;

const AFTER: &str = r#"Input: one event per line, as JSON, with the id of its visitor:
  {"visitor":"v1", "type":"page_view", "time":1769000000000, "url":"/pricing"}
  {"visitor":"v1", "type":"form_submit", "time":"2026-01-21T12:54:20Z"}
`type` and `time` (milliseconds since 1970, or ISO 8601 with an offset) are
required; an event without `id` gets `#` and its
position among its visitor's lines in six digits.

With `--from`, each line is what another tool writes, as JSON: a message, a
list of them, or a batch.
  segment   messages and batches of its HTTP Tracking API (RudderStack's too);
            `alias` makes two visitors one
  ga4       bodies of the Measurement Protocol
  shopify   customer events, as web pixels get them
  snowplow  enriched events as the analytics SDKs write them; a CSV table of
            them whose first line names the columns; or the tab-separated form
Whose they are: `anonymousId`, else `userId`; `client_id`, else
`app_instance_id`, else `user_id`; `clientId`; `domain_userid`, else `user_id`,
else `network_userid`. A message must say when it happened.
How names and fields are translated: docs/events.md.

Output: one line of JSON per visitor, in the order in which they first
appear: the assessment, and under `rejected` the events that were refused,
each with its position among its visitor's lines (`index`, from 0), `id`,
`code` and `message`.

Order: up to 32 MiB may come in any order. Longer input must come visitor by
visitor, best sorted by visitor; memory then doesn't grow with its length. If
it doesn't come so, the command stops with exit code 65.

Examples:
  warmlead score events.jsonl
  warmlead score --model model.json --now 2026-02-01T00:00:00Z events.jsonl
  warmlead score --visitor v1 --explain visit.jsonl | jq .receipt
  warmlead score --explain events.jsonl | jq '{visitor, next_change, to_mql}'
  warmlead score --from snowplow atomic_events.csv
  warmlead score --from segment segment_history.jsonl
  zcat history.jsonl.gz | warmlead score - | jq -r 'select(.mql).visitor'

Exit codes:
  0   every line was read
  1   some lines or messages could not be read: they are told on standard
      error with the number of their line, and the others are scored
  2   the command was called wrongly
  65  the model has problems, or long input doesn't come visitor by visitor
  66  a file can't be read
  74  the result can't be written"#;

/// Score events: one assessment per visitor, as JSON lines
///
/// Reads events, one per line, and writes what the scoring model makes of each visitor.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// The scoring model: a file, or the name of one that ships
    #[arg(long, value_name = "MODEL", default_value = "b2b-saas")]
    model: String,

    /// Whose words the lines are in: another tool's messages instead of events
    #[arg(long, value_name = "VOCABULARY", value_parser = vocabularies())]
    from: Option<String>,

    /// The time of the assessment: milliseconds since 1970 or ISO 8601 with an offset (default: the system's time)
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    now: Option<Time>,

    /// Add how each score comes about (`receipt`), when the stage changes by itself (`next_change`), and what would make an MQL (`to_mql`)
    #[arg(long)]
    explain: bool,

    /// The visitor of lines that name none
    #[arg(long, value_name = "ID", default_value = "anonymous", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    visitor: String,

    /// Traits that every visitor has, as a JSON object, such as '{"country": "US"}'
    #[arg(long, value_name = "JSON", value_parser = parse_traits)]
    traits: Option<Object>,

    /// The events, one per line; `-` is standard input
    #[arg(value_name = "EVENTS")]
    events: String,
}

/// What `--from` may be.
fn vocabularies() -> clap::builder::PossibleValuesParser {
    Vocabulary::ALL.map(|(name, _)| name).into()
}

pub(super) fn parse_time(text: &str) -> Result<Time, String> {
    let value = text.parse().map_or_else(|_| Value::from(text), Value::number);
    read_time(Some(&value), "--now").map_err(|(_, message)| message)
}

fn parse_traits(text: &str) -> Result<Object, String> {
    match json::parse(text) {
        Ok(Value::Object(traits)) => Ok(traits),
        Ok(other) => Err(format!("it must be a JSON object, not {}", other.kind())),
        Err(error) => Err(format!("it is no JSON: {error}")),
    }
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    one_stdin([&args.model, &args.events])?;
    let model = model::load(&args.model)?.model;
    let now = args.now.unwrap_or_else(system_time);
    let (mut input, total) = open(&args.events)?;
    let output = BufWriter::new(io::stdout().lock());
    let source = Source::new(args.from.as_deref().and_then(Vocabulary::named));
    let mut run = Run { args, model, now, source, output, progress: Progress::new(total), number: 0, said: Tally::default() };

    // All the room at once: a list that grows is copied, and what is never written to costs nothing.
    let mut head = Vec::with_capacity(HEAD as usize);
    let name = called(&args.events);
    let cant_read = |error: io::Error| Failure::new(Exit::NoInput, format_args!("can't read `{name}`: {}", plain(&error)));
    (&mut input).take(HEAD).read_to_end(&mut head).map_err(cant_read)?;
    let ended = (head.len() as u64) < HEAD || input.fill_buf().map_err(cant_read)?.is_empty();
    let done = if ended { run.in_any_order(&head) } else { run.visitor_by_visitor(Cursor::new(head).chain(input)) };
    run.progress.clear();
    done?;
    run.output.flush()?;
    run.end()
}

/// The system's time, which only the command line asks for: the core has no clock.
pub(super) fn system_time() -> Time {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Time)
}

pub(super) type Input = BufReader<Box<dyn Read>>;

/// The input, and its size if it is a file.
pub(super) fn open(path: &str) -> Result<(Input, Option<u64>), Failure> {
    const BUFFER: usize = 64 * 1024;
    if path == "-" {
        return Ok((BufReader::with_capacity(BUFFER, Box::new(io::stdin().lock())), None));
    }
    let file = File::open(path).map_err(|error| Failure::new(Exit::NoInput, format_args!("can't read `{path}`: {}", plain(&error))))?;
    let total = file.metadata().ok().filter(|data| data.is_file()).map(|data| data.len());
    Ok((BufReader::with_capacity(BUFFER, Box::new(file)), total))
}

struct Run<'a, W: Write> {
    args: &'a Args,
    model: Model,
    now: Time,
    source: Source,
    output: W,
    progress: Progress,
    /// The number of the line being read, from 1.
    number: u64,
    said: Tally,
}

/// What came of the lines, for the words at the end.
#[derive(Default)]
struct Tally {
    unreadable: u64,
    /// Lines that could be read and say something.
    read: u64,
    events: u64,
    refused: u64,
    /// Whether what can't be read from here on follows from a line that has been told.
    follows: bool,
    seconds: Seconds,
}

impl<W: Write> Run<'_, W> {
    /// Input that fits into memory: what lines say is gathered by visitor as text, then read again one visitor at a time.
    fn in_any_order(&mut self, head: &[u8]) -> Result<(), Failure> {
        let mut identities = Identities::default();
        let mut text = String::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut visitors: Vec<(String, Vec<Range<usize>>)> = Vec::new();
        let mut lines = Lines::new(head);
        let mut buffer = Vec::new();
        while let Some(said) = self.next(&mut lines, &mut buffer)? {
            said.merges.iter().for_each(|merge| identities.merge(merge));
            for (visitor, event) in said.events {
                let begin = text.len();
                text += &json::print(&event);
                let place = *places.entry(self.visitor(visitor)).or_insert_with_key(|visitor| {
                    visitors.push((visitor.clone(), Vec::new()));
                    visitors.len() - 1
                });
                if let Some((_, events)) = visitors.get_mut(place) {
                    events.push(begin..text.len());
                }
            }
        }
        for (visitor, events) in merged(visitors, &identities) {
            let mut person = Person::new(&visitor, self.args.traits.as_ref());
            for event in events {
                if let Some(event) = text.get(event).and_then(|text| json::parse(text).ok()) {
                    person.add(&self.model, &event);
                }
            }
            self.write(person)?;
        }
        Ok(())
    }

    /// Input of any length, one visitor after the other.
    fn visitor_by_visitor(&mut self, from: impl BufRead) -> Result<(), Failure> {
        let mut lines = Lines::new(from);
        let mut buffer = Vec::new();
        let mut order = Order::new();
        let mut person: Option<Person> = None;
        while let Some(said) = self.next(&mut lines, &mut buffer)? {
            if !said.merges.is_empty() {
                self.tell("visitors can't be merged in input over 32 MiB: give both the same id before it is sorted");
            }
            for (visitor, event) in said.events {
                let visitor = self.visitor(visitor);
                match order.next(&visitor) {
                    Next::Same => {}
                    Next::New => {
                        if let Some(person) = person.replace(Person::new(&visitor, self.args.traits.as_ref())) {
                            self.write(person)?;
                        }
                    }
                    Next::Returned => {
                        return Err(self.unsorted(format_args!("visitor `{}` comes back after others", super::shorten(&visitor))));
                    }
                    Next::Unknown => {
                        let what = "visitors don't ascend, and there are too many to tell whether one comes back";
                        return Err(self.unsorted(format_args!("{what}")));
                    }
                }
                if let Some(person) = &mut person {
                    person.add(&self.model, &event);
                }
            }
        }
        person.map_or(Ok(()), |person| self.write(person))
    }

    /// What the next line says; `None` at the end. What can't be read is told.
    fn next(&mut self, lines: &mut Lines<impl BufRead>, buffer: &mut Vec<u8>) -> Result<Option<Said>, Failure> {
        let cant_read =
            |error: io::Error| Failure::new(Exit::NoInput, format_args!("can't read `{}`: {}", called(&self.args.events), plain(&error)));
        let (line, number) = lines.next(buffer).map_err(cant_read)?;
        self.number = number;
        let said = match line {
            Line::End => return Ok(None),
            Line::TooLong => Said::problem("the line is longer than 1 MiB, the most a line may have".into()),
            Line::Whole => {
                let cant_begin = |message| Failure::new(Exit::Data, format_args!("{}:1: {message}", called(&self.args.events)));
                self.progress.line(buffer.len());
                let names = number == 1 && self.source.begins_with(buffer).map_err(cant_begin)?;
                if self.source.quoted() {
                    lines.quoted();
                }
                if names { Said::default() } else { self.source.read(buffer) }
            }
        };
        said.problems.iter().for_each(|problem| self.tell(problem));
        self.said.follows |= said.goes_on;
        self.said.read += u64::from(said.problems.is_empty() && !said.blank);
        self.said.events += said.events.len() as u64;
        if matches!(self.source, Source::Events) {
            said.events.iter().for_each(|(_, event)| self.look_at_time(event));
        }
        Ok(Some(said))
    }

    /// Whose an event is that may not say so.
    fn visitor(&self, named: Option<String>) -> String {
        named.unwrap_or_else(|| self.args.visitor.clone())
    }

    fn unsorted(&mut self, what: fmt::Arguments) -> Failure {
        // What has been written so far is right only up to here; the exit code says not to use it.
        _ = self.output.flush();
        let message = format!(
            "{}:{}: {what}. Input over 32 MiB must come visitor by visitor: sort it by `visitor` (bytewise, as `LC_ALL=C sort` does). \
             The output is incomplete",
            called(&self.args.events),
            self.number
        );
        Failure::new(Exit::Data, message)
    }

    fn tell(&mut self, message: &str) {
        self.said.unreadable += 1;
        if self.said.unreadable > TOLD || self.said.follows {
            return;
        }
        self.progress.clear();
        anstream::eprintln!(
            "{WARNING}unreadable{WARNING:#}: {}:{}: {}",
            printable(called(&self.args.events)),
            self.number,
            printable(message)
        );
        if self.said.unreadable == TOLD {
            anstream::eprintln!("{WARNING}unreadable{WARNING:#}: further lines are only counted");
        }
    }

    /// Says once if a time was hardly meant.
    fn look_at_time(&mut self, event: &Value) {
        if let Some(warning) = self.said.seconds.look(event) {
            self.progress.clear();
            anstream::eprintln!(
                "{WARNING}warning{WARNING:#}: {}:{}: {}",
                printable(called(&self.args.events)),
                self.number,
                printable(warning)
            );
        }
    }

    /// What is left to say when all is written.
    fn end(&self) -> Result<Exit, Failure> {
        if self.said.refused > 0 {
            let events = if self.said.refused == 1 { "1 event was" } else { &format!("{} events were", self.said.refused) };
            anstream::eprintln!("{WARNING}warning{WARNING:#}: {events} refused; `rejected` of its visitor says why");
        }
        if self.said.read > 0 && self.said.events == 0 {
            anstream::eprintln!("{WARNING}warning{WARNING:#}: nothing was scored: no line says that something happened");
        }
        match self.said.unreadable {
            0 => Ok(Exit::Fine),
            _ => Err(Failure::new(Exit::Found, self.sum())),
        }
    }

    /// How much could not be read, at the end.
    fn sum(&self) -> String {
        let count = |what: &str| format!("{} {what}{}", self.said.unreadable, if self.said.unreadable == 1 { "" } else { "s" });
        match self.source {
            Source::Events => format!("{} of {} could not be read; the others are scored", count("line"), self.number - 1),
            Source::Messages(_) => format!("{} could not be read; the others are scored", count("message")),
            Source::Rows(_) => format!("{} could not be read; the others are scored", count("row")),
        }
    }

    fn write(&mut self, person: Person) -> Result<(), Failure> {
        let scored = person.score(&self.model, self.now, self.args.explain);
        self.said.refused += scored.refused() as u64;
        writeln!(self.output, "{}", json::print(&scored))?;
        Ok(())
    }
}

/// Visitors who turned out to be one, together: in the place of the first, under the id that stays, events in the order of the input.
fn merged(visitors: Vec<(String, Vec<Range<usize>>)>, identities: &Identities) -> Vec<(String, Vec<Range<usize>>)> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut together: Vec<(String, Vec<Range<usize>>)> = Vec::new();
    for (visitor, mut events) in visitors {
        let id = identities.of(&visitor).to_owned();
        match places.get(&id).and_then(|place| together.get_mut(*place)) {
            Some((_, all)) => all.append(&mut events),
            None => {
                places.insert(id.clone(), together.len());
                together.push((id, events));
            }
        }
    }
    for (_, events) in &mut together {
        events.sort_unstable_by_key(|event| event.start);
    }
    together
}

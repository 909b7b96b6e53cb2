//! `warmlead score`: events in, one assessment per visitor out, as a filter in constant memory.
//!
//! Up to [`HEAD`] bytes are read before anything is written: shorter input may come in any order. Longer input must come
//! visitor by visitor, and is refused as soon as it is seen not to.

mod lines;
mod order;
mod person;
mod progress;

use super::model;
use super::{Exit, Failure, WARNING, plain};
use lines::{Line, MAX_LINE_BYTES};
use order::{Next, Order};
use person::Person;
use progress::Progress;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Cursor, Read, Write};
use std::ops::Range;
use std::time::{SystemTime, UNIX_EPOCH};
use warmlead::event::read_time;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// How much may come in any order.
const HEAD: u64 = 32 * 1024 * 1024;

/// How many unreadable lines are told one by one.
const TOLD: u64 = 20;

const AFTER: &str = r#"Input: one event per line, as JSON, with the id of its visitor:
  {"visitor":"v1", "type":"page_view", "time":1769000000000, "url":"/pricing"}
  {"visitor":"v1", "type":"form_submit", "time":"2026-01-21T12:54:20Z"}
`type` and `time` are required; an event without `id` gets `#` and its
position among its visitor's lines in six digits.

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
  zcat history.jsonl.gz | warmlead score - | jq -r 'select(.mql).visitor'

Exit codes:
  0   every line was read
  1   some lines could not be read: they are told on standard error, and the
      others are scored
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

    /// The time of the assessment: milliseconds since 1970 or ISO 8601 with an offset (default: the system's time)
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    now: Option<Time>,

    /// Add the receipt: how each score comes about
    #[arg(long)]
    explain: bool,

    /// The visitor of lines that name none
    #[arg(long, value_name = "ID", default_value = "anonymous")]
    visitor: String,

    /// Traits that every visitor has, as a JSON object, such as '{"country": "US"}'
    #[arg(long, value_name = "JSON", value_parser = parse_traits)]
    traits: Option<Object>,

    /// The events, one per line; `-` is standard input
    #[arg(value_name = "EVENTS")]
    events: String,
}

fn parse_time(text: &str) -> Result<Time, String> {
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
    let model = model::load(&args.model)?.model;
    let now = args.now.unwrap_or_else(system_time);
    let (mut input, total) = open(&args.events)?;
    let output = BufWriter::new(io::stdout().lock());
    let mut run = Run { args, model, now, output, progress: Progress::new(total), number: 0, unreadable: 0 };

    let mut head = Vec::new();
    let cant_read = |error: io::Error| Failure::new(Exit::NoInput, format_args!("can't read `{}`: {}", args.events, plain(&error)));
    (&mut input).take(HEAD).read_to_end(&mut head).map_err(cant_read)?;
    let ended = (head.len() as u64) < HEAD || input.fill_buf().map_err(cant_read)?.is_empty();
    let done = if ended { run.in_any_order(&head) } else { run.visitor_by_visitor(Cursor::new(head).chain(input)) };
    run.progress.clear();
    done?;
    run.output.flush()?;
    if run.unreadable == 0 {
        return Ok(Exit::Fine);
    }
    let lines = if run.unreadable == 1 { "1 line".into() } else { format!("{} lines", run.unreadable) };
    Err(Failure::new(Exit::Found, format_args!("{lines} of {} could not be read; the others are scored", run.number)))
}

/// The system's time, which only the command line asks for: the core has no clock.
fn system_time() -> Time {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as Time)
}

type Input = BufReader<Box<dyn Read>>;

/// The input, and its size if it is a file.
fn open(path: &str) -> Result<(Input, Option<u64>), Failure> {
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
    output: W,
    progress: Progress,
    /// The number of the line being read, from 1.
    number: u64,
    unreadable: u64,
}

impl<W: Write> Run<'_, W> {
    /// Input that fits into memory: its lines are gathered by visitor, then read again one visitor at a time.
    fn in_any_order(&mut self, head: &[u8]) -> Result<(), Failure> {
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut visitors: Vec<(String, Vec<Range<usize>>)> = Vec::new();
        let mut end = 0;
        for bytes in head.split(|byte| *byte == b'\n') {
            let range = end..end + bytes.len();
            end = range.end + 1;
            if range.start == head.len() {
                break;
            }
            let read = if bytes.len() > MAX_LINE_BYTES { self.too_long() } else { self.read(bytes) };
            let Some((visitor, _)) = read else { continue };
            let place = *places.entry(visitor).or_insert_with_key(|visitor| {
                visitors.push((visitor.clone(), Vec::new()));
                visitors.len() - 1
            });
            if let Some((_, lines)) = visitors.get_mut(place) {
                lines.push(range);
            }
        }
        for (visitor, lines) in visitors {
            let mut person = Person::new(&visitor, self.args.traits.as_ref());
            for line in lines {
                if let Some((_, event)) = head.get(line).and_then(|bytes| self.parse(bytes).ok().flatten()) {
                    person.add(&self.model, &event);
                }
            }
            self.write(person)?;
        }
        Ok(())
    }

    /// Input of any length, one visitor after the other.
    fn visitor_by_visitor(&mut self, mut from: impl BufRead) -> Result<(), Failure> {
        let mut buffer = Vec::new();
        let mut order = Order::new();
        let mut person: Option<Person> = None;
        loop {
            let line = lines::next(&mut from, &mut buffer);
            let line =
                line.map_err(|error| Failure::new(Exit::NoInput, format_args!("can't read `{}`: {}", self.args.events, plain(&error))))?;
            let read = match line {
                Line::End => break,
                Line::TooLong => self.too_long(),
                Line::Whole => self.read(&buffer),
            };
            let Some((visitor, event)) = read else { continue };
            match order.next(&visitor) {
                Next::Same => {}
                Next::New => {
                    if let Some(person) = person.replace(Person::new(&visitor, self.args.traits.as_ref())) {
                        self.write(person)?;
                    }
                }
                Next::Returned => return Err(self.unsorted(format_args!("visitor `{}` comes back after others", super::shorten(&visitor)))),
                Next::Unknown => {
                    return Err(self.unsorted(format_args!("visitors don't ascend, and there are too many to tell whether one comes back")));
                }
            }
            if let Some(person) = &mut person {
                person.add(&self.model, &event);
            }
        }
        person.map_or(Ok(()), |person| self.write(person))
    }

    fn unsorted(&mut self, what: fmt::Arguments) -> Failure {
        // What has been written so far is right only up to here; the exit code says not to use it.
        _ = self.output.flush();
        let message = format!(
            "{}:{}: {what}. Input over 32 MiB must come visitor by visitor: sort it by `visitor` (bytewise, as `LC_ALL=C sort` does). \
             The output is incomplete",
            self.args.events, self.number
        );
        Failure::new(Exit::Data, message)
    }

    /// Reads a line; `None` if it is empty or unreadable, which is then told.
    fn read(&mut self, bytes: &[u8]) -> Option<(String, Value)> {
        self.number += 1;
        self.progress.line(bytes.len());
        self.parse(bytes).unwrap_or_else(|message| {
            self.tell(&message);
            None
        })
    }

    /// Whose event a line is, and the event; `None` if it is empty.
    fn parse(&self, bytes: &[u8]) -> Result<Option<(String, Value)>, String> {
        let text = std::str::from_utf8(bytes).map_err(|error| format!("column {}: a byte that is no UTF-8", error.valid_up_to() + 1))?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.trim_ascii().is_empty() {
            return Ok(None);
        }
        let event = json::parse(text).map_err(|error| format!("column {}: {}", error.column, error.message))?;
        let visitor = match event.at("visitor") {
            None | Some(Value::Null) => self.args.visitor.clone(),
            Some(Value::String(visitor)) => visitor.clone(),
            Some(other) => return Err(format!("`visitor` is {}; it must be a string", other.kind())),
        };
        Ok(Some((visitor, event)))
    }

    fn too_long(&mut self) -> Option<(String, Value)> {
        self.number += 1;
        self.tell("the line is longer than 1 MiB, the most a line may have");
        None
    }

    fn tell(&mut self, message: &str) {
        self.unreadable += 1;
        if self.unreadable <= TOLD {
            self.progress.clear();
            anstream::eprintln!("{WARNING}unreadable{WARNING:#}: {}:{}: {message}", self.args.events, self.number);
        }
        if self.unreadable == TOLD {
            anstream::eprintln!("{WARNING}unreadable{WARNING:#}: further lines are only counted");
        }
    }

    fn write(&mut self, person: Person) -> Result<(), Failure> {
        let scored = person.score(&self.model, self.now, self.args.explain);
        writeln!(self.output, "{}", json::print(&scored))?;
        Ok(())
    }
}

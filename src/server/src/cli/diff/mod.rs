//! `warmlead diff`: who changes stage when one scoring model takes another's place. What differs and why is the core's to say
//! (`warmlead::explain::diff`); here are the events, the telling and the exit codes.

mod report;

use super::score::lines::{Line, Lines};
use super::score::source::Source;
use super::score::{open, parse_time, system_time};
use super::seconds::Seconds;
use super::{Exit, Failure, WARNING, called, model, one_stdin, plain};
use crate::printable::printable;
use clap::ValueEnum;
use clap::builder::NonEmptyStringValueParser;
use std::collections::HashMap;
use std::io::Write;
use warmlead::engine::position_id;
use warmlead::event::Event;
use warmlead::explain::diff::{Diff, Person};
use warmlead::json;
use warmlead::time::Time;
use warmlead::value::Value;

/// How many lines that can't be read are told one by one.
const TOLD: usize = 20;

const AFTER: &str = r#"Input: one event per line, as for `warmlead score`, in any order:
  {"visitor":"v1", "type":"page_view", "time":1769000000000, "url":"/pricing"}
All events are held in memory. Give the same `--now` each time if results are
to be compared.

Output: each visitor whose stage is another or who is an MQL under one model
only, and why: the scores that differ, with the lines of their receipts; the
signals that differ; and what stages ask for (`when` to enter, `exit` to leave),
where that differs or where it holds under one model only. At the end, how many
moved where.
  v1  lead → mql
    engagement  35 → 55
          10 → 30       pricing
    mql, when scores.engagement $gte  50 → 40    has 35 → 55, no → yes

`--format json` gives one object: `from`, `to`, `visitors`, `mqls` (before and
after) and `moved`.

Examples:
  warmlead diff model.json new.json events.jsonl
  warmlead diff b2b-saas mine.json events.jsonl --now 2026-02-01T00:00:00Z
  warmlead diff old.json new.json events.jsonl --format json | jq '.moved[].visitor'

Exit codes:
  0   every line was read, whether or not somebody changes stage
  1   some lines could not be read: they are told, and the others are compared
  2   the command was called wrongly
  65  a model has problems
  66  a file can't be read
  74  the result can't be written"#;

/// Compare two scoring models: who changes stage, and why
///
/// Assesses each visitor of a list of events under both models, and tells those whose stage is another, or who are MQLs under one of them only.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {
    /// The scoring model that is: a file, or the name of one that ships
    #[arg(value_name = "MODEL_A")]
    from: String,

    /// The scoring model that is to take its place
    #[arg(value_name = "MODEL_B")]
    to: String,

    /// The events, one per line; `-` is standard input
    #[arg(value_name = "EVENTS")]
    events: String,

    /// The time of the assessments: milliseconds since 1970 or ISO 8601 with an offset (default: the system's time)
    #[arg(long, value_name = "TIME", value_parser = parse_time, allow_negative_numbers = true)]
    now: Option<Time>,

    /// The visitor of lines that name none
    #[arg(long, value_name = "ID", default_value = "anonymous", value_parser = NonEmptyStringValueParser::new())]
    visitor: String,

    /// How to tell: for people, or one JSON object
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the command.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    one_stdin([&args.from, &args.to, &args.events])?;
    let (from, to) = (model::load(&args.from)?.model, model::load(&args.to)?.model);
    let now = args.now.unwrap_or_else(system_time);
    let (people, unreadable) = read(args)?;
    let mut out = anstream::stdout().lock();
    let mut diff = Diff::new(&from, &to);
    for (id, events) in people {
        let moved = diff.add(&from, &to, Person { id: &id, traits: None, events: &events }, now);
        if let (Some(moved), Format::Text) = (moved, args.format) {
            write!(out, "{}", report::Told(moved))?;
        }
    }
    match args.format {
        Format::Text => write!(out, "{}", report::Sum(&diff))?,
        Format::Json => writeln!(out, "{}", json::print(&diff))?,
    }
    if unreadable == 0 {
        return Ok(Exit::Fine);
    }
    let lines = if unreadable == 1 { "1 line" } else { &format!("{unreadable} lines") };
    Err(Failure::new(Exit::Found, format_args!("{lines} could not be read; the others are compared")))
}

/// A visitor and their events.
type Known = (String, Vec<Event>);

/// The events of each visitor, in the order in which visitors first appear, and how many lines could not be read.
fn read(args: &Args) -> Result<(Vec<Known>, usize), Failure> {
    let cant_read = |error| Failure::new(Exit::NoInput, format_args!("can't read `{}`: {}", called(&args.events), plain(&error)));
    let mut lines = Lines::new(open(&args.events)?.0);
    let (mut places, mut people): (HashMap<String, usize>, Vec<Known>) = Default::default();
    // For each visitor, how many lines there were.
    let (mut counts, mut buffer, mut unreadable): (Vec<usize>, Vec<u8>, usize) = Default::default();
    // Whether what can't be read from here on follows from a line that has been told.
    let (mut seconds, mut follows) = (Seconds::default(), false);
    loop {
        let (line, number) = lines.next(&mut buffer).map_err(cant_read)?;
        let mut tell = |problem: &str| {
            unreadable += 1;
            match unreadable {
                _ if follows => {}
                ..TOLD => anstream::eprintln!(
                    "{WARNING}unreadable{WARNING:#}: {}:{number}: {}",
                    printable(called(&args.events)),
                    printable(problem)
                ),
                TOLD => anstream::eprintln!("{WARNING}unreadable{WARNING:#}: further lines are only counted"),
                _ => {}
            }
        };
        match line {
            Line::End => return Ok((people, unreadable)),
            Line::TooLong => tell("the line is longer than 1 MiB, the most a line may have"),
            Line::Whole => {
                let said = Source::Events.read(&buffer);
                said.problems.iter().for_each(|problem| tell(problem));
                for (visitor, value) in said.events {
                    if let Some(warning) = seconds.look(&value) {
                        anstream::eprintln!(
                            "{WARNING}warning{WARNING:#}: {}:{number}: {}",
                            printable(called(&args.events)),
                            printable(warning)
                        );
                    }
                    let visitor = visitor.unwrap_or_else(|| args.visitor.clone());
                    let place = *places.entry(visitor).or_insert_with_key(|visitor| {
                        people.push((visitor.clone(), Vec::new()));
                        counts.push(0);
                        people.len() - 1
                    });
                    if let (Some((_, events)), Some(count)) = (people.get_mut(place), counts.get_mut(place)) {
                        *count += 1;
                        match event(&value, *count - 1) {
                            Ok(event) => events.push(event),
                            Err(problem) => tell(&problem),
                        }
                    }
                }
                follows |= said.goes_on;
            }
        }
    }
}

/// An event, with the id that `warmlead score` would give it.
fn event(value: &Value, index: usize) -> Result<Event, String> {
    Event::read(value, || position_id(index)).map_err(|(_, message)| message)
}

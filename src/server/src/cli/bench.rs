//! `warmlead bench`: how fast this machine takes events in. The model and the visitors are made here, so that everybody measures the same.

use super::{Exit, Failure};
use std::fmt::Write as _;
use std::hint::black_box;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;

/// Measure how many events a second the engine takes in on one core
///
/// A made-up model (rules on paths, forms and carts with limits and decay, rules on the profile, windows, two stages) and a made-up visitor,
/// with typed events in memory. After each event the stage, the MQL flag and a score are read (`scalars`), or a whole assessment is
/// made (`assessments`). The processor's time counts. What comes out is first compared with that of the same events in another order. Last, what a day costs that passes
/// while nothing happens, for each rule whose points still fade.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub struct Args {
    /// How many rules the model has, 5 to 5000; may be given several times
    #[arg(long, value_name = "N", default_values_t = [10, 100, 1000, 5000], value_parser = clap::value_parser!(u32).range(5..=5000))]
    rules: Vec<u32>,
    /// How many events the visitor has before those that are timed, up to 8000; may be given several times
    #[arg(long, value_name = "N", default_values_t = [10, 1000], value_parser = clap::value_parser!(u32).range(0..=8000))]
    history: Vec<u32>,
    /// How often each is measured, 1 to 1000; the median counts
    #[arg(long, value_name = "N", default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1000))]
    runs: u32,
}

const HELP: &str = "\
Examples:
  warmlead bench                             10 to 5,000 rules, 10 and 1,000 past events
  warmlead bench --rules 100 --history 0     one line

Exit codes:
  0   measured
  1   the engine contradicts itself: please report it
  2   the command was called wrongly";

/// How many events are timed.
const TIMED: u32 = 1000;

/// How often they are taken in by one run: once is under a millisecond.
const REPLAYS: u32 = 10;

/// The time of the first event.
const START: Time = 1_769_000_000_000;

/// Measures, and prints a line for each pair.
pub fn run(args: &Args) -> Result<Exit, Failure> {
    anstream::println!("{:>6} {:>8}   {:>22} {:>22}", "rules", "history", "scalars", "assessments");
    for rules in &args.rules {
        let model = model(*rules)?;
        for history in &args.history {
            let (past, timed) = (events(0..*history, *rules)?, events(*history..history + TIMED, *rules)?);
            if !agrees(&model, &past, &timed) {
                return Err(Failure::new(Exit::Found, "the order of events shows: please report this"));
            }
            let scalars = median(args.runs, || {
                replay(&model, &past, &timed, |visitor, now| {
                    black_box((visitor.value(&model, "engagement", now), visitor.mql(&model, now), visitor.stage(&model, now)));
                })
            });
            let whole =
                median(args.runs, || replay(&model, &past, &timed, |visitor, now| drop(black_box(visitor.assess(&model, now, false)))));
            let show = |nanos: f64| format!("{nanos:>6.0} ns {:>7.2} M/s", 1000.0 / nanos);
            anstream::println!("{rules:>6} {history:>8}   {:>22} {:>22}", show(scalars), show(whole));
        }
    }
    let day = day(args.runs)?;
    anstream::println!("a day that passes: {day:.1} ns for each rule that fades");
    Ok(Exit::Fine)
}

/// Nanoseconds for each day that passes and each rule whose points still fade. Somebody asks on each day, and a stage looks at the score: no day may be skipped.
fn day(runs: u32) -> Result<f64, Failure> {
    const RULES: u32 = 1000;
    const DAYS: u32 = 100;
    let rule = |n: u32| format!(r#"{{"id":"r{n}","on":"page_view","points":{}}}"#, 1000 + n);
    let rules: Vec<String> = (0..RULES).map(rule).collect();
    let model = load(&format!(
        r#"{{ "id": "day", "version": "1", "scores": {{ "engagement": {{ "decay": {{ "half_life": "60d" }} }} }}, "rules": [{}], "mql": "mql",
          "stages": [{{ "id": "lead", "when": {{ "scores.engagement": {{ "$gte": 1 }} }} }}, {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": 1e9 }} }} }}] }}"#,
        rules.join(",")
    ))?;
    let mut fresh = Visitor::new("measured");
    let value =
        json::parse(&format!(r#"{{"id":"one","type":"page_view","time":{START}}}"#)).map_err(|error| Failure::new(Exit::Data, error))?;
    fresh.record(&model, Event::read(&value, String::new).map_err(|(_, message)| Failure::new(Exit::Data, message))?);
    fresh.mql(&model, START);
    Ok(median(runs, || {
        let visitor = fresh.clone();
        let start = on_cpu();
        for day in 1..=DAYS {
            black_box(visitor.value(&model, "engagement", START + Time::from(day) * 86_400_000));
        }
        (on_cpu() - start) / f64::from(DAYS) / f64::from(RULES)
    }))
}

/// Takes the timed events in, one by one, and looks at the visitor after each; nanoseconds per event.
fn replay(model: &Model, past: &[Event], timed: &[Event], look: impl Fn(&Visitor, Time)) -> f64 {
    let mut before = Visitor::new("measured");
    for event in past {
        before.record(model, event.clone());
        black_box(before.mql(model, event.time));
    }
    let once = || {
        let (mut visitor, events) = (before.clone(), timed.to_vec());
        let start = on_cpu();
        for event in events {
            let now = event.time;
            visitor.record(model, event);
            look(&visitor, now);
        }
        on_cpu() - start
    };
    (0..REPLAYS).map(|_| once()).sum::<f64>() / f64::from(REPLAYS) / timed.len() as f64
}

/// Whether one by one, each looked at, comes to the same as all at once, last first.
fn agrees(model: &Model, past: &[Event], timed: &[Event]) -> bool {
    let now = timed.last().map_or(START, |event| event.time);
    let (mut one, mut other) = (Visitor::new("measured"), Visitor::new("measured"));
    for event in past.iter().chain(timed) {
        one.record(model, event.clone());
        one.mql(model, event.time);
    }
    other.extend(model, timed.iter().rev().chain(past.iter().rev()).cloned().collect());
    one.assess(model, now, true) == other.assess(model, now, true)
}

/// Nanoseconds that this thread has been on a processor: other programs don't count.
#[cfg(unix)]
fn on_cpu() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Nanoseconds of the clock: here, nothing else should run.
#[cfg(not(unix))]
fn on_cpu() -> f64 {
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    START.elapsed().as_nanos() as f64
}

/// The median of so many runs, after one that does not count: a process that has just begun takes its memory from the system first.
fn median(runs: u32, measure: impl Fn() -> f64) -> f64 {
    measure();
    let mut times: Vec<f64> = (0..runs).map(|_| measure()).collect();
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// A model with so many rules: of five, two look at paths, one at forms, one at carts, and one at the profile; every other one fades.
fn model(rules: u32) -> Result<Model, Failure> {
    let mut list = String::new();
    for n in 0..rules {
        let fades = if n % 2 == 0 { r#","decay":{"half_life":"14d"}"# } else { "" };
        let rule = match n % 5 {
            0 => format!(r#""on":"page_view","where":{{"path":"/page-{n}"}},"points":1{fades}"#),
            1 => format!(
                r#""on":"page_view","where":{{"path":{{"$glob":"/docs-{n}/*"}}}},"points":2,"limit":{{"times":3,"per":"7d"}}{fades}"#
            ),
            2 => format!(r#""on":"form_submit","where":{{"properties.form":"form-{n}"}},"points":5{fades}"#),
            3 => format!(
                r#""on":"add_to_cart","where":{{"properties.item":"item-{n}"}},"points":{{"of":"properties.value","times":0.1,"max":20}}{fades}"#
            ),
            _ => format!(r#""score":"fit","when":{{"traits.role":"role-{n}"}},"points":3"#),
        };
        let comma = if n == 0 { "" } else { "," };
        let _ = write!(list, r#"{comma}{{"id":"r{n}",{rule}}}"#);
    }
    let text = format!(
        r#"{{ "id": "bench", "version": "1", "scores": {{ "engagement": {{}}, "fit": {{}} }}, "rules": [{list}],
          "signals": {{ "visits": {{ "on": "*", "measure": "sessions" }}, "forms": {{ "on": "form_submit", "within": "90d" }} }},
          "stages": [{{ "id": "lead", "when": {{ "scores.engagement": {{ "$gte": 50 }} }} }},
            {{ "id": "mql", "when": {{ "scores.engagement": {{ "$gte": 500 }}, "signals.forms": {{ "$gte": 3 }} }}, "exit": {{ "scores.engagement": {{ "$lt": 30 }} }} }}],
          "mql": "mql" }}"#
    );
    load(&text)
}

fn load(text: &str) -> Result<Model, Failure> {
    let value = json::parse(text).map_err(|error| Failure::new(Exit::Data, error))?;
    Model::load(&value).map_err(|problems| Failure::new(Exit::Data, problems.first().map(ToString::to_string).unwrap_or_default()))
}

/// Events with these numbers, 20 seconds apart; each matches one of the rules.
fn events(numbers: core::ops::Range<u32>, rules: u32) -> Result<Vec<Event>, Failure> {
    let event = |n: u32| {
        // Any five rules, the same for each number everywhere.
        let mixed = n.wrapping_mul(0x9e37_79b9);
        let five = (mixed >> 8) % (rules / 5) * 5;
        let what = match (mixed >> 4) % 4 {
            0 => format!(r#""type":"page_view","url":"https://acme.example/page-{five}""#),
            1 => format!(r#""type":"page_view","url":"https://acme.example/docs-{}/start""#, five + 1),
            2 => format!(r#""type":"form_submit","properties":{{"form":"form-{}"}}"#, five + 2),
            _ => format!(r#""type":"add_to_cart","properties":{{"item":"item-{}","value":12}}"#, five + 3),
        };
        let text = format!(r#"{{"id":"0190aaaa-0000-7000-8000-{n:012x}","time":{},{what}}}"#, START + Time::from(n) * 20_000);
        let value = json::parse(&text).map_err(|error| Failure::new(Exit::Data, error))?;
        Event::read(&value, String::new).map_err(|(_, message)| Failure::new(Exit::Data, message))
    };
    numbers.map(event).collect()
}

//! How a difference is told to people.

use crate::cli::{GOOD, QUIET, STRONG};
use crate::printable::printable;
use std::fmt::{self, Display, Formatter};
use warmlead::engine::Points;
use warmlead::explain::diff::{Diff, LineChange, Moved, Standing, Threshold};
use warmlead::json;
use warmlead::value::Value;

/// A visitor who moved, and why.
pub struct Told<'a>(pub &'a Moved);

impl Display for Told<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let moved = self.0;
        writeln!(f, "{STRONG}{}{STRONG:#}  {}", printable(&moved.visitor), way(moved, standing(&moved.from), standing(&moved.to)))?;
        if moved.scores.is_empty() && moved.signals.is_empty() && moved.thresholds.is_empty() {
            writeln!(
                f,
                "  No score, signal or threshold differs: look at the order of `stages`, `mql`, `consent` and when stages are left."
            )?;
        }
        for score in &moved.scores {
            writeln!(f, "  {}  {} → {}", printable(&score.score), points(score.from), points(score.to))?;
            for line in &score.lines {
                writeln!(f, "    {:>10} → {:<8} {}", points(line.from), points(line.to), printable(about(line)))?;
            }
        }
        for signal in &moved.signals {
            writeln!(
                f,
                "  {QUIET}signal{QUIET:#} {}  {} → {}",
                printable(&signal.signal),
                value(signal.from.as_ref()),
                value(signal.to.as_ref())
            )?;
        }
        for own in &moved.thresholds {
            let (from, to) = (own.from.as_ref(), own.to.as_ref());
            let asks = |side: Option<&Threshold>| value(side.map(|side| &side.asks));
            let has = |side: Option<&Threshold>| value(side.and_then(|side| side.has.as_ref()));
            let holds = |side: Option<&Threshold>| side.map_or("not asked", |side| if side.holds { "yes" } else { "no" });
            writeln!(
                f,
                "  {}, {} {} {}  {} → {}    {QUIET}has {} → {}, {} → {}{QUIET:#}",
                printable(&own.stage),
                own.part,
                printable(&own.path),
                printable(&own.operator),
                asks(from),
                asks(to),
                has(from),
                has(to),
                holds(from),
                holds(to)
            )?;
        }
        writeln!(f)
    }
}

/// How many moved, and where.
pub struct Sum<'a>(pub &'a Diff);

impl Display for Sum<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let diff = self.0;
        let mut ways: Vec<(String, usize)> = Vec::new();
        for moved in &diff.moved {
            let way = way(moved, printable(&moved.from.stage), printable(&moved.to.stage));
            match ways.iter_mut().find(|(own, _)| *own == way) {
                Some((_, count)) => *count += 1,
                None => ways.push((way, 1)),
            }
        }
        ways.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let style = if diff.moved.is_empty() { GOOD } else { STRONG };
        let visitors = if diff.visitors == 1 { "visitor" } else { "visitors" };
        let changed = diff.moved.iter().filter(|moved| moved.from.stage != moved.to.stage).count();
        let change = if changed == 1 { "changes" } else { "change" };
        writeln!(
            f,
            "{style}{} of {} {visitors} {change} stage{style:#} {QUIET}(`{}` {} → `{}` {}){QUIET:#}; MQLs {} → {}",
            changed,
            diff.visitors,
            printable(&diff.from.id),
            printable(&diff.from.version),
            printable(&diff.to.id),
            printable(&diff.to.version),
            diff.mqls.0,
            diff.mqls.1
        )?;
        ways.iter().try_for_each(|(way, count)| writeln!(f, "  {count:>6}  {way}"))
    }
}

/// From where to where somebody moved. Whether that makes an MQL, the stages say, unless it is the same stage.
fn way(moved: &Moved, from: impl Display, to: impl Display) -> String {
    match (moved.from.stage == moved.to.stage, moved.to.mql) {
        (false, _) => format!("{from} → {to}"),
        (true, true) => format!("{to}, becomes an MQL"),
        (true, false) => format!("{to}, is no MQL any more"),
    }
}

fn standing(standing: &Standing) -> String {
    let disqualified = standing.disqualified.iter().map(|id| format!(" ({id})")).collect::<String>();
    let consent = if standing.consent.is_some() { " (no consent)" } else { "" };
    printable(format!("{}{disqualified}{consent}", standing.stage)).to_string()
}

fn points(points: Option<Points>) -> String {
    points.map_or_else(|| "nothing".into(), |points| points.value().to_string())
}

fn value(value: Option<&Value>) -> String {
    value.map_or_else(|| "nothing".into(), |value| printable(json::print(value)).to_string())
}

/// What a line is about.
fn about(line: &LineChange) -> String {
    let word = |key| line.line.get(key).and_then(Value::as_str);
    match (word("rule"), word("group"), word("score"), word("adjustment")) {
        (Some(rule), ..) => rule.to_owned(),
        (_, Some(group), ..) => format!("limit of the group {group}"),
        (_, _, Some(score), _) => score.to_owned(),
        (.., Some("score")) => "limit of the score".to_owned(),
        (.., other) => other.unwrap_or_default().to_owned(),
    }
}

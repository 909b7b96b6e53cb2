//! The state between a tab and its collector: what is due when, what was too large, what is suspected of being malformed.

use super::answer::{self, Answer, Meaning, Outcome};
use super::batch::{Batch, Waiting, cut};
use super::pause::{MANY_FAILURES, asked, back_off};
use crate::time::Time;

/// How long an event may wait for company, in milliseconds.
const LINGER: Time = 1_000;

/// How much is sent and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The most events in a batch.
    pub events: usize,
    /// The most bytes of messages in a batch. The collector takes 512 KiB; the rest is for what is sent along.
    pub bytes: usize,
    /// The same when the page is being hidden: browsers give such requests 64 KiB in all (fetch's `keepalive`).
    pub parting_bytes: usize,
    /// The most events that may wait.
    pub waiting: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { events: 500, bytes: 480 * 1024, parting_bytes: 60_000, waiting: 10_000 }
    }
}

/// Decides what to send and when. See the [module](super) for how it is driven.
#[derive(Clone, Debug)]
pub struct Sender {
    limits: Limits,
    /// When the next attempt is wanted; `None` if nothing waits, as far as it knows.
    wanted: Option<Time>,
    pause: Option<Pause>,
    /// When [`Sender::next`] was last asked.
    seen: Time,
    /// Failures in a row.
    failures: u32,
    /// Groups of events, one of which made the collector refuse a batch: sent by themselves, the last one first, until the culprit is found.
    suspects: Vec<Vec<String>>,
    /// The group that is on its way.
    probe: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Pause {
    until: Time,
    /// By the collector, so that nothing shortens it.
    asked: bool,
}

impl Sender {
    /// With nothing known to be waiting.
    pub fn new(limits: Limits) -> Sender {
        let (suspects, probe) = (Vec::new(), Vec::new());
        Sender { limits, wanted: None, pause: None, seen: 0, failures: 0, suspects, probe }
    }

    /// An event was stored.
    pub fn recorded(&mut self, now: Time) {
        self.want(now.saturating_add(LINGER));
    }

    /// Somebody wants what waits to be sent now, and that ends a pause of our own.
    pub fn hurry(&mut self, now: Time) {
        self.want(now);
        self.pause = self.pause.filter(|pause| pause.asked);
    }

    /// The network is back. (That it is gone need not be said: browsers think so wrongly where the collector runs on the same machine.)
    pub fn online(&mut self, now: Time) {
        self.failures = 0;
        self.hurry(now);
    }

    /// Another tab is sending; it will take most of what waits.
    pub fn busy(&mut self, now: Time) {
        self.wanted = Some(now.saturating_add(LINGER));
    }

    /// When to call [`Sender::next`]; `None`: not before something happens.
    pub fn due(&self) -> Option<Time> {
        let wanted = self.wanted?;
        Some(self.pause.map_or(wanted, |pause| pause.until.max(wanted)))
    }

    /// Until when it waits after a failure.
    pub fn retry_at(&self, now: Time) -> Option<Time> {
        self.pause.map(|pause| pause.until).filter(|until| *until > now)
    }

    /// How many of the oldest events must go if so many wait.
    pub fn excess(&self, waiting: usize) -> usize {
        waiting.saturating_sub(self.limits.waiting)
    }

    /// The batch to send now, if it is due and anything waits. `rows` are the oldest events that wait, at least as many as a batch
    /// may have unless there are fewer; `more` says whether others wait behind them.
    pub fn next(&mut self, rows: &[Waiting], more: bool, visitor: &str, now: Time) -> Option<Batch> {
        // Where the clock was set back, what is due would else be as much later: years, on a computer that has just learned which year it is.
        if now < self.seen {
            self.wanted = Some(now);
            if let Some(pause) = &mut self.pause {
                pause.until = pause.until.wrapping_sub(self.seen.wrapping_sub(now));
            }
        }
        self.seen = now;
        if self.due().is_none_or(|due| due > now) {
            return None;
        }
        while let Some(group) = self.suspects.pop() {
            let members = rows.iter().filter(|row| group.contains(&row.id));
            let batch = cut(members, true, visitor, group.len(), usize::MAX);
            if !batch.ids.is_empty() {
                self.probe.clone_from(&batch.ids);
                return Some(batch);
            }
        }
        let batch = cut(rows, more, visitor, self.limits.events, self.limits.bytes);
        if batch.ids.is_empty() && batch.unreadable.is_empty() {
            self.wanted = None;
            return None;
        }
        Some(batch)
    }

    /// The batch to send when the page is being hidden and may never come back: whatever still waits, on its way or not, also in a pause of our own.
    pub fn parting(&self, rows: &[Waiting], more: bool, visitor: &str, now: Time) -> Option<Batch> {
        let asked_to_wait = self.pause.is_some_and(|pause| pause.asked && pause.until > now);
        if asked_to_wait {
            return None;
        }
        let batch = cut(rows, more, visitor, self.limits.events, self.limits.parting_bytes);
        if batch.ids.is_empty() { None } else { Some(batch) }
    }

    /// What the answer to a batch of these ids means. `random` is in \[0, 1).
    pub fn answered(&mut self, ids: &[String], answer: Answer<'_>, now: Time, random: f64) -> Outcome {
        let probed = !self.probe.is_empty() && self.probe == ids;
        if probed {
            self.probe.clear();
        }
        // Whatever comes of it, there may be more to send: `next` finds out.
        self.want(now);
        match answer::read(answer, ids) {
            Meaning::Taken(outcome) => {
                self.recovered();
                outcome
            }
            Meaning::TooLarge | Meaning::Malformed if probed && ids.len() == 1 => {
                self.recovered();
                Outcome { done: ids.to_vec(), refused: ids.to_vec(), ..Outcome::default() }
            }
            Meaning::TooLarge => {
                self.recovered();
                self.limits.events = (ids.len() / 2).max(1);
                self.suspect(ids);
                Outcome::default()
            }
            Meaning::Malformed => {
                self.recovered();
                self.suspect(ids);
                Outcome::default()
            }
            Meaning::Later => {
                self.failed(1, answer, now, random, probed.then_some(ids));
                Outcome::default()
            }
            Meaning::MuchLater => {
                self.failed(MANY_FAILURES, answer, now, random, probed.then_some(ids));
                Outcome::default()
            }
        }
    }

    /// Splits what was refused: halves are sent by themselves, a single event once more without whatever was sent along with it.
    fn suspect(&mut self, ids: &[String]) {
        let (first, second) = ids.split_at(ids.len() / 2);
        for half in [second, first].into_iter().filter(|half| !half.is_empty()) {
            self.suspects.push(half.to_vec());
        }
    }

    fn want(&mut self, at: Time) {
        self.wanted = Some(self.wanted.map_or(at, |wanted| wanted.min(at)));
    }

    fn recovered(&mut self) {
        self.failures = 0;
        self.pause = None;
    }

    fn failed(&mut self, failures: u32, answer: Answer<'_>, now: Time, random: f64, probed: Option<&[String]>) {
        if let Some(group) = probed {
            self.suspects.push(group.to_vec());
        }
        self.failures = self.failures.saturating_add(failures);
        let retry_at = match answer {
            Answer::Unreachable => None,
            Answer::Response { retry_at, .. } => asked(retry_at, now),
        };
        let own = now.saturating_add(back_off(self.failures, random));
        self.pause = Some(Pause { until: retry_at.unwrap_or(own), asked: retry_at.is_some() });
    }
}

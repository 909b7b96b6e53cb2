//! Sending events: bytes up to the first line end are what happens, the JSON text after it is what the collector answers with at times.
//! Whatever it answers, an event is forgotten only when it is named, and once it answers well, all that waits gets there.

use super::value;
use warmlead::sync::{Answer, Batch, Limits, Outcome, Sender, Waiting};
use warmlead::value::{Object, Value};

/// How many events there are.
const EVENTS: usize = 12;
const STATUS: [u16; 12] = [200, 200, 202, 204, 302, 400, 401, 408, 413, 422, 429, 503];

struct World {
    sender: Sender,
    waiting: Vec<Waiting>,
    now: i64,
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (steps, rest) = data.split_at(end);
    let body = rest.split_first().and_then(|(_, text)| value(text)).unwrap_or_default();
    let limits = Limits { events: 5, bytes: 2_000, parting_bytes: 500, waiting: 10 };
    let waiting: Vec<Waiting> = (0..EVENTS).map(waiting).collect();
    let mut world = World { sender: Sender::new(limits), waiting, now: super::NOW };
    for pair in steps.chunks(2) {
        let (step, with) = (pair[0], pair.get(1).copied().unwrap_or_default());
        world.step(step, with, &body);
    }
    world.finish();
}

fn waiting(index: usize) -> Waiting {
    let members = [("id", Value::from(format!("e{index}"))), ("type", "page_view".into()), ("time", (super::NOW + index as i64).into())];
    // Two rows are no events.
    let event = if index % 5 == 4 { Value::Null } else { Object::from_iter(members).into() };
    Waiting { id: format!("e{index}"), event }
}

impl World {
    fn step(&mut self, step: u8, with: u8, body: &Value) {
        match step % 8 {
            0 => self.sender.recorded(self.now),
            1 => self.sender.hurry(self.now),
            2 => self.sender.online(self.now),
            3 => self.sender.busy(self.now),
            4 => self.now += i64::from(with) * 1_000,
            5 => {
                let batch = self.sender.parting(&self.waiting, false, "v", self.now);
                self.check(batch.as_ref());
            }
            _ => {
                let Some(batch) = self.next() else { return };
                let status = STATUS[usize::from(with) % STATUS.len()];
                let retry_at = (with & 0x80 != 0).then(|| self.now + i64::from(with) * 60_000);
                let answer = if with % 16 == 15 { Answer::Unreachable } else { Answer::Response { status, retry_at, body } };
                let outcome = self.sender.answered(&batch.ids, answer, self.now, f64::from(with) / 256.0);
                self.take(&batch, &outcome);
            }
        }
        assert!(self.sender.retry_at(self.now).is_none_or(|until| until > self.now));
    }

    fn next(&mut self) -> Option<Batch> {
        let batch = self.sender.next(&self.waiting, false, "v", self.now);
        self.check(batch.as_ref());
        let batch = batch?;
        self.waiting.retain(|row| !batch.unreadable.contains(&row.id));
        Some(batch)
    }

    /// What is to be sent is what waits, and no more of it than may be.
    fn check(&self, batch: Option<&Batch>) {
        let Some(batch) = batch else { return };
        assert!(batch.ids.len() == batch.messages.len() && batch.ids.len() <= EVENTS);
        assert!(batch.ids.iter().chain(&batch.unreadable).all(|id| self.waiting.iter().any(|row| row.id == *id)), "{batch:?}");
    }

    /// What was not sent is not done with.
    fn take(&mut self, batch: &Batch, outcome: &Outcome) {
        assert!(outcome.done.iter().all(|id| batch.ids.contains(id)), "{outcome:?} of {:?}", batch.ids);
        assert_eq!(outcome.acknowledged + outcome.refused.len(), outcome.done.len(), "{outcome:?}");
        assert!(outcome.refused.iter().all(|id| outcome.done.contains(id)), "{outcome:?}");
        outcome.missing.iter().for_each(super::check_event);
        self.waiting.retain(|row| !outcome.done.contains(&row.id));
    }

    /// A collector that takes everything gets everything, soon.
    fn finish(&mut self) {
        self.sender.recorded(self.now);
        for _ in 0..4 * EVENTS {
            if self.waiting.is_empty() {
                return;
            }
            // Whatever was asked for, nobody need wait for longer than a day.
            self.now = self.now.max(self.sender.due().expect("something waits, and nothing is due")).min(self.now + 24 * 3_600_000);
            let Some(batch) = self.next() else { continue };
            let result = |id: &String| Value::from(Object::from_iter([("id", id.as_str()), ("status", "stored")]));
            let results: Vec<Value> = batch.ids.iter().map(result).collect();
            let body = Object::from_iter([("success", Value::Bool(true)), ("results", results.into())]).into();
            let outcome = self.sender.answered(&batch.ids, Answer::Response { status: 200, retry_at: None, body: &body }, self.now, 0.5);
            assert_eq!(outcome.done, batch.ids);
            self.take(&batch, &outcome);
        }
        panic!("{} events never get there", self.waiting.len());
    }
}

//! Packed events taken in one by one, as a page's module does, against a visitor who is given them as events: random models and events, in order and not, seen
//! and new, with questions in between. `tests/package/lanes.test.mjs` holds the package to the same.
//!
//! `WARMLEAD_CASES` says how many cases, `WARMLEAD_SEED` from which one on.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[allow(dead_code)]
#[path = "fuzz/src/lib.rs"]
mod targets;

use targets::choices::{Choices, DAY, START, bytes, event, model, number};
use targets::packed::laid;
use warmlead::engine::intake::Intake;
use warmlead::engine::{Assessment, Points, Recorded, Visitor};
use warmlead::event::Event;
use warmlead::json;
use warmlead::model::Model;
use warmlead::time::Time;
use warmlead::value::{Object, Value};

/// A visitor without events, perhaps with traits from outside.
fn visitor(outside: bool) -> Visitor {
    let mut visitor = Visitor::new("v");
    visitor.set_traits(outside.then(|| Object::from_iter([("role", "chief")])));
    visitor
}

/// What a page is shown: the stage, whether it makes an MQL, and the scores.
type Sight = (String, bool, Vec<Option<Points>>);

fn sight(model: &Model, visitor: &Visitor, now: Time) -> Sight {
    let values = model.score_names().map(|name| visitor.value(model, name, now)).collect();
    (visitor.stage(model, now).to_string(), visitor.mql(model, now), values)
}

/// What a page would show or do.
fn told(assessment: &Assessment) -> String {
    let Assessment { scores, stage, mql, disqualified, show, held_out, consent, .. } = assessment;
    let show: Vec<_> = show.iter().map(|action| &action.id).collect();
    format!("{scores:?} {stage} {mql} {disqualified:?} {show:?} {held_out:?} {consent:?}")
}

/// A [`Sight`] of what is seen on the way, whose type has no name out here.
macro_rules! sight_of {
    ($model:expr, $present:expr) => {{
        let values = (0..$model.score_names().count()).map(|place| $present.value(place).map(Points)).collect();
        ($present.stage().to_string(), $present.mql(), values)
    }};
}

/// How many events were taken in packed and how many not, and how often looking needed nothing else.
#[derive(Default)]
struct Counts {
    packed: usize,
    other: usize,
    looks: usize,
}

/// Two of the same visitor, and what is known of them.
struct Pair {
    model: Model,
    intake: Intake,
    other: Visitor,
    outside: bool,
    counts: Counts,
}

impl Pair {
    /// Takes an event in, the one visitor packed if it may be.
    fn take(&mut self, event: Event, now: Time, seed: u64) {
        let Pair { model, intake, other, counts, .. } = self;
        let packed = laid(&event);
        let before = (told(&other.assess(model, now, false)), other.glance(model, now));
        let size = intake.len();
        let mut seen = None;
        let weighed = intake.weigh(model, &packed, now, &mut |present| seen = Some(sight_of!(model, present)));
        let is_new = other.events().iter().all(|own| own.id != event.id);
        let is_last = other.events().last().is_none_or(|last| (last.time, &last.id) < (event.time, &event.id));
        assert!(weighed.is_none() || is_new && is_last && event.time <= now, "seed {seed}: {event:?} is not plain");
        let recorded = other.record(model, event.clone());
        let changed = told(&other.assess(model, now, false)) != before.0;
        assert_eq!(other.glance(model, now) != before.1, changed, "seed {seed}: {event:?} at {now}");
        match weighed {
            Some(weighed) => {
                counts.packed += 1;
                intake.keep(&packed, &weighed);
                assert_eq!(intake.len(), size + 1, "seed {seed}");
                assert_eq!((recorded, weighed.changed), (Recorded::Added, changed), "seed {seed}: {event:?} at {now}");
                assert_eq!(seen, changed.then(|| sight(model, other, now)), "seed {seed}: {event:?} at {now}");
                self.stays(now, weighed.until, seed);
            }
            None => {
                counts.other += 1;
                let told = intake.visitor().record(model, event);
                assert_eq!(told, recorded, "seed {seed}");
                intake.visitor().glance(model, now);
            }
        }
        assert_eq!(self.intake.len(), self.other.events().len(), "seed {seed}");
    }

    /// The same visitor, of whom nothing is known but the events.
    fn fresh(&self) -> Visitor {
        let mut fresh = visitor(self.outside);
        assert!(fresh.extend(&self.model, self.other.events().to_vec()).is_empty());
        fresh
    }

    /// Whether what there is to see stays as it is until a time, and the running state knows of it.
    fn stays(&self, now: Time, until: Time, seed: u64) {
        let (fresh, last) = (self.fresh(), until.min(now + 400 * DAY) - 1);
        assert!(until > now, "seed {seed}: {until} is not behind {now}");
        assert_eq!(sight(&self.model, &fresh, last), sight(&self.model, &fresh, now), "seed {seed}: from {now} to {last}");
    }

    /// Looks at what there is to see.
    fn look(&mut self, now: Time, seed: u64) {
        let (model, mut seen) = (&self.model, None);
        let quiet = self.intake.look(model, now, &mut |present| seen = Some(sight_of!(model, present)));
        let Some(until) = quiet else {
            assert_eq!(seen, None, "seed {seed}");
            return;
        };
        assert_eq!(seen, Some(sight(model, &self.fresh(), now)), "seed {seed}: at {now}");
        self.stays(now, until, seed);
        self.counts.looks += 1;
    }

    /// Whether all that there is to say is the same.
    fn compare(&mut self, now: Time, seed: u64) {
        assert_eq!(self.intake.snapshot(), self.other.snapshot(), "seed {seed}");
        let expected = json::print(&self.fresh().assess(&self.model, now, true));
        assert_eq!(json::print(&self.intake.visitor().assess(&self.model, now, true)), expected, "seed {seed}: at {now}");
        assert_eq!(json::print(&self.other.assess(&self.model, now, true)), expected, "seed {seed}: at {now}");
    }
}

/// Runs a case.
fn run(seed: u64) -> Counts {
    let made = bytes(seed);
    let c = &mut Choices::new(&made);
    let mut value = model(c);
    if c.rarely(4)
        && let Value::Object(model) = &mut value
    {
        model.insert("retention", json::parse(c.of(&[r#"{ "events": 20 }"#, r#"{ "age": "1d" }"#])).unwrap());
    }
    let model = Model::load(&value).unwrap();
    // Events of other types than the model's, since they are chosen anew: enough meet.
    let made = bytes(!seed);
    let c = &mut Choices::new(&made);
    let outside = c.rarely(6);
    let ascend = c.rarely(2);
    let (intake, other) = (Intake::new(visitor(outside)), visitor(outside));
    let mut pair = Pair { model, intake, other, outside, counts: Counts::default() };
    let mut now = START;
    for place in 0..60 {
        let mut next = Event::read(&event(c), String::new).unwrap();
        // Mostly, an event happens now and is new.
        now += c.of(&[1_000, 0, 1, 60_000, 5 * 60_000, 31 * 60_000, DAY, 3_600_000]);
        next.time = now;
        if c.rarely(12) {
            next.time += c.of(&[-1, 0, -60_000, -DAY, 1, 60_000]);
        }
        let known = pair.other.events();
        next.id = match known.len().checked_sub(1 + c.below(6)) {
            Some(place) if c.rarely(8) => known[place].id.clone(),
            _ if ascend => format!("{place:03}"),
            _ => format!("{}-{place}", c.below(100)),
        };
        pair.take(next, now, seed);
        match c.below(12) {
            0 => pair.look(now, seed),
            1 => {
                pair.look(now + c.of(&[DAY, 1, 31 * 60_000]), seed);
                pair.look(now, seed);
            }
            2 => pair.look(now - c.of(&[1, 60_000]), seed),
            3 => pair.compare(now, seed),
            4 => {
                // Somebody asks on the way, and time goes on.
                pair.intake.visitor().stage(&pair.model, now);
            }
            _ => {}
        }
    }
    pair.compare(now, seed);
    pair.compare(now + 40 * DAY, seed);
    pair.counts
}

#[test]
fn packed_events_come_to_what_events_come_to() {
    let (cases, first) = (number("WARMLEAD_CASES", 300), number("WARMLEAD_SEED", 0));
    let mut all = Counts::default();
    for seed in first..first + cases {
        let Counts { packed, other, looks } = run(seed);
        all = Counts { packed: all.packed + packed, other: all.other + other, looks: all.looks + looks };
    }
    // Most go the short way, and enough the other.
    let Counts { packed, other, looks } = all;
    println!("{packed} packed, {other} not, {looks} looks");
    let each = |count: usize| count as f64 / cases as f64;
    assert!(each(packed) > 25.0 && each(other) > 10.0 && each(looks) > 10.0, "{packed} packed, {other} not, {looks} looks");
}

//! The engine against the judge of `tests/reference/`: bytes are choices, which make a model, events and times, as for `tests/differential.rs`.
//! Led by coverage, these choices get to corners that random ones seldom see.

use super::choices::{self, Choices, DAY, START};
use super::events::text_of;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::model::Model;
use warmlead::reference;

/// Runs the target.
pub fn run(data: &[u8]) {
    let c = &mut Choices::new(data);
    let model = Model::load(&choices::model(c)).expect("the generator makes good models");
    let mut visitor = Visitor::new("v");
    let mut other = Visitor::new("w");
    let (mut now, steps) = (START, 1 + c.below(24));
    for _ in 0..steps {
        match c.below(5) {
            0..=2 => {
                let event = Event::read(&choices::event(c), String::new).expect("the generator makes good events");
                // Some are seen elsewhere.
                if c.rarely(6) {
                    other.record(&model, event)
                } else {
                    visitor.record(&model, event)
                };
            }
            3 => {
                visitor.merge(&model, other.clone());
            }
            _ => {
                now = if c.rarely(4) { choices::time(c) } else { choices::time(c).max(now) };
                compare(&model, &visitor, now);
            }
        }
    }
    compare(&model, &visitor, now.max(START) + 40 * DAY);
}

fn compare(model: &Model, visitor: &Visitor, now: i64) {
    let judged = reference::assess(model, visitor, now, true);
    // What pages ask one by one is asked first, of a state that nobody has brought there.
    assert_eq!((visitor.stage(model, now), visitor.mql(model, now)), (&*judged.stage, judged.mql), "at {now}");
    for (name, score) in &judged.scores {
        assert_eq!(visitor.value(model, name, now), Some(score.value), "`{name}` at {now}");
    }
    assert_eq!(text_of(&visitor.assess(model, now, true)), text_of(&judged), "at {now}");
}

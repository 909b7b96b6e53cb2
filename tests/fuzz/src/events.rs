//! Events: JSON text of a list of them. Bad ones are refused one by one; the good ones are a set, whatever the order in which they come.

use super::{NOW, check_event, check_receipts, check_rejections, choices::DAY, everything, value};
use warmlead::engine::{Assessment, Visitor, position_id, score};
use warmlead::event::Event;
use warmlead::json;
use warmlead::reference;
use warmlead::value::Value;

/// More than so many are not asked about: the judge takes long.
const MOST: usize = 60;

/// Assessments are compared as the outside sees them.
pub(super) fn text_of(assessment: &Assessment) -> String {
    json::print(assessment)
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let Some(value) = value(data) else { return };
    let list = match value {
        Value::Array(list) => list,
        other => vec![other],
    };
    let model = everything();
    let scored = score(model, "v", None, &list, NOW, true);
    check_rejections(&scored.rejected);
    check_receipts(&scored.assessment);
    assert!(scored.rejected.iter().all(|rejection| rejection.index < list.len()));

    let read = |(index, value)| Event::read(value, || position_id(index)).ok();
    let good: Vec<Event> = list.iter().enumerate().filter_map(read).collect();
    good.iter().for_each(check_event);
    assert!(good.len() + scored.rejected.len() == list.len() || good.len() > 10_000, "an event is neither taken nor refused");

    // Events of one id, time and type are taken to be equal: which of them is kept is not said.
    let same = |one: &Event, other: &Event| (&one.id, one.time, &one.r#type) == (&other.id, other.time, &other.r#type) && one != other;
    if good.iter().enumerate().any(|(place, one)| good.iter().skip(place).any(|other| same(one, other))) {
        return;
    }

    // One by one, the last first.
    let mut visitor = Visitor::new("v");
    for event in good.iter().rev() {
        visitor.record(model, event.clone());
        if good.len() <= MOST {
            // Whatever is asked in between must not show.
            visitor.stage(model, event.time.min(NOW));
        }
    }
    let expected = text_of(&scored.assessment);
    assert_eq!(text_of(&visitor.explain(model, NOW)), expected, "order shows");
    let back = Visitor::from_snapshot(&visitor.snapshot()).expect("a snapshot can be read");
    assert_eq!(text_of(&back.explain(model, NOW)), expected, "a snapshot shows");

    let recent = visitor.events().iter().all(|event| (NOW - 60 * DAY..=NOW).contains(&event.time));
    if recent && good.len() <= MOST {
        let judged = text_of(&reference::assess(model, &visitor, NOW, true));
        assert_eq!(text_of(&visitor.assess(model, NOW, true)), judged, "the judge says otherwise");
    }
}

//! Loading models: JSON text. What is refused says why; what loads can be checked and scored with, and the judge scores the same.

use super::{NOW, check_problems, check_receipts, events::text_of, value};
use std::sync::OnceLock;
use warmlead::engine::Visitor;
use warmlead::event::Event;
use warmlead::model::Model;
use warmlead::{check, reference};

/// Visits over some weeks, so that whatever a model may say has something to say it of.
fn events() -> &'static [Event] {
    static EVENTS: OnceLock<Vec<Event>> = OnceLock::new();
    EVENTS.get_or_init(|| {
        let events = value(include_bytes!("../corpus/events/visits.json")).expect("it is JSON");
        events.as_array().expect("it is a list").iter().map(|event| Event::read(event, String::new).expect("it is an event")).collect()
    })
}

/// Runs the target.
pub fn run(data: &[u8]) {
    let Some(value) = value(data) else { return };
    let model = match Model::load(&value) {
        Ok(model) => model,
        Err(problems) => {
            assert!(!problems.is_empty(), "a model is refused without a reason");
            return check_problems(&problems);
        }
    };
    check_problems(&check::warnings(&model, &value));
    let mut visitor = Visitor::new("v");
    visitor.extend(&model, events().to_vec());
    let assessment = visitor.assess(&model, NOW, true);
    check_receipts(&assessment);
    assert_eq!(text_of(&assessment), text_of(&reference::assess(&model, &visitor, NOW, true)));
    // An hour more: nothing that was kept may be wrong then.
    let later = NOW + 3_600_000;
    assert_eq!(text_of(&visitor.assess(&model, later, false)), text_of(&reference::assess(&model, &visitor, later, false)));
}

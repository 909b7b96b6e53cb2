//! Packed events: any bytes, as they might lie on the desk. What is taken for an event is one, and whoever takes it in packed comes to what whoever is given it comes to.

use super::{NOW, check_event, check_receipts, events::text_of, everything};
use warmlead::engine::Visitor;
use warmlead::engine::intake::Intake;
use warmlead::event::packed::{KEYS, MAX_PACKED_BYTES, has_id, read, read_listed};
use warmlead::event::view::EventView;
use warmlead::event::{Event, MAX_EVENT_BYTES};
use warmlead::value::{Object, Value};

/// Runs the target.
pub fn run(data: &[u8]) {
    let listed = read_listed(data).as_ref().map(EventView::to_event);
    let event = read(data).as_ref().map(EventView::to_event);
    assert_eq!(event.as_ref(), listed.as_ref().filter(|event| !event.id.is_empty()), "in a list it is another");
    let Some(event) = event else { return };
    if event.to_value().json_size() <= MAX_EVENT_BYTES {
        check_event(&event);
    }
    let again = laid(&event);
    if again.len() <= MAX_PACKED_BYTES {
        assert_eq!(read(&again).as_ref().map(EventView::to_event).as_ref(), Some(&event), "laid out again it is another");
        compare(&again, &event);
    }
    // No page lays out a key twice, nor a length in more bytes than it needs.
    if again.len() == data.len() {
        assert!(has_id(data, &event.id), "its id is another");
        compare(data, &event);
    }
}

/// Takes an event in, packed and as it is, behind another one.
fn compare(packed: &[u8], event: &Event) {
    let model = everything();
    let first = Event { id: "!".into(), r#type: "page_view".into(), time: event.time, path: Some("/pricing".into()), ..Event::default() };
    let [one, mut other] = [(); 2].map(|()| {
        let mut visitor = Visitor::new("v");
        visitor.record(model, first.clone());
        visitor.stage(model, event.time);
        visitor
    });
    let mut intake = Intake::new(one);
    // What is not plain goes another way, and is not changed.
    let Some(weighed) = intake.weigh(model, packed, event.time, &mut |_| {}) else { return };
    intake.keep(packed, &weighed);
    other.record(model, event.clone());
    assert_eq!(intake.snapshot(), other.snapshot(), "it is kept as another");
    for now in [event.time, event.time.max(NOW)] {
        let assessment = intake.visitor().assess(model, now, true);
        check_receipts(&assessment);
        assert_eq!(text_of(&assessment), text_of(&other.assess(model, now, true)), "it comes to something else");
    }
}

/// An event as a page lays it out, its id first.
pub fn laid(event: &Event) -> Vec<u8> {
    let Value::Object(fields) = event.to_value() else { return Vec::new() };
    let mut bytes = vec![5, fields.len() as u8];
    for (key, value) in fields.iter() {
        bytes.push(KEYS.iter().position(|own| *own == key).expect("an event has no other keys") as u8);
        lay(value, &mut bytes);
    }
    bytes
}

fn lay(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Null => bytes.push(0),
        Value::Bool(truth) => bytes.push(1 + u8::from(*truth)),
        Value::Number(number) => {
            bytes.push(3);
            bytes.extend(number.to_le_bytes());
        }
        Value::String(text) => {
            bytes.push(4);
            lay_text(text, bytes);
        }
        Value::Object(object) => lay_object(object, bytes),
        Value::Array(items) => {
            bytes.push(6);
            count(items.len(), bytes);
            items.iter().for_each(|item| lay(item, bytes));
        }
    }
}

fn lay_object(object: &Object, bytes: &mut Vec<u8>) {
    bytes.push(5);
    count(object.len(), bytes);
    for (key, value) in object.iter() {
        lay_text(key, bytes);
        lay(value, bytes);
    }
}

fn lay_text(text: &str, bytes: &mut Vec<u8>) {
    count(text.len(), bytes);
    bytes.extend(text.as_bytes());
}

fn count(count: usize, bytes: &mut Vec<u8>) {
    if count < 255 {
        bytes.push(count as u8);
    } else {
        bytes.push(255);
        bytes.extend((count as u32).to_le_bytes());
    }
}

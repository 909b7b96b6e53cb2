//! Translation: the first byte says whose words the JSON text after it is in. What comes out can be recorded and written; what is refused says
//! why; and a message says the same in a list as alone.

use super::{NOW, check_rejections, value};
use warmlead::event::Event;
use warmlead::event::vocabulary::{Vocabulary, translate};
use warmlead::json;
use warmlead::value::Value;

/// Runs the target.
pub fn run(data: &[u8]) {
    let Some((first, rest)) = data.split_first() else { return };
    let Some(message) = value(rest) else { return };
    let (_, vocabulary) = Vocabulary::ALL[usize::from(*first) % Vocabulary::ALL.len()];
    let said = translate(&message, vocabulary, Some(NOW));
    check_rejections(&said.rejected);
    for translated in &said.events {
        let line = json::parse(&json::print(&translated.to_value())).expect("what is written can be read");
        let again = Event::read(&line, String::new).expect("what is translated is an event");
        assert_eq!(again, translated.event);
        assert!(translated.visitor.as_ref().is_none_or(|visitor| !visitor.is_empty() && visitor.len() <= 1024));
    }
    assert!(said.merges.iter().all(|merge| merge.from != merge.into), "somebody is merged into themselves: {:?}", said.merges);

    // Without a clock, what says no time is refused, and nothing else is different.
    let timeless = translate(&message, vocabulary, None);
    assert!(timeless.events.len() <= said.events.len() && timeless.rejected.len() >= said.rejected.len());
    assert!(timeless.events.iter().all(|event| said.events.contains(event)));

    if let Value::Object(_) = message {
        let list = translate(&Value::Array(vec![Value::Null, message.clone(), message]), vocabulary, Some(NOW));
        assert_eq!(list.events.len(), 2 * said.events.len());
        let (first, second) = list.events.split_at(said.events.len());
        assert!(first == said.events && second == said.events, "a message says something else in a list");
    }
}

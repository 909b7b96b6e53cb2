//! Which patterns an event may match: found by its type, then by what stands in a field, then by how a field begins.
//!
//! What the index gives are candidates; those whose condition it has not decided wholly are asked. So an event costs what the patterns
//! near it cost, however many the model has.

use super::condition::{Cond, Document};
use super::premise::Premises;
use super::slot::EventSlot;
use super::table::Table;
use crate::condition::coerce::to_text;
use crate::condition::{Operator, Test};
use crate::model::rule::Pattern;
use crate::order::{sort, sort_by};
use crate::value_ref::ValueRef;

/// What is to be done with an event that matches a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// Forget what the signal saw up to here.
    Since(u32),
    /// Forget what counted for the score up to here.
    Reset(u32),
    /// It is a match of the rule.
    Rule(u32),
    /// The signal measures it.
    Signal(u32),
    /// It may be this step of the signal's sequence.
    Step(u32, u32),
}

/// A pattern, and what is to be done with what matches.
#[derive(Clone, Debug)]
struct Entry {
    target: Target,
    condition: Option<Cond<EventSlot>>,
    /// What is left to be asked if the field by which it was found is a text, if that is less.
    rest: Option<Cond<EventSlot>>,
}

/// All patterns of a model.
#[derive(Clone, Debug, Default)]
pub struct Index {
    types: Table<TypeEntry>,
    /// Patterns for events of any type.
    any: Bucket,
    entries: Vec<Entry>,
    /// What patterns ask for that depends on earlier events.
    pub back: Vec<EventSlot>,
}

/// What is known of an event type.
#[derive(Clone, Debug, Default)]
pub struct TypeEntry {
    /// Whether its events happen off the site.
    pub offsite: bool,
    bucket: Bucket,
}

/// The patterns of a type.
#[derive(Clone, Debug, Default)]
struct Bucket {
    always: Vec<Target>,
    fields: Vec<Field>,
    /// Those that are asked each time.
    rest: Vec<u32>,
}

/// Patterns that ask what stands in a field.
#[derive(Clone, Debug)]
struct Field {
    slot: EventSlot,
    /// By the text that it must be.
    equal: Table<Vec<Candidate>>,
    /// By how it must begin, in order.
    prefixes: Vec<Prefix>,
}

/// A beginning that some patterns ask for.
#[derive(Clone, Debug)]
struct Prefix {
    text: Box<str>,
    /// The longest other one that this one begins with.
    parent: Option<u32>,
    candidates: Vec<Candidate>,
}

/// A pattern that the index has found: with what decides most of them at hand, since those that a popular page has are many, and hardly any is for this visitor.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    entry: u32,
    target: Target,
    /// What must hold, too, if the field is a string; nothing is left to be asked then if it is `decided`.
    premise: Option<u32>,
    decided: bool,
}

impl Index {
    /// Says of a type that its events happen off the site.
    pub fn set_offsite(&mut self, r#type: &str) {
        self.types.entry(r#type).offsite = true;
    }

    /// Adds a pattern.
    pub fn add(&mut self, pattern: &Pattern, target: Target, premises: &mut Premises) {
        let mut condition = pattern.r#where.as_ref().map(|own| Cond::compile(own, &EventSlot::of));
        if let Some(condition) = &condition {
            condition.each(&mut |slot, _| look_back(slot, &mut self.back));
        }
        let mut rest = condition.as_ref().and_then(rest);
        rest.iter_mut().for_each(|own| premises.replace(own, EventSlot::subject));
        let (premise, decided) = rest.as_ref().map_or((None, false), first_premise);
        let candidate = Candidate { entry: self.entries.len() as u32, target, premise, decided };
        match &pattern.types {
            None => self.any.add(condition.as_ref(), candidate),
            Some(types) => {
                let mut types: Vec<&String> = types.iter().collect();
                sort(&mut types);
                types.dedup();
                for r#type in types {
                    self.types.entry(r#type).bucket.add(condition.as_ref(), candidate);
                }
            }
        }
        condition.iter_mut().for_each(|own| premises.replace(own, EventSlot::subject));
        self.entries.push(Entry { target, condition, rest });
    }

    /// Makes it ready to be asked.
    pub fn finish(&mut self) {
        self.any.finish();
        self.types.values_mut().for_each(|own| own.bucket.finish());
    }

    /// What is known of an event type.
    pub fn of_type(&self, r#type: &str) -> Option<&TypeEntry> {
        self.types.get(r#type)
    }

    /// Adds to `found` what is to be done with an event of this type.
    pub fn find(&self, r#type: Option<&TypeEntry>, document: &impl Document<EventSlot>, found: &mut Vec<Target>) {
        self.any.find(&self.entries, document, found);
        if let Some(own) = r#type {
            own.bucket.find(&self.entries, document, found);
        }
    }
}

impl Bucket {
    fn add(&mut self, condition: Option<&Cond<EventSlot>>, own: Candidate) {
        let Some(condition) = condition else { return self.always.push(own.target) };
        let candidate = |decided| Candidate { decided: own.decided || decided, ..own };
        match key(condition) {
            None => self.rest.push(own.entry),
            Some((slot, Key::Equal(one, others), decided)) => {
                let field = self.field(slot);
                for text in texts(one, others) {
                    field.equal.entry(text).push(candidate(decided));
                }
            }
            Some((slot, Key::Prefix(text), decided)) => {
                let field = self.field(slot);
                let candidate = candidate(decided);
                match field.prefixes.iter_mut().find(|own| *own.text == *text) {
                    Some(own) => own.candidates.push(candidate),
                    None => field.prefixes.push(Prefix { text: text.into(), parent: None, candidates: vec![candidate] }),
                }
            }
        }
    }

    fn field(&mut self, slot: &EventSlot) -> &mut Field {
        let place = self.fields.iter().position(|own| own.slot == *slot).unwrap_or(self.fields.len());
        if place == self.fields.len() {
            self.fields.push(Field { slot: slot.clone(), equal: Table::default(), prefixes: Vec::new() });
        }
        // It stands there now.
        #[allow(clippy::indexing_slicing)]
        &mut self.fields[place]
    }

    fn finish(&mut self) {
        for field in &mut self.fields {
            sort_by(&mut field.prefixes, |one, other| one.text.cmp(&other.text));
            // The open beginnings: each begins with the one below it.
            let mut open: Vec<(u32, Box<str>)> = Vec::new();
            for (place, prefix) in field.prefixes.iter_mut().enumerate() {
                while open.last().is_some_and(|(_, text)| !prefix.text.starts_with(&**text)) {
                    open.pop();
                }
                prefix.parent = open.last().map(|(parent, _)| *parent);
                open.push((place as u32, prefix.text.clone()));
            }
        }
    }

    fn find(&self, entries: &[Entry], document: &impl Document<EventSlot>, found: &mut Vec<Target>) {
        // Mostly none or one: WebAssembly copies memory by a call to the outside.
        self.always.iter().for_each(|target| found.push(*target));
        let ask = |entry: u32, found: &mut Vec<Target>| {
            if let Some(Entry { target, condition: Some(condition), .. }) = entries.get(entry as usize)
                && condition.holds(document)
            {
                found.push(*target);
            }
        };
        self.rest.iter().for_each(|entry| ask(*entry, found));
        for field in &self.fields {
            let actual = document.at(&field.slot);
            field.candidates(actual.get(), |entry, of_text| match of_text {
                Some(Candidate { premise: Some(premise), .. }) if !document.premise(*premise) => {}
                Some(Candidate { target, decided: true, .. }) => found.push(*target),
                _ => match entries.get(entry as usize) {
                    Some(Entry { target, rest: Some(rest), .. }) if of_text.is_some() => {
                        if rest.holds(document) {
                            found.push(*target);
                        }
                    }
                    _ => ask(entry, found),
                },
            });
        }
    }
}

impl Field {
    /// Calls `each` with the patterns that what stands in the field may match, each once, and with what is known of them if that is a text.
    fn candidates(&self, actual: ValueRef<'_>, mut each: impl FnMut(u32, Option<&Candidate>)) {
        match actual {
            ValueRef::Text(text) => {
                let mut of_text = |own: &Candidate| each(own.entry, Some(own));
                self.equal.get(text).into_iter().flatten().for_each(&mut of_text);
                self.beginnings(text, of_text);
            }
            // A list or an object may equal a text, or have it among its elements: rare enough to ask all.
            ValueRef::Whole(_) => {
                let mut all: Vec<u32> = self.equal.values().flatten().map(|own| own.entry).collect();
                sort(&mut all);
                all.dedup();
                all.into_iter().for_each(|entry| each(entry, None));
            }
            scalar => self.equal.get(&to_text(scalar)).into_iter().flatten().for_each(|own| each(own.entry, None)),
        }
    }

    /// Calls `each` with the patterns that ask for a beginning of the text.
    fn beginnings(&self, text: &str, mut each: impl FnMut(&Candidate)) {
        // Whatever begins the text stands at or above the last beginning that is not greater than it.
        let mut place = self.prefixes.partition_point(|own| *own.text <= *text).checked_sub(1);
        while let Some(prefix) = place.and_then(|place| self.prefixes.get(place)) {
            if text.starts_with(&*prefix.text) {
                prefix.candidates.iter().for_each(&mut each);
            }
            place = prefix.parent.map(|parent| parent as usize);
        }
    }
}

/// What must hold of a field for a condition to hold.
pub enum Key<'a> {
    /// It is this text, or one of these.
    Equal(Option<&'a str>, &'a [String]),
    Prefix(&'a str),
}

/// The texts of an equality.
pub fn texts<'a>(one: Option<&'a str>, others: &'a [String]) -> impl Iterator<Item = &'a str> {
    one.into_iter().chain(others.iter().map(String::as_str))
}

/// The part of a condition by which it is indexed, and whether there is no other part.
fn key(condition: &Cond<EventSlot>) -> Option<(&EventSlot, Key<'_>, bool)> {
    match condition {
        Cond::Test(slot, test) => {
            let (key, decided) = key_of_test(test)?;
            Some((slot, key, decided))
        }
        Cond::All(all) => key(all.get(best(all)?)?).map(|(slot, key, _)| (slot, key, false)),
        _ => None,
    }
}

/// Which of some conditions finds the fewest: what must be equal finds fewer than what must begin alike.
fn best(all: &[Cond<EventSlot>]) -> Option<usize> {
    let is = |wanted: fn(&Key<'_>) -> bool| all.iter().position(|one| key(one).is_some_and(|(_, key, _)| wanted(&key)));
    is(|key| matches!(key, Key::Equal(..))).or_else(|| is(|_| true))
}

/// What is left of a condition when its key has decided one of its parts.
fn rest(condition: &Cond<EventSlot>) -> Option<Cond<EventSlot>> {
    let Cond::All(all) = condition else { return None };
    let best = best(all)?;
    let (_, _, true) = key(all.get(best)?)? else { return None };
    let rest = all.iter().enumerate().filter(|(place, _)| *place != best).map(|(_, one)| one.clone());
    Some(Cond::All(rest.collect()))
}

/// The first premise that must hold for a condition to hold, and whether nothing else must.
fn first_premise(condition: &Cond<EventSlot>) -> (Option<u32>, bool) {
    let Cond::All(all) = condition else { return (None, false) };
    match all.first() {
        Some(Cond::Premise(premise)) => (Some(*premise), all.len() == 1),
        _ => (None, false),
    }
}

/// What must hold of what a test looks at for it to pass, and whether nothing else must.
pub fn key_of_test(test: &Test) -> Option<(Key<'_>, bool)> {
    match test {
        Test::Equals(value) => value.as_str().map(|text| (Key::Equal(Some(text), &[]), true)),
        Test::Operators(operators) => operators.iter().find_map(|operator| match operator {
            Operator::Identical(value) => Some((Key::Equal(Some(value.as_str()?), &[]), operators.len() == 1)),
            Operator::In(members) if members.others.is_empty() && !members.strings.is_empty() => {
                Some((Key::Equal(None, &members.strings), operators.len() == 1))
            }
            Operator::Glob(glob) => {
                let (prefix, whole) = glob.prefix()?;
                Some((Key::Prefix(prefix), whole && operators.len() == 1))
            }
            _ => None,
        }),
    }
}

/// Remembers a place if what stands there depends on earlier events.
pub fn look_back(slot: &EventSlot, back: &mut Vec<EventSlot>) {
    if slot.looks_back() && !back.contains(slot) {
        back.push(slot.clone());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::engine::{Visitor, score};
    use crate::event::Event;
    use crate::json;
    use crate::model::Model;

    fn model(points: i32, condition: &str) -> Model {
        let text = format!(
            r#"{{ "id": "m", "version": "1", "scores": {{ "engagement": {{}} }}, "rules": [{{ "id": "r", "on": "click", "where": {condition}, "points": {points} }}] }}"#
        );
        Model::load(&json::parse(&text).unwrap()).unwrap()
    }

    /// A number is found where a text with its digits is asked for; whether it is taken for that text is another question, whatever else is asked.
    #[test]
    fn a_number_is_found_by_its_digits_and_still_asked() {
        for (condition, points) in [
            (r#"{ "properties.a": { "$eq": "5" } }"#, 0.0),
            (r#"{ "properties.a": { "$eq": "5" }, "properties.b": { "$gte": 1 } }"#, 0.0),
            (r#"{ "properties.a": { "$eq": 5 }, "properties.b": { "$gte": 1 } }"#, 7.0),
            // Without an operator, it is compared as the text that JavaScript makes of it.
            (r#"{ "properties.a": "5", "properties.b": { "$gte": 1 } }"#, 7.0),
            (r#"{ "properties.a": { "$in": ["x", 5] } }"#, 7.0),
            (r#"{ "properties.a": { "$in": ["x", "5"] } }"#, 0.0),
            (r#"{ "properties.a": { "$in": [] } }"#, 0.0),
            // As in GrowthBook: of no conditions, one holds, and so not none of them.
            (r#"{ "$or": [] }"#, 7.0),
            (r#"{ "$nor": [] }"#, 0.0),
        ] {
            let event = json::parse(r#"{ "type": "click", "time": 1, "properties": { "a": 5, "b": 2 } }"#).unwrap();
            let scored = score(&model(7, condition), "v", None, &[event], 2, false);
            assert_eq!(scored.assessment.scores[0].1.value.value(), points, "{condition}");
        }
    }

    /// What is asked of traits beside the text by which a pattern is found is asked, whether or not more is asked.
    #[test]
    fn a_pattern_that_is_found_still_asks_for_traits() {
        let traits = |role: &str| json::parse(role).unwrap().as_object().cloned();
        let event = json::parse(r#"{ "type": "click", "time": 1, "path": "/a/b", "properties": { "b": 2 } }"#).unwrap();
        for found in [r#""path": "/a/b""#, r#""path": { "$glob": "/a*" }"#, r#""path": { "$in": ["/", "/a/b"] }"#] {
            for (asked, given, points) in [
                (r#""traits.role": "chief""#, r#"{ "role": "chief" }"#, 7.0),
                (r#""traits.role": "chief""#, r#"{ "role": "clerk" }"#, 0.0),
                (r#""traits.role": "chief""#, "{}", 0.0),
                (r#""traits.role": "chief", "properties.b": 2"#, r#"{ "role": "chief" }"#, 7.0),
                (r#""traits.role": "chief", "properties.b": 3"#, r#"{ "role": "chief" }"#, 0.0),
                (r#""traits.role": "chief", "properties.b": 2"#, r#"{ "role": "clerk" }"#, 0.0),
                (r#""traits.role": "chief", "traits.size": 9"#, r#"{ "role": "chief", "size": 9 }"#, 7.0),
                (r#""traits.role": "chief", "traits.size": 9"#, r#"{ "role": "chief", "size": 8 }"#, 0.0),
                (r#""traits": { "$eq": null }"#, r#"{ "role": "chief" }"#, 0.0),
                (r#""traits": { "$exists": true }"#, r#"{ "role": "chief" }"#, 7.0),
            ] {
                let condition = format!("{{ {found}, {asked} }}");
                let scored = score(&model(7, &condition), "v", traits(given), std::slice::from_ref(&event), 2, false);
                assert_eq!(scored.assessment.scores[0].1.value.value(), points, "{condition} {given}");
            }
        }
        // A beginning that is right decides only if nothing is asked beyond.
        for (glob, points) in [("/a*", 7.0), ("/a*b*", 7.0), ("/a*z*", 0.0), ("/a*z", 0.0), ("/a/b*", 7.0), ("/a/b", 7.0), ("/a/?", 7.0)] {
            let scored =
                score(&model(7, &format!(r#"{{ "path": {{ "$glob": "{glob}" }} }}"#)), "v", None, std::slice::from_ref(&event), 2, false);
            assert_eq!(scored.assessment.scores[0].1.value.value(), points, "{glob}");
        }
    }

    /// What is kept of a visitor belongs to one model.
    #[test]
    fn one_visitor_may_be_looked_at_under_two_models() {
        let (one, other) = (model(7, r#"{ "properties.a": 5 }"#), model(3, r#"{ "properties.a": 5 }"#));
        let event = json::parse(r#"{ "id": "e", "type": "click", "time": 1, "properties": { "a": 5 } }"#).unwrap();
        let mut visitor = Visitor::new("v");
        visitor.record(&one, Event::read(&event, String::new).unwrap());
        for (model, points) in [(&one, 7.0), (&other, 3.0), (&one, 7.0)] {
            assert_eq!(visitor.value(model, "engagement", 2).unwrap().value(), points);
        }
    }
}

//! Who wants to know when something about the visitor changes: for each place in the visitor document, the conditions that look there.
//!
//! Conditions that compare a number with constants want to know only when it passes one of them.

use super::condition::Cond;
use super::index::{Key, key_of_test, texts};
use super::slot::{SessionSlot, VisitorSlot};
use super::table::Table;
use crate::condition::coerce::to_text;
use crate::condition::{Operator, Test};
use crate::order::sort_by;
use crate::value_ref::ValueRef;

/// What may change.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A signal, by place, however it changes.
    Signal(usize),
    /// A score, by place.
    Score(usize),
    /// All traits.
    Traits,
    /// A premise, by place.
    Premise(u32),
    /// How many events a session has, and what else changes with each.
    Session,
    /// What the first event of a session says of it.
    Entry,
    /// Whether the session is active.
    Active,
    /// What the visitor has consented to.
    Consent,
    /// Who is disqualified.
    Disqualified,
    /// How long the stage has lasted.
    StageDays,
}

/// Those who look at a number.
#[derive(Clone, Debug, Default)]
pub struct Watchers {
    /// Told whenever it passes or reaches the number, in order.
    thresholds: Vec<(f64, u32)>,
    /// Told of every change.
    always: Vec<u32>,
    /// All of them.
    all: Vec<u32>,
}

impl Watchers {
    /// Adds one: told at these numbers, or of every change.
    pub fn add(&mut self, who: u32, thresholds: Option<&[f64]>) {
        if !self.all.contains(&who) {
            self.all.push(who);
        }
        match thresholds {
            Some(numbers) => self.thresholds.extend(numbers.iter().map(|number| (*number, who))),
            None if self.always.contains(&who) => {}
            None => self.always.push(who),
        }
    }

    /// Adds one: told of what may change the outcome of a test of the number, or of every change.
    pub fn add_test(&mut self, who: u32, test: Option<&Test>) {
        self.add(who, test.and_then(thresholds).as_deref());
    }

    /// Makes it ready to be asked.
    pub fn finish(&mut self) {
        sort_by(&mut self.thresholds, |one, other| one.0.total_cmp(&other.0));
    }

    /// Whether there are any.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> &[u32] {
        &self.all
    }

    /// Whether any of these might want to know of something that happens between two numbers.
    pub fn may_pass(&self, low: f64, high: f64, whose: &dyn Fn(u32) -> bool) -> bool {
        let first = self.thresholds.partition_point(|(number, _)| *number < low);
        let mut passed = self.thresholds.iter().skip(first).take_while(|(number, _)| *number <= high);
        low != high && (self.always.iter().any(|who| whose(*who)) || passed.any(|(_, who)| whose(*who)))
    }

    /// Calls `tell` with those who want to know of a change.
    pub fn passed(&self, old: Option<f64>, new: Option<f64>, mut tell: impl FnMut(u32)) {
        let (Some(old), Some(new)) = (old, new) else { return self.all.iter().for_each(|who| tell(*who)) };
        self.always.iter().for_each(|who| tell(*who));
        let (low, high) = (old.min(new), old.max(new));
        let first = self.thresholds.partition_point(|(number, _)| *number < low);
        let passed = self.thresholds.iter().skip(first).take_while(|(number, _)| *number <= high);
        passed.for_each(|(_, who)| tell(*who));
    }
}

/// The premises that look at a trait.
#[derive(Clone, Debug, Default)]
pub struct TraitWatchers {
    /// Told if the trait becomes, or ceases to be, a text.
    texts: Table<Vec<u32>>,
    /// Told if it passes a number, or of any change between what are not two numbers.
    numbers: Watchers,
}

impl TraitWatchers {
    /// Adds one: told of what may change the outcome of the test, or of every change.
    pub fn add(&mut self, who: u32, test: Option<&Test>) {
        match test.and_then(key_of_test) {
            Some((Key::Equal(one, others), _)) => texts(one, others).for_each(|text| self.texts.entry(text).push(who)),
            _ => self.numbers.add_test(who, test),
        }
    }

    /// Makes it ready to be asked.
    pub fn finish(&mut self) {
        self.numbers.finish();
    }

    /// Calls `tell` with those who want to know of a change.
    pub fn changed(&self, old: ValueRef<'_>, new: ValueRef<'_>, mut tell: impl FnMut(u32)) {
        for value in [old, new] {
            match value {
                ValueRef::Text(text) => self.texts.get(text).into_iter().flatten().for_each(|who| tell(*who)),
                // A list may have the text among its elements: rare enough to tell all.
                ValueRef::Whole(_) => self.texts.values().flatten().for_each(|who| tell(*who)),
                scalar => self.texts.get(&to_text(scalar)).into_iter().flatten().for_each(|who| tell(*who)),
            }
        }
        self.numbers.passed(old.as_number(), new.as_number(), tell);
    }
}

/// What a condition looks at, each with the numbers that matter, or `None` if every change does.
pub fn facts(condition: &Cond<VisitorSlot>, grades: impl Fn(Option<usize>) -> Vec<(usize, Vec<f64>)>) -> Vec<(Fact, Option<Vec<f64>>)> {
    let mut found = Vec::new();
    condition.parts(&mut |part| match part {
        Cond::Test(slot, test) => of_slot(slot, Some(test), &grades, &mut found),
        Cond::Premise(place) => found.push((Fact::Premise(*place), None)),
        _ => {}
    });
    found
}

/// What a single place depends on.
pub fn of_slot(
    slot: &VisitorSlot,
    test: Option<&Test>,
    grades: &impl Fn(Option<usize>) -> Vec<(usize, Vec<f64>)>,
    found: &mut Vec<(Fact, Option<Vec<f64>>)>,
) {
    let numbers = || test.and_then(thresholds);
    let with_grades = |which, found: &mut Vec<(Fact, Option<Vec<f64>>)>| {
        found.extend(grades(which).into_iter().map(|(score, numbers)| (Fact::Score(score), Some(numbers))));
    };
    match slot {
        // Single traits and signals are the premises' business.
        VisitorSlot::Traits(_) => found.push((Fact::Traits, None)),
        VisitorSlot::Signals => found.push((Fact::Signal(usize::MAX), None)),
        VisitorSlot::Signal(place, _) => found.push((Fact::Signal(*place), None)),
        VisitorSlot::Session(SessionSlot::Whole) => {
            found.extend([(Fact::Session, None), (Fact::Entry, None), (Fact::Active, None)]);
        }
        VisitorSlot::Session(SessionSlot::Active) => found.push((Fact::Active, None)),
        VisitorSlot::Session(SessionSlot::Entry(_) | SessionSlot::Number | SessionSlot::Start)
        | VisitorSlot::First(_)
        | VisitorSlot::Last(_) => {
            found.push((Fact::Entry, None));
        }
        VisitorSlot::Session(SessionSlot::Nothing) => {}
        VisitorSlot::Session(_) => found.push((Fact::Session, None)),
        VisitorSlot::Consent(_) => found.push((Fact::Consent, None)),
        VisitorSlot::Scores => found.push((Fact::Score(usize::MAX), None)),
        VisitorSlot::Score(place) => found.push((Fact::Score(*place), numbers())),
        VisitorSlot::Grades => found.push((Fact::Score(usize::MAX), None)),
        VisitorSlot::Grade(place) => with_grades(Some(*place), found),
        VisitorSlot::JoinedGrade => with_grades(None, found),
        VisitorSlot::Disqualified(_) => found.push((Fact::Disqualified, None)),
        VisitorSlot::StageDays => found.push((Fact::StageDays, numbers())),
        VisitorSlot::Id | VisitorSlot::Stage | VisitorSlot::Mql | VisitorSlot::Nothing => {}
    }
}

/// The numbers at which a test of a number may change its mind; `None` if it might do so anywhere.
fn thresholds(test: &Test) -> Option<Vec<f64>> {
    let mut numbers = Vec::new();
    add_thresholds(test, &mut numbers).map(|()| numbers)
}

fn add_thresholds(test: &Test, numbers: &mut Vec<f64>) -> Option<()> {
    match test {
        Test::Equals(value) => numbers.push(value.as_number()?),
        Test::Operators(operators) => {
            for operator in operators {
                match operator {
                    Operator::Identical(value) | Operator::Order(_, value) => numbers.push(value.as_number()?),
                    Operator::Exists(_) => {}
                    Operator::In(members) => {
                        for member in &members.others {
                            numbers.push(member.as_number()?);
                        }
                    }
                    Operator::Not(test) => add_thresholds(test, numbers)?,
                    _ => return None,
                }
            }
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::condition::Condition;
    use crate::json;
    use crate::problem::Problems;

    /// A test of a trait, as it stands under its path.
    fn test(text: &str) -> Test {
        let condition = json::parse(&format!(r#"{{ "trait": {text} }}"#)).unwrap();
        let condition = Condition::parse(&condition, &mut Problems::new()).unwrap();
        let mut found = None;
        Cond::compile(&condition, &|_: &str| ()).each(&mut |(), test| found = Some(test.clone()));
        found.unwrap()
    }

    #[test]
    fn a_number_that_passes_others_is_told_to_those_who_asked_for_them() {
        let mut watchers = TraitWatchers::default();
        // Not in the order of their numbers.
        for (who, least) in [500, 10, 200, 50, 1000].into_iter().enumerate() {
            watchers.add(who as u32, Some(&test(&format!(r#"{{ "$gte": {least} }}"#))));
        }
        watchers.finish();
        for (old, new, expected) in [
            (5.0, 15.0, vec![1]),
            (15.0, 5.0, vec![1]),
            (60.0, 600.0, vec![0, 2]),
            (1.0, 9.0, vec![]),
            (10.0, 50.0, vec![1, 3]),
            (900.0, 1000.0, vec![4]),
        ] {
            let mut told = Vec::new();
            watchers.changed(ValueRef::Number(old), ValueRef::Number(new), |who| told.push(who));
            told.sort_unstable();
            assert_eq!(told, expected, "from {old} to {new}");
        }
    }
}

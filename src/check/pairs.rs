//! Two questions about one value that can't both come out as they must, whatever the value is: above 5 and below 3, one of a list and none of it.
//!
//! It knows no documents: what a value can be at all is for `narrow`. Silent where it is not certain.

use crate::condition::coerce::to_number;
use crate::condition::number::number_to_text;
use crate::condition::{Members, Operator, Relation, Test};
use crate::value::Value;
use core::cmp::Ordering;

/// One question about the value at a path, and what must come of it.
#[derive(Clone, Copy, Debug)]
pub struct Atom<'c> {
    /// The path.
    pub path: &'c str,
    question: Question<'c>,
    truth: bool,
}

#[derive(Clone, Copy, Debug)]
enum Question<'c> {
    Equals(&'c Value),
    Operator(&'c Operator),
}

impl<'c> Atom<'c> {
    /// The questions that a test of a path consists of, if it is to come out so. Where any of several may be what fails, there are none.
    pub fn of(path: &'c str, test: &'c Test, truth: bool) -> Vec<Atom<'c>> {
        match test {
            Test::Equals(literal) => vec![Atom { path, question: Question::Equals(literal), truth }],
            Test::Operators(operators) if truth || operators.len() == 1 => {
                let atoms = |operator: &'c Operator| match operator {
                    Operator::Not(test) => Atom::of(path, test, !truth),
                    operator => vec![Atom { path, question: Question::Operator(operator), truth }],
                };
                operators.iter().flat_map(atoms).collect()
            }
            Test::Operators(_) => Vec::new(),
        }
    }

    /// Whether no value answers both as it must.
    pub fn contradicts(&self, other: &Atom<'_>) -> bool {
        let excludes = |one: &Atom<'_>, other: &Atom<'_>| one.truth && !other.truth && one.question.implies(other.question);
        self.path == other.path && (excludes(self, other) || excludes(other, self) || self.is_apart_from(other))
    }

    /// Whether both place the value in an order, and nothing lies where both say.
    fn is_apart_from(&self, other: &Atom<'_>) -> bool {
        let apart = |order: Ordering, (a, b): (Relation, Relation)| {
            let allowed = |order| (a.allows(order) == self.truth, b.allows(order) == other.truth);
            match order {
                Ordering::Equal => ![Ordering::Less, Ordering::Equal, Ordering::Greater].map(allowed).contains(&(true, true)),
                // Above the lower of two bounds is anything below the higher; at or below the lower one is below the higher.
                Ordering::Less => !allowed(Ordering::Greater).0 && !allowed(Ordering::Less).1,
                Ordering::Greater => !allowed(Ordering::Greater).1 && !allowed(Ordering::Less).0,
            }
        };
        match (self.question, other.question) {
            (Question::Equals(Value::String(one)), Question::Equals(Value::String(two))) => self.truth && other.truth && one != two,
            (Question::Operator(Operator::Version(a, one)), Question::Operator(Operator::Version(b, two))) => apart(one.cmp(two), (*a, *b)),
            (one, two) => {
                let (Some((a, one)), Some((b, two))) = (one.bound(), two.bound()) else { return false };
                // A comparison that fails may do so because there is nothing to compare, unless another one holds.
                let orders = |atom: &Atom<'_>| atom.truth && matches!(atom.question, Question::Operator(_));
                if !(orders(self) || orders(other) || (self.truth && other.truth)) {
                    return false;
                }
                let (one_number, two_number) = (to_number(one.into()), to_number(two.into()));
                // No number compares with a text that is none.
                let numbers = match one_number.partial_cmp(&two_number) {
                    Some(order) => apart(order, (a, b)),
                    None => (one_number.is_nan() && self.truth) || (two_number.is_nan() && other.truth),
                };
                match (one, two) {
                    // Texts are compared with texts as they are, numbers with texts as numbers.
                    (Value::String(one), Value::String(two)) => numbers && apart(one.cmp(two), (a, b)),
                    (Value::String(_), _) | (_, Value::String(_)) => false,
                    _ => numbers,
                }
            }
        }
    }

    /// What it asks for, to follow “can be”, where a few words say it.
    pub fn describe(&self) -> Option<String> {
        let not = if self.truth { "" } else { "not " };
        match self.question {
            Question::Equals(Value::Null) => Some(format!("{not}missing")),
            Question::Equals(literal) | Question::Operator(Operator::Identical(literal)) => {
                word(literal).map(|word| format!("{not}{word}"))
            }
            Question::Operator(Operator::Order(relation, operand)) => {
                let relation = match (relation, self.truth) {
                    (Relation::Less, true) | (Relation::GreaterOrEqual, false) => "below",
                    (Relation::LessOrEqual, true) | (Relation::Greater, false) => "at most",
                    (Relation::Greater, true) | (Relation::LessOrEqual, false) => "above",
                    (Relation::GreaterOrEqual, true) | (Relation::Less, false) => "at least",
                    (Relation::Equal, _) => return None,
                };
                word(operand).map(|word| format!("{relation} {word}"))
            }
            Question::Operator(Operator::In(members) | Operator::InFolded(members)) => {
                let words = members.words()?;
                Some(if self.truth { format!("one of {words}") } else { format!("none of {words}") })
            }
            Question::Operator(_) => None,
        }
    }
}

impl Question<'_> {
    /// Whether this is answered with yes of no value of which the other is answered with no.
    fn implies(self, other: Question<'_>) -> bool {
        match (self, other) {
            (Question::Equals(one), Question::Equals(other)) => one == other,
            (Question::Operator(one), Question::Operator(other)) => match (one, other) {
                (Operator::In(few), Operator::In(many)) | (Operator::InFolded(few), Operator::InFolded(many)) => few.are_among(many),
                (Operator::Identical(one), Operator::Identical(other)) => one == other,
                (Operator::Order(one, to), Operator::Order(other, bound)) => one == other && to == bound,
                (Operator::Version(one, to), Operator::Version(other, bound)) => one == other && to == bound,
                (Operator::Type(one), Operator::Type(other)) => one == other,
                (Operator::Regex(one), Operator::Regex(other)) => one.says_the_same_as(other),
                (Operator::Glob(one), Operator::Glob(other)) => one == other,
                _ => false,
            },
            _ => false,
        }
    }

    /// How it places a value in the order of numbers, or of texts.
    fn bound(&self) -> Option<(Relation, &Value)> {
        match self {
            Question::Equals(literal @ Value::Number(_)) => Some((Relation::Equal, literal)),
            Question::Operator(Operator::Order(relation, operand)) => Some((*relation, operand)),
            _ => None,
        }
    }
}

impl Members {
    fn are_among(&self, others: &Members) -> bool {
        const MANY: usize = 64;
        let among = |text: &String| others.strings.binary_search(text).is_ok();
        // Nothing is said of long lists of numbers: they are in no order, and may be there to keep somebody busy.
        self.others.len().max(others.others.len()) <= MANY
            && self.strings.iter().all(among)
            && self.others.iter().all(|one| others.others.contains(one))
    }

    /// Some few of them in words.
    fn words(&self) -> Option<String> {
        const FEW: usize = 4;
        let words: Option<Vec<String>> =
            self.strings.iter().map(|text| Some(format!("`{text}`"))).chain(self.others.iter().map(word)).collect();
        words.filter(|words| !words.is_empty() && words.len() <= FEW).map(|words| words.join(", "))
    }
}

/// A value in a word, if it is one.
fn word(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Some(number_to_text(*number)),
        Value::String(text) => Some(format!("`{text}`")),
        Value::Bool(bool) => Some(format!("`{bool}`")),
        _ => None,
    }
}

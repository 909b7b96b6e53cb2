//! What is left of a set of values once a test is known to pass, or to fail: always at least what is really left.
//!
//! Where a value is known it is asked as the engine asks it; what stands here decides only about intervals, any text, and lists.

use super::pairs::Atom;
use super::set::{Interval, Set, Texts, around};
use crate::condition::coerce::{compare, to_number};
use crate::condition::evaluate::passes;
use crate::condition::{AllOf, Element, Members, Operator, Relation, Test};
use crate::value::Value;
use crate::value_ref::ValueRef;

/// The values of a set for which a test may come out as `truth`.
pub fn narrow(set: &Set, test: &Test, truth: bool) -> Set {
    match test {
        Test::Equals(_) => narrow_by(set, Ask::Equals(test), truth),
        Test::Operators(operators) if truth => {
            operators.iter().fold(set.clone(), |left, operator| narrow_by(&left, Ask::Operator(operator, test), true))
        }
        Test::Operators(operators) => {
            operators.iter().map(|operator| narrow_by(set, Ask::Operator(operator, test), false)).fold(Set::NOTHING, Set::join)
        }
    }
}

/// One question, with the whole test that it is part of.
#[derive(Clone, Copy)]
enum Ask<'a> {
    Equals(&'a Test),
    Operator(&'a Operator, &'a Test),
}

impl Ask<'_> {
    /// Whether the whole test may come out so for a value that is known.
    fn may(self, value: ValueRef<'_>, truth: bool) -> bool {
        let (Ask::Equals(test) | Ask::Operator(_, test)) = self;
        passes(test, value) == truth
    }
}

fn narrow_by(set: &Set, ask: Ask<'_>, truth: bool) -> Set {
    if let Ask::Operator(Operator::Not(test), _) = ask {
        return narrow(set, test, !truth);
    }
    Set {
        missing: set.missing && ask.may(ValueRef::Null, truth),
        yes: set.yes && ask.may(ValueRef::Bool(true), truth),
        no: set.no && ask.may(ValueRef::Bool(false), truth),
        number: set.number.and_then(|interval| numbers(interval, ask, truth)),
        texts: texts(&set.texts, ask, truth),
        whole: whole(&set.whole, ask, truth),
    }
}

fn numbers(interval: Interval, ask: Ask<'_>, truth: bool) -> Option<Interval> {
    if let Some(few) = interval.few() {
        let left: Vec<f64> = few.into_iter().filter(|number| ask.may(ValueRef::Number(*number), truth)).collect();
        return around(&left, interval.whole);
    }
    let only = |number: f64| if truth { interval.within(number, number) } else { Some(interval) };
    // Numbers for which it is certainly false, and none for which it is true.
    let never = if truth { None } else { Some(interval) };
    match ask {
        Ask::Equals(Test::Equals(literal)) => match literal {
            Value::Number(number) => only(*number),
            Value::String(text) if truth => {
                let number = to_number(ValueRef::Text(text));
                if !number.is_finite() {
                    return None;
                }
                interval.within(number, number).filter(|_| ask.may(ValueRef::Number(number), true))
            }
            Value::Bool(bool) => {
                if *bool == truth {
                    Some(interval)
                } else {
                    interval.within(0.0, 0.0)
                }
            }
            Value::Null | Value::Array(_) | Value::Object(_) => never,
            Value::String(_) => Some(interval),
        },
        Ask::Equals(Test::Operators(_)) => Some(interval),
        Ask::Operator(operator, _) => match operator {
            Operator::Identical(Value::Number(number)) => only(*number),
            Operator::Identical(_) | Operator::Glob(_) | Operator::All(_) | Operator::Size(_) | Operator::ElemMatch(_) => never,
            Operator::Order(relation, operand) => ordered(interval, *relation, to_number(operand.into()), truth),
            Operator::Exists(wanted) => (*wanted == truth).then_some(interval),
            Operator::Type(wanted) => ((wanted == "number") == truth).then_some(interval),
            Operator::In(members) | Operator::InFolded(members) if truth => {
                let among: Vec<f64> = members
                    .others
                    .iter()
                    .filter_map(Value::as_number)
                    .filter(|number| interval.within(*number, *number).is_some())
                    .collect();
                around(&among, interval.whole)
            }
            Operator::Regex(pattern) if !truth && pattern.matches_all() => None,
            _ => Some(interval),
        },
    }
}

/// What is left of an interval that stands in a relation to a number, or does not. No number compares with NaN.
fn ordered(interval: Interval, relation: Relation, to: f64, truth: bool) -> Option<Interval> {
    if to.is_nan() {
        return if truth { None } else { Some(interval) };
    }
    match (relation, truth) {
        (Relation::Less, true) | (Relation::GreaterOrEqual, false) => interval.within(f64::NEG_INFINITY, to.next_down()),
        (Relation::LessOrEqual, true) | (Relation::Greater, false) => interval.within(f64::NEG_INFINITY, to),
        (Relation::Greater, true) | (Relation::LessOrEqual, false) => interval.within(to.next_up(), f64::INFINITY),
        (Relation::GreaterOrEqual, true) | (Relation::Less, false) => interval.within(to, f64::INFINITY),
        (Relation::Equal, true) => interval.within(to, to),
        (Relation::Equal, false) => Some(interval),
    }
}

fn texts(texts: &Texts, ask: Ask<'_>, truth: bool) -> Texts {
    const NONE: Texts = Texts::Among(Vec::new());
    match texts {
        Texts::Among(texts) => Texts::Among(texts.iter().filter(|text| ask.may(ValueRef::Text(text), truth)).cloned().collect()),
        Texts::Any => match (ask, truth) {
            (Ask::Equals(Test::Equals(Value::String(text))), true) | (Ask::Operator(Operator::Identical(Value::String(text)), _), true) => {
                Texts::Among(vec![text.clone()])
            }
            (Ask::Equals(Test::Equals(Value::Null | Value::Array(_) | Value::Object(_))), true)
            | (Ask::Operator(Operator::Identical(_), _), true) => NONE,
            (Ask::Operator(Operator::In(members), _), true) => Texts::Among(members.strings.clone()),
            (Ask::Operator(Operator::InFolded(members), _), true) if members.strings.is_empty() => NONE,
            (Ask::Operator(Operator::Exists(wanted), _), _) if *wanted != truth => NONE,
            (Ask::Operator(Operator::Type(wanted), _), _) if (wanted == "string") != truth => NONE,
            (Ask::Operator(Operator::All(_) | Operator::Size(_) | Operator::ElemMatch(_), _), true) => NONE,
            (Ask::Operator(Operator::Regex(pattern), _), false) if pattern.matches_all() => NONE,
            (Ask::Operator(Operator::Glob(glob), _), false) if glob.matches_all() => NONE,
            _ => Texts::Any,
        },
    }
}

/// What is left of lists and objects, of which no more is known than what they are as text: that is what literals are compared with.
fn whole(whole: &Texts, ask: Ask<'_>, truth: bool) -> Texts {
    const NONE: Texts = Texts::Among(Vec::new());
    let left = |may: bool| if may { whole.clone() } else { NONE };
    match ask {
        Ask::Equals(Test::Equals(literal)) => match (literal, whole) {
            (Value::Null, _) => left(!truth),
            // Every list and object is truthy.
            (Value::Bool(bool), _) => left(*bool == truth),
            (Value::String(text), Texts::Any) if truth => Texts::Among(vec![text.clone()]),
            (Value::String(text), Texts::Among(texts)) => {
                Texts::Among(texts.iter().filter(|own| (*own == text) == truth).cloned().collect())
            }
            // What is known as text is made by the engine.
            (Value::Object(object), Texts::Among(_)) if truth && object.iter().any(|(_, value)| asks(value)) => NONE,
            _ => left(true),
        },
        Ask::Equals(Test::Operators(_)) => left(true),
        Ask::Operator(Operator::Order(relation, operand), _) => match whole {
            Texts::Any => left(true),
            Texts::Among(texts) => {
                let holds = |text: &String| compare(ValueRef::Text(text), operand.into()).is_some_and(|order| relation.allows(order));
                Texts::Among(texts.iter().filter(|text| holds(text) == truth).cloned().collect())
            }
        },
        Ask::Operator(Operator::In(members), _) if truth => match whole {
            Texts::Any => left(!members.is_empty()),
            // A list is, as text, its items with commas between them.
            Texts::Among(texts) => Texts::Among(texts.iter().filter(|text| members.may_be_in(text)).cloned().collect()),
        },
        Ask::Operator(operator, _) => left(match operator {
            Operator::Regex(pattern) => truth || !pattern.matches_all(),
            Operator::InFolded(members) => !truth || !members.is_empty(),
            Operator::Size(test) => !truth || !narrow(&Set::count(0.0, f64::INFINITY), test, true).is_empty(),
            Operator::All(wanted) => !truth || wanted.iter().all(can_be_met),
            Operator::ElemMatch(Element::Value(test)) => !truth || can_pass(test),
            Operator::Identical(_) | Operator::Glob(_) => !truth,
            Operator::Exists(wanted) => *wanted == truth,
            Operator::Type(wanted) => matches!(wanted.as_str(), "array" | "object") || !truth,
            _ => true,
        }),
    }
}

/// Whether a value is an object that would ask something, stood it under a path.
pub fn asks(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.keys().any(|key| key.starts_with('$')))
}

/// Whether some value passes a test.
fn can_pass(test: &Test) -> bool {
    let atoms = Atom::of("", test, true);
    let contradicted = atoms.iter().enumerate().any(|(place, atom)| atoms.iter().take(place).any(|earlier| earlier.contradicts(atom)));
    !contradicted && !narrow(&Set::ANYTHING, test, true).is_empty()
}

fn can_be_met(wanted: &AllOf) -> bool {
    match wanted {
        AllOf::Passes(test) => can_pass(test),
        AllOf::EqualsFolded(_) => true,
    }
}

impl Members {
    fn is_empty(&self) -> bool {
        self.strings.is_empty() && self.others.is_empty()
    }

    /// Whether one of them may be an item of a list that, as text, is this.
    fn may_be_in(&self, text: &str) -> bool {
        // What is no string is nothing, or a number, or a list itself: it is not looked into.
        !self.others.is_empty() || self.strings.iter().any(|own| text.contains(own.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::{Condition, Term};
    use crate::json::parse;
    use crate::problem::Problems;

    fn left(set: &Set, test: &str, truth: bool) -> Set {
        let condition = Condition::parse(&parse(&format!(r#"{{ "a": {test} }}"#)).unwrap(), &mut Problems::new()).unwrap();
        let [Term::Path(_, test)] = condition.clause.as_slice() else { panic!("one path") };
        narrow(set, test, truth)
    }

    #[test]
    fn tests_leave_what_may_pass_and_what_may_fail() {
        let (score, any) = (Set::number(0.0, 45.0), Set::ANYTHING);
        for (set, test, truth, expected) in [
            (&score, r#"{ "$gte": 50 }"#, true, Set::NOTHING),
            (&score, r#"{ "$gte": 45 }"#, true, Set::number(45.0, 45.0)),
            (&score, r#"{ "$gt": 45 }"#, true, Set::NOTHING),
            (&score, r#"{ "$gte": 0 }"#, false, Set::NOTHING),
            (&score, r#"{ "$gte": "20" }"#, true, Set::number(20.0, 45.0)),
            (&score, r#"{ "$gte": "many" }"#, true, Set::NOTHING),
            (&score, r#"{ "$gte": 10, "$lt": 10 }"#, true, Set::NOTHING),
            (&score, r#"{ "$gte": 10, "$lte": 20 }"#, false, score.clone()),
            (&score, r#"{ "$not": { "$lt": 20 } }"#, true, Set::number(20.0, 45.0)),
            (&score, r#"{ "$in": [10, 50] }"#, true, Set::number(10.0, 10.0)),
            (&score, r#"{ "$exists": false }"#, true, Set::NOTHING),
            (&score, "false", true, Set::number(0.0, 0.0)),
            (&score, "\"45\"", true, Set::number(45.0, 45.0)),
            (&score, "\"045\"", true, Set::NOTHING),
            (&Set::count(0.0, 20_000.0), r#"{ "$gt": 0 }"#, true, Set::count(1.0, 20_000.0)),
            (&Set::count(0.0, 3.0), r#"{ "$ne": 3 }"#, true, Set::count(0.0, 2.0)),
            (&any, "\"x\"", true, Set { whole: Texts::Among(vec!["x".into()]), ..Set::one_of(["x"]) }),
            (&any, r#"{ "$exists": true }"#, false, Set::MISSING),
            (&any, r#"{ "$glob": "/a*" }"#, true, Set::TEXT),
            (&any, r#"{ "$ini": [] }"#, true, Set::NOTHING),
            (&any, r#"{ "$nini": [] }"#, false, Set::NOTHING),
            (&any, r#"{ "$size": -1 }"#, true, Set::NOTHING),
            (&any, r#"{ "$regex": ".*" }"#, false, Set::NOTHING),
            (&any, r#"{ "$in": ["x"] }"#, true, Set { whole: Texts::Any, ..Set::one_of(["x"]) }),
            (&Set::one_of(["a", "b"]), r#"{ "$ne": "a" }"#, true, Set::one_of(["b"])),
            (&Set::one_of(["a", "b"]), r#"{ "$in": ["a", "b", "c"] }"#, false, Set::NOTHING),
            (&Set::MISSING, r#"{ "$lt": 5 }"#, true, Set::NOTHING),
            (&Set::MISSING, "null", false, Set::NOTHING),
        ] {
            assert_eq!(left(set, test, truth), expected, "{test} {truth}");
        }
    }
}

//! What a value may be, as far as a model alone can tell: always at least what it can really be, perhaps more.
//!
//! It knows neither conditions nor models.

use crate::condition::number::number_to_text;

/// Numbers from one to another, both included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The least.
    pub low: f64,
    /// The greatest.
    pub high: f64,
    /// Whether only whole numbers are meant.
    pub whole: bool,
}

impl Interval {
    /// Any number.
    pub const ANY: Interval = Interval { low: f64::NEG_INFINITY, high: f64::INFINITY, whole: false };

    /// The part of it from one number to another, if there is any.
    pub fn within(self, low: f64, high: f64) -> Option<Interval> {
        let (low, high) = (self.low.max(low), self.high.min(high));
        let (low, high) = if self.whole { (low.ceil(), high.floor()) } else { (low, high) };
        (low <= high).then_some(Interval { low, high, whole: self.whole })
    }

    /// The numbers in it, if there are few.
    pub fn few(self) -> Option<Vec<f64>> {
        const FEW: f64 = 64.0;
        if self.low == self.high {
            return Some(vec![self.low]);
        }
        if !self.whole || self.high - self.low > FEW {
            return None;
        }
        Some((0..=(self.high - self.low) as i64).map(|step| self.low + step as f64).collect())
    }

    fn join(self, other: Interval) -> Interval {
        Interval { low: self.low.min(other.low), high: self.high.max(other.high), whole: self.whole && other.whole }
    }
}

/// The smallest interval around some numbers.
pub fn around(numbers: &[f64], whole: bool) -> Option<Interval> {
    let low = numbers.iter().copied().reduce(f64::min)?;
    let high = numbers.iter().copied().reduce(f64::max)?;
    Some(Interval { low, high, whole })
}

/// Which strings.
#[derive(Clone, Debug, PartialEq)]
pub enum Texts {
    /// One of these; none if there are none.
    Among(Vec<String>),
    /// Any.
    Any,
}

impl Texts {
    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        matches!(self, Texts::Among(texts) if texts.is_empty())
    }

    fn join(self, other: Texts) -> Texts {
        match (self, other) {
            (Texts::Among(mut texts), Texts::Among(more)) => {
                texts.extend(more);
                texts.sort_unstable();
                texts.dedup();
                Texts::Among(texts)
            }
            _ => Texts::Any,
        }
    }
}

/// What a value may be.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// It may be missing, or null.
    pub missing: bool,
    /// It may be `true`.
    pub yes: bool,
    /// It may be `false`.
    pub no: bool,
    /// It may be one of these numbers.
    pub number: Option<Interval>,
    /// It may be one of these strings.
    pub texts: Texts,
    /// It may be a list or an object which, as text, is one of these.
    pub whole: Texts,
}

impl Set {
    /// Nothing at all: there is no such value.
    pub const NOTHING: Set = Set::of(false, false, None, Texts::Among(Vec::new()), false);
    /// Nothing is known.
    pub const ANYTHING: Set = Set::of(true, true, Some(Interval::ANY), Texts::Any, true);
    /// It is missing.
    pub const MISSING: Set = Set::of(true, false, None, Texts::Among(Vec::new()), false);
    /// Some text.
    pub const TEXT: Set = Set::of(false, false, None, Texts::Any, false);
    /// A list or an object.
    pub const WHOLE: Set = Set::of(false, false, None, Texts::Among(Vec::new()), true);
    /// An object that the engine makes: as text it is like any other, and no value in it is an object that asks something.
    pub fn object() -> Set {
        Set { whole: Texts::Among(vec!["[object Object]".to_owned()]), ..Set::NOTHING }
    }

    /// `true` or `false`.
    pub const TRUTH: Set = Set::of(false, true, None, Texts::Among(Vec::new()), false);

    const fn of(missing: bool, truth: bool, number: Option<Interval>, texts: Texts, whole: bool) -> Set {
        let whole = if whole { Texts::Any } else { Texts::Among(Vec::new()) };
        Set { missing, yes: truth, no: truth, number, texts, whole }
    }

    /// A number between two.
    pub fn number(low: f64, high: f64) -> Set {
        Set { number: Some(Interval { low, high, whole: false }), ..Set::NOTHING }
    }

    /// A whole number between two.
    pub fn count(low: f64, high: f64) -> Set {
        Set { number: Some(Interval { low, high, whole: true }), ..Set::NOTHING }
    }

    /// One of these strings.
    pub fn one_of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Set {
        Set { texts: Texts::Among(texts.into_iter().map(str::to_owned).collect()), ..Set::NOTHING }
    }

    /// The same, or missing.
    pub fn or_missing(self) -> Set {
        Set { missing: true, ..self }
    }

    /// Whether there is no such value.
    pub fn is_empty(&self) -> bool {
        *self == Set::NOTHING
    }

    /// What is in this one or in the other.
    pub fn join(self, other: Set) -> Set {
        Set {
            missing: self.missing || other.missing,
            yes: self.yes || other.yes,
            no: self.no || other.no,
            number: match (self.number, other.number) {
                (Some(one), Some(other)) => Some(one.join(other)),
                (one, other) => one.or(other),
            },
            texts: self.texts.join(other.texts),
            whole: self.whole.join(other.whole),
        }
    }

    /// It in words, to follow “is”.
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        if self.missing {
            parts.push("missing".to_owned());
        }
        for (may, word) in [(self.yes, "`true`"), (self.no, "`false`")] {
            if may {
                parts.push(word.to_owned());
            }
        }
        parts.extend(self.number.map(in_words));
        match &self.texts {
            Texts::Any => parts.push("text".to_owned()),
            Texts::Among(texts) => {
                const SHOWN: usize = 6;
                parts.extend(texts.iter().take(SHOWN).map(|text| format!("`{text}`")));
                if texts.len() > SHOWN {
                    parts.push(format!("one of {} more", texts.len() - SHOWN));
                }
            }
        }
        if !self.whole.is_none() {
            parts.push("a list or an object".to_owned());
        }
        match parts.as_slice() {
            [] => "nothing".to_owned(),
            [only] => only.clone(),
            [first @ .., last] => format!("{} or {last}", first.join(", ")),
        }
    }
}

/// An interval in words, to follow “is”.
fn in_words(interval: Interval) -> String {
    let kind = if interval.whole { "a whole number" } else { "a number" };
    let text = number_to_text;
    match (interval.low.is_finite(), interval.high.is_finite()) {
        _ if interval.low == interval.high => text(interval.low),
        (true, true) => format!("{kind} from {} to {}", text(interval.low), text(interval.high)),
        (true, false) => format!("{kind} of at least {}", text(interval.low)),
        (false, true) => format!("{kind} of at most {}", text(interval.high)),
        (false, false) => kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_read_as_words() {
        for (set, words) in [
            (Set::NOTHING, "nothing"),
            (Set::MISSING, "missing"),
            (Set::count(0.0, 7.0), "a whole number from 0 to 7"),
            (Set::number(2.5, 2.5), "2.5"),
            (Set::number(0.0, f64::INFINITY).or_missing(), "missing or a number of at least 0"),
            (Set::one_of(["a", "b"]).or_missing(), "missing, `a` or `b`"),
            (Set::TRUTH, "`true` or `false`"),
        ] {
            assert_eq!(set.describe(), words);
        }
    }

    #[test]
    fn whole_numbers_round_inwards() {
        let count = Interval { low: 0.0, high: 9.0, whole: true };
        assert_eq!(count.within(0.5, 3.5), Some(Interval { low: 1.0, high: 3.0, whole: true }));
        assert_eq!(count.within(3.2, 3.8), None);
        assert_eq!(count.few().map(|few| few.len()), Some(10));
    }
}

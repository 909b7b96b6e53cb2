//! What all rules contribute. Mostly these are small numbers, and there are many: each takes a few bytes, and those that are large stand elsewhere.

use super::contribution::Contribution;
use crate::engine::state::small::pages::Pages;

/// A contribution for each rule.
#[derive(Clone, Debug)]
pub struct Contributions {
    pages: Pages<Small>,
    /// Those with large numbers, in order of the rules.
    large: Vec<(u32, Contribution)>,
}

/// A contribution, if its numbers are small.
#[derive(Clone, Copy, Debug, Default)]
struct Small {
    points: i32,
    sum: i32,
    matches: u16,
    counted: u16,
}

/// Instead of a sum: the contribution is large.
const LARGE: i32 = i32::MIN;

impl Contributions {
    /// None, of so many rules.
    pub fn new(rules: usize) -> Contributions {
        Contributions { pages: Pages::new(rules), large: Vec::new() }
    }

    /// That of a rule; `None` if it never mattered.
    pub fn get(&self, rule: usize) -> Option<Contribution> {
        let own = self.pages.get(rule)?;
        if own.sum == LARGE { self.find_large(rule).and_then(|place| Some(self.large.get(place)?.1)) } else { Some(own.whole()) }
    }

    /// Changes that of a rule, unless it never mattered.
    pub fn change<T>(&mut self, rule: usize, change: impl FnOnce(&mut Contribution) -> T) -> Option<T> {
        self.pages.get(rule)?;
        self.make(rule, change)
    }

    /// Changes that of a rule, which matters now; `None` beyond the last rule.
    pub fn make<T>(&mut self, rule: usize, change: impl FnOnce(&mut Contribution) -> T) -> Option<T> {
        let small = self.pages.make(rule)?;
        if small.sum != LARGE {
            let mut own = small.whole();
            let changed = change(&mut own);
            match Small::of(&own) {
                Some(own) => *small = own,
                None => {
                    small.sum = LARGE;
                    let place = self.large.partition_point(|(other, _)| (*other as usize) < rule);
                    self.large.insert(place, (rule as u32, own));
                }
            }
            return Some(changed);
        }
        let place = self.find_large(rule)?;
        self.large.get_mut(place).map(|(_, own)| change(own))
    }

    fn find_large(&self, rule: usize) -> Option<usize> {
        self.large.binary_search_by_key(&(rule as u32), |(own, _)| *own).ok()
    }

    /// How many points a rule contributes, in milli-points.
    pub fn points(&self, rule: usize) -> i64 {
        self.get(rule).map_or(0, |own| own.points)
    }
}

impl Small {
    /// `None` if one of the numbers is large.
    fn of(own: &Contribution) -> Option<Small> {
        let sum = i32::try_from(own.sum).ok().filter(|sum| *sum != LARGE)?;
        Some(Small {
            points: own.points.try_into().ok()?,
            sum,
            matches: own.matches.try_into().ok()?,
            counted: own.counted.try_into().ok()?,
        })
    }

    fn whole(self) -> Contribution {
        Contribution { points: self.points.into(), sum: self.sum.into(), matches: self.matches.into(), counted: self.counted.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The numbers of a rule's contribution.
    fn numbers(all: &Contributions, rule: usize) -> Option<(i64, i64, u32, u32)> {
        all.get(rule).map(|own| (own.points, own.sum, own.matches, own.counted))
    }

    #[test]
    fn a_number_is_kept_whether_it_is_small_or_large() {
        for number in [0, 1, -1, 65_535, 65_536, i64::from(i32::MAX), i64::from(i32::MIN), i64::from(i32::MAX) + 1, i64::MIN, i64::MAX] {
            let count = u32::try_from(number.max(0)).unwrap_or(u32::MAX);
            for which in 0..4 {
                let mut all = Contributions::new(30);
                let pick = |place: usize, number: i64| if which == place { number } else { 7 };
                let counts = |place: usize| if which == place { count } else { 7 };
                for rule in [20, 3, 11, 4] {
                    all.make(rule, |own| {
                        *own = Contribution { points: pick(0, number), sum: pick(1, number), matches: counts(2), counted: counts(3) }
                    });
                }
                for rule in [3, 4, 11, 20] {
                    assert_eq!(numbers(&all, rule), Some((pick(0, number), pick(1, number), counts(2), counts(3))));
                    assert_eq!(all.points(rule), pick(0, number));
                }
                assert_eq!((numbers(&all, 5), numbers(&all, 28)), (Some((0, 0, 0, 0)), None));
                // What was large may become small again.
                assert_eq!(all.change(11, |own| (own.points, own.sum, own.matches, own.counted) = (1, 2, 3, 4)), Some(()));
                assert_eq!(numbers(&all, 11), Some((1, 2, 3, 4)));
                assert_eq!((all.change(28, |_| ()), all.make(40, |_| ())), (None, None));
            }
        }
    }
}

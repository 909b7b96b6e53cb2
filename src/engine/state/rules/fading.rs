//! What fades: how many points of which rule came in which hour or day (docs/model.md, section 5), packed into a byte or two for each, oldest first.
//!
//! It knows neither scores nor stages, nor when it is asked what is left.

use super::contribution::saturated;
use crate::engine::state::small::numbers::{read, unzigzag, write, zigzag};
use crate::model::Model;
use crate::model::rule::{Decay, Rule, Worth};
use crate::time::Time;

/// The points of the rules that fade by hours, or by days.
#[derive(Clone, Debug)]
pub struct Fading {
    /// Of the units before the newest: for each the difference to the one before, the number of rules, and for each rule the difference to the
    /// one before, with a bit that says whether its points are those of a single match of a rule that always gives the same; if not, they follow.
    packed: Vec<u8>,
    /// The last unit there.
    last: i64,
    /// The newest unit.
    unit: i64,
    /// The points of its rules, in order of the rules.
    open: Vec<(u32, i64)>,
    /// When the first of all changes, and the first of those that may change a stage.
    pub due: Time,
    pub staged_due: Time,
}

/// The points of a rule from an hour or day.
#[derive(Clone, Copy, Debug)]
pub struct Run {
    pub rule: usize,
    pub unit: i64,
    pub points: i64,
}

impl Default for Fading {
    fn default() -> Fading {
        Fading { packed: Vec::new(), last: 0, unit: 0, open: Vec::new(), due: Time::MAX, staged_due: Time::MAX }
    }
}

impl Fading {
    /// Adds the points of a match; gives back by how much that changes what its unit is worth.
    pub fn add(&mut self, model: &Model, Run { rule, unit, points }: Run) -> i64 {
        if unit != self.unit {
            self.close(model);
            self.unit = unit;
        }
        let rule = rule as u32;
        let place = self.open.partition_point(|(own, _)| *own < rule);
        match self.open.get_mut(place) {
            Some((own, sum)) if *own == rule => {
                let before = saturated(*sum);
                *sum = sum.saturating_add(points);
                saturated(*sum) - before
            }
            _ => {
                if self.open.len() == self.open.capacity() {
                    self.open.reserve_exact(4);
                }
                self.open.insert(place, (rule, points));
                saturated(points)
            }
        }
    }

    /// All that there is, oldest first.
    pub fn runs<'a>(&'a self, model: &'a Model) -> Runs<'a> {
        Runs { rules: &model.rules, packed: &self.packed, unit: 0, rule: 0, left: 0, newest: self.unit, open: &self.open }
    }

    /// No fewer than there are: each takes a byte, or more.
    pub fn most_runs(&self) -> usize {
        self.packed.len() + self.open.len()
    }

    /// Keeps only some.
    pub fn retain(&mut self, model: &Model, keep: &mut dyn FnMut(Run) -> bool) {
        let mut kept = Fading { due: self.due, staged_due: self.staged_due, ..Fading::default() };
        for run in self.runs(model) {
            if keep(run) {
                kept.add(model, run);
            }
        }
        *self = kept;
    }

    /// Packs the newest unit: another one begins.
    fn close(&mut self, model: &Model) {
        if self.open.is_empty() {
            return;
        }
        // Doubling would leave up to half of it empty, for each of many visitors.
        let need = self.open.len() * 2 + 16;
        if self.packed.capacity() - self.packed.len() < need {
            self.packed.reserve_exact(need + self.packed.len() / 8);
        }
        write(&mut self.packed, zigzag(self.unit - self.last));
        write(&mut self.packed, self.open.len() as u64);
        self.last = self.unit;
        let mut before = 0;
        for (rule, points) in &self.open {
            let single = model.rules.get(*rule as usize).is_some_and(|own| single(own) == Some(*points));
            write(&mut self.packed, u64::from(*rule - before) << 1 | u64::from(single));
            before = *rule;
            if !single {
                write(&mut self.packed, zigzag(*points));
            }
        }
        self.open.clear();
    }
}

/// The points of one match, if all have the same.
fn single(rule: &Rule) -> Option<i64> {
    match rule.worth {
        Worth::Fixed(points) => Some(points.0),
        Worth::Field { .. } => None,
    }
}

/// Reads what is packed, then what is open.
pub struct Runs<'a> {
    rules: &'a [Rule],
    packed: &'a [u8],
    unit: i64,
    rule: usize,
    /// How many are left of the unit.
    left: u64,
    newest: i64,
    open: &'a [(u32, i64)],
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline(never)]
    fn next(&mut self) -> Option<Run> {
        if self.left == 0 {
            if self.packed.is_empty() {
                let ((rule, points), rest) = self.open.split_first()?;
                self.open = rest;
                return Some(Run { rule: *rule as usize, unit: self.newest, points: *points });
            }
            self.unit += unzigzag(read(&mut self.packed));
            self.left = read(&mut self.packed);
            self.rule = 0;
        }
        self.left -= 1;
        let head = read(&mut self.packed);
        self.rule += (head >> 1) as usize;
        let points = match head & 1 {
            1 => self.rules.get(self.rule).and_then(single).unwrap_or(0),
            _ => unzigzag(read(&mut self.packed)),
        };
        Some(Run { rule: self.rule, unit: self.unit, points })
    }
}

/// What is left of runs in an hour or day of this number: a factor is computed once for all rules that fade alike.
pub struct Left<'m> {
    decays: &'m [Decay],
    number: i64,
    /// For each decay, the unit last asked for, and the factor for that.
    known: Vec<(i64, f64)>,
}

impl<'m> Left<'m> {
    /// Nothing was asked yet.
    pub fn new(decays: &'m [Decay], number: i64) -> Left<'m> {
        Left { decays, number, known: Vec::new() }
    }

    /// What is left of a run.
    pub fn of(&mut self, decay: usize, run: Run) -> i64 {
        if self.known.is_empty() {
            self.known.resize(self.decays.len(), (i64::MIN, 0.0));
        }
        let (Some(own), Some(known)) = (self.decays.get(decay), self.known.get_mut(decay)) else { return 0 };
        if known.0 != run.unit {
            *known = (run.unit, own.factor(self.number - run.unit));
        }
        rounded(saturated(run.points) as f64 * known.1)
    }

    /// The number of the hour or day in which that changes next; `None` if nothing is left, nor ever will be.
    pub fn next(&self, decay: usize, run: Run, left: i64) -> Option<i64> {
        if left == 0 && run.unit < self.number {
            return None;
        }
        let own = self.decays.get(decay)?;
        let count = own.units().count;
        Some(match own {
            Decay::HalfLife(_) | Decay::Linear(_) => self.number.saturating_add(1),
            Decay::Expire(_) => run.unit.saturating_add(count),
            Decay::Step(..) if !own.fades() => i64::MAX,
            Decay::Step(..) => run.unit.saturating_add(((self.number - run.unit) / count + 1).saturating_mul(count)),
        })
    }
}

/// What is left at some ages, where the same are asked for again and again.
#[derive(Debug)]
pub struct Factors(Vec<(usize, i64, f64)>);

/// So many are remembered at most, each until another one takes its place.
const MOST: usize = 4096;

impl Default for Factors {
    fn default() -> Factors {
        Factors(vec![(usize::MAX, 0, 0.0); MOST])
    }
}

impl Factors {
    /// What a decay leaves at an age.
    pub fn of(&mut self, decays: &[Decay], decay: usize, age: i64) -> f64 {
        let Some(known) = self.0.get_mut((decay * 127 + age as usize) % MOST) else { return 0.0 };
        if (known.0, known.1) != (decay, age) {
            *known = (decay, age, decays.get(decay).map_or(0.0, |own| own.factor(age)));
        }
        known.2
    }
}

/// Half away from zero, for numbers below 2⁵³: as `f64::round` has it, which neither x86-64 nor WebAssembly has an instruction for.
pub fn rounded(number: f64) -> i64 {
    let whole = number as i64;
    // Exact: both are near.
    let rest = number - whole as f64;
    whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5)
}

impl Run {
    /// A match's points, to be added to those of its rule and unit.
    pub fn new(rule: usize, unit: i64, points: i64) -> Run {
        Run { rule, unit, points }
    }
}

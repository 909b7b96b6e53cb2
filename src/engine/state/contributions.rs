//! What all rules contribute: a visitor meets few of the rules of a large model, so those that never mattered take no room.

use super::contribution::Contribution;

/// So many rules share a page.
const PAGE: usize = 8;

/// A contribution for each rule, in pages that are made when one of their rules first matters.
#[derive(Clone, Debug)]
pub struct Contributions(Vec<Option<Box<[Contribution; PAGE]>>>);

impl Contributions {
    /// None, of so many rules.
    pub fn new(rules: usize) -> Contributions {
        Contributions(vec![None; rules.div_ceil(PAGE)])
    }

    /// That of a rule; `None` if it never mattered.
    pub fn get(&self, rule: usize) -> Option<&Contribution> {
        self.0.get(rule / PAGE)?.as_deref()?.get(rule % PAGE)
    }

    /// As [`Contributions::get`], to be changed.
    pub fn get_mut(&mut self, rule: usize) -> Option<&mut Contribution> {
        self.0.get_mut(rule / PAGE)?.as_deref_mut()?.get_mut(rule % PAGE)
    }

    /// That of a rule, which matters now.
    pub fn make(&mut self, rule: usize) -> Option<&mut Contribution> {
        self.0.get_mut(rule / PAGE)?.get_or_insert_default().get_mut(rule % PAGE)
    }

    /// How many points a rule contributes, in milli-points.
    pub fn points(&self, rule: usize) -> i64 {
        self.get(rule).map_or(0, |own| own.points)
    }

    /// Those that may have mattered, with the places of their rules.
    pub fn iter(&self) -> impl Iterator<Item = (usize, &Contribution)> {
        let pages = self.0.iter().enumerate().filter_map(|(place, page)| Some((place * PAGE, page.as_deref()?)));
        pages.flat_map(|(first, page)| page.iter().enumerate().map(move |(place, own)| (first + place, own)))
    }
}

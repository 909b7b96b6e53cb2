//! What lies in a window that moves at boundaries: runs of equal units, oldest first.

use std::collections::VecDeque;

/// Something for each hour or day in which anything was, oldest first.
#[derive(Clone, Debug)]
pub struct Window<T> {
    runs: VecDeque<(i64, T)>,
}

impl<T> Default for Window<T> {
    fn default() -> Window<T> {
        Window { runs: VecDeque::new() }
    }
}

impl<T> Window<T> {
    /// The unit of the oldest.
    pub fn oldest(&self) -> Option<i64> {
        self.runs.front().map(|(unit, _)| *unit)
    }

    /// The newest.
    pub fn newest(&mut self) -> Option<&mut (i64, T)> {
        self.runs.back_mut()
    }

    /// The oldest one's own.
    pub fn first(&self) -> Option<&T> {
        self.runs.front().map(|(_, own)| own)
    }

    /// Adds the newest.
    pub fn push(&mut self, unit: i64, own: T) {
        self.runs.push_back((unit, own));
    }

    /// Takes out the newest.
    pub fn pop_newest(&mut self) -> Option<(i64, T)> {
        self.runs.pop_back()
    }

    /// Takes out the oldest if it is of a unit before this one.
    pub fn pop_before(&mut self, unit: i64) -> Option<(i64, T)> {
        if self.oldest().is_some_and(|oldest| oldest < unit) { self.runs.pop_front() } else { None }
    }

    /// That of a unit.
    pub fn get_mut(&mut self, unit: i64) -> Option<&mut T> {
        let place = self.runs.binary_search_by(|(own, _)| own.cmp(&unit)).ok()?;
        self.runs.get_mut(place).map(|(_, own)| own)
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        self.runs.clear();
    }
}

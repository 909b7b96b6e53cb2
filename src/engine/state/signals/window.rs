//! What lies in a window that moves at boundaries: runs of equal units, oldest first.

/// Something for each hour or day in which anything was, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Window<T> {
    runs: Vec<(i64, T)>,
    /// So many at the beginning are gone.
    gone: usize,
}

impl<T: Default> Window<T> {
    /// The unit of the oldest.
    pub fn oldest(&self) -> Option<i64> {
        self.runs.get(self.gone).map(|(unit, _)| *unit)
    }

    /// The newest.
    pub fn newest(&mut self) -> Option<&mut (i64, T)> {
        self.runs.get_mut(self.gone..)?.last_mut()
    }

    /// The oldest one's own.
    pub fn first(&self) -> Option<&T> {
        self.runs.get(self.gone).map(|(_, own)| own)
    }

    /// Adds the newest.
    pub fn push(&mut self, unit: i64, own: T) {
        if self.gone * 2 > self.runs.len() {
            self.runs.drain(..self.gone);
            self.gone = 0;
        }
        self.runs.push((unit, own));
    }

    /// Takes out the newest.
    pub fn pop_newest(&mut self) {
        if self.runs.len() > self.gone {
            self.runs.pop();
        }
    }

    /// Takes out the oldest if it is of a unit before this one.
    pub fn pop_before(&mut self, unit: i64) -> Option<T> {
        let (_, own) = self.runs.get_mut(self.gone).filter(|(oldest, _)| *oldest < unit)?;
        self.gone += 1;
        Some(core::mem::take(own))
    }

    /// That of a unit.
    pub fn get_mut(&mut self, unit: i64) -> Option<&mut T> {
        let place = self.runs.binary_search_by(|(own, _)| own.cmp(&unit)).ok().filter(|place| *place >= self.gone)?;
        self.runs.get_mut(place).map(|(_, own)| own)
    }

    /// Forgets all.
    pub fn clear(&mut self) {
        (self.runs, self.gone) = (Vec::new(), 0);
    }
}

//! Something for each of many rules: a visitor meets few of the rules of a large model, so those that never mattered take no room.

/// So many share a page.
const PAGE: usize = 8;

/// Something for each, in pages that are made when the first on them matters.
#[derive(Clone, Debug)]
pub struct Pages<T>(Box<[Option<Box<[T; PAGE]>>]>);

impl<T: Clone + Default> Pages<T> {
    /// Nothing yet, for so many.
    pub fn new(count: usize) -> Pages<T> {
        Pages(vec![None; count.div_ceil(PAGE)].into())
    }

    /// That of one; `None` if it, and all on its page, never mattered.
    pub fn get(&self, place: usize) -> Option<&T> {
        self.0.get(place / PAGE)?.as_deref()?.get(place % PAGE)
    }

    /// As [`Pages::get`], to be changed.
    pub fn get_mut(&mut self, place: usize) -> Option<&mut T> {
        self.0.get_mut(place / PAGE)?.as_deref_mut()?.get_mut(place % PAGE)
    }

    /// That of one that matters now; `None` beyond the last.
    pub fn make(&mut self, place: usize) -> Option<&mut T> {
        self.0.get_mut(place / PAGE)?.get_or_insert_default().get_mut(place % PAGE)
    }
}

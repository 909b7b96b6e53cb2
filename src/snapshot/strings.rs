//! Which strings were written already, and where: so that each is written once.

use crate::engine::fnv64;

/// How many places a string is looked for in. One that would stand further on is written again, so that no choice of strings makes this slow.
const PROBES: usize = 8;

/// How many strings there is room for at first.
const FIRST: usize = 64;

/// The strings written so far.
pub struct Strings<'a> {
    texts: Vec<&'a str>,
    /// The place in `texts` plus one, 0 for none; a power of two of them, at most half full.
    slots: Vec<u32>,
}

impl<'a> Strings<'a> {
    /// The empty string alone, which is never written.
    pub fn new() -> Strings<'a> {
        Strings { texts: vec![""], slots: vec![0; 2 * FIRST] }
    }

    /// The place of a string; one that has none gets the next, and `None` says so.
    pub fn place(&mut self, text: &'a str) -> Option<usize> {
        if text.is_empty() {
            return Some(0);
        }
        for slot in self.probes(text) {
            match self.slots.get(slot).copied().unwrap_or_default() {
                0 => {
                    self.texts.push(text);
                    self.set(slot, self.texts.len());
                    if self.texts.len() * 2 > self.slots.len() {
                        self.grow();
                    }
                    return None;
                }
                known if self.texts.get(known as usize - 1) == Some(&text) => return Some(known as usize - 1),
                _ => {}
            }
        }
        self.texts.push(text);
        None
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len() * 2];
        for place in 1..self.texts.len() {
            let text = self.texts.get(place).copied().unwrap_or_default();
            if let Some(slot) = self.probes(text).find(|slot| self.slots.get(*slot) == Some(&0)) {
                self.set(slot, place + 1);
            }
        }
    }

    fn set(&mut self, slot: usize, number: usize) {
        if let (Some(slot), Ok(number)) = (self.slots.get_mut(slot), u32::try_from(number)) {
            *slot = number;
        }
    }

    /// The slots in which a string may stand.
    fn probes(&self, text: &str) -> impl Iterator<Item = usize> + use<> {
        let (start, mask) = (fnv64(text.as_bytes()) as usize, self.slots.len() - 1);
        (0..PROBES).map(move |step| start.wrapping_add(step) & mask)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_string_keeps_the_place_that_it_got() {
        let texts: Vec<String> = (0..5000).map(|number| format!("string {number}")).collect();
        let mut strings = Strings::new();
        assert_eq!(strings.place(""), Some(0));
        for text in &texts {
            assert_eq!(strings.place(text), None);
        }
        let found = texts.iter().enumerate().filter(|(index, text)| strings.place(text) == Some(index + 1)).count();
        assert!(found > 4990, "only a string whose slots are all taken is written again: {found}");
    }
}

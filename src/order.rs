//! Sorting, once for everything: the standard library's sorts are made anew for each type that is sorted, which a module that pages
//! download can't afford (a ninth of its code, before this).

use core::cmp::Ordering;

/// Sorts a list; what compares as equal stays in its order.
pub fn sort_by<T>(items: &mut [T], compare: impl Fn(&T, &T) -> Ordering) {
    let ascends = |one: usize, other: usize| match (items.get(one), items.get(other)) {
        (Some(one), Some(other)) => compare(one, other) != Ordering::Greater,
        _ => true,
    };
    let Some(places) = order(items.len(), &ascends) else { return };
    arrange(places, &mut |one, other| items.swap(one, other));
}

/// Sorts a list by the order of its own.
pub fn sort<T: Ord>(items: &mut [T]) {
    sort_by(items, T::cmp);
}

/// The places of so many items in order: merged from runs of one, two, four …; `None` if they are in order already.
/// `ascends` says whether an item may stand before another.
fn order(count: usize, ascends: &dyn Fn(usize, usize) -> bool) -> Option<Vec<usize>> {
    if (1..count).all(|place| ascends(place - 1, place)) {
        return None;
    }
    let mut places: Vec<usize> = (0..count).collect();
    let mut length = 1;
    while length < count {
        let mut merged = Vec::with_capacity(count);
        for pair in places.chunks(length * 2) {
            let (left, right) = pair.split_at_checked(length).unwrap_or((pair, &[]));
            let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
            loop {
                let from_left = match (left.peek(), right.peek()) {
                    (Some(one), Some(other)) => ascends(**one, **other),
                    (Some(_), None) => true,
                    (None, Some(_)) => false,
                    (None, None) => break,
                };
                merged.extend(if from_left { left.next() } else { right.next() });
            }
        }
        places = merged;
        length *= 2;
    }
    Some(places)
}

/// Brings to each place the item from where these places say, each of them once, round by round of who takes whose place.
fn arrange(mut places: Vec<usize>, swap: &mut dyn FnMut(usize, usize)) {
    for start in 0..places.len() {
        let mut at = start;
        // What is where it belongs comes from its own place.
        while let Some(from) = places.get_mut(at).map(|from| core::mem::replace(from, at)).filter(|from| *from != start) {
            swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_as_the_standard_library_sorts_them() {
        let mut seed = 1_u32;
        for count in 0..200_usize {
            let mut items: Vec<(u32, usize)> = (0..count)
                .map(|place| {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    ((seed >> 24) % 16, place)
                })
                .collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            sort_by(&mut items, |one, other| one.0.cmp(&other.0));
            assert_eq!(items, expected);
        }
    }
}

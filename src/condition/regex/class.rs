//! Sets of code points, as sorted ranges that neither touch nor overlap. Surrogates are in none of them: no text has any.

/// A set of code points.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Class(Vec<(char, char)>);

/// `\d`
pub(super) const DIGITS: &[(char, char)] = &[('0', '9')];
/// `\w`
pub(super) const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
/// `\s`, of ASCII
pub(super) const SPACE: &[(char, char)] = &[('\t', '\r'), (' ', ' ')];
/// What ECMAScript ends lines with, and `.` does not match
pub(super) const LINE_ENDS: &[(char, char)] = &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];

impl Class {
    /// The set of these ranges, ends included, in whatever order.
    pub(super) fn new(ranges: &[(char, char)]) -> Class {
        let mut sorted = ranges.to_vec();
        crate::order::sort(&mut sorted);
        let mut merged: Vec<(char, char)> = Vec::new();
        for (start, end) in sorted {
            match merged.last_mut() {
                Some(last) if last.1 == char::MAX || after(last.1).is_none_or(|next| start <= next) => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        Class(merged)
    }

    /// The set of one code point.
    pub(super) fn single(char: char) -> Class {
        Class(vec![(char, char)])
    }

    /// All other code points.
    pub(super) fn negated(&self) -> Class {
        let mut rest = Vec::new();
        let mut next = Some('\0');
        for (start, end) in &self.0 {
            if let (Some(from), Some(to)) = (next, before(*start))
                && from <= to
            {
                rest.push((from, to));
            }
            next = after(*end);
        }
        rest.extend(next.map(|from| (from, char::MAX)));
        Class(rest)
    }

    /// With the other case of each ASCII letter in it.
    pub(super) fn ignoring_case(&self) -> Class {
        let mut ranges = self.0.clone();
        for (start, end) in &self.0 {
            for (low, high, other) in [('a', 'z', 'A'), ('A', 'Z', 'a')] {
                let (from, to) = ((*start).max(low), (*end).min(high));
                if from <= to {
                    let shifted = |letter: char| char::from_u32(letter as u32 - low as u32 + other as u32).unwrap_or(letter);
                    ranges.push((shifted(from), shifted(to)));
                }
            }
        }
        Class::new(&ranges)
    }

    pub(super) fn ranges(&self) -> &[(char, char)] {
        &self.0
    }
}

fn after(char: char) -> Option<char> {
    (char..=char::MAX).nth(1)
}

fn before(char: char) -> Option<char> {
    ('\0'..=char).rev().nth(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_sorted_and_merged() {
        assert_eq!(Class::new(&[('x', 'z'), ('a', 'c'), ('b', 'd'), ('e', 'e')]), Class(vec![('a', 'e'), ('x', 'z')]));
        assert_eq!(Class::new(&[('a', 'z'), ('c', 'd')]), Class(vec![('a', 'z')]));
        assert_eq!(Class::new(&[('\0', char::MAX), ('c', 'd')]), Class(vec![('\0', char::MAX)]));
        assert_eq!(Class::new(&[('\u{e000}', char::MAX), ('\0', '\u{d7ff}')]), Class(vec![('\0', char::MAX)]));
    }

    #[test]
    fn negation_leaves_out_surrogates_and_undoes_itself() {
        assert_eq!(Class::single('\u{e000}').negated(), Class(vec![('\0', '\u{d7ff}'), ('\u{e001}', char::MAX)]));
        assert_eq!(Class::new(&[('\0', 'a'), ('z', char::MAX)]).negated(), Class(vec![('b', 'y')]));
        assert_eq!(Class::new(&[]).negated(), Class(vec![('\0', char::MAX)]));
        assert_eq!(Class::new(&[]).negated().negated(), Class(vec![]));
        for set in [DIGITS, WORD, SPACE, LINE_ENDS] {
            assert_eq!(Class::new(set).negated().negated(), Class::new(set));
        }
    }

    #[test]
    fn case_is_ignored_for_ascii_letters() {
        assert_eq!(Class::single('k').ignoring_case(), Class(vec![('K', 'K'), ('k', 'k')]));
        assert_eq!(Class::new(&[('Y', 'b')]).ignoring_case(), Class(vec![('A', 'B'), ('Y', 'b'), ('y', 'z')]));
        assert_eq!(Class::single('é').ignoring_case(), Class::single('é'));
        assert_eq!(Class::single('1').ignoring_case(), Class::single('1'));
    }
}

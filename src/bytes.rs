//! Comparing bytes eight at a time: WebAssembly has nothing that does, and what Rust brings along for it goes one by one.

/// Whether these are the same.
pub fn is_same(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks(), other.as_chunks());
    let same_word = |(one, other): (&[u8; 8], &[u8; 8])| u64::from_le_bytes(*one) == u64::from_le_bytes(*other);
    one.len() == other.len() && words.iter().zip(other_words).all(same_word) && rest.iter().zip(other_rest).all(|(one, other)| one == other)
}

/// Whether one is less than the other, as `<` has it.
pub fn is_less(one: &[u8], other: &[u8]) -> bool {
    let ((words, rest), (other_words, other_rest)) = (one.as_chunks(), other.as_chunks());
    for (one, other) in words.iter().zip(other_words) {
        let (one, other) = (u64::from_be_bytes(*one), u64::from_be_bytes(*other));
        if one != other {
            return one < other;
        }
    }
    match words.len() == other_words.len() {
        true => rest < other_rest,
        // Behind what is the same, the longer one still has a word.
        false if words.len() < other_words.len() => other_words.get(words.len()).is_some_and(|word| rest < word.as_slice()),
        false => words.get(other_words.len()).is_some_and(|word| word.as_slice() < other_rest),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comparisons_are_those_of_rust() {
        let alphabet = [b'a', b'b', 0, 255];
        // All texts of two lengths that differ in up to two places, one of them behind a word.
        let mut texts: Vec<Vec<u8>> = Vec::new();
        for length in 0..=18 {
            for place in 0..=length {
                for byte in alphabet {
                    let mut text = vec![b'a'; length];
                    text.iter_mut().skip(place).take(1).for_each(|own| *own = byte);
                    texts.push(text);
                }
            }
        }
        for one in &texts {
            for other in &texts {
                assert_eq!(is_same(one, other), one == other, "{one:?} {other:?}");
                assert_eq!(is_less(one, other), one < other, "{one:?} {other:?}");
            }
        }
    }
}

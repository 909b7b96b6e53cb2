//! The two hashes of docs/model.md, GrowthBook's for holdouts and FNV-1a 64 for digests, and a quick one for tables in memory.

use crate::condition::number::push_whole;

/// The bucket in [0, 1) of a value: GrowthBook's hash, version 2, over UTF-16 code units as its JavaScript SDK has it.
pub fn bucket(seed: &str, value: &str) -> f64 {
    let first = fnv32(seed.encode_utf16().chain(value.encode_utf16()));
    let mut digits = String::new();
    push_whole(first.into(), &mut digits);
    let second = fnv32(digits.encode_utf16());
    f64::from(second % 10_000) / 10_000.0
}

fn fnv32(units: impl Iterator<Item = u16>) -> u32 {
    units.fold(0x811c_9dc5, |hash, unit| (hash ^ u32::from(unit)).wrapping_mul(0x0100_0193))
}

/// FNV-1a 64 over bytes.
pub fn fnv64(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// A hash that nobody sees: eight bytes at a time. All of its bits depend on the last byte as on the first; who wants two texts to have the same can find them,
/// and makes his own visit slow.
pub fn quick(bytes: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let mixed = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed ^ (mixed >> 32)
    };
    let (words, rest) = bytes.as_chunks();
    let hash = words.iter().fold(bytes.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    mix(hash, rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)))
}

/// A hash as 16 hex digits.
pub fn hex(hash: u64) -> String {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let digits = hash.to_be_bytes().iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect();
    String::from_utf8(digits).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_has_sixteen_digits() {
        for hash in [0, 1, 0xcbf2_9ce4_8422_2325, u64::MAX] {
            assert_eq!(hex(hash), format!("{hash:016x}"));
        }
    }

    #[test]
    fn buckets_are_growthbooks() {
        assert_eq!(bucket("seed", "a"), 0.0505);
    }

    #[test]
    fn fnv64_has_its_published_values() {
        assert_eq!(fnv64(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv64(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(fnv64(b"foobar"), 0x8594_4171_f739_67e8);
    }
}

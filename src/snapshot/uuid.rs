//! UUIDs (RFC 9562) as they are nearly always written: lower case, with hyphens. Any other text is no UUID here, so that every id comes back
//! as it was.

/// How long the text is.
const LENGTH: usize = 36;

/// How many bits the time of version 7 leaves.
const REST: u32 = 80;

/// A UUID as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uuid(pub u128);

impl Uuid {
    /// Reads a UUID.
    pub fn parse(text: &str) -> Option<Uuid> {
        if text.len() != LENGTH {
            return None;
        }
        let mut number = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = match (is_hyphen(place), byte) {
                (true, b'-') => continue,
                (false, b'0'..=b'9') => byte - b'0',
                (false, b'a'..=b'f') => byte - b'a' + 10,
                _ => return None,
            };
            number = number << 4 | u128::from(digit);
        }
        Some(Uuid(number))
    }

    /// Its text.
    pub fn print(self) -> String {
        let mut text = String::with_capacity(LENGTH);
        for byte in self.0.to_be_bytes() {
            if is_hyphen(text.len()) {
                text.push('-');
            }
            for digit in [byte >> 4, byte & 15] {
                text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }));
            }
        }
        text
    }

    /// The time of a UUID of version 7, in milliseconds since 1970, and what follows it.
    pub fn timed(self) -> Option<(i64, [u8; 10])> {
        let [_, _, _, _, _, _, rest @ ..] = self.0.to_be_bytes();
        let version = rest.first().map(|byte| byte >> 4);
        (version == Some(7)).then_some(((self.0 >> REST) as i64, rest))
    }

    /// A UUID of these parts; `None` if the time has more than its 48 bits.
    pub fn from_timed(time: i64, rest: [u8; 10]) -> Option<Uuid> {
        let time = u64::try_from(time).ok().filter(|time| time >> 48 == 0)?;
        let rest = rest.iter().fold(0, |number, byte| number << 8 | u128::from(*byte));
        Some(Uuid(u128::from(time) << REST | rest))
    }
}

fn is_hyphen(place: usize) -> bool {
    matches!(place, 8 | 13 | 18 | 23)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_read_is_printed_as_it_was() {
        for text in ["00000000-0000-0000-0000-000000000000", "0123abcd-4567-89ef-fedc-ba9876543210", "ffffffff-ffff-ffff-ffff-ffffffffffff"]
        {
            assert_eq!(Uuid::parse(text).unwrap().print(), text);
        }
    }

    #[test]
    fn another_spelling_is_text() {
        for text in [
            "",
            "0123ABCD-4567-89ef-fedc-ba9876543210",
            "{0123abcd-4567-89ef-fedc-ba98765432}",
            "0123abcd04567-89ef-fedc-ba9876543210",
            "0123abcd-4567-89ef-fedc-ba987654321",
            "0123abcd-4567-89ef-fedc-ba98765432100",
            "0123abcd-4567-89ef-fedc--a9876543210",
            "0123abcd-4567-89ef-fedc-ba98765432é",
        ] {
            assert_eq!(Uuid::parse(text), None, "{text}");
        }
    }

    #[test]
    fn version_7_has_a_time() {
        let uuid = Uuid::parse("019bdf0a-1234-7abc-8def-0123456789ab").unwrap();
        let (time, rest) = uuid.timed().unwrap();
        assert_eq!(time, 0x019b_df0a_1234);
        assert_eq!(Uuid::from_timed(time, rest), Some(uuid));
        assert_eq!(Uuid::parse("019bdf0a-1234-4abc-8def-0123456789ab").unwrap().timed(), None);
        assert_eq!((Uuid::from_timed(-1, rest), Uuid::from_timed(1 << 48, rest)), (None, None));
    }
}

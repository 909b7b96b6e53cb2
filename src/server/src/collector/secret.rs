//! Whether a visitor's id is a secret: whoever sends one that nobody can guess is that visitor's browser, or was told of it.
//!
//! Only the id's form can say so: of an event it is not kept in which field of a message its visitor stood.

/// Whether nobody can guess it: a UUID that is random, as a whole (version 4) or behind its time (7), in its usual form. Other
/// versions are made of a name, or of a time and a machine.
pub fn is_secret(id: &str) -> bool {
    let form = |(place, byte): (usize, u8)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => matches!(byte, b'4' | b'7'),
        19 => matches!(byte, b'8' | b'9' | b'a' | b'b' | b'A' | b'B'),
        _ => byte.is_ascii_hexdigit(),
    };
    id.len() == 36 && id.bytes().enumerate().all(form)
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn only_random_uuids_are_secrets() {
        let table = [
            ("019bdb5c-9a3f-7c21-8d4e-5f60718293a4", true),
            ("9f1c2d3e-4b5a-4678-9abc-def012345678", true),
            ("9F1C2D3E-4B5A-4678-BABC-DEF012345678", true),
            ("", false),
            ("1042", false),
            ("jane@acme.example", false),
            ("00000000-0000-0000-0000-000000000000", false),
            ("c232ab00-9414-11ec-b3c8-9f6bdeced846", false),
            ("2ed6657d-e927-568b-95e1-2665a8aea6a2", false),
            ("9f1c2d3e-4b5a-4678-7abc-def012345678", false),
            ("9f1c2d3e4b5a46789abcdef012345678", false),
            ("{9f1c2d3e-4b5a-4678-9abc-def01234567}", false),
            ("9f1c2d3e-4b5a-4678-9abc-def01234567g", false),
            ("9f1c2d3e-4b5a-4678-9abc-def0123456789", false),
            ("9f1c2d3e-4b5a-4678-9abc-def0123456é", false),
        ];
        for (id, secret) in table {
            assert_eq!(is_secret(id), secret, "{id}");
        }
    }
}

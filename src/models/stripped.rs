//! JSON text without what only people read, descriptions and the space between things: made while the crate is compiled, for the module that pages download.
//!
//! It is for the texts that ship, which are JSON for certain; were one not, the crate would not compile.

/// How long the text will be.
pub(super) const fn length(text: &str) -> usize {
    strip(text.as_bytes(), &mut [])
}

/// The text, which has this length.
pub(super) const fn stripped<const LENGTH: usize>(text: &str) -> [u8; LENGTH] {
    let mut stripped = [0; LENGTH];
    strip(text.as_bytes(), &mut stripped);
    stripped
}

/// Writes as much as there is room for; answers how much that would be in all.
#[allow(clippy::indexing_slicing)] // There is no more convenient way to fail while compiling.
const fn strip(text: &[u8], out: &mut [u8]) -> usize {
    let (mut at, mut length) = (0, 0);
    while at < text.len() {
        let mut end = at + 1;
        if text[at] == b'"' {
            end = end_of_string(text, at);
            let colon = end;
            if is_description(text, at) && text[colon] == b':' {
                // And the comma and space behind it. Each description here has something behind it.
                at = past_space(text, end_of_string(text, past_space(text, colon + 1)));
                assert!(text[at] == b',');
                at += 1;
                continue;
            }
        } else if is_space(text[at]) {
            at = end;
            continue;
        }
        while at < end {
            if length < out.len() {
                out[length] = text[at];
            }
            length += 1;
            at += 1;
        }
    }
    length
}

/// Where the string ends that begins here.
#[allow(clippy::indexing_slicing)]
const fn end_of_string(text: &[u8], start: usize) -> usize {
    assert!(text[start] == b'"');
    let mut at = start + 1;
    while text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[allow(clippy::indexing_slicing)]
const fn is_description(text: &[u8], start: usize) -> bool {
    let wanted = b"\"description\"";
    let mut place = 0;
    while place < wanted.len() && text[start + place] == wanted[place] {
        place += 1;
    }
    place == wanted.len()
}

#[allow(clippy::indexing_slicing)]
const fn past_space(text: &[u8], mut at: usize) -> usize {
    while is_space(text[at]) {
        at += 1;
    }
    at
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

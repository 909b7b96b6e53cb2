//! Numbers as text and back, as JavaScript does it (ECMA-262, 6.1.6.1.20 and 7.1.4.1). In JavaScript hosts the host does it,
//! which keeps 14 KB of tables out of the module; the vectors hold the two together.

#[cfg(target_arch = "wasm32")]
pub(super) use host::number_from_text;
#[cfg(target_arch = "wasm32")]
pub(crate) use host::{number_length, number_to_text};
#[cfg(not(target_arch = "wasm32"))]
pub(super) use native::number_from_text;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::{number_length, number_to_text};

/// Writes a whole number: less code than the standard library's way, which is made for more.
pub(crate) fn push_whole(number: u64, text: &mut String) {
    if number > 9 {
        push_whole(number / 10, text);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

#[cfg(target_arch = "wasm32")]
mod host {
    use js_sys::JsString;
    use wasm_bindgen::prelude::*;

    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_name = String)]
        fn text(number: f64) -> JsString;

        #[wasm_bindgen(js_name = Number)]
        fn number(text: &str) -> f64;
    }

    /// `String(number)`
    pub(crate) fn number_to_text(number: f64) -> String {
        let text = text(number);
        // Digits, a point, an `e`: read one by one, so that no string ever need come in as a whole.
        (0..text.length()).map(|place| char::from(text.char_code_at(place) as u8)).collect()
    }

    /// `String(number).length`
    pub(crate) fn number_length(number: f64) -> usize {
        text(number).length() as usize
    }

    /// `Number(text)`
    pub(in super::super) fn number_from_text(text: &str) -> f64 {
        number(text)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    /// `String(number)`
    pub(crate) fn number_to_text(number: f64) -> String {
        ryu_js::Buffer::new().format(number).to_owned()
    }

    /// `String(number).length`
    pub(crate) fn number_length(number: f64) -> usize {
        ryu_js::Buffer::new().format(number).len()
    }

    /// `Number(text)`: NaN if the text is no number; 0 if there is nothing but white space.
    pub(in super::super) fn number_from_text(text: &str) -> f64 {
        // White_Space is JavaScript's white space and line ends, but for NEL, which is in it, and the byte order mark, which is not.
        let text = text.trim_matches(|char: char| (char.is_whitespace() && char != '\u{85}') || char == '\u{feff}');
        if text.is_empty() {
            return 0.0;
        }
        let prefix = text.get(..2).map(str::to_ascii_lowercase);
        let digits = text.get(2..).unwrap_or_default();
        match prefix.as_deref() {
            Some("0x") => from_digits(digits, 4),
            Some("0o") => from_digits(digits, 3),
            Some("0b") => from_digits(digits, 1),
            _ => from_decimal(text),
        }
    }

    /// Digits of so many bits each, to the nearest double, ties to even.
    fn from_digits(digits: &str, bits: u32) -> f64 {
        // As many leading bits as fit with room for one more digit, and whether anything but zeros came after them.
        let (mut leading, mut dropped_bits, mut sticky) = (0_u64, 0_i32, false);
        for char in digits.chars() {
            let Some(digit) = char.to_digit(1 << bits) else { return f64::NAN };
            if leading >> 60 == 0 {
                leading = leading << bits | u64::from(digit);
            } else {
                dropped_bits = dropped_bits.saturating_add(bits as i32);
                sticky |= digit != 0;
            }
        }
        if digits.is_empty() { f64::NAN } else { libm::ldexp((leading | u64::from(sticky)) as f64, dropped_bits) }
    }

    fn from_decimal(text: &str) -> f64 {
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let plain = is_unsigned_decimal(unsigned) || unsigned == "Infinity";
        if plain { text.parse().unwrap_or(f64::NAN) } else { f64::NAN }
    }

    /// `digits`, `digits.digits?` or `.digits`, then perhaps `e±digits`.
    fn is_unsigned_decimal(text: &str) -> bool {
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.strip_prefix(['+', '-']).unwrap_or(exponent)),
            None => (text, "0"),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        !(whole.is_empty() && fraction.is_empty())
            && all_digits(whole)
            && all_digits(fraction)
            && !exponent.is_empty()
            && all_digits(exponent)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn text_becomes_a_number_as_in_javascript() {
            for (text, number) in [
                ("", 0.0),
                (" \t\n\u{a0}\u{feff}\u{2028}", 0.0),
                ("12", 12.0),
                ("+12.50", 12.5),
                ("-.5", -0.5),
                ("5.", 5.0),
                ("1e3", 1000.0),
                ("1E+3", 1000.0),
                ("1.5e-1", 0.15),
                ("007", 7.0),
                ("0x10", 16.0),
                ("0XfF", 255.0),
                ("0b101", 5.0),
                ("0o17", 15.0),
                ("Infinity", f64::INFINITY),
                ("-Infinity", f64::NEG_INFINITY),
                ("1e999", f64::INFINITY),
                // 2^53 + 1 is halfway between two doubles and goes to the even one; a bit far behind tips it over.
                ("0x20000000000001", 9_007_199_254_740_992.0),
                ("0x200000000000010000000000000001", 9_007_199_254_740_994.0 * 2_f64.powi(64)),
                ("0x20000000000001000000000000000", 9_007_199_254_740_992.0 * 2_f64.powi(60)),
                ("0x20000000000003", 9_007_199_254_740_996.0),
            ] {
                assert_eq!(number_from_text(text), number, "{text:?}");
            }
            for text in [
                ".", "+", "e5", "1e", "1e+", "--1", "+-1", "0x", "0xg", "-0x10", "+0x10", "1_000", "1,5", "12px", "inf", "nan", "NaN",
                "infinity", "\u{85}1", "0x+1", "1 2", "١",
            ] {
                assert!(number_from_text(text).is_nan(), "{text:?}");
            }
        }

        #[test]
        fn numbers_become_text_as_in_javascript() {
            for (number, text) in [
                (0.0, "0"),
                (-0.0, "0"),
                (-1.5, "-1.5"),
                (100.0, "100"),
                (1e21, "1e+21"),
                (1e20, "100000000000000000000"),
                (1e-6, "0.000001"),
                (1.5e-7, "1.5e-7"),
                (5e-324, "5e-324"),
            ] {
                assert_eq!(number_to_text(number), text);
            }
        }
    }
}

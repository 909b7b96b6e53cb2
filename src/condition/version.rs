//! Version numbers, as GrowthBook's SDK orders them: by a text in which each number is padded so that `9` comes before `10`.
//! Near to semantic versioning, but not the same.

use super::number::number_to_text;
use crate::value_ref::ValueRef;

/// The text by which a version is ordered. What is no version at all is version `0`.
pub(crate) fn sort_key(value: ValueRef<'_>) -> String {
    let number;
    let version = match value {
        ValueRef::Number(given) => {
            number = number_to_text(given);
            number.as_str()
        }
        ValueRef::Text(given) if !given.is_empty() => given,
        _ => "0",
    };
    let core = without_build(version.strip_prefix('v').unwrap_or(version));
    let mut parts: Vec<String> = core.split(['-', '.']).map(padded).collect();
    if parts.len() == 3 {
        // The last of the ASCII characters: without a pre-release, a version comes after those with one.
        parts.push("~".to_owned());
    }
    parts.join("-")
}

/// Without the `+build` at the end, which cannot span lines.
fn without_build(version: &str) -> &str {
    let last_line = version.rfind(['\n', '\r', '\u{2028}', '\u{2029}']).unwrap_or(0);
    let plus = version.get(last_line..).and_then(|line| line.find('+'));
    plus.and_then(|plus| version.get(..last_line + plus)).unwrap_or(version)
}

fn padded(part: &str) -> String {
    let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { format!("{part:>5}") } else { part.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[test]
    fn versions_have_a_text_that_orders_them() {
        for (version, key) in [
            (Value::from("1.2.3"), "    1-    2-    3-~"),
            (Value::from("v1.2.3-rc.1+build.5"), "    1-    2-    3-rc-    1"),
            (Value::from("123456.0"), "123456-    0"),
            (Value::from("1-2-3"), "    1-    2-    3-~"),
            (Value::from("vv1"), "v1"),
            (Value::from("v"), ""),
            (Value::from("v+x"), ""),
            (Value::from("+v"), ""),
            (Value::from("1+a\n2+b"), "1+a\n2"),
            (Value::from(""), "    0"),
            (Value::Null, "    0"),
            (Value::Bool(true), "    0"),
            (Value::Array(vec![Value::from("2")]), "    0"),
            (Value::from(2.5), "    2-    5"),
            (Value::from(-1.0), "-    1"),
            (Value::from("1..2"), "    1--    2-~"),
        ] {
            assert_eq!(sort_key((&version).into()), key, "{version:?}");
        }
    }
}

//! JavaScript's conversions between values, as far as JSON has them: the condition language inherits them from GrowthBook's SDK.
//! Names as in ECMA-262, section 7.1 (ToBoolean, ToNumber, ToString) and 7.2 (IsLessThan). Strings are ordered by code point,
//! not, as there, by UTF-16 unit (docs/model.md, section 3).

use super::number::{number_from_text, number_to_text};
use crate::value::Value;
use crate::value_ref::ValueRef;
use core::cmp::Ordering;
use std::borrow::Cow;

/// ToBoolean: everything but `null`, `false`, `0` and `""`.
pub(crate) fn is_truthy(value: ValueRef<'_>) -> bool {
    match value {
        ValueRef::Null => false,
        ValueRef::Bool(bool) => bool,
        ValueRef::Number(number) => number != 0.0,
        ValueRef::Text(text) => !text.is_empty(),
        ValueRef::Whole(_) => true,
    }
}

/// ToString: lists are their elements with commas between them, `null` among them being empty; objects are `[object Object]`.
pub(crate) fn to_text(value: ValueRef<'_>) -> Cow<'_, str> {
    match value {
        ValueRef::Null => "null".into(),
        ValueRef::Bool(true) => "true".into(),
        ValueRef::Bool(false) => "false".into(),
        ValueRef::Number(number) => number_to_text(number).into(),
        ValueRef::Text(text) => text.into(),
        ValueRef::Whole(Value::Array(items)) => {
            let texts: Vec<_> = items.iter().map(|item| if item.is_null() { "".into() } else { to_text(item.into()) }).collect();
            texts.join(",").into()
        }
        ValueRef::Whole(_) => "[object Object]".into(),
    }
}

/// ToNumber: lists and objects by way of their text; NaN where there is no number.
pub(crate) fn to_number(value: ValueRef<'_>) -> f64 {
    match value {
        ValueRef::Null => 0.0,
        ValueRef::Bool(bool) => f64::from(u8::from(bool)),
        ValueRef::Number(number) => number,
        ValueRef::Text(text) => number_from_text(text),
        ValueRef::Whole(Value::Array(_)) => number_from_text(&to_text(value)),
        ValueRef::Whole(_) => f64::NAN,
    }
}

/// How two values compare under `<` and its kin: as texts if both are texts once lists and objects have become theirs, else as
/// numbers. `None` where one of these is no number, which makes all comparisons false.
pub(crate) fn compare(one: ValueRef<'_>, other: ValueRef<'_>) -> Option<Ordering> {
    let is_text = |value: ValueRef<'_>| matches!(value, ValueRef::Text(_) | ValueRef::Whole(_));
    if is_text(one) && is_text(other) { Some(to_text(one).cmp(&to_text(other))) } else { to_number(one).partial_cmp(&to_number(other)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    /// A value; what it is as text, as a number (`None`: NaN), as a boolean.
    const TABLE: &[(&str, &str, Option<f64>, bool)] = &[
        ("null", "null", Some(0.0), false),
        ("true", "true", Some(1.0), true),
        ("false", "false", Some(0.0), false),
        ("0", "0", Some(0.0), false),
        ("-0.0", "0", Some(0.0), false),
        ("1e21", "1e+21", Some(1e21), true),
        ("\"\"", "", Some(0.0), false),
        ("\"0\"", "0", Some(0.0), true),
        ("\" 12 \"", " 12 ", Some(12.0), true),
        ("\"ten\"", "ten", None, true),
        ("[]", "", Some(0.0), true),
        ("[5]", "5", Some(5.0), true),
        ("[[\"0x10\"]]", "0x10", Some(16.0), true),
        ("[1,null,[2,[true]],{}]", "1,,2,true,[object Object]", None, true),
        ("[null]", "", Some(0.0), true),
        ("{}", "[object Object]", None, true),
    ];

    #[test]
    fn values_convert_as_in_javascript() {
        for (json, text, number, truthy) in TABLE {
            let value = parse(json).unwrap();
            assert_eq!(to_text((&value).into()), *text, "{json}");
            assert_eq!(Some(to_number((&value).into())).filter(|number| !number.is_nan()), *number, "{json}");
            assert_eq!(is_truthy((&value).into()), *truthy, "{json}");
        }
    }

    #[test]
    fn values_compare_as_in_javascript_but_strings_by_code_point() {
        use Ordering::{Equal, Greater, Less};
        for (one, other, order) in [
            ("9", "10", Some(Less)),
            ("\"9\"", "\"10\"", Some(Greater)),
            ("\"9\"", "10", Some(Less)),
            ("\"\"", "0", Some(Equal)),
            ("true", "1", Some(Equal)),
            ("true", "\"1\"", Some(Equal)),
            ("[2]", "\"10\"", Some(Greater)),
            ("[2]", "10", Some(Less)),
            ("{}", "\"[object P\"", Some(Less)),
            ("{}", "1", None),
            ("\"x\"", "1", None),
            // U+FF5E is one UTF-16 unit above the surrogates of U+1F600.
            ("\"\u{ff5e}\"", "\"\u{1f600}\"", Some(Less)),
        ] {
            assert_eq!(compare((&parse(one).unwrap()).into(), (&parse(other).unwrap()).into()), order, "{one} {other}");
        }
    }
}

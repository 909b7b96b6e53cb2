//! Operators of other languages, for hints: what says the same here. A page's module has none of this.

use crate::problem::Words;
#[cfg(feature = "check")]
use crate::{condition::parse::OPERATORS, problem::did_you_mean};

/// “did you mean `x`?”: what says the same as another language's operator, else one of the known that is spelt nearly so.
#[cfg(feature = "check")]
pub fn operator(name: &str, known: &[&str]) -> Option<Words> {
    match elsewhere(name) {
        Some(meant) => known.contains(&"$eq").then(|| format!("did you mean `{meant}`?")),
        None => did_you_mean(name, known.iter().copied()),
    }
}

/// What says the same as a name without its dollar, a symbol, or another language's operator.
#[cfg(feature = "check")]
pub fn same(name: &str) -> Option<&'static str> {
    let plain = OPERATORS.into_iter().find(|operator| operator.strip_prefix('$').is_some_and(|plain| plain.eq_ignore_ascii_case(name)));
    plain.or(match name {
        ">" => Some("$gt"),
        ">=" | "≥" => Some("$gte"),
        "<" => Some("$lt"),
        "<=" | "≤" => Some("$lte"),
        "=" | "==" | "===" => Some("$eq"),
        "!=" | "!==" | "<>" | "≠" => Some("$ne"),
        name => elsewhere(name),
    })
}

/// What says the same as another language's operator.
#[cfg(feature = "check")]
fn elsewhere(name: &str) -> Option<&'static str> {
    let other: String = name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    Some(match other.as_str() {
        "contains" | "includes" | "like" | "ilike" | "substring" => "{ \"$glob\": \"*…*\" }",
        "startswith" | "beginswith" | "prefix" => "{ \"$glob\": \"…*\" }",
        "endswith" | "suffix" => "{ \"$glob\": \"*…\" }",
        "between" | "range" => "{ \"$gte\": …, \"$lte\": … }",
        "missing" | "notexists" | "isnull" | "empty" => "{ \"$exists\": false }",
        "notnull" | "present" | "set" => "{ \"$exists\": true }",
        "equals" | "equal" | "is" => "$eq",
        "notequals" | "notequal" | "isnot" => "$ne",
        "greaterthan" | "morethan" => "$gt",
        "lessthan" => "$lt",
        "min" | "atleast" => "$gte",
        "max" | "atmost" => "$lte",
        "oneof" | "anyof" | "any" => "$in",
        "noneof" | "notin" => "$nin",
        "match" | "matches" | "regexp" => "$regex",
        "length" | "len" | "count" => "$size",
        _ => return None,
    })
}

/// No guess: it would be in words.
#[cfg(not(feature = "check"))]
pub fn operator(_: &str, _: &[&str]) -> Option<Words> {
    None
}

#[cfg(all(test, feature = "check"))]
mod tests {
    use super::*;

    #[test]
    fn what_other_languages_call_an_operator_is_told_in_ours() {
        for (names, meant) in [
            ("contains $includes LIKE ilike $substring", "{ \"$glob\": \"*…*\" }"),
            ("startsWith begins_with prefix", "{ \"$glob\": \"…*\" }"),
            ("endsWith suffix", "{ \"$glob\": \"*…\" }"),
            ("$between range", "{ \"$gte\": …, \"$lte\": … }"),
            ("missing not_exists isNull $empty", "{ \"$exists\": false }"),
            ("not-null present set", "{ \"$exists\": true }"),
            ("equals equal is", "$eq"),
            ("notEquals notequal isNot", "$ne"),
            ("$min atLeast", "$gte"),
            ("$max at_most", "$lte"),
            ("greaterThan moreThan", "$gt"),
            ("less_than", "$lt"),
            ("oneOf anyOf any", "$in"),
            ("noneOf notIn", "$nin"),
            ("match matches regexp", "$regex"),
            ("length len count", "$size"),
            // Nearly the same.
            ("$eqq", "$eq"),
        ] {
            for name in names.split(' ') {
                assert_eq!(operator(name, &["$eq", "$gte"]), Some(format!("did you mean `{meant}`?")), "{name}");
            }
        }
        assert_eq!(operator("quux", &["$eq", "$gte"]), None);
        // Where no operators stand, none is meant.
        assert_eq!(operator("contains", &["$and", "$or"]), None);
    }

    #[test]
    fn operators_that_there_are_are_told() {
        let mut problems = crate::problem::Problems::new();
        let condition = crate::json::parse(r#"{ "a": { "$qux": 1 } }"#).unwrap_or_default();
        assert!(crate::condition::Condition::parse(&condition, &mut problems).is_none());
        let said: Vec<_> = problems.iter().map(|problem| (problem.code, problem.message.contains("`$eq` `$ne` "))).collect();
        assert_eq!(said, [("UNKNOWN_OPERATOR", true)]);
    }
}

//! Operators of other languages, for hints: what says the same here. A page's module has none of this.

use crate::problem::Words;
#[cfg(feature = "check")]
use crate::problem::did_you_mean;

/// “did you mean `x`?”: what says the same as another language's operator, else one of the known that is spelt nearly so.
#[cfg(feature = "check")]
pub fn operator(name: &str, known: &[&str]) -> Option<Words> {
    let other: String = name.chars().filter(char::is_ascii_alphanumeric).map(|char| char.to_ascii_lowercase()).collect();
    let meant = match other.as_str() {
        "contains" | "includes" | "like" | "ilike" | "substring" => "{ \"$glob\": \"*…*\" }",
        "startswith" | "beginswith" | "prefix" => "{ \"$glob\": \"…*\" }",
        "endswith" | "suffix" => "{ \"$glob\": \"*…\" }",
        "between" | "range" => "{ \"$gte\": …, \"$lte\": … }",
        "missing" | "notexists" | "isnull" | "empty" => "{ \"$exists\": false }",
        "notnull" | "present" | "set" => "{ \"$exists\": true }",
        "equals" | "equal" | "is" => "$eq",
        "notequals" | "notequal" | "isnot" => "$ne",
        "oneof" | "anyof" | "any" => "$in",
        "noneof" | "notin" => "$nin",
        "match" | "matches" | "regexp" => "$regex",
        "length" | "len" | "count" => "$size",
        _ => return did_you_mean(name, known.iter().copied()),
    };
    let stands = known.contains(&"$eq");
    stands.then(|| format!("did you mean `{meant}`?"))
}

/// No guess: it would be in words.
#[cfg(not(feature = "check"))]
pub fn operator(_: &str, _: &[&str]) -> Option<Words> {
    None
}

//! How an event's traits change what is known of the visitor (docs/model.md, section 2).

use crate::value::{Object, Value};

/// Sets the traits of an event: `null` removes, nested objects are replaced whole, except `company`, whose keys are merged one by one.
pub fn merge(known: &mut Object, set: &Object) {
    for (key, value) in set.iter() {
        match value {
            Value::Null => drop(known.remove(key)),
            Value::Object(keys) if key == "company" => merge_company(known, keys),
            value => known.insert(key, value.clone()),
        }
    }
}

fn merge_company(known: &mut Object, set: &Object) {
    let mut company = known.get("company").and_then(Value::as_object).cloned().unwrap_or_default();
    for (key, value) in set.iter() {
        match value {
            Value::Null => drop(company.remove(key)),
            value => company.insert(key, value.clone()),
        }
    }
    known.insert("company", company);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    fn merged(known: &str, set: &str) -> String {
        let mut known = json::parse(known).unwrap().as_object().unwrap().clone();
        merge(&mut known, json::parse(set).unwrap().as_object().unwrap());
        json::print(&known)
    }

    #[test]
    fn traits_are_set_removed_and_companies_merged() {
        for (known, set, expected) in [
            (r#"{"a":1}"#, r#"{"a":2,"b":3}"#, r#"{"a":2,"b":3}"#),
            (r#"{"a":1}"#, r#"{"a":null,"z":null}"#, "{}"),
            (r#"{"address":{"city":"x","zip":1}}"#, r#"{"address":{"city":"y"}}"#, r#"{"address":{"city":"y"}}"#),
            (r#"{"company":{"name":"x","size":1}}"#, r#"{"company":{"size":2,"name":null}}"#, r#"{"company":{"size":2}}"#),
            (r#"{"company":{"name":"x"}}"#, r#"{"company":"Acme"}"#, r#"{"company":"Acme"}"#),
            (r#"{"company":"Acme"}"#, r#"{"company":{"size":2,"x":null}}"#, r#"{"company":{"size":2}}"#),
            (r#"{"company":{"name":"x"}}"#, r#"{"company":null}"#, "{}"),
            (r#"{"company":{"hq":{"city":"x"}}}"#, r#"{"company":{"hq":{"zip":1}}}"#, r#"{"company":{"hq":{"zip":1}}}"#),
        ] {
            assert_eq!(merged(known, set), expected, "{known} {set}");
        }
    }
}

//! The condition language (docs/model.md, section 3): a definition per place where conditions stand, since each may read other paths, one for
//! elements of lists, which may read any, and one for what is asked of a value. Operators and combiners are the loader's lists.

use super::build::{Schema, list, properties, reference, string, undescribed, word};
use super::document::{condition_name, further, paths};
use crate::condition::parse::{COMBINERS, OPERATORS, TYPES};
use crate::model::scope::Scope;
use crate::value::{Object, Value};

/// All definitions that conditions need.
pub fn definitions() -> Vec<(&'static str, Schema)> {
    let mut definitions: Vec<_> =
        [Scope::Event, Scope::Profile, Scope::Stage, Scope::Action].map(|scope| (condition_name(scope), condition(scope))).into();
    definitions.extend([("elementCondition", element_condition()), ("test", test()), ("operators", operators())]);
    definitions
}

/// A condition that stands where this scope's paths may be read.
pub fn at(description: &str, scope: Scope) -> Schema {
    Schema::about(description).like(condition_name(scope))
}

fn condition(scope: Scope) -> Schema {
    let mut keys: Object = combiners(condition_name(scope));
    for (path, about) in paths(scope) {
        keys.insert(path, Schema::about(&about).like("test"));
    }
    Schema::any()
        .with("type", "object")
        .with("properties", keys)
        .with("patternProperties", further(scope, &reference("test")))
        .with("additionalProperties", false)
}

/// The operand of `$elemMatch`, unless it is an object of operators.
fn element_condition() -> Schema {
    Schema::any()
        .with("type", "object")
        .with("properties", combiners("elementCondition"))
        .with("patternProperties", Object::from_iter([("^([^$]|$)", reference("test"))]))
        .with("additionalProperties", false)
}

fn combiners(definition: &str) -> Object {
    let conditions = |about: &str| list(about, reference(definition));
    properties(&COMBINERS, |name| match name {
        "$and" => conditions("All of these conditions hold."),
        "$or" => conditions("At least one of these conditions holds; an empty list holds, too."),
        "$nor" => conditions("None of these conditions holds."),
        "$not" => Schema::about("This condition does not hold.").like(definition),
        _ => undescribed(),
    })
}

/// What stands under a path: a value that it equals, or an object of operators. The operators are `properties` outside of any choice
/// between the two, since editors complete from those alone while the object is still empty.
fn test() -> Schema {
    let plain = Schema::any().with("propertyNames", Schema::any().with("pattern", "^([^$]|$)"));
    let known = Schema::any().with("propertyNames", Schema::any().with("enum", OPERATORS.to_vec()));
    Schema::any().with("properties", properties(&OPERATORS, operator)).with("if", plain).with("else", known)
}

/// An object of operators, and nothing else.
fn operators() -> Schema {
    Schema::any()
        .with("type", "object")
        .with("minProperties", 1_i64)
        .with("propertyNames", Schema::any().with("pattern", "^\\$"))
        .with("allOf", vec![reference("test")])
}

fn operator(name: &str) -> Schema {
    let order = |what: &str| {
        Schema::about(&format!("The field is {what} this. A missing field never is.")).with("type", vec!["number", "string", "boolean"])
    };
    let version = |what: &str| {
        Schema::about(&format!("The field is a version {what} this one.")).with("type", vec!["string", "number"]).example("1.2.3")
    };
    let values = |about: &str| list(about, Schema::any());
    let regex = |about: &str| {
        let rest = "Literals, classes, groups, alternation and quantifiers; no look-around, no back-references.";
        string(&format!("{about} {rest}")).example("^/docs/(api|cli)")
    };
    let glob = |about: &str| {
        let rest = "`*` is any run of characters, `?` one character, `\\` takes the next as it is.";
        string(&format!("{about} {rest}")).with("pattern", "^([^\\\\]|\\\\[\\s\\S])*$").example("/pricing*")
    };
    match name {
        "$eq" => Schema::about("The field is exactly this, its type included."),
        "$ne" => Schema::about("The field is not exactly this."),
        "$gt" => order("greater than"),
        "$gte" => order("at least"),
        "$lt" => order("less than"),
        "$lte" => order("at most"),
        "$in" => values("The field, or one of its elements if it is a list, is one of these."),
        "$nin" => values("The field is none of these."),
        "$ini" => values("As `$in`, upper and lower case being the same."),
        "$nini" => values("As `$nin`, upper and lower case being the same."),
        "$all" => list("The field is a list, and for each of these it has an element that passes.", reference("test")),
        "$alli" => list("As `$all`, upper and lower case being the same.", reference("test")),
        "$exists" => Schema::about("Whether the field is there; null is not.").with("type", "boolean"),
        "$type" => word("The field's type.", &TYPES),
        "$size" => Schema::about("How many elements the list has: a number, or an object of operators.")
            .with("type", size_types())
            .with("if", Schema::any().with("type", "object"))
            .with("then", reference("operators")),
        "$elemMatch" => element(),
        "$not" => Schema::about("This does not hold of the field.").like("test"),
        "$regex" => regex("The field matches this regular expression."),
        "$notRegex" => regex("The field does not match this regular expression."),
        "$regexi" => regex("As `$regex`, upper and lower case being the same."),
        "$notRegexi" => regex("As `$notRegex`, upper and lower case being the same."),
        "$glob" => glob("The whole field matches this pattern."),
        "$globi" => glob("As `$glob`, upper and lower case being the same."),
        "$veq" => version("equal to"),
        "$vne" => version("not equal to"),
        "$vgt" => version("after"),
        "$vgte" => version("not before"),
        "$vlt" => version("before"),
        "$vlte" => version("not after"),
        _ => undescribed(),
    }
}

/// Whatever can be compared with a size.
fn size_types() -> Vec<Value> {
    ["number", "object", "string", "boolean"].map(Value::from).into()
}

fn element() -> Schema {
    let all_operators =
        Schema::any().with("type", "object").with("minProperties", 1_i64).with("propertyNames", Schema::any().with("pattern", "^\\$"));
    Schema::about("The field is a list, and one of its elements passes: a condition on it, or an object of operators.")
        .with("type", "object")
        .with("if", all_operators)
        .with("then", reference("operators"))
        .with("else", reference("elementCondition"))
}

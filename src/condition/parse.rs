//! Reading a condition: from JSON to a tree, with every problem on the way (docs/model.md, sections 3 and 11).

use super::case::lower_case;
use super::glob::Glob;
use super::meant;
use super::regex::Pattern;
use super::{AllOf, Clause, Element, MAX_DEPTH, Members, Operator, Relation, Term, Test, version};
use crate::problem::{Problems, Words, did_you_mean, nearest, words};
use crate::value::{Object, Value};
use std::sync::Arc;

/// What combines whole conditions, and stands where a path could.
pub(crate) const COMBINERS: [&str; 4] = ["$and", "$or", "$nor", "$not"];

/// What is asked of a value, and stands under a path.
#[rustfmt::skip]
pub(crate) const OPERATORS: [&str; 29] = [
    "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$ini", "$nini", "$all", "$alli", "$exists", "$type", "$size",
    "$elemMatch", "$not", "$regex", "$notRegex", "$regexi", "$notRegexi", "$glob", "$globi",
    "$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte",
];

/// GrowthBook's references to lists of visitors, which only its own service knows.
const SAVED_GROUPS: [&str; 3] = ["$inGroup", "$notInGroup", "$savedGroup"];

/// What `$type` knows. The last two are GrowthBook's; no JSON value is of them.
pub(crate) const TYPES: [&str; 8] = ["string", "number", "boolean", "object", "array", "null", "undefined", "unknown"];

/// The condition at the problems' place. Calls `see` with each document path that it reads, and the JSON pointer of that.
pub(super) fn read(value: &Value, problems: &mut Problems, see: &mut dyn FnMut(&str, &str)) -> Option<Clause> {
    Reader { see, depth: 0, inside_element: false }.condition(value, problems)
}

/// What is known on the way down. Every function adds what is wrong to the problems and goes on; it returns `None` if it found anything.
struct Reader<'s> {
    see: &'s mut dyn FnMut(&str, &str),
    /// How many objects of the condition are around the place being read
    depth: usize,
    /// Whether the paths being read start at an element of a list, not at the document
    inside_element: bool,
}

impl Reader<'_> {
    fn condition(&mut self, value: &Value, problems: &mut Problems) -> Option<Clause> {
        let Some(object) = value.as_object() else {
            return fail(
                problems,
                "INVALID_CONDITION",
                words!("a condition is an object such as `{{ \"traits.country\": \"US\" }}`, not {}", value.kind()),
            );
        };
        self.each_key(object, problems, Self::term)
    }

    /// Reads all keys of an object of the condition, one level further down.
    fn each_key<T>(
        &mut self,
        object: &Object,
        problems: &mut Problems,
        read: fn(&mut Self, &str, &Value, &mut Problems) -> Option<T>,
    ) -> Option<Vec<T>> {
        if self.depth == MAX_DEPTH {
            return fail(problems, "CONDITION_TOO_DEEP", words!("a condition nests at most {MAX_DEPTH} objects deep"));
        }
        self.depth += 1;
        let items = all(object.iter().map(|(key, value)| problems.at(key, |problems| read(self, key, value, problems))));
        self.depth -= 1;
        items
    }

    fn term(&mut self, key: &str, value: &Value, problems: &mut Problems) -> Option<Term> {
        match key {
            "$and" => self.conditions(key, value, problems).map(Term::And),
            "$or" => self.conditions(key, value, problems).map(Term::Or),
            "$nor" => self.conditions(key, value, problems).map(Term::Nor),
            "$not" => self.condition(value, problems).map(Term::Not),
            _ if key.starts_with('$') && !is_dollar_path(key, value) => unknown_combiner(key, problems),
            path => {
                if !self.inside_element {
                    (self.see)(path, problems.path());
                }
                self.test(value, problems).map(|test| Term::Path(path.to_owned(), Arc::new(test)))
            }
        }
    }

    fn conditions(&mut self, key: &str, value: &Value, problems: &mut Problems) -> Option<Vec<Clause>> {
        let items = list(key, "a list of conditions", value, problems)?;
        all(items.iter().enumerate().map(|(index, item)| problems.at(index, |problems| self.condition(item, problems))))
    }

    /// What stands under a path: a literal or an object of operators.
    fn test(&mut self, value: &Value, problems: &mut Problems) -> Option<Test> {
        match value {
            Value::Object(object) if is_operator_object(object) => self.each_key(object, problems, Self::operator).map(Test::Operators),
            Value::Object(object) => match object.keys().find(|key| key.starts_with('$')) {
                Some(operator) => {
                    let plain = object.keys().find(|key| !key.starts_with('$')).unwrap_or_default();
                    let message = words!(
                        "operators such as `{operator}` and plain keys such as `{plain}` can't stand in one object: it asks something of a value, or it is the value"
                    );
                    fail(problems, "INVALID_OPERAND", message)
                }
                None => Some(Test::Equals(value.clone())),
            },
            literal => Some(Test::Equals(literal.clone())),
        }
    }

    fn operator(&mut self, name: &str, operand: &Value, problems: &mut Problems) -> Option<Operator> {
        match name {
            "$eq" => Some(Operator::Identical(operand.clone())),
            "$ne" => Some(negated(Operator::Identical(operand.clone()))),
            "$lt" => order(name, Relation::Less, operand, problems),
            "$lte" => order(name, Relation::LessOrEqual, operand, problems),
            "$gt" => order(name, Relation::Greater, operand, problems),
            "$gte" => order(name, Relation::GreaterOrEqual, operand, problems),
            "$veq" => versions(name, Relation::Equal, operand, problems),
            "$vne" => versions(name, Relation::Equal, operand, problems).map(negated),
            "$vlt" => versions(name, Relation::Less, operand, problems),
            "$vlte" => versions(name, Relation::LessOrEqual, operand, problems),
            "$vgt" => versions(name, Relation::Greater, operand, problems),
            "$vgte" => versions(name, Relation::GreaterOrEqual, operand, problems),
            "$in" => members(name, operand, problems).map(Operator::In),
            "$nin" => members(name, operand, problems).map(Operator::In).map(negated),
            "$ini" => members(name, operand, problems).map(Operator::InFolded),
            "$nini" => members(name, operand, problems).map(Operator::InFolded).map(negated),
            "$all" => self.all_of(name, operand, problems),
            "$alli" => self.all_of(name, operand, problems),
            "$exists" => match operand {
                Value::Bool(wanted) => Some(Operator::Exists(*wanted)),
                other => invalid_operand(name, "`true` or `false`", other, problems),
            },
            "$type" => type_named(name, operand, problems),
            "$size" => match operand {
                Value::Null | Value::Array(_) => invalid_operand(name, "a number or an object of operators", operand, problems),
                Value::Object(object) if !is_operator_object(object) => {
                    invalid_operand(name, "a number or an object of operators", operand, problems)
                }
                operand => self.test(operand, problems).map(Operator::Size),
            },
            "$elemMatch" => self.element(name, operand, problems).map(Operator::ElemMatch),
            "$not" => self.test(operand, problems).map(|test| Operator::Not(Box::new(test))),
            "$regex" => regex(name, operand, problems),
            "$notRegex" => regex(name, operand, problems).map(negated),
            "$regexi" => regex(name, operand, problems),
            "$notRegexi" => regex(name, operand, problems).map(negated),
            "$glob" | "$globi" => glob(name, operand, problems),
            _ if COMBINERS.contains(&name) => fail(
                problems,
                "UNKNOWN_OPERATOR",
                words!(
                    "`{name}` combines whole conditions and can't stand under a path; write `{{ \"{name}\": [{{ \"some.path\": … }}] }}` around it"
                ),
            ),
            _ => unknown(name, "an operator", &OPERATORS, problems),
        }
    }

    fn all_of(&mut self, name: &str, operand: &Value, problems: &mut Problems) -> Option<Operator> {
        let fold = name == "$alli";
        let items = list(name, "a list", operand, problems)?;
        let wanted = items.iter().enumerate().map(|(index, item)| match item {
            Value::String(string) if fold => Some(AllOf::EqualsFolded(lower_case(string))),
            item => problems.at(index, |problems| self.test(item, problems)).map(AllOf::Passes),
        });
        all(wanted).map(Operator::All)
    }

    fn element(&mut self, name: &str, operand: &Value, problems: &mut Problems) -> Option<Element> {
        match operand {
            Value::Object(object) if is_operator_object(object) => self.test(operand, problems).map(Element::Value),
            Value::Object(_) => {
                let outside = core::mem::replace(&mut self.inside_element, true);
                let clause = self.condition(operand, problems);
                self.inside_element = outside;
                clause.map(Element::Document)
            }
            other => invalid_operand(name, "a condition or an object of operators", other, problems),
        }
    }
}

/// All of them, if there is nothing wrong with any of them; all are read in any case.
fn all<T>(items: impl Iterator<Item = Option<T>>) -> Option<Vec<T>> {
    let mut found = Some(Vec::new());
    for item in items {
        match (item, &mut found) {
            (Some(item), Some(found)) => found.push(item),
            (Some(_), None) => {}
            (None, _) => found = None,
        }
    }
    found
}

/// Whether all keys of an object start with `$`, and there are any.
fn is_operator_object(object: &Object) -> bool {
    !object.is_empty() && object.keys().all(|key| key.starts_with('$'))
}

/// Whether a key with a dollar is a path nevertheless, as any is to GrowthBook: no operator that stands where paths do, or that
/// anybody could mean there, takes an object of operators. No document of a model has such a key, so there it is found out as a path.
fn is_dollar_path(key: &str, value: &Value) -> bool {
    let is_operator = OPERATORS.contains(&key) || SAVED_GROUPS.contains(&key) || nearest(key, COMBINERS).is_some();
    !is_operator && value.as_object().is_some_and(is_operator_object)
}

fn negated(operator: Operator) -> Operator {
    Operator::Not(Box::new(Test::Operators(vec![operator])))
}

fn order(name: &str, relation: Relation, operand: &Value, problems: &mut Problems) -> Option<Operator> {
    match operand {
        Value::Number(_) | Value::String(_) | Value::Bool(_) => Some(Operator::Order(relation, operand.clone())),
        other => invalid_operand(name, "a number, a string or a boolean", other, problems),
    }
}

fn versions(name: &str, relation: Relation, operand: &Value, problems: &mut Problems) -> Option<Operator> {
    match operand {
        Value::Number(_) | Value::String(_) => Some(Operator::Version(relation, version::sort_key(operand.into()))),
        other => invalid_operand(name, "a version such as `\"1.2.3\"`", other, problems),
    }
}

fn members(name: &str, operand: &Value, problems: &mut Problems) -> Option<Members> {
    let fold = matches!(name, "$ini" | "$nini");
    list(name, "a list", operand, problems).map(|items| Members::new(items, fold))
}

fn type_named(name: &str, operand: &Value, problems: &mut Problems) -> Option<Operator> {
    let Some(word) = operand.as_str() else { return invalid_operand(name, "the name of a type, such as `\"string\"`", operand, problems) };
    if !TYPES.contains(&word) {
        let message = words!("`{word}` is no type; there are `string`, `number`, `boolean`, `object`, `array` and `null`");
        problems.add_with_hint("INVALID_OPERAND", message, did_you_mean(word, TYPES));
        return None;
    }
    Some(Operator::Type(word.to_owned()))
}

fn regex(name: &str, operand: &Value, problems: &mut Problems) -> Option<Operator> {
    let ignore_case = matches!(name, "$regexi" | "$notRegexi");
    let Some(pattern) = operand.as_str() else { return invalid_operand(name, "a regular expression in a string", operand, problems) };
    match Pattern::new(pattern, ignore_case, &mut problems.patterns) {
        Ok(pattern) => Some(Operator::Regex(pattern)),
        Err(error) => fail(problems, "INVALID_REGEX", words!("the regular expression `{}` {error}", shortened(pattern))),
    }
}

fn glob(name: &str, operand: &Value, problems: &mut Problems) -> Option<Operator> {
    let Some(text) = operand.as_str() else { return invalid_operand(name, "a string such as `\"/pricing*\"`", operand, problems) };
    match Glob::parse(text, name == "$globi") {
        Ok(glob) => Some(Operator::Glob(glob)),
        Err(error) => fail(problems, "INVALID_OPERAND", words!("the glob `{}` {error}", shortened(text))),
    }
}

fn list<'a>(name: &str, wanted: &str, operand: &'a Value, problems: &mut Problems) -> Option<&'a [Value]> {
    let items = operand.as_array();
    if items.is_none() {
        return invalid_operand(name, wanted, operand, problems);
    }
    items
}

fn unknown_combiner<T>(key: &str, problems: &mut Problems) -> Option<T> {
    if OPERATORS.contains(&key) {
        let message = words!("`{key}` asks something of a value and stands under a path: `{{ \"some.path\": {{ \"{key}\": … }} }}`");
        return fail(problems, "UNKNOWN_OPERATOR", message);
    }
    unknown(key, "an operator that combines conditions", &COMBINERS, problems)
}

fn unknown<T>(name: &str, what: &str, known: &[&str], problems: &mut Problems) -> Option<T> {
    if SAVED_GROUPS.contains(&name) {
        return fail(
            problems,
            "UNSUPPORTED_OPERATOR",
            words!("`{name}` refers to a saved group, which is not supported; list the values with `$in`"),
        );
    }
    let hint = meant::operator(name, known);
    problems.add_with_hint("UNKNOWN_OPERATOR", words!("`{}` is not {what}; there are {}", shortened(name), quoted(known)), hint);
    None
}

fn invalid_operand<T>(name: &str, wanted: &str, operand: &Value, problems: &mut Problems) -> Option<T> {
    fail(problems, "INVALID_OPERAND", words!("`{name}` takes {wanted}, not {}", operand.kind()))
}

fn fail<T>(problems: &mut Problems, code: &'static str, message: impl Into<Words>) -> Option<T> {
    problems.add(code, message);
    None
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}

/// What the user wrote, short enough for a line.
fn shortened(text: &str) -> String {
    const LONG: usize = 80;
    match text.char_indices().nth(LONG) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Condition;
    use super::*;
    use crate::json::parse;
    use crate::problem::Problem;

    fn problems(condition: &str) -> Vec<Problem> {
        let mut problems = Problems::new();
        let condition = Condition::parse(&parse(condition).unwrap(), &mut problems);
        assert_eq!(condition.is_none(), !problems.is_empty(), "nothing comes of a condition with problems, and of no other");
        problems.into_vec()
    }

    /// A condition, and the paths that were seen while it was read.
    fn seen(condition: &Value, problems: &mut Problems) -> (Option<Condition>, Vec<(String, String)>) {
        let mut paths = Vec::new();
        let condition = Condition::parse_seeing(condition, problems, &mut |path, place| paths.push((path.to_owned(), place.to_owned())));
        (condition, paths)
    }

    #[test]
    fn every_problem_is_reported_with_its_place() {
        let found = problems(
            r#"{
                "a": { "$gte": null, "$regex": "(", "$in": 3 },
                "$or": [ 1, { "b/c": { "$siez": 1 } }, {} ],
                "d": { "$elemMatch": { "e": { "$exists": 1 } }, "$all": ["x", { "$tpye": 1 }] }
            }"#,
        );
        let found: Vec<_> = found.iter().map(|problem| (problem.code, problem.path.as_str(), problem.hint.as_deref())).collect();
        assert_eq!(
            found,
            [
                ("INVALID_OPERAND", "/a/$gte", None),
                ("INVALID_REGEX", "/a/$regex", None),
                ("INVALID_OPERAND", "/a/$in", None),
                ("INVALID_CONDITION", "/$or/0", None),
                ("UNKNOWN_OPERATOR", "/$or/1/b~1c/$siez", Some("did you mean `$size`?")),
                ("INVALID_OPERAND", "/d/$elemMatch/e/$exists", None),
                ("UNKNOWN_OPERATOR", "/d/$all/1/$tpye", Some("did you mean `$type`?")),
            ]
        );
    }

    #[test]
    fn messages_say_what_would_be_right() {
        for (condition, code, message) in [
            ("[]", "INVALID_CONDITION", "a condition is an object such as `{ \"traits.country\": \"US\" }`, not an array"),
            (r#"{ "a": { "$gt": [1] } }"#, "INVALID_OPERAND", "`$gt` takes a number, a string or a boolean, not an array"),
            (r#"{ "a": { "$or": [] } }"#, "UNKNOWN_OPERATOR", "`$or` combines whole conditions and can't stand under a path"),
            (r#"{ "$gt": 5 }"#, "UNKNOWN_OPERATOR", "stands under a path: `{ \"some.path\": { \"$gt\": … } }`"),
            (r#"{ "a": { "$inGroup": "x" } }"#, "UNSUPPORTED_OPERATOR", "list the values with `$in`"),
            (r#"{ "$savedGroup": { "id": "x" } }"#, "UNSUPPORTED_OPERATOR", "saved group"),
            (r#"{ "a": { "$gt": 1, "b": 2 } }"#, "INVALID_OPERAND", "operators such as `$gt` and plain keys such as `b`"),
            (r#"{ "a": { "$type": "text" } }"#, "INVALID_OPERAND", "`text` is no type; there are `string`, `number`"),
            (
                r#"{ "a": { "$regex": "a(?=b)" } }"#,
                "INVALID_REGEX",
                "the regular expression `a(?=b)` is wrong at character 2: `(?=` looks around",
            ),
            (r#"{ "a": { "$glob": "a\\" } }"#, "INVALID_OPERAND", "the glob `a\\` ends in a lone `\\`"),
        ] {
            let found = problems(condition);
            assert_eq!(found.len(), 1, "{condition}");
            assert_eq!(found[0].code, code, "{condition}");
            assert!(found[0].message.contains(message), "{condition}: {}", found[0].message);
        }
    }

    #[test]
    fn keys_with_a_dollar_are_operators_or_clearly_paths() {
        for condition in [
            r#"{ "$xor": [] }"#,
            r#"{ "$nott": { "$gt": 1 } }"#,
            r#"{ "$groups": ["a"] }"#,
            r#"{ "$where": "1" }"#,
            r#"{ "$not": { "$gt": 1 } }"#,
        ] {
            assert_eq!(problems(condition)[0].code, "UNKNOWN_OPERATOR", "{condition}");
        }
        assert_eq!(problems(r#"{ "$groups": { "$elemMatch": { "$eq": "a" } } }"#), []);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth: usize| r#"{"$not":"#.repeat(depth - 1) + "{}" + &"}".repeat(depth - 1);
        assert_eq!(problems(&nested(MAX_DEPTH)), []);
        let found = problems(&nested(MAX_DEPTH + 1));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].code, "CONDITION_TOO_DEEP");
        assert_eq!(found[0].path, "/$not".repeat(MAX_DEPTH));
    }

    #[test]
    fn paths_are_those_of_the_document() {
        let mut found = Problems::new();
        let condition = parse(
            r#"{
                "a.b": 1,
                "$and": [ { "c": { "$not": { "$gt": 1 } } }, { "$not": { "a.b": 2 } } ],
                "d": { "$elemMatch": { "e": 1, "$or": [ { "f": 1 } ] } },
                "g": { "h": 1 }
            }"#,
        );
        let (condition, paths) = found.at("when", |problems| seen(&condition.unwrap(), problems));
        let expected =
            [("a.b", "/when/a.b"), ("c", "/when/$and/0/c"), ("a.b", "/when/$and/1/$not/a.b"), ("d", "/when/d"), ("g", "/when/g")];
        assert_eq!(paths, expected.map(|(path, place)| (path.to_owned(), place.to_owned())));
        assert_eq!(condition.unwrap().paths(), expected.map(|(path, _)| path));
    }

    #[test]
    fn paths_are_known_even_if_there_are_problems() {
        let condition = parse(r#"{ "a": { "$gtt": 1 }, "$or": [ 1, { "b": 2 } ] }"#).unwrap();
        let (condition, paths) = seen(&condition, &mut Problems::new());
        assert!(condition.is_none());
        assert_eq!(paths, [("a".to_owned(), "/a".to_owned()), ("b".to_owned(), "/$or/1/b".to_owned())]);
    }
}

//! The condition language (docs/model.md, section 3): GrowthBook's, which is MongoDB's query language on one document.
//!
//! A condition is read once, with all its problems, into a small tree, and asked often. It knows neither models nor
//! visitors: which document it is asked about, and which paths may be read there, is the caller's business ([`Condition::paths`]).
//!
//! `parse` reads it; `evaluate` asks it; `coerce`, `case` and `number` are JavaScript's conversions, which the language inherits;
//! `version`, `glob` and `regex` are the three little languages inside it.

pub(crate) mod case;
pub(crate) mod coerce;
pub(crate) mod evaluate;
mod glob;
pub(crate) mod meant;
pub(crate) mod number;
pub(crate) mod parse;
pub(crate) mod regex;
pub(crate) mod version;

use crate::problem::{Problem, Problems};
use crate::value::Value;
use std::sync::Arc;

/// How deep the objects of a condition may nest: `{ "$not": { "a": { "$gt": 1 } } }` is three deep.
pub const MAX_DEPTH: usize = 32;

/// A condition, read once and asked often.
#[derive(Clone, Debug)]
pub struct Condition {
    pub(crate) clause: Clause,
}

impl Condition {
    /// Reads a condition that stands at the problems' place; `None` if there are any problems with it, all of which are added.
    ///
    /// Their codes: `INVALID_CONDITION` (it is no object), `UNKNOWN_OPERATOR`, `UNSUPPORTED_OPERATOR`, `INVALID_OPERAND`,
    /// `INVALID_REGEX`, `CONDITION_TOO_DEEP`.
    ///
    /// ```
    /// use warmlead::{condition::Condition, json, problem::Problems};
    /// let mut problems = Problems::new();
    /// let condition = Condition::parse(&json::parse(r#"{ "traits.size": { "$gte": 50 } }"#).unwrap(), &mut problems).unwrap();
    /// assert!(condition.matches(&json::parse(r#"{ "traits": { "size": 120 } }"#).unwrap()));
    /// assert_eq!(condition.paths(), ["traits.size"]);
    /// ```
    pub fn parse(value: &Value, problems: &mut Problems) -> Option<Condition> {
        Condition::parse_seeing(value, problems, &mut |_, _| {})
    }

    /// As [`Condition::parse`], which calls `see` with each of the [`paths`](Condition::paths) and the JSON pointer of where it stands: also of a condition that
    /// has problems, so that those with its paths can be told at once.
    pub fn parse_seeing(value: &Value, problems: &mut Problems, see: &mut dyn FnMut(&str, &str)) -> Option<Condition> {
        parse::read(value, problems, see).map(|clause| Condition { clause })
    }

    /// The dotted paths of the document that it reads, in the order written, as often as written. What `$elemMatch` reads inside the elements of a list is not
    /// among them.
    pub fn paths(&self) -> Vec<&str> {
        let mut paths = Vec::new();
        add_paths(&self.clause, &mut paths);
        paths
    }

    /// Whether it holds on a document.
    pub fn matches(&self, document: &Value) -> bool {
        evaluate::clause_holds(&self.clause, document)
    }
}

fn add_paths<'a>(clause: &'a Clause, paths: &mut Vec<&'a str>) {
    for term in clause {
        match term {
            Term::Path(path, _) => paths.push(path),
            Term::And(clauses) | Term::Or(clauses) | Term::Nor(clauses) => clauses.iter().for_each(|own| add_paths(own, paths)),
            Term::Not(own) => add_paths(own, paths),
        }
    }
}

/// Whether a condition holds on a document: the language alone, for tests, playgrounds and rule builders.
///
/// ```
/// use warmlead::{condition::matches, json};
/// let document = json::parse(r#"{ "path": "/pricing/teams", "tags": ["a", "b"] }"#).unwrap();
/// let holds = |condition: &str| matches(&json::parse(condition).unwrap(), &document);
/// assert_eq!(holds(r#"{ "path": { "$glob": "/pricing*" } }"#), Ok(true));
/// assert_eq!(holds(r#"{ "tags": { "$size": { "$gt": 2 } } }"#), Ok(false));
/// assert_eq!(holds(r#"{ "path": { "$golb": "/" } }"#).unwrap_err()[0].code, "UNKNOWN_OPERATOR");
/// ```
///
/// # Errors
/// All problems of a malformed condition, as [`Condition::parse`] finds them.
pub fn matches(condition: &Value, document: &Value) -> Result<bool, Vec<Problem>> {
    let mut problems = Problems::new();
    match Condition::parse(condition, &mut problems) {
        Some(condition) => Ok(condition.matches(document)),
        None => Err(problems.into_vec()),
    }
}

/// What must all hold of one document.
pub(crate) type Clause = Vec<Term>;

/// One key of a condition.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// What a path leads to passes the test; where it leads nowhere, that is `null`.
    Path(String, Arc<Test>),
    /// `$and`
    And(Vec<Clause>),
    /// `$or`, which is true of an empty list
    Or(Vec<Clause>),
    /// `$nor`
    Nor(Vec<Clause>),
    /// `$not`
    Not(Clause),
}

/// What is asked of one value.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// It equals this, JavaScript's coercions included.
    Equals(Value),
    /// All of these hold of it.
    Operators(Vec<Operator>),
}

/// One `$operator` with its operand. The negative ones (`$ne $nin $nini $notRegex $notRegexi $vne`) are `Not` of the positive one.
#[derive(Clone, Debug)]
pub(crate) enum Operator {
    /// Equal and of the same type (`===`)
    Identical(Value),
    /// `$lt $lte $gt $gte`
    Order(Relation, Value),
    /// `$veq $vlt …`, with the operand's sort key
    Version(Relation, String),
    Exists(bool),
    /// The name of a type
    Type(String),
    In(Members),
    /// `$ini`, with members in lower case
    InFolded(Members),
    All(Vec<AllOf>),
    Size(Test),
    ElemMatch(Element),
    Regex(regex::Pattern),
    Glob(glob::Glob),
    Not(Box<Test>),
}

/// How two ordered things may stand to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Relation {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// The operand of `$in`: strings, sorted, and whatever else there is. Lists of thousands of domains are usual.
#[derive(Clone, Debug)]
pub(crate) struct Members {
    pub(crate) strings: Vec<String>,
    pub(crate) others: Vec<Value>,
}

/// One element of the operand of `$all` and `$alli`: some element of the list must pass.
#[derive(Clone, Debug)]
pub(crate) enum AllOf {
    Passes(Test),
    /// As a string in lower case it is this.
    EqualsFolded(String),
}

/// The operand of `$elemMatch`.
#[derive(Clone, Debug)]
pub(crate) enum Element {
    Value(Test),
    Document(Clause),
}

//! A case as it is written, and the answer that it is compared with.

use super::expect::check_keys;
use crate::engine::{Scored, Visitor, position_id, score};
use crate::event::{Event, read_time};
use crate::model::Model;
use crate::model::read::{self, Reader};
use crate::problem::{Problem, Problems};
use crate::time::Time;
use crate::value::{Object, Value};

/// What goes in.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The visitor's id, which decides about control groups.
    pub visitor: &'a str,
    /// Traits given from outside.
    pub traits: Option<&'a Object>,
    /// The events, good or bad, in any order.
    pub events: &'a [Value],
    /// The time of the assessment.
    pub now: Time,
}

impl Given<'_> {
    /// What expectations are compared with: the assessment with what was refused, in the form in which the outside sees it (`outside` says
    /// how), and the visitor document as `document`.
    ///
    /// # Errors
    /// If it can't be seen from outside.
    pub fn answer(&self, model: &Model, explain: bool, outside: impl FnOnce(&Scored) -> Result<Value, String>) -> Result<Value, String> {
        let scored = score(model, self.visitor, self.traits.cloned(), self.events, self.now, explain);
        let Value::Object(mut answer) = outside(&scored)? else { return Err("the assessment is no object".into()) };
        answer.insert("document", self.as_visitor(model).document(model, self.now));
        Ok(Value::Object(answer))
    }

    /// A visitor with the events that can be read.
    pub fn as_visitor(&self, model: &Model) -> Visitor {
        let mut visitor = Visitor::new(self.visitor);
        visitor.set_traits(self.traits.cloned());
        visitor.extend(model, read_events(self.events));
        visitor
    }
}

/// The events that can be read, with the ids that `score` would give them.
pub fn read_events(events: &[Value]) -> Vec<Event> {
    let events = events.iter().enumerate();
    events.filter_map(|(place, event)| Event::read(event, || position_id(place)).ok()).collect()
}

/// A case: what goes in, and what must come out.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// What it is called; `None` if it has no name of its own.
    pub name: Option<&'a str>,
    /// Why it must be so, in words.
    pub why: Option<&'a str>,
    /// Where it stands: a JSON pointer into the file.
    pub path: String,
    /// What goes in.
    pub given: Given<'a>,
    /// What must come out.
    pub expect: &'a Object,
}

/// The keys of a case that stands for itself.
const CASE: [&str; 8] = ["about", "name", "why", "visitor", "traits", "events", "now", "expect"];

/// The keys of a file with several cases.
const FILE: [&str; 6] = ["about", "visitor", "traits", "events", "now", "cases"];

/// The visitor of cases that name none.
const VISITOR: &str = "v";

/// What a case may take from its file.
#[derive(Clone, Copy, Default)]
struct Shared<'a> {
    visitor: Option<&'a str>,
    traits: Option<&'a Object>,
    events: Option<&'a [Value]>,
    now: Option<Time>,
    /// The keys that the file has, whether or not what they hold can be read: one mistake, one problem.
    has_events: bool,
    has_now: bool,
}

/// Reads the cases of a file: either it is a case itself, or it has `cases`, each of which takes `visitor`, `traits`, `events` and `now` from
/// the file unless it has its own.
///
/// # Errors
/// All problems at once.
///
/// ```
/// # use warmlead::{golden::read_cases, json};
/// let file = json::parse(r#"{ "events": [], "cases": [{ "name": "nobody", "now": 0, "expcet": { "mql": false } }] }"#).unwrap();
/// let problems = read_cases(&file).unwrap_err();
/// assert_eq!((problems[0].code, problems[0].path.as_str()), ("UNKNOWN_KEY", "/cases/0/expcet"));
/// assert_eq!(problems[0].hint.as_deref(), Some("did you mean `expect`?"));
/// ```
pub fn read_cases(file: &Value) -> Result<Vec<Case<'_>>, Vec<Problem>> {
    let mut problems = Problems::new();
    let cases = match file.as_object().and_then(|object| object.get("cases")) {
        Some(cases) => read::object(file, &FILE, "a file with `cases`", &mut problems, |reader| {
            reader.read("about", text);
            let shared = read_shared(reader);
            if cases.as_array().is_some_and(<[Value]>::is_empty) {
                reader.problems.at("cases", |problems| problems.add("EMPTY_LIST", "there is no case; write at least one"));
            }
            Some(reader.list("cases", "a list of cases", |case, problems| read_case(case, shared, true, problems)))
        }),
        None => read_case(file, Shared::default(), false, &mut problems).map(|case| vec![case]),
    };
    match cases {
        Some(cases) if problems.is_empty() => Ok(cases),
        _ => Err(problems.into_vec()),
    }
}

/// Reads a case; one of several must have a name.
fn read_case<'a>(value: &'a Value, file: Shared<'a>, one_of_several: bool, problems: &mut Problems) -> Option<Case<'a>> {
    let path = problems.path().to_owned();
    read::object(value, &CASE, "a case", problems, |case| {
        case.read("about", text);
        let (name, why) = (case.read("name", text), case.read("why", text));
        let own = read_shared(case);
        for (key, missing, what) in [
            ("name", one_of_several && !case.has("name"), "what the case is called"),
            ("events", !own.has_events && !file.has_events, "what the visitor did, as a list of events"),
            ("now", !own.has_now && !file.has_now, "the time at which to look"),
        ] {
            if missing {
                case.problems.add("MISSING_KEY", format!("`{key}` is missing: {what}"));
            }
        }
        let expect = case.require("expect", "what must hold then", read_expect);
        let given = Given {
            visitor: own.visitor.or(file.visitor).unwrap_or(VISITOR),
            traits: own.traits.or(file.traits),
            events: own.events.or(file.events)?,
            now: own.now.or(file.now)?,
        };
        Some(Case { name, why, path, given, expect: expect? })
    })
}

fn read_shared<'a>(reader: &mut Reader<'a, '_>) -> Shared<'a> {
    Shared {
        visitor: reader.read("visitor", text),
        traits: reader.read("traits", object),
        events: reader.read("events", |value, problems| {
            if value.as_array().is_none() {
                read::wrong_type(value, "a list of events", problems);
            }
            value.as_array()
        }),
        now: reader
            .read("now", |value, problems| read_time(Some(value), "now").map_err(|(code, message)| problems.add(code, message)).ok()),
        has_events: reader.has("events"),
        has_now: reader.has("now"),
    }
}

fn read_expect<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a Object> {
    let expect = object(value, problems)?;
    if expect.is_empty() {
        problems.add("EMPTY_EXPECT", "nothing is expected, so nothing can fail; write what must hold, such as `\"stage\": \"lead\"`");
    }
    check_keys(expect, problems);
    Some(expect)
}

fn object<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a Object> {
    if value.as_object().is_none() {
        read::wrong_type(value, "an object", problems);
    }
    value.as_object()
}

/// A string with at least one character, where it stands.
fn text<'a>(value: &'a Value, problems: &mut Problems) -> Option<&'a str> {
    read::text(value, problems).and_then(|_| value.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::parse;

    /// The codes and places of what is wrong.
    fn wrong(text: &str) -> Vec<String> {
        let problems = read_cases(&parse(text).unwrap()).err().unwrap_or_default();
        problems.iter().map(|problem| format!("{} {}", problem.code, problem.path)).collect()
    }

    #[test]
    fn a_file_is_a_case_or_has_cases_that_share_what_they_do_not_say() {
        let file = parse(r#"{ "events": [], "now": 5, "expect": { "mql": false } }"#).unwrap();
        let cases = read_cases(&file).unwrap();
        assert_eq!((cases.len(), cases[0].name, cases[0].path.as_str(), cases[0].given.visitor), (1, None, "", "v"));

        let file = parse(
            r#"{ "visitor": "ada", "events": [{}], "now": "1970-01-01T00:00:01Z", "traits": { "a": 1 }, "cases": [
                { "name": "as the file says", "why": "so", "expect": { "mql": false } },
                { "name": "otherwise", "visitor": "bob", "events": [], "now": 2, "traits": {}, "expect": { "mql": false } }] }"#,
        )
        .unwrap();
        let cases = read_cases(&file).unwrap();
        let given = |place: usize| {
            let Given { visitor, traits, events, now } = cases[place].given;
            (visitor, traits.map(Object::len), events.len(), now)
        };
        assert_eq!((given(0), given(1)), (("ada", Some(1), 1, 1000), ("bob", Some(0), 0, 2)));
        assert_eq!((cases[0].name, cases[0].why, cases[1].path.as_str()), (Some("as the file says"), Some("so"), "/cases/1"));
    }

    #[test]
    fn what_is_no_case_is_refused_where_it_stands() {
        let table = [
            ("[]", "WRONG_TYPE "),
            ("{}", "MISSING_KEY , MISSING_KEY , MISSING_KEY "),
            (r#"{ "cases": [] }"#, "EMPTY_LIST /cases"),
            (r#"{ "cases": {} }"#, "WRONG_TYPE /cases"),
            (r#"{ "cases": [], "expect": {} }"#, "UNKNOWN_KEY /expect, EMPTY_LIST /cases"),
            (r#"{ "events": [], "now": 0, "expect": {} }"#, "EMPTY_EXPECT /expect"),
            (r#"{ "events": {}, "now": "soon", "expect": 1 }"#, "WRONG_TYPE /events, INVALID_TIME /now, WRONG_TYPE /expect"),
            (r#"{ "events": [], "now": 0, "expect": { "stgae": "mql" } }"#, "UNKNOWN_KEY /expect/stgae"),
            (r#"{ "events": [], "now": 0, "expect": { "score.fit": 1 } }"#, "UNKNOWN_KEY /expect/score.fit"),
            (
                r#"{ "events": [], "now": 0, "expect": { "absent": ["grdae", 1] } }"#,
                "UNKNOWN_KEY /expect/absent/0, WRONG_TYPE /expect/absent/1",
            ),
            (r#"{ "now": 0, "cases": [{ "expect": { "mql": true } }] }"#, "MISSING_KEY /cases/0, MISSING_KEY /cases/0"),
            (r#"{ "events": 1, "now": 0, "cases": [{ "name": "x", "expect": { "mql": true } }] }"#, "WRONG_TYPE /events"),
            (
                r#"{ "events": [], "now": 0, "name": "", "visitor": 1, "expect": { "mql": true } }"#,
                "EMPTY_STRING /name, WRONG_TYPE /visitor",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(wrong(text).join(", "), expected, "{text}");
        }
    }
}

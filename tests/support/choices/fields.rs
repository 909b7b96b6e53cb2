//! Random paths into the documents, and what may be asked of whatever is there: every field and every operator that there is.

use super::{Choices, PATHS, ROLES, object, set};
use warmlead::value::{Object, Value};

/// Paths into the event document: all of its fields, and some into what a field holds.
const EVENT: [&str; 38] = [
    "session.start",
    "session.end",
    "session.entry_path",
    "session.referrer_host",
    "session.source",
    "session.medium",
    "session.campaign",
    "session.channel",
    "session.events",
    "session.pageviews",
    "session.number",
    "session.seconds",
    "session",
    "id",
    "type",
    "time",
    "url",
    "host",
    "path",
    "query",
    "query.utm_source",
    "title",
    "referrer",
    "offsite",
    "properties",
    "properties.action",
    "properties.value",
    "properties.tags",
    "properties.tags.0",
    "properties.deep",
    "properties.deep.value",
    "traits",
    "traits.role",
    "traits.company",
    "traits.company.size",
    "traits.tags",
    "traits.tags.1",
    "traits.deep.value",
];

/// Of the visitor document, without what has a name in the model; what stages see, and what actions see, comes last.
const VISITOR: [&str; 39] = [
    "id",
    "traits",
    "traits.role",
    "traits.company",
    "traits.company.size",
    "traits.tags",
    "traits.tags.1",
    "traits.deep.value",
    "signals",
    "consent",
    "consent.marketing",
    "session",
    "session.active",
    "session.number",
    "session.start",
    "session.end",
    "session.seconds",
    "session.events",
    "session.pageviews",
    "session.entry_path",
    "session.source",
    "session.channel",
    "first",
    "first.source",
    "first.medium",
    "first.campaign",
    "first.channel",
    "first.entry_path",
    "first.referrer_host",
    "last",
    "last.source",
    "last.channel",
    "last.entry_path",
    "last.referrer_host",
    "scores",
    "grades",
    "disqualified.0",
    "stage",
    "mql",
];

pub fn event_path(c: &mut Choices<'_>) -> &'static str {
    c.of(&EVENT)
}

/// As `visitor_condition` has it: `deep` for stages and actions, which see more.
pub fn visitor_path(c: &mut Choices<'_>, deep: usize) -> &'static str {
    c.of(&VISITOR[..[34, 37, 39][deep]])
}

/// What a field may be.
fn scalar(c: &mut Choices<'_>) -> Value {
    match c.below(6) {
        0 | 1 => word(c).into(),
        2 | 3 => c.small().into(),
        4 => c.rarely(2).into(),
        _ => Value::Null,
    }
}

fn word(c: &mut Choices<'_>) -> &'static str {
    match c.below(4) {
        0 => c.of(&ROLES),
        1 => c.of(&PATHS),
        _ => c.of(&[
            "x",
            "X",
            "a",
            "google",
            "email",
            "page_view",
            "",
            "1",
            "1.2.3",
            "v",
            "e7",
            "acme.example",
            "CHIEF",
            "organic_search",
            "1.10",
        ]),
    }
}

fn words(c: &mut Choices<'_>) -> Vec<Value> {
    (0..1 + c.below(3)).map(|_| word(c).into()).collect()
}

fn scalars(c: &mut Choices<'_>) -> Vec<Value> {
    (0..c.below(4)).map(|_| scalar(c)).collect()
}

/// What may be asked of any field: a value that it equals, or one or two operators.
pub fn test(c: &mut Choices<'_>, depth: usize) -> Value {
    match c.below(12) {
        0 | 1 => return scalar(c),
        2 => return scalars(c).into(),
        3 => return object([("size", c.small().into())]).into(),
        _ => {}
    }
    let mut test = Object::new();
    for _ in 0..1 + usize::from(c.rarely(4)) {
        operator(c, &mut test, depth);
    }
    test.into()
}

fn operator(c: &mut Choices<'_>, test: &mut Object, depth: usize) {
    match c.below(if depth > 1 { 12 } else { 14 }) {
        0 => {
            let operator = c.of(&["$eq", "$ne"]);
            set(test, operator, scalar(c))
        }
        1 => {
            let operator = c.of(&["$gt", "$gte", "$lt", "$lte"]);
            if c.rarely(3) { set(test, operator, word(c)) } else { set(test, operator, c.small()) }
        }
        2 => {
            let operator = c.of(&["$in", "$nin"]);
            set(test, operator, scalars(c))
        }
        3 => {
            let operator = c.of(&["$ini", "$nini"]);
            set(test, operator, words(c))
        }
        4 => set(test, "$all", scalars(c)),
        5 => set(test, "$alli", words(c)),
        6 => set(test, "$exists", c.rarely(2)),
        7 => set(test, "$type", c.of(&["string", "number", "boolean", "object", "array", "null"])),
        8 => set(test, "$size", c.of(&[0.0, 1.0, 2.0])),
        9 => {
            let operator = c.of(&["$regex", "$notRegex", "$regexi", "$notRegexi"]);
            set(test, operator, c.of(&["^p", "a$", "[xy]", "ChI", "^/", "\\d", "^$"]))
        }
        10 => {
            let operator = c.of(&["$glob", "$globi"]);
            set(test, operator, c.of(&["*", "/pricing*", "/PRIC*", "?", "*a*", "chief", "*.example", "c*f", ""]))
        }
        11 => {
            let operator = c.of(&["$veq", "$vne", "$vgt", "$vgte", "$vlt", "$vlte"]);
            set(test, operator, c.of(&["1.2.3", "1.10", "1", "2.0.0-beta", "x"]))
        }
        12 => set(test, "$not", self::test(c, depth + 1)),
        _ => {
            let mut inner = Object::new();
            if c.rarely(2) {
                set(&mut inner, "size", self::test(c, depth + 1))
            } else {
                operator(c, &mut inner, depth + 1)
            }
            set(test, "$elemMatch", inner);
        }
    }
}

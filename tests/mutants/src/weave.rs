//! Puts all mutants of a file into its text, each behind its number: `a < b` becomes a match on the number of the mutant that is active,
//! one arm of which says `a == b`. Only one is active at a time, so that alternatives hold the text as it was. Comments mark where each begins
//! and ends, for who reads what the compiler complains of. It does not know which alternatives compile.

use crate::list::{Genre, Mutant};
use crate::places::{Bytes, Places, patterns};
use std::collections::BTreeMap;

/// Why a mutant is not put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It would not compile in place of the text either.
    Senseless(&'static str),
    /// It can't stand beside the text, only in place of it.
    NotBeside(&'static str),
}
use Reason::{NotBeside, Senseless};

/// A piece of text to which there are alternatives. Of two with the same bytes, the one that comes first here is outside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    /// The place before a function's first statement; an alternative is what it returns instead.
    Body,
    /// The place behind a pattern; the alternative is that the arm is not there.
    Arm,
    /// A guard; the alternative is the same.
    GuardedArm,
    /// A guard that can be another.
    Guard,
    /// What a field is set to.
    Field,
    /// The place behind a field's name that is its value, too.
    Shorthand,
    Operation,
}

/// A place and its alternatives, by number.
struct Group<'a> {
    kind: Kind,
    range: Bytes,
    /// What stands there, if it is a name only.
    name: &'a str,
    alternatives: Vec<(u32, String)>,
}

/// A text with its mutants.
pub struct Woven {
    pub text: String,
    /// The place of each, known by the first number there.
    pub places: Vec<(u32, u32)>,
    /// What can't be put in.
    pub refused: Vec<(u32, Reason)>,
}

/// The text with its mutants, which are given with their numbers (from 1), and those that can't be put in.
///
/// # Errors
///
/// The text is not Rust.
pub fn weave(text: &str, mutants: &[(u32, &Mutant)]) -> syn::Result<Woven> {
    let places = Places::of(text)?;
    let mut refused = Vec::new();
    // In this order a place comes before what begins there, and the outer before the inner.
    let mut groups = BTreeMap::new();
    for &(number, mutant) in mutants {
        match alternative(text, &places, mutant) {
            Ok((kind, range, name, alternative)) => {
                let order = (range.start, !range.is_empty(), usize::MAX - range.end, kind);
                let group = groups.entry(order).or_insert(Group { kind, range, name, alternatives: Vec::new() });
                group.alternatives.push((number, alternative));
            }
            Err(reason) => refused.push((number, reason)),
        }
    }
    let groups: Vec<Group> = groups.into_values().collect();
    let mut woven = String::with_capacity(text.len() * 2);
    render(text, 0..text.len(), &mut groups.as_slice(), &mut woven);
    let places = groups.iter().flat_map(|group| group.alternatives.iter().map(|(number, _)| (*number, group.alternatives[0].0)));
    Ok(Woven { text: woven, places: places.collect(), refused })
}

/// Writes a range of the text and takes the groups that are in it.
fn render(text: &str, range: Bytes, groups: &mut &[Group], woven: &mut String) {
    let mut done = range.start;
    while let Some((group, others)) = groups.split_first().filter(|(group, _)| group.range.end <= range.end) {
        *groups = others;
        let (head, tail) = group.around();
        woven.push_str(&text[done..group.range.start]);
        woven.push_str(&head);
        render(text, group.range.clone(), groups, woven);
        woven.push_str(&tail);
        done = group.range.end;
    }
    woven.push_str(&text[done..range.end]);
}

/// The place of a mutant, and what it puts there.
fn alternative<'a>(text: &str, places: &'a Places, mutant: &Mutant) -> Result<(Kind, Bytes, &'a str, String), Reason> {
    const LOST: Reason = NotBeside("its place was not found");
    let start = mutant.span.start.offset(text).ok_or(LOST)?;
    let end = mutant.span.end.offset(text).ok_or(LOST)?;
    let replacement = &mutant.replacement;
    Ok(match mutant.genre {
        Genre::BinaryOperator | Genre::UnaryOperator => {
            let operation = places.operations.get(&start).ok_or(LOST)?;
            if operation.has_let {
                return Err(if *replacement == "||" { Senseless("`||` on a `let`") } else { NotBeside("an operand is a `let`") });
            }
            let left = operation.left.clone().map_or(String::new(), |left| format!("({}) ", &text[left]));
            let right = &text[operation.right.clone()];
            (Kind::Operation, operation.whole.clone(), "", format!("{left}{replacement} ({right})"))
        }
        Genre::FnValue => {
            let returns = mutant.function.as_ref().map_or("", |function| &function.return_type);
            if returns.contains("impl ") {
                return Err(NotBeside("what it returns is of a type without a name, which can't be two"));
            }
            (Kind::Body, start..start, "", format!("return {replacement}"))
        }
        Genre::MatchArm => {
            let arm = places.arms.get(&start).ok_or(LOST)?;
            if arm.takes_all {
                return Err(Senseless("nothing would take what no other arm takes"));
            }
            match &arm.guard {
                Some(guard) => (Kind::GuardedArm, guard.clone(), "", String::new()),
                None => (Kind::Arm, arm.pattern.end..arm.pattern.end, "", String::new()),
            }
        }
        Genre::MatchArmGuard => (Kind::Guard, start..end, "", replacement.clone()),
        Genre::StructField => {
            let field = places.fields.get(&start).ok_or(LOST)?;
            let rest = field.rest.clone().ok_or(Senseless("no `..` behind it"))?;
            let instead = format!("({}).{}", &text[rest], field.name);
            match &field.value {
                Some(value) => (Kind::Field, value.clone(), "", instead),
                None => (Kind::Shorthand, field.end..field.end, &field.name, instead),
            }
        }
    })
}

impl Group<'_> {
    /// What comes before the place and behind it.
    fn around(&self) -> (String, String) {
        let first = self.alternatives[0].0;
        let (open, close) = (format!("/*{{g{first}*/"), format!("/*}}g{first}*/"));
        let others = self.others();
        let arms: String =
            self.alternatives.iter().map(|(number, text)| format!(", {number} => /*{{m{number}*/{text}/*}}m{number}*/")).collect();
        let active = format!("match crate::mutant::active({first})");
        match self.kind {
            Kind::Body => (format!("{open}{active} {{ {others} => {{}}{arms} }}{close} "), String::new()),
            Kind::Arm => (format!("{open} if crate::mutant::active({first}) != {first} {close}"), String::new()),
            Kind::GuardedArm => (format!("{open}crate::mutant::active({first}) != {first} && ("), format!("){close}")),
            Kind::Shorthand => (format!("{open}: ({active} {{ {others} => ({}){arms} }}){close}", self.name), String::new()),
            Kind::Guard | Kind::Field | Kind::Operation => (format!("{open}({active} {{ {others} => ("), format!("){arms} }}){close}")),
        }
    }

    /// The pattern of all numbers but its own. It comes first, and so do the types of the text as it was: what does not agree is an alternative.
    fn others(&self) -> String {
        let mut next = 0;
        let mut ranges = Vec::new();
        for (number, _) in &self.alternatives {
            if *number > next {
                ranges.push(format!("{next}..={}", number - 1));
            }
            next = number + 1;
        }
        ranges.push(format!("{next}.."));
        ranges.join(" | ")
    }
}

/// Whose text an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Blamed {
    /// One alternative's.
    Mutant(u32),
    /// That of a whole group: what the first number stands for, and the others in the group.
    Group(u32),
}

/// Whose text is at an offset of woven text: the innermost alternative or, beside these, group.
pub fn blamed(woven: &str, offset: usize) -> Option<Blamed> {
    let mut open = Vec::new();
    for (place, _) in woven[..offset].match_indices("/*") {
        let Some((mark, _)) = woven[place + 2..].split_once("*/") else { break };
        if let Some(mark) = mark.strip_prefix('{') {
            open.push(mark);
        } else if mark.starts_with('}') {
            open.pop();
        }
    }
    let number = |mark: &str| mark[1..].parse().ok();
    open.iter()
        .rev()
        .find_map(|mark| mark.starts_with('m').then(|| number(mark).map(Blamed::Mutant)))
        .or_else(|| open.last().map(|mark| number(mark).map(Blamed::Group)))
        .flatten()
}

/// The deleted arms of the match on what is at an offset of woven text. Since they have a guard now, they cover nothing.
pub fn arms(woven: &str, offset: usize) -> Vec<Blamed> {
    let marked = |end: usize| woven[end..].strip_prefix("/*{g")?.split_once("*/")?.0.parse().ok();
    patterns(woven, offset).into_iter().filter_map(marked).map(Blamed::Group).collect()
}

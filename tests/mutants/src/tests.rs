//! A small program, woven, compiled and run under each of its mutants.

use crate::list::{Function, Genre, Mutant, Point, Span};
use crate::weave::{Blamed, Reason, arms, blamed, weave};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What stands at this place in a text.
fn span(text: &str, what: &str, after: &str) -> Span {
    let start = text.find(after).unwrap() + text[text.find(after).unwrap()..].find(what).unwrap();
    let point = |offset: usize| {
        let line = text[..offset].rfind('\n').map_or(0, |end| end + 1);
        Point { line: text[..offset].matches('\n').count() + 1, column: text[line..offset].chars().count() + 1 }
    };
    Span { start: point(start), end: point(start + what.len()) }
}

/// A mutant of the first `what` that comes after another text.
fn mutant(text: &str, genre: Genre, after: &str, what: &str, replacement: &str) -> Mutant {
    let function =
        Some(Function { return_type: if after.contains("impl") { "-> impl Iterator<Item = u8>".into() } else { String::new() } });
    let (name, replacement) = (format!("{what} in {after}"), replacement.into());
    Mutant { file: "main.rs".into(), genre, name, replacement, span: span(text, what, after), function }
}

fn numbered(mutants: &[Mutant]) -> Vec<(u32, &Mutant)> {
    (1..).zip(mutants).collect()
}

/// A folder of its own, gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = env::temp_dir().join(format!("warmlead-mutants-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Compiles a woven program with its switch; what the compiler says, and where the program is.
fn compile(folder: &Path, woven: &str) -> (String, PathBuf) {
    fs::write(folder.join("main.rs"), format!("{woven}\nmod mutant;\n")).unwrap();
    fs::write(folder.join("mutant.rs"), include_str!("switch.rs")).unwrap();
    let mut rustc = Command::new("rustc");
    let output =
        rustc.args(["--edition=2024", "--cap-lints=allow", "--error-format=json", "main.rs"]).current_dir(folder).output().unwrap();
    (String::from_utf8(output.stderr).unwrap(), folder.join("main"))
}

const PROGRAM: &str = r#"
#[derive(Default)]
struct Pair { left: i32, right: i32 }

fn sum(a: i32, b: i32) -> i32 {
    // Ä line with more bytes than characters: a + b.
    let ä = a + b * 2; ä - 1
}

fn is_odd(number: i32) -> bool {
    !(number % 2 == 0)
}

fn grow(number: i32) -> i32 {
    let mut grown = number;
    grown += 5;
    -grown
}

fn name(number: i32) -> &'static str {
    match number {
        0 => "none",
        1 | 2 if number > 1 => "two",
        1 if true => "one",
        _ => "many",
    }
}

fn pair(left: i32) -> i32 {
    let pair = Pair { left, right: left + 1, ..Pair::default() };
    pair.left * 10 + pair.right
}

fn main() {
    let names = [0, 1, 2, 3].map(name).join(" ");
    println!("{} {} {} {names} {}", sum(1, 3), is_odd(3), grow(1), pair(1));
}
"#;

#[test]
fn each_number_activates_its_mutant_alone() {
    use Genre::{BinaryOperator, FnValue, MatchArm, MatchArmGuard, StructField, UnaryOperator};
    let plain = "6 true -6 none one two many 12";
    let table = [
        (BinaryOperator, "let ä", "+", "-", "-6 true -6 none one two many 12"),
        (BinaryOperator, "a + b *", "*", "+", "5 true -6 none one two many 12"),
        (BinaryOperator, "a + b *", "*", "/", "1 true -6 none one two many 12"),
        (BinaryOperator, "ä -", "-", "+", "8 true -6 none one two many 12"),
        (FnValue, "fn sum", "let ä", "-1", "-1 true -6 none one two many 12"),
        (UnaryOperator, "fn is_odd", "!", "", "6 false -6 none one two many 12"),
        (BinaryOperator, "number %", "==", "!=", "6 false -6 none one two many 12"),
        (FnValue, "fn is_odd", "!", "false", "6 false -6 none one two many 12"),
        (BinaryOperator, "grown +=", "+=", "*=", "6 true -5 none one two many 12"),
        (UnaryOperator, "-grown", "-", "", "6 true 6 none one two many 12"),
        (MatchArm, "match number", "0 => \"none\"", "", "6 true -6 many one two many 12"),
        (MatchArm, "match number", "1 | 2 if number > 1 => \"two\"", "", "6 true -6 none one many many 12"),
        (MatchArmGuard, "1 | 2 if", "number > 1", "true", "6 true -6 none two two many 12"),
        (MatchArmGuard, "1 if", "true", "false", "6 true -6 none many two many 12"),
        (BinaryOperator, "if number", ">", "<", "6 true -6 none one many many 12"),
        (StructField, "Pair { left,", "left", "", "6 true -6 none one two many 2"),
        (StructField, "Pair { left,", "right: left + 1", "", "6 true -6 none one two many 10"),
        (BinaryOperator, "right: left", "+", "-", "6 true -6 none one two many 10"),
    ];
    let mutants = table.map(|(genre, after, what, replacement, _)| mutant(PROGRAM, genre, after, what, replacement));
    let woven = weave(PROGRAM, &numbered(&mutants)).unwrap();
    assert!(woven.refused.is_empty(), "{:?}", woven.refused);
    let folder = Folder::new("run");
    let (errors, program) = compile(&folder.0, &woven.text);
    assert!(program.with_extension(env::consts::EXE_EXTENSION).exists(), "{errors}\n{}", woven.text);
    let said = |number: usize| {
        let output = Command::new(&program).env("MUTANT", number.to_string()).env_remove("MUTANTS_REACHED").output().unwrap();
        String::from_utf8(output.stdout).unwrap().trim().to_string()
    };
    assert_eq!(said(0), plain);
    for (number, (_, after, what, replacement, expected)) in (1..).zip(table) {
        assert_eq!(said(number), expected, "{number}: `{what}` behind `{after}` becomes `{replacement}`");
    }
    // Every place is reached, and told by the first number there.
    let reached = folder.0.join("reached");
    assert!(Command::new(&program).env("MUTANTS_REACHED", &reached).output().unwrap().status.success());
    let mut told: Vec<u32> = fs::read_to_string(reached).unwrap().lines().map(|line| line.parse().unwrap()).collect();
    told.sort_unstable();
    let mut places: Vec<u32> = woven.places.iter().map(|(_, place)| *place).collect();
    places.sort_unstable();
    places.dedup();
    assert_eq!(told, places);
}

#[test]
fn what_does_not_compile_is_blamed_on_the_alternative_or_on_its_group() {
    let program = r#"
enum Side { Left, Right }
const TWO: u8 = 1 + 1;
fn name(side: Side) -> String {
    match side {
        Side::Left => "left".to_string(),
        Side::Right => "right".to_string() + "!",
    }
}
fn main() { name(Side::Left); name(Side::Right); TWO; }
"#;
    let mutants = [
        mutant(program, Genre::BinaryOperator, "TWO: u8 = 1", "+", "-"),
        mutant(program, Genre::FnValue, "fn name", "match side", "String::new()"),
        mutant(program, Genre::FnValue, "fn name", "match side", "7"),
        mutant(program, Genre::MatchArm, "match side", "Side::Left => \"left\".to_string()", ""),
        mutant(program, Genre::MatchArm, "match side", "Side::Right => \"right\".to_string() + \"!\"", ""),
        mutant(program, Genre::BinaryOperator, "\"right\".to_string()", "+", "-"),
    ];
    let woven = weave(program, &numbered(&mutants)).unwrap().text;
    let (errors, _) = compile(&Folder::new("blame").0, &woven);
    let mut found = Vec::new();
    for line in errors.lines() {
        let error: serde_json::Value = serde_json::from_str(line).unwrap();
        let Some(start) = error["spans"][0]["byte_start"].as_u64() else { continue };
        let start = usize::try_from(start).unwrap();
        match error["code"]["code"].as_str() {
            Some("E0004") => found.extend(arms(&woven, start)),
            _ => found.extend(blamed(&woven, start)),
        }
    }
    for expected in [Blamed::Mutant(3), Blamed::Mutant(6)] {
        assert!(found.contains(&expected), "{expected:?} in {found:?}, {errors}");
    }
    assert!(!found.contains(&Blamed::Mutant(2)), "{found:?}");
    // Once types agree: what is no constant, and what is not covered.
    let left: Vec<_> = numbered(&mutants).into_iter().filter(|(number, _)| ![3, 6].contains(number)).collect();
    let woven = weave(program, &left).unwrap().text;
    assert_eq!(blamed(&woven, woven.find("active(1)").unwrap()), Some(Blamed::Group(1)));
    assert_eq!(arms(&woven, woven.find("match side").unwrap() + 6), [Blamed::Group(4), Blamed::Group(5)]);
    assert_eq!(blamed(&woven, woven.find("fn main").unwrap()), None);
}

#[test]
fn what_cannot_stand_beside_the_text_is_refused_with_the_reason() {
    let program = r#"
fn bytes() -> impl Iterator<Item = u8> {
    [1].into_iter()
}
fn first(list: Option<u8>) -> u8 {
    if let Some(number) = list && number > 1 { return number; }
    match list {
        Some(1) => 1,
        other => other.unwrap_or(0),
    }
}
"#;
    let mutants = [
        mutant(program, Genre::FnValue, "-> impl", "[1]", "::std::iter::empty()"),
        mutant(program, Genre::BinaryOperator, "= list", "&&", "||"),
        mutant(program, Genre::BinaryOperator, "number >", ">", "<"),
        mutant(program, Genre::MatchArm, "match list", "Some(1) => 1", ""),
        mutant(program, Genre::MatchArm, "match list", "other => other.unwrap_or(0)", ""),
        mutant(program, Genre::UnaryOperator, "fn first", "list", ""),
    ];
    let woven = weave(program, &numbered(&mutants)).unwrap();
    let refused: Vec<_> = woven.refused.iter().map(|(number, reason)| (*number, matches!(reason, Reason::Senseless(_)))).collect();
    assert_eq!(refused, [(1, false), (2, true), (5, true), (6, false)]);
    assert_eq!(woven.places, [(3, 3), (4, 4)]);
}

#[test]
fn without_mutants_the_text_is_as_it_was() {
    assert_eq!(weave(PROGRAM, &[]).unwrap().text, PROGRAM);
}

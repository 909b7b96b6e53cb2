//! The mutants as cargo-mutants lists them: which there are is its decision alone.

use serde::Deserialize;

/// What to change.
#[derive(Clone, Debug, Deserialize)]
pub struct Mutant {
    /// The file, from the project's folder.
    pub file: String,
    /// What kind of change it is.
    pub genre: Genre,
    /// What people call it.
    pub name: String,
    /// What stands there instead.
    pub replacement: String,
    /// Where it stands.
    pub span: Span,
    /// The function that it is in.
    pub function: Option<Function>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Genre {
    BinaryOperator,
    FnValue,
    MatchArm,
    MatchArmGuard,
    StructField,
    UnaryOperator,
}

#[derive(Clone, Debug, Deserialize)]
pub struct Function {
    /// As it is written: `-> bool`.
    pub return_type: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Span {
    pub start: Point,
    pub end: Point,
}

/// Line and column, both from 1; a column is a character.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Hash)]
pub struct Point {
    pub line: usize,
    pub column: usize,
}

impl Point {
    /// Where this is in a text, in bytes.
    pub fn offset(self, text: &str) -> Option<usize> {
        let start: usize = text.split_inclusive('\n').take(self.line.checked_sub(1)?).map(str::len).sum();
        let line = text.get(start..)?.split('\n').next()?;
        let (offset, _) = line.char_indices().chain([(line.len(), '\n')]).nth(self.column.checked_sub(1)?)?;
        Some(start + offset)
    }
}

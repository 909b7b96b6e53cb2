//! Regular expressions: the subset that means the same in ECMAScript and in linear-time engines (docs/model.md, section 3).
//!
//! A pattern is read into a tree by us (`parse`), so that the same patterns are refused everywhere, and printed again in a form
//! that leaves neither engine any choice (`print`): classes as ranges of code points, groups without captures, no flags. The engine
//! (`engine`) is the `regex` crate natively and `RegExp` in JavaScript hosts, because a second one would be half of the module's size.

#[cfg(feature = "check")]
pub(crate) mod backtrack;
mod class;
mod engine;
mod parse;
mod print;

#[cfg(test)]
mod differential;
#[cfg(test)]
mod judge;
#[cfg(test)]
#[path = "../../../tests/support/patterns.rs"]
mod patterns;

use class::Class;
pub(super) use engine::Pattern;

/// A regular expression, read.
#[derive(Clone, Debug, PartialEq)]
enum Node {
    /// One code point of a class
    One(Class),
    /// `^`: the start of the text
    Start,
    /// `$`: the end of the text
    End,
    /// `\b`
    Boundary,
    /// `\B`
    NotBoundary,
    /// One after the other
    Sequence(Vec<Node>),
    /// One of them
    Choice(Vec<Node>),
    /// So many times; with no `max`, any number
    Repeat { node: Box<Node>, min: u32, max: Option<u32>, lazy: bool },
}

impl Node {
    /// Whether there is a `\B` in it, which engines treat strangely.
    fn has_not_boundary(&self) -> bool {
        match self {
            Node::NotBoundary => true,
            Node::Sequence(nodes) | Node::Choice(nodes) => nodes.iter().any(Node::has_not_boundary),
            Node::Repeat { node, .. } => node.has_not_boundary(),
            Node::One(_) | Node::Start | Node::End | Node::Boundary => false,
        }
    }

    /// Whether it matches the empty piece at this edge of whatever text, `Start` or `End`, and so matches every text.
    #[cfg(feature = "check")]
    fn matches_at(&self, edge: &Node) -> bool {
        match self {
            Node::Start | Node::End => self == edge,
            Node::One(_) | Node::Boundary | Node::NotBoundary => false,
            Node::Sequence(nodes) => nodes.iter().all(|node| node.matches_at(edge)),
            Node::Choice(nodes) => nodes.iter().any(|node| node.matches_at(edge)),
            Node::Repeat { node, min, .. } => *min == 0 || node.matches_at(edge),
        }
    }
}

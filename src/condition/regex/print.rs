//! A tree printed as a pattern that both engines read alike. Which one is meant changes only how a code point and a word boundary
//! are written; JavaScript's is read with the `u` flag.

use super::{Class, Node};
use core::fmt::Write;

/// Whose pattern is printed.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dialect {
    /// The `regex` crate
    #[cfg_attr(target_arch = "wasm32", expect(dead_code))]
    Rust,
    /// `RegExp` with the flag `u`
    #[cfg_attr(all(not(target_arch = "wasm32"), not(test)), expect(dead_code))]
    JavaScript,
}

/// The pattern of a tree.
///
/// Both engines may look for a match inside a code point: the `regex` crate between the bytes of its UTF-8, V8 between its surrogates.
/// Nothing matches there but `\B`. A pattern with one is therefore anchored at the start, from where it walks in whole code points.
pub(super) fn print(node: &Node, dialect: Dialect) -> String {
    let mut pattern = String::new();
    let mut printer = Printer { dialect, pattern: &mut pattern };
    if node.has_not_boundary() {
        printer.pattern.push('^');
        printer.class(&Class::new(&[]).negated());
        printer.pattern.push_str("*?");
        printer.group(node);
    } else {
        printer.node(node);
    }
    pattern
}

struct Printer<'a> {
    dialect: Dialect,
    pattern: &'a mut String,
}

impl Printer<'_> {
    fn node(&mut self, node: &Node) {
        match node {
            Node::One(class) => self.class(class),
            Node::Start => self.pattern.push('^'),
            Node::End => self.pattern.push('$'),
            Node::Boundary => self.boundary("\\b"),
            Node::NotBoundary => self.boundary("\\B"),
            Node::Sequence(nodes) if nodes.is_empty() => self.pattern.push_str("(?:)"),
            Node::Sequence(nodes) => {
                for node in nodes {
                    if matches!(node, Node::Choice(_) | Node::Sequence(_)) { self.group(node) } else { self.node(node) }
                }
            }
            Node::Choice(nodes) => {
                for (index, node) in nodes.iter().enumerate() {
                    if index > 0 {
                        self.pattern.push('|');
                    }
                    self.node(node);
                }
            }
            Node::Repeat { node, min, max, lazy } => {
                if matches!(**node, Node::One(_)) {
                    self.node(node)
                } else {
                    self.group(node)
                }
                self.count(*min, *max);
                if *lazy {
                    self.pattern.push('?');
                }
            }
        }
    }

    fn group(&mut self, node: &Node) {
        self.pattern.push_str("(?:");
        self.node(node);
        self.pattern.push(')');
    }

    /// Writing into a string cannot fail.
    fn count(&mut self, min: u32, max: Option<u32>) {
        let _ = match (min, max) {
            (0, None) => write!(self.pattern, "*"),
            (1, None) => write!(self.pattern, "+"),
            (0, Some(1)) => write!(self.pattern, "?"),
            (min, None) => write!(self.pattern, "{{{min},}}"),
            (min, Some(max)) => write!(self.pattern, "{{{min},{max}}}"),
        };
    }

    fn boundary(&mut self, escape: &str) {
        match self.dialect {
            Dialect::JavaScript => self.pattern.push_str(escape),
            Dialect::Rust => {
                self.pattern.push_str("(?-u:");
                self.pattern.push_str(escape);
                self.pattern.push(')');
            }
        }
    }

    fn class(&mut self, class: &Class) {
        match (class.ranges(), self.dialect) {
            ([(one, other)], _) if one == other => self.char(*one),
            ([], Dialect::JavaScript) => self.pattern.push_str("[]"),
            ([], Dialect::Rust) => self.pattern.push_str("[a&&b]"),
            (ranges, _) => {
                self.pattern.push('[');
                for (start, end) in ranges {
                    self.char(*start);
                    if start != end {
                        self.pattern.push('-');
                        self.char(*end);
                    }
                }
                self.pattern.push(']');
            }
        }
    }

    fn char(&mut self, char: char) {
        let _ = match self.dialect {
            _ if char.is_ascii_alphanumeric() => write!(self.pattern, "{char}"),
            Dialect::Rust => write!(self.pattern, "\\x{{{:x}}}", char as u32),
            Dialect::JavaScript => write!(self.pattern, "\\u{{{:x}}}", char as u32),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse;
    use super::*;

    #[test]
    fn patterns_are_printed_for_both_engines() {
        for (pattern, rust, javascript) in [
            ("", "(?:)", "(?:)"),
            ("ab", "ab", "ab"),
            ("a|", "a|(?:)", "a|(?:)"),
            ("(?<x>ab|c)+?d", "(?:ab|c)+?d", "(?:ab|c)+?d"),
            ("é/", r"\x{e9}\x{2f}", r"\u{e9}\u{2f}"),
            (r"^\bx$", r"^(?-u:\b)x$", r"^\bx$"),
            (r"a|\B", r"^[\x{0}-\x{10ffff}]*?(?:a|(?-u:\B))", r"^[\u{0}-\u{10ffff}]*?(?:a|\B)"),
            (r"a{2}b{3,}c{4,5}?", "a{2,2}b{3,}c{4,5}?", "a{2,2}b{3,}c{4,5}?"),
            (r"[^\d\D]", "[a&&b]", "[]"),
            (r"[x-z\d]", "[0-9x-z]", "[0-9x-z]"),
            (
                ".",
                r"[\x{0}-\x{9}\x{b}-\x{c}\x{e}-\x{2027}\x{202a}-\x{10ffff}]",
                r"[\u{0}-\u{9}\u{b}-\u{c}\u{e}-\u{2027}\u{202a}-\u{10ffff}]",
            ),
            ("(ab)*", "(?:ab)*", "(?:ab)*"),
            ("(a*)*", "(?:a*)*", "(?:a*)*"),
            ("(^)*", "(?:^)*", "(?:^)*"),
        ] {
            let node = parse(pattern, false).unwrap();
            assert_eq!(print(&node, Dialect::Rust), rust);
            assert_eq!(print(&node, Dialect::JavaScript), javascript);
        }
    }
}

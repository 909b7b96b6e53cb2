//! A compiled pattern and its engine: the linear-time `regex` crate natively, `RegExp` in JavaScript hosts.

#[cfg(feature = "check")]
use super::Node;
use super::parse::{add_weight, parse};
#[cfg(feature = "check")]
use super::print::print;
use crate::problem::{Words, words};

#[cfg(target_arch = "wasm32")]
use host::Engine;
#[cfg(not(target_arch = "wasm32"))]
use native::Engine;

/// A regular expression, ready to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    engine: Engine,
    /// What is known of it by its form.
    #[cfg(feature = "check")]
    form: Form,
}

/// A regular expression as far as warnings look at it.
#[cfg(feature = "check")]
#[derive(Clone, Debug)]
struct Form {
    printed: Box<str>,
    matches_all: bool,
}

impl Pattern {
    /// Reads a regular expression; with `ignore_case`, the letters A to Z are those a to z. `weight` is what those before it weigh: many that are
    /// compiled take much memory, though their text be short.
    ///
    /// # Errors
    /// What is wrong with it and why, in one lower-case line.
    pub(in super::super) fn new(pattern: &str, ignore_case: bool, weight: &mut u64) -> Result<Pattern, Words> {
        let node = parse(pattern, ignore_case)?;
        add_weight(&node, weight)?;
        let engine = Engine::new(&node).ok_or_else(|| words!("is too large"))?;
        Ok(Pattern {
            engine,
            #[cfg(feature = "check")]
            form: Form {
                printed: print(&node, Engine::DIALECT).into(),
                matches_all: node.matches_at(&Node::Start) || node.matches_at(&Node::End),
            },
        })
    }

    /// Whether it matches every text.
    #[cfg(feature = "check")]
    pub(crate) fn matches_all(&self) -> bool {
        self.form.matches_all
    }

    /// Whether both are written alike, and so match the same texts.
    #[cfg(feature = "check")]
    pub(crate) fn says_the_same_as(&self, other: &Pattern) -> bool {
        self.form.printed == other.form.printed
    }

    /// Whether it matches anywhere in a text.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        self.engine.is_match(text)
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::super::Node;
    use super::super::print::{Dialect, print};
    use regex::{Regex, RegexBuilder, bytes};

    /// Enough for whatever the limits on a pattern let through.
    const SIZE_LIMIT: usize = 64 << 20;

    #[derive(Clone, Debug)]
    pub(super) enum Engine {
        Text(Regex),
        /// The crate takes `\B` of ASCII only in its regexes over bytes.
        Bytes(bytes::Regex),
    }

    impl Engine {
        pub(super) const DIALECT: Dialect = Dialect::Rust;

        pub(crate) fn new(node: &Node) -> Option<Engine> {
            let pattern = print(node, Engine::DIALECT);
            if node.has_not_boundary() {
                bytes::RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build().ok().map(Engine::Bytes)
            } else {
                RegexBuilder::new(&pattern).size_limit(SIZE_LIMIT).build().ok().map(Engine::Text)
            }
        }

        pub(crate) fn is_match(&self, text: &str) -> bool {
            match self {
                Engine::Text(regex) => regex.is_match(text),
                Engine::Bytes(regex) => regex.is_match(text.as_bytes()),
            }
        }
    }
}

#[cfg(target_arch = "wasm32")]
mod host {
    use super::super::Node;
    use super::super::print::{Dialect, print};
    use wasm_bindgen::prelude::*;

    // js_sys's own `RegExp` would let an exception through the module, which leaves it broken.
    #[wasm_bindgen]
    extern "C" {
        #[derive(Clone, Debug)]
        pub(super) type RegExp;

        #[wasm_bindgen(constructor, catch)]
        fn new(pattern: &str, flags: &str) -> Result<RegExp, JsValue>;

        #[wasm_bindgen(method, catch)]
        fn test(this: &RegExp, text: &str) -> Result<bool, JsValue>;
    }

    #[derive(Clone, Debug)]
    pub(super) struct Engine(RegExp);

    impl Engine {
        pub(super) const DIALECT: Dialect = Dialect::JavaScript;

        pub(crate) fn new(node: &Node) -> Option<Engine> {
            RegExp::new(&print(node, Engine::DIALECT), "u").ok().map(Engine)
        }

        /// A backtracking engine may run out of stack on a text of megabytes; then nothing matches.
        pub(crate) fn is_match(&self, text: &str) -> bool {
            self.0.test(text).unwrap_or(false)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern, false, &mut 0).unwrap().is_match(text)
    }

    #[test]
    fn patterns_match_as_in_ecmascript() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("b", "abc", true),
            ("^b", "abc", false),
            ("a$", "a\n", false),
            ("^b", "a\nb", false),
            ("^.$", "😀", true),
            (".", "\n", false),
            (".", "\r\u{2028}\u{2029}", false),
            (".", "\u{85}", true),
            (r"^\d+$", "٣", false),
            (r"^\w$", "é", false),
            (r"\s", "\u{a0}", false),
            (r"^[\s]{6}$", "\t\n\u{b}\u{c}\r ", true),
            (r"\bb", "éb", true),
            (r"\b", "é", false),
            (r"\B", "é", true),
            (r"\B", "aéa", false),
            (r"\B", "B😀z", false),
            (r"\B", "", true),
            (r"\B", "ab", true),
            (r"é\B", "éa", false),
            (r"é\Bé", "aéé", true),
            (r"^\B.\B$", "😀", true),
            (r"[^a]", "\n", true),
            (r"[^\d\D]", "a1", false),
            (r"^[a\-z]+$", "a-z", true),
            (r"^[\w-]+$", "a-b", true),
            (r"^[-+]$", "-", true),
            (r"^[a-c-e]+$", "b-e", true),
            (r"^(?:a|b){2,3}$", "abab", false),
            (r"^(a*)*$", "aaab", false),
            (r"^(?:^|a)+b", "aab", true),
            (r"(?<year>\d{4})-\d\d", "on 2024-05", true),
            (r"^/a\/b/$", "/a/b/", true),
            (r"^\x41\u0042\u{43}\uD83D\uDE00$", "ABC😀", true),
            ("^]}$", "]}", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text:?}");
        }
    }

    #[test]
    fn what_matches_every_text_is_known() {
        for (pattern, expected) in [
            ("", true),
            (".*", true),
            ("^.*", true),
            ("^", true),
            ("a?|b", true),
            ("(?:a*b*)*", true),
            ("x{0}", true),
            (".*$", true),
            ("a*$|b", true),
            ("^.*$", false),
            (".", false),
            (".+", false),
            (r"\b", false),
            (r"\B", false),
            ("a*b", false),
        ] {
            let pattern = Pattern::new(pattern, false, &mut 0).unwrap();
            assert_eq!(pattern.matches_all(), expected, "{pattern:?}");
            assert!(!expected || ["", "a", "\n", "b\nc", "😀"].iter().all(|text| pattern.is_match(text)), "{pattern:?}");
        }
    }

    #[test]
    fn case_is_ignored_for_ascii_only() {
        let ignoring = |pattern: &str, text: &str| Pattern::new(pattern, true, &mut 0).unwrap().is_match(text);
        assert!(ignoring("^mobile[a-c]$", "MobileB"));
        assert!(!ignoring("[^a]", "A"));
        assert!(!ignoring("É", "é"));
        assert!(!ignoring("k", "\u{212a}"));
        assert!(ignoring(r"^\x61$", "A"));
    }
}

//! Documentation that must stay true: every error code of the source is explained in docs/errors.md. And lists that must be whole: whatever knows operators by name knows all of them.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "ts") {
            found.push(path);
        }
    }
}

/// Names of environment variables look like codes.
const VARIABLES: [&str; 3] = ["CARGO_PKG_VERSION", "WARMLEAD_FUZZ", "WARMLEAD_TOKEN"];

/// `"LIKE_THIS"`, with at least one underscore, outside of tests.
fn codes(source: &str) -> impl Iterator<Item = &str> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    source.split('"').filter(|text| {
        text.contains('_')
            && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
            && text.starts_with(|first: char| first != '_')
    })
}

#[test]
fn every_code_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let explained = std::fs::read_to_string(root.join("docs/errors.md")).unwrap();
    let mut sources = Vec::new();
    for folder in [
        "src/check",
        "src/model",
        "src/condition",
        "src/event",
        "src/engine",
        "src/sync",
        "src/wasm",
        "src/server/src/collector",
        "pkg-config/entry",
        "pkg-config/edge",
    ] {
        if root.join(folder).is_dir() {
            files(&root.join(folder), &mut sources);
        }
    }
    let mut found = BTreeSet::new();
    for path in sources {
        found.extend(codes(&std::fs::read_to_string(path).unwrap()).map(str::to_owned));
    }
    assert!(found.len() > 30, "only {} codes found: does this test still look in the right places?", found.len());
    let known = |code: &String| VARIABLES.contains(&code.as_str()) || explained.contains(&format!("`{code}`"));
    let unexplained: Vec<_> = found.iter().filter(|code| !known(code)).collect();
    assert!(unexplained.is_empty(), "not in docs/errors.md: {unexplained:?}");
}

#[test]
fn every_operator_is_known_wherever_operators_are() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let parse = read("src/condition/parse.rs");
    let list = parse.split("OPERATORS: [&str;").nth(1).and_then(|rest| rest.split("];").next()).unwrap();
    let operators: Vec<&str> = list.split('"').filter(|text| text.starts_with('$')).collect();
    assert!(operators.len() > 20, "only {} operators found: does this test still look in the right place?", operators.len());
    let generators = read("tests/support/choices/fields.rs") + &read("tests/support/choices/conditions.rs");
    let places = [
        ("docs/model.md", read("docs/model.md")),
        ("src/schema/condition.rs", read("src/schema/condition.rs")),
        ("src/model.schema.json", read("src/model.schema.json")),
        ("tests/vectors/conditions.json", read("tests/vectors/conditions.json")),
        ("tests/fuzz/words.dict", read("tests/fuzz/words.dict")),
        ("tests/support/choices/", generators),
        ("tests/support/values.rs", read("tests/support/values.rs")),
    ];
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_alphanumeric());
    let has = |text: &str, operator: &str| text.match_indices(operator).any(|(at, _)| ends(&text[at + operator.len()..]));
    let missing: Vec<_> =
        operators.iter().flat_map(|own| places.iter().filter(|(_, text)| !has(text, own)).map(move |(place, _)| (*own, *place))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

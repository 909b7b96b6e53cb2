//! Copies the project and weaves into the copy all mutants that cargo-mutants lists: `warmlead-mutants PROJECT LIST TREE TARGET OUT`. Which of
//! them are in it goes to OUT, as JSON. It does not try them: `pkg-config/tools/mutants.mjs` does.

mod compile;
mod copy;
mod list;
mod places;
#[cfg(test)]
mod tests;
mod weave;

use compile::Refusal;
use list::Mutant;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use weave::{Blamed, Reason};

/// What became of a mutant.
#[derive(Serialize)]
struct Woven<'a> {
    number: u32,
    name: &'a str,
    file: &'a str,
    /// The number by which its place is known.
    place: u32,
    /// "woven", "does not compile" or "not woven".
    state: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    reason: String,
}

fn main() {
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let result = match paths.as_slice() {
        [project, list, tree, target, out] => run(project, list, tree, target).and_then(|woven| copy::write(out, &woven)),
        _ => Err("usage: warmlead-mutants PROJECT LIST TREE TARGET OUT".into()),
    };
    if let Err(error) = result {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(project: &Path, list: &Path, tree: &Path, target: &Path) -> Result<String, String> {
    let read = |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()));
    let mutants: Vec<Mutant> = serde_json::from_str(&read(list)?).map_err(|error| format!("{}: {error}", list.display()))?;
    let mut out: BTreeMap<u32, (&'static str, String)> = BTreeMap::new();
    copy::project(project, tree)?;
    let lib = tree.join("src/lib.rs");
    copy::write(&lib, &format!("{}\n#[doc(hidden)]\npub mod mutant;\n", read(&project.join("src/lib.rs"))?))?;
    copy::write(&tree.join("src/mutant.rs"), include_str!("switch.rs"))?;
    let mut by_file: BTreeMap<&str, Vec<(u32, &Mutant)>> = BTreeMap::new();
    for (number, mutant) in (1..).zip(&mutants) {
        by_file.entry(&mutant.file).or_default().push((number, mutant));
    }
    let mut places = BTreeMap::new();
    for round in 1.. {
        for (file, mutants) in &by_file {
            let mutants: Vec<_> = mutants.iter().copied().filter(|(number, _)| !out.contains_key(number)).collect();
            let woven = weave::weave(&read(&project.join(file))?, &mutants).map_err(|error| format!("{file}: {error}"))?;
            copy::write(&tree.join(file), &woven.text)?;
            out.extend(woven.refused.into_iter().map(|(number, reason)| match reason {
                Reason::Senseless(why) => (number, ("does not compile", why.to_string())),
                Reason::NotBeside(why) => (number, ("not woven", why.to_string())),
            }));
            places.extend(woven.places);
        }
        let refused = compile::refused(tree, target)?;
        eprintln!("round {round}: the compiler refuses {}", refused.len());
        if refused.is_empty() {
            break;
        }
        for Refusal { whose, error } in refused {
            match whose {
                Blamed::Mutant(number) => drop(out.insert(number, ("does not compile", error))),
                Blamed::Group(first) => {
                    for number in (1..).take(mutants.len()).filter(|number| places.get(number) == Some(&first)) {
                        out.entry(number).or_insert(("not woven", error.clone()));
                    }
                }
            }
        }
    }
    let woven: Vec<Woven> = (1..)
        .zip(&mutants)
        .map(|(number, Mutant { name, file, .. })| {
            let (state, reason) = out.remove(&number).unwrap_or(("woven", String::new()));
            Woven { number, name, file, place: places.get(&number).copied().unwrap_or_default(), state, reason }
        })
        .collect();
    serde_json::to_string(&woven).map_err(|error| error.to_string())
}

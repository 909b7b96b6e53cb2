//! Which files of cases are meant: those that are named, and all `*.json` in the folders that are named, in order of their names.

use crate::cli::{Exit, Failure, plain};
use std::fs;
use std::path::Path;

/// The files that are meant by paths of files and folders.
pub fn find(paths: &[String]) -> Result<Vec<String>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path == "-" || !Path::new(path).is_dir() {
            found.push(path.clone());
            continue;
        }
        let before = found.len();
        walk(path.trim_end_matches('/'), &mut found)?;
        if found.len() == before {
            return Err(Failure::new(Exit::NoInput, format_args!("there is no file of cases (*.json) in `{path}`")));
        }
    }
    Ok(found)
}

/// All `*.json` in a folder and the folders in it. What begins with a dot is not meant.
fn walk(folder: &str, found: &mut Vec<String>) -> Result<(), Failure> {
    let cant_read = |error| Failure::new(Exit::NoInput, format_args!("can't read `{folder}`: {}", plain(&error)));
    let mut names = Vec::new();
    for entry in fs::read_dir(if folder.is_empty() { "/" } else { folder }).map_err(cant_read)? {
        let entry = entry.map_err(cant_read)?;
        // A link to a folder is not followed: it may lead in a circle.
        let is_folder = entry.file_type().map_err(cant_read)?.is_dir();
        match entry.file_name().into_string() {
            Ok(name) if !name.starts_with('.') && (is_folder || name.ends_with(".json")) => names.push((name, is_folder)),
            _ => {}
        }
    }
    names.sort();
    for (name, is_folder) in names {
        let path = format!("{folder}/{name}");
        if is_folder { walk(&path, found)? } else { found.push(path) }
    }
    Ok(())
}

/// A file's name without folders and ending: the name of a case that has none.
pub fn stem(path: &str) -> &str {
    Path::new(path).file_stem().and_then(|stem| stem.to_str()).unwrap_or(path)
}

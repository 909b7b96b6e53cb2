//! A copy of the project to work in. What is the same is left alone, so that Cargo does not build it again.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

/// What is built, brought or kept beside the project.
const BESIDE: [&str; 3] = ["target", "node_modules", ".git"];

/// Copies the files of a project's folder.
///
/// # Errors
///
/// Something can't be read or written.
pub fn project(from: &Path, to: &Path) -> Result<(), String> {
    let said = |error: std::io::Error| format!("{}: {error}", from.display());
    for entry in fs::read_dir(from).map_err(said)? {
        let entry = entry.map_err(said)?;
        let (path, name) = (entry.path(), entry.file_name());
        if BESIDE.map(OsStr::new).contains(&name.as_os_str()) {
            continue;
        }
        if path.is_dir() {
            project(&path, &to.join(name))?;
        } else if fs::read(&path).map_err(said)? != fs::read(to.join(&name)).unwrap_or_default() {
            fs::create_dir_all(to).and_then(|()| fs::copy(&path, to.join(name))).map_err(said)?;
        }
    }
    Ok(())
}

/// Writes a text where it is not there already.
///
/// # Errors
///
/// It can't be written.
pub fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

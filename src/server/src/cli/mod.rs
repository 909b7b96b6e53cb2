//! What the subcommands share: exit codes and how a failure is told. It knows nothing of what they do.

pub mod bench;
pub mod check;
pub mod diff;
mod json_file;
mod locate;
pub mod model;
pub mod schema;
pub mod score;
mod seconds;
pub mod test;
mod twice;

use crate::printable::printable;
use std::fmt;
use std::io;
use std::process::ExitCode;

/// What `warmlead --help` ends with.
pub const EXAMPLES: &str = "\
Examples:
  warmlead check model.json                       say all that is wrong with a model
  warmlead score --model model.json events.jsonl  one assessment per visitor, as JSON lines
  warmlead score --from segment history.jsonl     the same of another tool's messages
  warmlead diff old.json new.json events.jsonl    who changes stage if the model changes, and why
  warmlead test model.json cases/                 say whether golden cases still hold
  warmlead schema > model.schema.json             what editors complete models with
  warmlead serve --site ./public                  run the collector and serve a site
  warmlead bench                                  measure this machine

Scoring models that ship, by name: b2b-saas, ecommerce, product-led, account-engagement, marketo,
gitlab, manual. `docs/models.md` says for whom each is.

`warmlead help COMMAND` says more about each, exit codes included.";

/// How the command ends. The numbers are those of sysexits.h where it has one, and part of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// All went well.
    Fine = 0,
    /// It ran to the end and found something wrong with what it was given.
    Found = 1,
    /// It was called wrongly.
    Usage = 2,
    /// What it was given can't be worked with.
    Data = 65,
    /// A file can't be read.
    NoInput = 66,
    /// The address to listen on can't be had.
    Unavailable = 69,
    /// Writing failed.
    Output = 74,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// Why the command stops early: for people, in plain words.
#[derive(Debug)]
pub struct Failure {
    /// How it ends.
    pub exit: Exit,
    /// What was wrong, where, and what would be right. Empty if everything has been said already.
    pub message: String,
}

impl Failure {
    /// A failure with a message.
    pub fn new(exit: Exit, message: impl fmt::Display) -> Failure {
        Failure { exit, message: message.to_string() }
    }

    /// A failure about which everything has been said.
    pub fn said(exit: Exit) -> Failure {
        Failure { exit, message: String::new() }
    }

    /// Says it on standard error.
    pub fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            anstream::eprintln!("{ERROR}error{ERROR:#}: {}", printable(self.message));
        }
        self.exit.into()
    }
}

/// Writing to standard output failed. A reader that has gone away (`| head`) has had enough: that is no failure.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::said(Exit::Fine),
            _ => Failure::new(Exit::Output, format_args!("can't write the result: {}", plain(&error))),
        }
    }
}

/// Standard input can be read once: whoever names it twice would get nothing the second time, or wait for ever.
pub fn one_stdin<'a>(paths: impl IntoIterator<Item = &'a String>) -> Result<(), Failure> {
    if paths.into_iter().filter(|path| *path == "-").count() < 2 {
        return Ok(());
    }
    Err(Failure::new(Exit::Usage, "`-` stands more than once, and standard input can be read only once; give the others as files"))
}

/// What a file is called in what people read.
pub fn called(path: &str) -> &str {
    if path == "-" { "<stdin>" } else { path }
}

/// An error of the operating system without its number.
pub fn plain(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((plain, _)) => plain.to_lowercase(),
        None => text,
    }
}

/// The beginning of what a user wrote, for a message.
pub use warmlead::event::shorten;

/// How errors look on a terminal.
pub const ERROR: anstyle::Style = anstyle::AnsiColor::Red.on_default().bold();
/// How warnings look on a terminal.
pub const WARNING: anstyle::Style = anstyle::AnsiColor::Yellow.on_default().bold();
/// How success looks on a terminal.
pub const GOOD: anstyle::Style = anstyle::AnsiColor::Green.on_default().bold();
/// How what stands around the matter looks on a terminal.
pub const QUIET: anstyle::Style = anstyle::Style::new().dimmed();
/// How the matter itself looks on a terminal.
pub const STRONG: anstyle::Style = anstyle::Style::new().bold();

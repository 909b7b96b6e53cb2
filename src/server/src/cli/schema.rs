//! `warmlead schema`: prints the JSON Schema of scoring models, for editors.

use super::{Exit, Failure};
use std::io::Write;

const AFTER: &str = "\
Examples:
  warmlead schema > model.schema.json

A model names it on its first line:
  { \"$schema\": \"./model.schema.json\", …

Exit codes:
  0   it was printed
  2   the command was called wrongly
  74  it can't be written";

/// Print the JSON Schema of scoring models, with which editors complete, explain and check them
///
/// The npm package has it as `warmlead/model.schema.json`. What a schema can't say (a score that does not exist, an id that stands twice),
/// `warmlead check` does.
#[derive(clap::Args)]
#[command(after_long_help = AFTER)]
pub struct Args {}

/// Runs the command.
pub fn run(_: &Args) -> Result<Exit, Failure> {
    write!(anstream::stdout().lock(), "{}", warmlead::schema::text())?;
    Ok(Exit::Fine)
}

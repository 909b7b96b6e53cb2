//! The `warmlead` command: which subcommands there are and what their help says. Each lives in a file of its own.

#![forbid(unsafe_code)]

mod cli;
mod collector;
mod date;
mod printable;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// The system's own gives memory back and takes it anew while visitors come and go: an event took up to half as long again.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Scores website visitors while the visit goes on.
///
/// A scoring model (a JSON file) says how a visitor's behaviour and profile become scores, and when the visitor is a marketing
/// qualified lead (MQL). This command checks and tests models, scores events from files and pipes, and runs the
/// collector that browsers report to.
#[derive(Parser)]
#[command(name = "warmlead", version, max_term_width = 100, after_help = cli::EXAMPLES, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Check(cli::check::Args),
    Diff(cli::diff::Args),
    Score(cli::score::Args),
    Test(cli::test::Args),
    Schema(cli::schema::Args),
    Serve(collector::Args),
    Bench(cli::bench::Args),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Check(args) => cli::check::run(&args),
        Command::Diff(args) => cli::diff::run(&args),
        Command::Score(args) => cli::score::run(&args),
        Command::Test(args) => cli::test::run(&args),
        Command::Schema(args) => cli::schema::run(&args),
        Command::Serve(args) => collector::run(&args),
        Command::Bench(args) => cli::bench::run(&args),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(),
    }
}

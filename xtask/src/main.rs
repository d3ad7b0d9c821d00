//! Chores of the repository, run as `cargo xtask <command>`.
//!
//! Nothing here is part of the product.

#![allow(clippy::print_stderr, reason = "a command-line program tells its errors on stderr")]

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

mod bench;
mod coverage;
mod folder;
mod generate;
mod http;
mod postgres;
mod process;
mod server;
mod test;
mod tools;

/// What a chore gives, or why it does not.
type Outcome<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

const USAGE: &str = "\
usage: cargo xtask generate [--check]
       cargo xtask coverage [--check]
       cargo xtask test [unit] [clients] [crash] [replicas] [shutdown] [attacks] [faults] [compose] [--long]
                        (all of them when none is named)
       cargo xtask bench [--postgres] [--seconds N] [--users N,N,…]
       cargo xtask bench timing [--binary FILE] [--tries N]";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["generate"] => generate::write().map_err(Into::into),
        ["generate", "--check"] => generate::check().map_err(Into::into),
        ["coverage"] => coverage::run(false),
        ["coverage", "--check"] => coverage::run(true),
        ["test", parts @ ..] => {
            test::Part::parse(parts).and_then(|(parts, is_long)| test::run(&parts, is_long))
        }
        ["bench", "timing", options @ ..] => {
            bench::timing::Options::parse(options).and_then(|options| bench::timing::run(&options))
        }
        ["bench", options @ ..] => bench::Options::parse(options).and_then(|options| bench::run(&options)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// The cargo that runs this program.
fn cargo() -> Command {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.current_dir(repository());
    cargo
}

/// The top of the repository.
fn repository() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// The target folder that this program was built into, so that all builds share it.
fn target() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent).ok_or("this program is in no target folder")?;
    Ok(folder.to_owned())
}

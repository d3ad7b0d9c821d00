//! `cargo xtask bench`: how fast the release build is on this machine, as tables in Markdown.
//!
//! `wrk` loads the server over loopback, so both share the processor. A bare echo server, loaded the same way in the same
//! run, is the ceiling that the numbers are compared with.

mod cases;
mod load;
mod oauth;
mod sign_in;
mod start_up;
mod table;
pub(crate) mod timing;

use std::path::PathBuf;
use std::thread::available_parallelism;

use crate::folder::Folder;
use crate::postgres::{Durability, Postgres};
use crate::process::run as run_command;
use crate::server::{Recipe, Server};
use crate::{Outcome, cargo, target, tools};

/// What is measured.
pub(crate) struct Options {
    postgres: bool,
    /// Duration of each load.
    seconds: u32,
    /// How many users the pool has when users are looked up, ascending.
    users: Vec<u32>,
}

impl Options {
    /// Reads the words after `bench`.
    ///
    /// # Errors
    /// When one of them means nothing.
    pub(crate) fn parse(words: &[&str]) -> Outcome<Self> {
        let mut options = Self { postgres: false, seconds: 3, users: vec![1_000, 10_000, 100_000] };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
            match *word {
                "--postgres" => options.postgres = true,
                "--seconds" => options.seconds = value()?.parse()?,
                "--users" => options.users = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?,
                _ => return Err(format!("no option {word}").into()),
            }
        }
        options.users.sort_unstable();
        Ok(options)
    }
}

/// What the measurements share.
struct Bench {
    postgres: Option<Postgres>,
    binaries: PathBuf,
    seconds: u32,
    /// The last field, because fields go in order and the server must stop before its folder is removed.
    folder: Folder,
}

impl Bench {
    /// How to start a server on a new database.
    fn recipe(&self, name: &str) -> Outcome<Recipe> {
        let binary = self.binaries.join("poolhouse");
        match &self.postgres {
            None => Recipe::sqlite(&self.folder, &binary, name),
            Some(postgres) => Recipe::postgres(&self.folder, &binary, name, &postgres.create_database(name)?),
        }
    }
}

/// Builds and measures.
///
/// # Errors
/// When a measurement could not be made, or a call was refused under load.
pub(crate) fn run(options: &Options) -> Outcome {
    tools::wrk()?;
    run_command(cargo().args([
        "build",
        "--release",
        "-p",
        "api",
        "--bin",
        "poolhouse",
        "--example",
        "echo",
        "--example",
        "arithmetic",
    ]))?;
    let folder = Folder::new()?;
    let postgres = match options.postgres {
        true => Some(Postgres::start(&folder, Durability::AsInstalled)?),
        false => None,
    };
    let bench = Bench { postgres, binaries: target()?.join("release"), seconds: options.seconds, folder };

    let database = if options.postgres { "PostgreSQL" } else { "SQLite" };
    println!("Release build on {database}, {} cores, {} s a row\n", available_parallelism()?, bench.seconds);
    start_up::measure(&bench)?;
    let ceiling = load::ceiling(&bench)?;
    let arithmetic = load::arithmetic(&bench)?;
    let server = Server::start(&bench.folder, &bench.recipe("bench")?)?;
    cases::operations(&bench, &server, &ceiling)?;
    sign_in::operations(&bench, &server, &ceiling, arithmetic)?;
    oauth::endpoints(&bench, &server, &ceiling, arithmetic)?;
    cases::users(&bench, &server, &ceiling, arithmetic, &options.users)?;
    println!("\nMemory after all of this: {:.0} MiB", start_up::resident_mebibytes(server.pid())?);
    server.check_log()
}

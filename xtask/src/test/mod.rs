//! `cargo xtask test`: everything that must pass, on a machine that has only Rust.
//!
//! Needs no setting. A part that fails does not stop the others; the last line counts.

mod attacks;
mod clients;
mod compose;
mod crash;
mod faults;
mod replicas;
mod report;
mod shutdown;

use std::path::PathBuf;

use crate::folder::Folder;
use crate::postgres::{Durability, Postgres};
use crate::process::run as run_command;
use crate::{Outcome, cargo, target};
use report::Report;

/// A part of the tests that can be asked for by name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// `cargo test`: unit tests, black-box tests on both databases, examples in documentation.
    Unit,
    /// Real AWS clients, before and after `kill -9`.
    Clients,
    /// `kill -9` under load.
    Crash,
    /// Two processes on one database.
    Replicas,
    /// `kill -TERM` with a request in flight.
    Shutdown,
    /// What strangers may send.
    Attacks,
    /// What fails around a server.
    Faults,
    /// `docker-compose.yml` is understood.
    Compose,
}

impl Part {
    const ALL: [(&str, Self); 8] = [
        ("unit", Self::Unit),
        ("clients", Self::Clients),
        ("crash", Self::Crash),
        ("replicas", Self::Replicas),
        ("shutdown", Self::Shutdown),
        ("attacks", Self::Attacks),
        ("faults", Self::Faults),
        ("compose", Self::Compose),
    ];

    /// The parts of these names, or all, and whether `--long` was among them: then they do what CI has no time for.
    ///
    /// # Errors
    /// When there is no part of a name.
    pub(crate) fn parse(words: &[&str]) -> Outcome<(Vec<Self>, bool)> {
        let (long, names): (Vec<&str>, Vec<&str>) = words.iter().partition(|word| **word == "--long");
        let is_long = !long.is_empty();
        if names.is_empty() {
            return Ok((Self::ALL.map(|(_, part)| part).to_vec(), is_long));
        }
        let part = |name: &&str| Self::ALL.into_iter().find(|(known, _)| known == name).map(|(_, part)| part);
        let parts = names.iter().map(|name| part(name).ok_or_else(|| format!("no part {name}").into()));
        Ok((parts.collect::<Outcome<_>>()?, is_long))
    }
}

/// What the parts share.
struct Stage {
    postgres: Postgres,
    /// Where the binaries are.
    binaries: PathBuf,
    /// The last field, because fields go in order and the server must stop before its folder is removed.
    folder: Folder,
}

impl Stage {
    fn poolhouse(&self) -> PathBuf {
        self.binaries.join("poolhouse")
    }
}

/// Builds and tests.
///
/// # Errors
/// When something failed; what it was has been printed.
pub(crate) fn run(parts: &[Part], is_long: bool) -> Outcome {
    let mut report = Report::new();
    if parts.contains(&Part::Compose) {
        report.step("docker-compose.yml", compose::check);
    }
    if parts.iter().any(|part| *part != Part::Compose) {
        run_on_stage(parts, is_long, &mut report)?;
    }
    report.close()
}

fn run_on_stage(parts: &[Part], is_long: bool, report: &mut Report) -> Outcome {
    let folder = Folder::new()?;
    let postgres = Postgres::start(&folder, Durability::Off)?;
    let stage = Stage { postgres, binaries: target()?.join("debug"), folder };
    // The same packages as `cargo test`, so that features are the same and nothing is compiled twice.
    report.step("build", || {
        run_command(cargo().args(["build", "--workspace", "--bins"])).map(|()| String::new())
    });
    if report.has_failed() {
        return Ok(());
    }

    for part in parts {
        match part {
            Part::Unit => report.step("cargo test", || unit(&stage)),
            Part::Clients => clients::play(&stage, report),
            Part::Crash => crash::run(&stage, report),
            Part::Replicas => replicas::run(&stage, report),
            Part::Shutdown => shutdown::run(&stage, report),
            Part::Attacks => attacks::run(&stage, report, attacks::Effort::new(is_long)),
            Part::Faults => faults::run(&stage, report, faults::Effort::new(is_long)),
            Part::Compose => {}
        }
    }
    Ok(())
}

fn unit(stage: &Stage) -> Outcome<String> {
    let postgres = stage.postgres.url("postgres");
    run_command(cargo().args(["test", "--workspace"]).env("POOLHOUSE_TEST_POSTGRES_URL", postgres))?;
    Ok("on SQLite and PostgreSQL".to_owned())
}

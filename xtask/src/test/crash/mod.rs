//! `kill -9` under load, again and again: what was answered is so after the restart.

mod sign_ins;
mod writes;

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, sleep};
use std::time::Duration;

use serde_json::Value;

use super::Stage;
use super::report::Report;
use crate::process::output;
use crate::server::{Killed, Recipe, Server};
use crate::{Outcome, tools};

pub(super) fn run(stage: &Stage, report: &mut Report) {
    let sqlite = |name| Recipe::sqlite(&stage.folder, &stage.poolhouse(), name);
    let postgres = |name: &str| {
        let database = stage.postgres.create_database(&name.replace('-', "_"))?;
        Recipe::postgres(&stage.folder, &stage.poolhouse(), name, &database)
    };
    report.step("kill -9 under load on SQLite", || writes::crash(stage, &sqlite("crash-writes")?));
    report.step("kill -9 under load on PostgreSQL", || {
        writes::crash(stage, &postgres("crash-writes-postgres")?)
    });
    report.step("kill -9 during sign-ins on SQLite", || sign_ins::crash(stage, &sqlite("crash-sign-ins")?));
    report.step("kill -9 during sign-ins on PostgreSQL", || {
        sign_ins::crash(stage, &postgres("crash-sign-ins-postgres")?)
    });
}

/// Tells those who work on a server that it has been killed.
#[derive(Default)]
struct Stop(AtomicBool);

impl Stop {
    /// What a call gave; none when it was cut off by the kill. A call may fail for no other reason.
    ///
    /// # Errors
    /// When it did.
    fn unless_killed<T>(&self, outcome: Outcome<T>) -> Outcome<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(_) if self.0.load(Ordering::SeqCst) => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// Lets workers work on a server, each with a number and a thread of its own, and kills the server at some moment of
/// `life` (milliseconds). Gives what they did.
fn until_killed<T: Send>(
    server: Server,
    workers: u64,
    life: std::ops::Range<u64>,
    work: impl Fn(u64, &Stop) -> Outcome<T> + Sync,
) -> Outcome<(Killed, Vec<T>)> {
    let stop = &Stop::default();
    let work = &work;
    thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|number| scope.spawn(move || work(number, stop))).collect();
        sleep(random(life));
        stop.0.store(true, Ordering::SeqCst);
        let killed = server.kill();
        let done = workers.into_iter().map(|worker| worker.join().map_err(|_| "a worker panicked")?);
        Ok((killed, done.collect::<Outcome<Vec<T>>>()?))
    })
}

/// SQLite's own check of the file, while the server has it open.
fn check_integrity(file: &Path) -> Outcome {
    const CHECK: &str = "
import sqlite3, sys
database = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
print([*database.execute('PRAGMA integrity_check'), *database.execute('PRAGMA foreign_key_check')])
";
    let found = output(Command::new(tools::python()?).args(["-c", CHECK]).arg(file))?;
    if found.trim() == "[('ok',)]" { Ok(()) } else { Err(format!("SQLite finds: {found}").into()) }
}

fn text(value: &Value) -> Outcome<String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("not a string: {value}").into())
}

/// A time in a range of milliseconds. The standard library has no other source of randomness than its hash keys.
fn random(range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(range.start + RandomState::new().hash_one(()) % (range.end - range.start))
}

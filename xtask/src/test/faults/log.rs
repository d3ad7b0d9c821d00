//! Standard error that cannot be written to: every request is answered all the same, and what was dropped is told.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Command;
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use super::super::Stage;
use super::super::report::Report;
use super::Effort;
use super::load::{Load, check};
use crate::Outcome;
use crate::process::run as run_command;
use crate::server::{Recipe, Server};

/// How long the line about dropped lines may take, once the log is read again.
const PATIENCE: Duration = Duration::from_secs(10);

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    report.step("standard error and output are closed", || closed(stage, effort));
    report.step("the disk of the log is full", || full(stage, effort));
    report.step("who reads the log dies", || unread(stage, effort, Reader::Dies));
    report.step("nobody reads the log for a while", || unread(stage, effort, Reader::Pauses));
}

/// What happens to whoever reads the log.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Dies,
    Pauses,
}

/// A server that logs much, started by a line of shell.
fn recipe(stage: &Stage, name: &str, shell: &str) -> Outcome<Recipe> {
    Ok(Recipe::sqlite(&stage.folder, &stage.poolhouse(), name)?.with("RUST_LOG", "trace").with_shell(shell))
}

/// Writes for the length of a fault. Every request is answered, and what was answered is there.
fn write(server: &Server, effort: Effort) -> Outcome<String> {
    let load = Load::start(server.address())?;
    sleep(effort.fault);
    let (pool, written) = load.stop()?;
    check(server.address(), &pool, &written)?;
    if written.refused + written.cut_off > 0 {
        let (refused, cut_off) = (written.refused, written.cut_off);
        return Err(format!("{refused} refused, {cut_off} without an answer").into());
    }
    Ok(format!("{} answered, 0 lost, longest {:.0?}", written.answered.len(), written.longest))
}

fn closed(stage: &Stage, effort: Effort) -> Outcome<String> {
    // The greeting goes to standard output, and tells the port: it is closed by the test after that.
    let recipe = recipe(stage, "log-closed", r#"exec "$0" "$@" 2>&-"#)?;
    let server = Server::start(&stage.folder, &recipe)?;
    write(&server, effort)
}

fn full(stage: &Stage, effort: Effort) -> Outcome<String> {
    let server = Server::start(&stage.folder, &recipe(stage, "log-full", r#"exec "$0" "$@" 2>/dev/full"#)?)?;
    write(&server, effort)
}

fn unread(stage: &Stage, effort: Effort, reader: Reader) -> Outcome<String> {
    let name = if reader == Reader::Dies { "log-dies" } else { "log-pauses" };
    let recipe = recipe(stage, name, r#"exec "$0" "$@" 2>fifo"#)?;
    let fifo = stage.folder.join(name).join("fifo");
    run_command(Command::new("mkfifo").arg(&fifo))?;
    let ours = File::options().read(true).write(true).open(&fifo)?;
    let server = Server::start(&stage.folder, &recipe)?;
    if reader == Reader::Dies {
        drop(ours);
        return write(&server, effort);
    }
    let words = write(&server, effort)?;
    let dropped = dropped(&fifo, &server)?;
    drop(ours);
    Ok(format!("{words}; the log tells of {dropped} dropped lines"))
}

/// Reads the log until it tells how much was dropped.
fn dropped(fifo: &Path, server: &Server) -> Outcome<u64> {
    let lines = BufReader::new(File::open(fifo)?).lines();
    let reading = spawn(move || {
        lines.map_while(Result::ok).find_map(|line| {
            let count = line.split("dropped=").nth(1)?;
            count.split(' ').next()?.parse().ok()
        })
    });
    let begun = Instant::now();
    while !reading.is_finished() && begun.elapsed() < PATIENCE {
        server.connect()?.get("/health")?; // there is something to log
        sleep(Duration::from_millis(10));
    }
    if !reading.is_finished() {
        return Err("the log does not tell of dropped lines".into());
    }
    reading.join().map_err(|_| "the reader panicked")?.ok_or_else(|| "the log ended".into())
}

//! How soon a server is ready, and how much memory it has while it idles.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Bench;
use crate::Outcome;
use crate::server::{Recipe, Server};

/// How often a start is measured.
const STARTS: usize = 5;

/// Prints the times from spawning the process to the first 200 of `/ready`, and the resident memory after a second.
///
/// # Errors
/// When a server does not start.
pub(super) fn measure(bench: &Bench) -> Outcome {
    let mut on_empty = Vec::new();
    let mut on_existing = Vec::new();
    let mut memory = 0.0;
    for number in 0..STARTS {
        let recipe = bench.recipe(&format!("start_{number}"))?;
        on_empty.push(start(bench, &recipe)?.0);
        let (duration, server) = start(bench, &recipe)?;
        on_existing.push(duration);
        if number == 0 {
            sleep(Duration::from_secs(1));
            memory = resident_mebibytes(server.pid())?;
        }
    }
    println!("| | median of {STARTS} |\n|---|---:|");
    println!("| ready on an empty database | {:.0} ms |", median(on_empty).as_secs_f64() * 1e3);
    println!("| ready on an existing database | {:.0} ms |", median(on_existing).as_secs_f64() * 1e3);
    println!("| idle memory (VmRSS) | {memory:.1} MiB |");
    Ok(())
}

fn start(bench: &Bench, recipe: &Recipe) -> Outcome<(Duration, Server)> {
    let spawned = Instant::now();
    let server = Server::start(&bench.folder, recipe)?;
    Ok((spawned.elapsed(), server))
}

fn median(mut durations: Vec<Duration>) -> Duration {
    durations.sort_unstable();
    durations[durations.len() / 2]
}

/// Resident memory of a process.
///
/// # Errors
/// When it is gone.
pub(super) fn resident_mebibytes(pid: u32) -> Outcome<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("/proc tells of no memory")?;
    Ok(line.trim_end_matches("kB").trim().parse::<f64>()? / 1024.0)
}

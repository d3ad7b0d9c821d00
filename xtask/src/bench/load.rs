//! One load: a kind of request, a number of connections, a few seconds. And the ceiling of all loads.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use super::Bench;
use super::table::{self, Row};
use crate::process::{Process, output};
use crate::{Outcome, tools};

/// Numbers of connections that each kind of request is measured with.
pub(super) const CONNECTIONS: [u32; 3] = [1, 8, 32];
/// Clock ticks of /proc: a constant of Linux.
const TICKS_PER_SECOND: f64 = 100.0;

/// A kind of request.
pub(super) struct Kind<'a> {
    /// As it is called in the table.
    pub(super) name: &'a str,
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    /// For the header that names the operation.
    pub(super) operation: &'a str,
    /// More headers, which go before those of an operation, one a line.
    pub(super) headers: String,
    /// May have `@next@`, `@random:N@` and `@line@`, see `request.lua`.
    pub(super) body: String,
    /// What `@line@` stands for, one after the other. The load ends with them.
    pub(super) lines: Vec<String>,
}

impl Kind<'_> {
    /// A request without a body.
    pub(super) fn get<'a>(name: &'a str, path: &'a str) -> Kind<'a> {
        let (method, operation) = ("GET", "");
        Kind { name, method, path, operation, headers: String::new(), body: String::new(), lines: Vec::new() }
    }
}

/// What was measured.
#[derive(Clone, Copy)]
pub(super) struct Measured {
    pub(super) per_second: f64,
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    /// Processor time of the server for 1,000 requests.
    pub(super) cpu_ms: f64,
}

/// Requests per second of the echo server, for each of [`CONNECTIONS`].
pub(super) struct Ceiling([f64; 3]);

impl Ceiling {
    /// The echo server's requests per second with as many connections.
    pub(super) fn per_second(&self, connections: u32) -> f64 {
        let index = CONNECTIONS.iter().position(|known| *known == connections);
        self.0[index.expect("loads have one of these numbers of connections")]
    }
}

/// Measures the echo server.
///
/// # Errors
/// When it does not start.
pub(super) fn ceiling(bench: &Bench) -> Outcome<Ceiling> {
    let mut echo = Command::new(bench.binaries.join("examples/echo"));
    let mut process = Process::start(&bench.folder, echo.stdout(Stdio::piped()))?;
    let mut url = String::new();
    BufReader::new(process.stdout().ok_or("the standard output is taken")?).read_line(&mut url)?;

    let body = r#"{"UserPoolId":"us-east-1_123456789"}"#.to_owned();
    let kind =
        Kind { method: "POST", operation: "Echo", body, ..Kind::get("echo: reads a body, answers it", "/") };
    table::heading("The ceiling: an HTTP server that does nothing");
    let mut per_second = [0.0; 3];
    for (index, connections) in CONNECTIONS.into_iter().enumerate() {
        let measured = measure(bench, url.trim(), process.pid(), &kind, connections)?;
        per_second[index] = measured.per_second;
        table::line(&Row { name: kind.name, connections, measured, ceiling: measured.per_second });
    }
    Ok(Ceiling(per_second))
}

/// Operations per second of the arithmetic that a sign-in cannot do without, on all cores.
#[derive(Clone, Copy)]
pub(super) struct Arithmetic {
    /// RSA signatures.
    signatures: f64,
    /// Powers modulo a number as long as the prime of SRP.
    powers: f64,
}

impl Arithmetic {
    /// How many requests per second can be answered at most that take so many signatures and powers each.
    pub(super) fn ceiling(self, signatures: u32, powers: u32) -> f64 {
        1.0 / (f64::from(signatures) / self.signatures + f64::from(powers) / self.powers)
    }
}

/// Measures the arithmetic.
///
/// # Errors
/// When the program that does it fails.
pub(super) fn arithmetic(bench: &Bench) -> Outcome<Arithmetic> {
    let printed = output(&mut Command::new(bench.binaries.join("examples/arithmetic")))?;
    let numbers: Vec<f64> = printed.split_whitespace().map(str::parse).collect::<Result<_, _>>()?;
    let &[signatures, powers, verifiers] = numbers.as_slice() else {
        return Err(format!("the arithmetic printed {printed}").into());
    };
    println!("\n### The ceiling of signing in: arithmetic on all cores\n");
    println!("| | per second |\n|---|---:|");
    println!("| RSA signature, 2048 bits, SHA-256 | {signatures:.0} |");
    println!("| power modulo 3072 bits, exponent of 256 bits | {powers:.0} |");
    println!(
        "| not in the ceiling: a password held against its verifier, a power by a table | {verifiers:.0} |"
    );
    Ok(Arithmetic { signatures, powers })
}

/// Loads a server.
///
/// # Errors
/// When a request was not answered with success: then the numbers say nothing.
pub(super) fn measure(
    bench: &Bench,
    url: &str,
    pid: u32,
    kind: &Kind<'_>,
    connections: u32,
) -> Outcome<Measured> {
    let script = bench.folder.join("request.lua");
    fs::write(&script, include_str!("request.lua"))?;
    let mut wrk = Command::new(tools::wrk()?);
    // One thread, so that half of a machine with two cores is left to the server.
    wrk.args(["--threads", "1", "--connections", &connections.to_string()]);
    wrk.args(["--duration", &format!("{}s", bench.seconds), "--script"]).arg(script).arg(url);
    let lines = bench.folder.join("lines");
    fs::write(&lines, kind.lines.join("\n"))?;
    wrk.args(["--", kind.method, kind.path, kind.operation, &kind.body, &kind.headers]).arg(lines);

    let before = cpu_seconds(pid)?;
    let printed = output(&mut wrk)?;
    let cpu_seconds = cpu_seconds(pid)? - before;

    let result = printed.lines().find_map(|line| line.strip_prefix("RESULT "));
    let result = result.ok_or_else(|| format!("wrk printed no result:\n{printed}"))?;
    let numbers: Vec<f64> = result.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let &[requests, microseconds, p50, p99, failed] = numbers.as_slice() else {
        return Err(format!("wrk printed {result}").into());
    };
    if failed > 0.0 || requests == 0.0 {
        return Err(format!("{}: {failed} of {requests} requests failed", kind.name).into());
    }
    Ok(Measured {
        per_second: requests / (microseconds / 1e6),
        p50_ms: p50 / 1e3,
        p99_ms: p99 / 1e3,
        cpu_ms: cpu_seconds * 1e3 / (requests / 1e3),
    })
}

/// Processor time that a process used so far, its threads together.
fn cpu_seconds(pid: u32) -> Outcome<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program stands in parentheses and may have blanks; user and system time are fields 14 and 15.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields.split_whitespace().skip(11).take(2));
    let ticks = fields.ok_or("/proc has another form")?.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_PER_SECOND)
}

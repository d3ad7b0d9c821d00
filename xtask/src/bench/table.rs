//! The Markdown that a bench prints, row by row as they come.

use super::load::Measured;

/// A line of a table of loads.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) connections: u32,
    pub(super) measured: Measured,
    /// Requests per second of the echo server.
    pub(super) ceiling: f64,
}

/// Prints the beginning of a table.
pub(super) fn heading(title: &str) {
    println!("\n### {title}\n");
    println!(
        "| operation | connections | req/s | p50 ms | p99 ms | CPU ms per 1,000 requests | of the ceiling |"
    );
    println!("|---|---:|---:|---:|---:|---:|---:|");
}

/// Prints a row.
pub(super) fn line(row: &Row<'_>) {
    let Measured { per_second, p50_ms, p99_ms, cpu_ms } = row.measured;
    println!(
        "| {} | {} | {per_second:.0} | {p50_ms:.2} | {p99_ms:.2} | {cpu_ms:.0} | {:.2} |",
        row.name,
        row.connections,
        per_second / row.ceiling,
    );
}

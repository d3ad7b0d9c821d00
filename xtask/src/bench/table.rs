//! The Markdown that a bench prints, row by row as they come.

use super::load::Measured;

/// A table of loads.
pub(super) struct Table;

/// A line of it.
pub(super) struct Row<'a> {
    pub(super) name: &'a str,
    pub(super) connections: u32,
    pub(super) measured: Measured,
    /// Requests per second of the echo server.
    pub(super) ceiling: f64,
}

impl Table {
    /// Prints the heading.
    pub(super) fn begin(title: &str) -> Self {
        println!("\n### {title}\n");
        println!(
            "| operation | connections | req/s | p50 ms | p99 ms | CPU ms per 1,000 requests | of the ceiling |"
        );
        println!("|---|---:|---:|---:|---:|---:|---:|");
        Self
    }

    /// Prints a row.
    pub(super) fn row(&mut self, row: &Row<'_>) {
        let Measured { per_second, p50_ms, p99_ms, cpu_ms } = row.measured;
        println!(
            "| {} | {} | {per_second:.0} | {p50_ms:.2} | {p99_ms:.2} | {cpu_ms:.0} | {:.2} |",
            row.name,
            row.connections,
            per_second / row.ceiling,
        );
    }
}

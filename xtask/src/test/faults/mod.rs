//! What fails around a server: the log, disks and files, the database, the clock. Callers are told at once, nothing that was answered is
//! lost, and the server is back by itself. Every figure is printed.

mod first_use;
mod load;
mod log;
mod outage;
mod pooler;
mod postgres;
mod proxy;
mod sqlite;
mod starting;

use std::time::Duration;

use super::Stage;
use super::report::Report;

/// How long things stay broken.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// How long a fault lasts.
    pub(super) fault: Duration,
    /// How long the server waits for its database.
    pub(super) limit: Duration,
}

impl Effort {
    /// What CI has time for.
    const SHORT: Self = Self { fault: Duration::from_secs(3), limit: Duration::from_secs(1) };
    /// What somebody runs by hand.
    const LONG: Self = Self { fault: Duration::from_secs(60), limit: Duration::from_secs(10) };

    /// Long or short.
    pub(super) fn new(is_long: bool) -> Self {
        if is_long { Self::LONG } else { Self::SHORT }
    }
}

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    log::run(stage, report, effort);
    first_use::run(stage, report);
    starting::run(stage, report);
    sqlite::run(stage, report, effort);
    postgres::run(stage, report, effort);
    pooler::run(stage, report, effort);
}

//! What strangers and people who make mistakes send to the built server, in a process of its own: its memory, its CPU time and
//! the length of its answers are bounded, and the honest neighbour goes on working. Every figure is printed.
//!
//! Attacks that need no process of their own are tests in `tests/it/attacks`.

mod bodies;
mod floods;
mod handles;
mod usage;

use std::time::Duration;

use super::Stage;
use super::report::Report;

/// How much is sent.
#[derive(Clone, Copy)]
pub(super) struct Effort {
    /// How long each flood lasts.
    pub(super) flood: Duration,
}

impl Effort {
    /// What CI has time for.
    const SHORT: Self = Self { flood: Duration::from_secs(2) };
    /// What somebody runs by hand.
    const LONG: Self = Self { flood: Duration::from_secs(60) };

    /// Long or short.
    pub(super) fn new(is_long: bool) -> Self {
        if is_long { Self::LONG } else { Self::SHORT }
    }
}

pub(super) fn run(stage: &Stage, report: &mut Report, effort: Effort) {
    report.step("the worst body of every operation", || bodies::walk(stage));
    handles::run(stage, report);
    floods::run(stage, report, effort);
}

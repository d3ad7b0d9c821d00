//! A line for each step, and the count at the end.

use std::time::{Duration, Instant};

use crate::Outcome;

/// The steps so far.
pub(super) struct Report {
    passed: u32,
    failed: u32,
    skipped: u32,
}

impl Report {
    pub(super) fn new() -> Self {
        Self { passed: 0, failed: 0, skipped: 0 }
    }

    /// Takes a step and tells how it went; `work` gives a few words about it.
    pub(super) fn step(&mut self, name: &str, work: impl FnOnce() -> Outcome<String>) {
        let started = Instant::now();
        let outcome = work();
        self.tell(name, started.elapsed(), &outcome);
    }

    /// Tells how a step went that was taken elsewhere.
    pub(super) fn tell(&mut self, name: &str, duration: Duration, outcome: &Outcome<String>) {
        let seconds = duration.as_secs_f32();
        match outcome {
            Ok(words) => {
                self.passed += 1;
                println!("{}", format!("ok      {seconds:6.1} s  {name}  {words}").trim_end());
            }
            Err(problem) => {
                self.failed += 1;
                println!("FAILED  {seconds:6.1} s  {name}\n{problem}");
            }
        }
    }

    /// Tells of a step that this machine has no program for.
    pub(super) fn skip(&mut self, name: &str, why: &str) {
        self.skipped += 1;
        println!("skipped            {name}  {why}");
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed > 0
    }

    /// The last line.
    ///
    /// # Errors
    /// When a step failed.
    pub(super) fn close(self) -> Outcome {
        println!("\n{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped);
        if self.failed == 0 { Ok(()) } else { Err("not everything passed".into()) }
    }
}

//! How failed tries slow down the next ones (developer guide, "Lockout behavior").

use chrono::{DateTime, TimeDelta, Utc};

use crate::clock_skew::is_ahead;

/// Failed tries of one factor in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lockout {
    /// How many.
    pub failures: i64,
    /// The last of them.
    pub last_failed_at: Option<DateTime<Utc>>,
}

/// Tries that cost nothing but a try.
const FREE: i64 = 5;

impl Lockout {
    /// How long failures are remembered, and the longest lock.
    pub const MEMORY: TimeDelta = TimeDelta::minutes(15);

    /// Whether another try is refused unseen: after five failures for a second, and twice as long after each further one. A failure
    /// that lies ahead, because a clock was wrong, locks nothing; it counts with the next one.
    pub fn is_locked(&self, now: DateTime<Utc>) -> bool {
        let Some(last) = self.last_failed_at else { return false };
        self.failures >= FREE && now < last + self.duration() && !is_ahead(last, now)
    }

    /// The count with another failed try. One that is too old begins again.
    #[must_use]
    pub fn after_failure(self, now: DateTime<Utc>) -> Self {
        let counts = self.last_failed_at.is_some_and(|last| now <= last + Self::MEMORY);
        Self { failures: if counts { self.failures + 1 } else { 1 }, last_failed_at: Some(now) }
    }

    fn duration(&self) -> TimeDelta {
        let doublings = u32::try_from(self.failures - FREE).unwrap_or(0).min(10);
        TimeDelta::seconds(1 << doublings).min(Self::MEMORY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_after_the_fifth_locks_twice_as_long() {
        let last = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (failures, seconds) in
            [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (14, 512), (15, 900), (16, 900), (500, 900)]
        {
            let lockout = Lockout { failures, last_failed_at: Some(last) };
            let until = last + TimeDelta::seconds(seconds);
            assert!(!lockout.is_locked(until), "{failures}");
            assert_eq!(lockout.is_locked(until - TimeDelta::milliseconds(1)), seconds > 0, "{failures}");
        }
        assert!(!Lockout { failures: 9, last_failed_at: None }.is_locked(last));
    }

    #[test]
    fn a_clock_that_was_ahead_locks_nobody_for_as_long() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let ahead = Lockout { failures: 6, last_failed_at: Some(now + TimeDelta::hours(1)) };
        assert!(!ahead.is_locked(now));
        let again = ahead.after_failure(now);
        assert_eq!(again, Lockout { failures: 7, last_failed_at: Some(now) });
        assert!(again.is_locked(now) && !again.is_locked(now + TimeDelta::seconds(4)));
        // Clocks of replicas differ a little.
        assert!(Lockout { failures: 6, last_failed_at: Some(now + TimeDelta::seconds(30)) }.is_locked(now));
    }

    #[test]
    fn failures_of_long_ago_count_no_longer() {
        let last = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (failures, last_failed_at, seconds, after) in
            [(0, None, 0, 1), (1, Some(last), 0, 2), (7, Some(last), 900, 8), (7, Some(last), 901, 1)]
        {
            let now = last + TimeDelta::seconds(seconds);
            let expected = Lockout { failures: after, last_failed_at: Some(now) };
            assert_eq!(Lockout { failures, last_failed_at }.after_failure(now), expected);
        }
    }
}

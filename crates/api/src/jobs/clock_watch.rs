//! Whether the wall clock goes as the steady one does. After a jump, nothing is deleted for a while: an hour ahead and back would cost
//! sign-ins that have not ended.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use domain::clock_skew::CLOCK_SKEW;

/// For how long a clock that jumped is not trusted: long enough for somebody to set it right.
const DISTRUST: Duration = Duration::from_secs(600);

/// A clock that is watched.
pub(super) struct ClockWatch {
    last: (Instant, DateTime<Utc>),
    distrusted_since: Option<Instant>,
}

impl ClockWatch {
    pub(super) fn new(steady: Instant, now: DateTime<Utc>) -> Self {
        Self { last: (steady, now), distrusted_since: None }
    }

    /// Whether the clock is to be trusted at this moment, which comes after the last one.
    pub(super) fn trusts(&mut self, steady: Instant, now: DateTime<Utc>) -> bool {
        let (last_steady, last) = std::mem::replace(&mut self.last, (steady, now));
        let passed = TimeDelta::from_std(steady - last_steady).unwrap_or(TimeDelta::MAX);
        let jump = now - last - passed;
        if jump.abs() > CLOCK_SKEW {
            tracing::warn!(
                seconds = jump.num_seconds(),
                "the clock jumped: nothing that has ended is deleted for ten minutes"
            );
            self.distrusted_since = Some(steady);
        }
        self.distrusted_since = self.distrusted_since.filter(|since| steady - *since < DISTRUST);
        self.distrusted_since.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_jumped_is_not_trusted_for_ten_minutes() {
        let (begun, noon) = (Instant::now(), DateTime::from_timestamp(1_800_000_000, 0).unwrap());
        let mut watch = ClockWatch::new(begun, noon);
        for (minutes, ahead, trusted) in [
            (1, 0, true),
            (2, 60, false), // an hour ahead
            (3, 60, false),
            (4, 0, false), // and back
            (13, 0, false),
            (14, 0, true),
            (15, 0, true),
        ] {
            let now = noon + TimeDelta::minutes(minutes + ahead);
            let steady = begun + Duration::from_secs(60 * minutes.unsigned_abs());
            assert_eq!(watch.trusts(steady, now), trusted, "{minutes}");
        }
    }
}

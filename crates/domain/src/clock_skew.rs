//! Clocks that differ or jump. What was written while a clock was ahead must not hold for as long as it was.

use chrono::{DateTime, TimeDelta, Utc};

/// By how much clocks of replicas may differ.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);

/// Whether a moment that has passed by its meaning (a failure, the begin of an hour) lies ahead: then a clock was wrong.
pub fn is_ahead(moment: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    moment > now + CLOCK_SKEW
}

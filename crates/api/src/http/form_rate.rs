//! How often one address may send the forms of pages: what a person does, and not what a guesser needs.
//!
//! Each process counts for itself, in memory. Wrong passwords and codes are counted in the database besides.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Forms a second, and at once: an office behind one address must fit in.
const PER_SECOND: NonZeroU32 = NonZeroU32::new(10).expect("not zero");
const AT_ONCE: NonZeroU32 = NonZeroU32::new(60).expect("not zero");
/// After so many forms, addresses that were quiet are forgotten.
const TIDY_AFTER: u32 = 10_000;

/// The forms of all addresses.
#[derive(Clone)]
pub(super) struct FormRate(Arc<Inner>);

struct Inner {
    limiter: DefaultKeyedRateLimiter<String>,
    seen: AtomicU32,
}

impl FormRate {
    pub(super) fn new() -> Self {
        let quota = Quota::per_second(PER_SECOND).allow_burst(AT_ONCE);
        Self(Arc::new(Inner { limiter: RateLimiter::keyed(quota), seen: AtomicU32::new(0) }))
    }

    /// Whether this address may send another form now.
    pub(super) fn allows(&self, ip: &str) -> bool {
        let seen = self.0.seen.fetch_add(1, Ordering::Relaxed);
        if seen % TIDY_AFTER == TIDY_AFTER - 1 {
            self.0.limiter.retain_recent();
        }
        self.0.limiter.check_key(&ip.to_owned()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_slowed_down_and_no_other() {
        let rate = FormRate::new();
        let allowed = (0..200).filter(|_| rate.allows("192.0.2.1")).count();
        assert!((60..80).contains(&allowed), "{allowed}");
        assert!(rate.allows("192.0.2.2"));
    }
}

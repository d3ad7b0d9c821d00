//! How often one address may do what keeps rows and asks for no credentials: sign up, have a code sent, begin a sign-in.
//!
//! Each process counts for itself, in memory. What is tried with one name is counted in the database besides.

use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::network::network;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// The limit of servers that more than their own machine reaches.
const IN_THE_OPEN: u32 = 1_000;
/// After so many requests, addresses that were quiet are forgotten.
const TIDY_AFTER: u32 = 10_000;

/// The requests of all addresses.
#[derive(Clone)]
pub(crate) struct UnsignedRate(Option<Arc<Inner>>);

struct Inner {
    limiter: DefaultKeyedRateLimiter<IpAddr>,
    per_minute: NonZeroU32,
    seen: AtomicU32,
    has_refused: AtomicBool,
}

impl UnsignedRate {
    /// With the limit of the configuration; 0 is none. Without a setting, only servers that others reach have one.
    pub(crate) fn new(per_minute: Option<u32>, is_private: bool) -> Self {
        let per_minute = per_minute.unwrap_or(if is_private { 0 } else { IN_THE_OPEN });
        Self(NonZeroU32::new(per_minute).map(|per_minute| {
            let limiter = RateLimiter::keyed(Quota::per_minute(per_minute));
            Arc::new(Inner {
                limiter,
                per_minute,
                seen: AtomicU32::new(0),
                has_refused: AtomicBool::new(false),
            })
        }))
    }

    /// Whether this address may do one more such thing now.
    pub(crate) fn allows(&self, caller: Option<IpAddr>) -> bool {
        let Some(inner) = &self.0 else { return true };
        let seen = inner.seen.fetch_add(1, Ordering::Relaxed);
        if seen % TIDY_AFTER == TIDY_AFTER - 1 {
            inner.limiter.retain_recent();
        }
        // Where nobody knows where callers are, they are one.
        let caller = caller.map_or(Ipv6Addr::UNSPECIFIED.into(), network);
        let is_allowed = inner.limiter.check_key(&caller).is_ok();
        if !is_allowed && !inner.has_refused.swap(true, Ordering::Relaxed) {
            let per_minute = inner.per_minute;
            tracing::warn!(%caller, %per_minute, "Rate exceeded, the first time: unsigned_per_minute sets the limit of an address");
        }
        is_allowed
    }

    /// Seconds after which the next one is allowed.
    pub(crate) fn retry_after_seconds(&self) -> u32 {
        self.0.as_ref().map_or(1, |inner| 60_u32.div_ceil(inner.per_minute.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(rate: &UnsignedRate, ip: &str) -> usize {
        (0..50).filter(|_| rate.allows(Some(ip.parse().unwrap()))).count()
    }

    #[test]
    fn an_address_is_limited_and_no_other() {
        let rate = UnsignedRate::new(Some(7), true);
        assert!((7..10).contains(&allowed(&rate, "192.0.2.1")));
        assert!(rate.allows(Some([192, 0, 2, 2].into())));
        assert_eq!(rate.retry_after_seconds(), 9);
    }

    #[test]
    fn a_server_of_its_own_machine_has_no_limit_unless_told() {
        for (setting, is_private, limit) in [
            (None, true, None),
            (None, false, Some(1_000)),
            (Some(0), false, None),
            (Some(5), true, Some(5)),
            (Some(5), false, Some(5)),
        ] {
            let rate = UnsignedRate::new(setting, is_private);
            assert_eq!(rate.0.map(|inner| inner.per_minute.get()), limit, "{setting:?} {is_private}");
        }
    }
}

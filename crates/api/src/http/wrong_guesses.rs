//! How many wrong passwords and codes one address may send to the pages: what an office behind one address does, and not what
//! somebody needs who tries the passwords of many users.
//!
//! Forms that were not judged count for nothing, neither do right ones. Each process counts for itself, in memory; each user's
//! wrong passwords and codes are counted in the database besides.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::network::network;

const MINUTE: Duration = Duration::from_secs(60);
/// With so many addresses, those whose guesses are forgiven are forgotten.
const TIDY_AT: usize = 10_000;

/// The wrong guesses of all addresses.
#[derive(Clone)]
pub(crate) struct WrongGuesses(Arc<Inner>);

struct Inner {
    /// How long it takes until one guess is forgiven.
    period: Duration,
    /// For each address, when all of its guesses are forgiven (the generic cell rate algorithm).
    forgiven_at: Mutex<HashMap<IpAddr, Instant>>,
}

impl WrongGuesses {
    /// So many are allowed in a minute, also at once.
    pub(crate) fn new(per_minute: u32) -> Self {
        let period = MINUTE / per_minute.max(1);
        Self(Arc::new(Inner { period, forgiven_at: Mutex::default() }))
    }

    /// Whether this address has sent so many that it has to wait.
    pub(crate) fn has_spent(&self, caller: Option<IpAddr>, now: Instant) -> bool {
        let forgiven_at = self.0.forgiven_at.lock().expect("nobody panics with the guesses");
        let owed = caller.and_then(|address| forgiven_at.get(&network(address)));
        owed.is_some_and(|at| at.saturating_duration_since(now) + self.0.period > MINUTE + self.0.period / 2)
    }

    /// Counts a guess.
    pub(crate) fn count(&self, caller: Option<IpAddr>, now: Instant) {
        let Some(address) = caller else { return };
        let mut forgiven_at = self.0.forgiven_at.lock().expect("nobody panics with the guesses");
        if forgiven_at.len() >= TIDY_AT {
            forgiven_at.retain(|_, at| *at > now);
        }
        let at = forgiven_at.entry(network(address)).or_insert(now);
        *at = (*at).max(now) + self.0.period;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn an_address_waits_after_too_many_wrong_guesses_and_no_other_does() {
        let (guesses, begin) = (WrongGuesses::new(120), Instant::now());
        let (guesser, other) = (address("192.0.2.1"), address("192.0.2.2"));
        for guess in 0..120 {
            assert!(!guesses.has_spent(guesser, begin), "{guess}");
            guesses.count(guesser, begin);
        }
        assert!(guesses.has_spent(guesser, begin));
        assert!(!guesses.has_spent(other, begin) && !guesses.has_spent(None, begin));

        let later = begin + Duration::from_millis(500);
        assert!(!guesses.has_spent(guesser, later), "one is forgiven");
        guesses.count(guesser, later);
        assert!(guesses.has_spent(guesser, later));
        assert!(!guesses.has_spent(guesser, begin + MINUTE));
    }
}

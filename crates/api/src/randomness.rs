//! The two sources of randomness: the system's for the server, a seeded one for tests.

use std::sync::Mutex;

use aws_lc_rs::rand::SecureRandom as _;
use domain::random::Random;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Unpredictable bytes from the system.
pub struct SystemRandom(aws_lc_rs::rand::SystemRandom);

impl SystemRandom {
    /// The system's generator.
    pub fn new() -> Self {
        Self(aws_lc_rs::rand::SystemRandom::new())
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.fill(bytes).expect("the system has randomness");
    }
}

/// The same bytes in every run: for tests.
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    /// A generator that begins at `seed`.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().expect("nobody panics while drawing").fill_bytes(bytes);
    }
}

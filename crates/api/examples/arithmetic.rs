//! What the arithmetic of a sign-in costs on this machine, and nothing else. No part of the product.
//!
//! `cargo xtask bench` compares sign-ins with it. Prints a line, numbers per second on all cores at once: RSA signatures (2048
//! bits, SHA-256), powers modulo a number of 3072 bits by an exponent of 256, and passwords held against their verifier, which
//! is such a power of 2, by a table.

use std::hint::black_box;
use std::io::Write as _;
use std::thread::{available_parallelism, scope};
use std::time::{Duration, Instant};

use api::{SeededRandom, generate_key};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U256, U3072};
use domain::ids::PoolId;
use domain::srp::Verifier;

const DURATION: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let key = RsaKeyPair::from_pkcs8(&generate_key())?;
    let random = SystemRandom::new();
    // As long as the signed part of an access token.
    let message = [b'e'; 800];
    let signatures = per_second(|| {
        let mut signature = [0; 256];
        key.sign(&RSA_PKCS1_SHA256, &random, &message, &mut signature).is_ok()
    });

    // Any odd number of 3072 bits costs what the prime of SRP does.
    let group = FixedMontyParams::new_vartime(Odd::new(U3072::MAX).into_option().ok_or("an even number")?);
    let base = FixedMontyForm::new(&U3072::from(3u8), &group);
    let powers = per_second(|| black_box(base.pow_bounded_exp(black_box(&U256::MAX), 256)) != base);

    let pool = PoolId::from("us-east-1_AbCdEf123".to_owned());
    let verifier = Verifier::new(&pool, "jane", "Correct-Horse-1", &SeededRandom::new(1));
    let verifiers = per_second(|| verifier.matches(&pool, "jane", "Correct-Horse-1"));
    writeln!(std::io::stdout(), "{signatures:.0} {powers:.0} {verifiers:.0}")?;
    Ok(())
}

/// How often `work` is done in a second, by a thread for each core.
fn per_second(work: impl Fn() -> bool + Sync) -> f64 {
    let threads = available_parallelism().map_or(1, usize::from);
    let started = Instant::now();
    let done: u32 = scope(|scope| {
        let count = || {
            let mut count = 0;
            while started.elapsed() < DURATION && work() {
                count += 1;
            }
            count
        };
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(count)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or(0)).sum()
    });
    f64::from(done) / started.elapsed().as_secs_f64()
}

//! Passwords as SRP-6a verifiers: what is kept instead of a password.
//!
//! Group 15 of RFC 3526 (3072 bits), g = 2, SHA-256, with Cognito's own padding and key derivation. The server never
//! keeps a password: a password flow recomputes the verifier from the one it is shown. The exchange itself is in
//! `srp/exchange.rs`.

mod exchange;
mod generator;

use std::sync::LazyLock;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U3072};

use serde::{Deserialize, Serialize};

use crate::ids::PoolId;
use crate::random::{self, Random};

pub use exchange::{Exchange, Identity, SrpError, is_current};

/// N, the 3072-bit MODP prime of RFC 3526 section 5.
const MODULUS: U3072 = U3072::from_be_hex(concat!(
    "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd",
    "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed",
    "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f",
    "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b",
    "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510",
    "15728e5a8aaac42dad33170d04507a33a85521abdf1cba64ecfb850458dbef0a8aea71575d060c7db3970f85a6e1e4c7",
    "abf5ae8cdb0933d71e8c94e04a25619dcee3d2261ad2ee6bf12ffa06d98a0864d87602733ec86a64521f2b18177b200c",
    "bbe117577a615d6c770988c0bad946e208e24fa074e5ab3143db5bfce0fd108e4b82d120a93ad2caffffffffffffffff",
));

/// What arithmetic modulo N needs, computed once.
static GROUP: LazyLock<FixedMontyParams<{ U3072::LIMBS }>> =
    LazyLock::new(|| FixedMontyParams::new_vartime(Odd::new(MODULUS).expect("the prime is odd")));

/// Bytes of a verifier, and of every number of the group.
pub const GROUP_BYTES: usize = 384;
/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifier {
    /// Random per password.
    pub salt: [u8; SALT_BYTES],
    /// g^x mod N, big-endian.
    pub value: Vec<u8>,
}

impl Verifier {
    /// Makes the verifier of a new password. `user_id` is the username (`USER_ID_FOR_SRP`), never an alias. Takes
    /// half a millisecond: compute it before a transaction begins.
    pub fn new(pool_id: &PoolId, user_id: &str, password: &str, random: &dyn Random) -> Self {
        let salt = random::bytes(random);
        Self { salt, value: value(pool_id, user_id, password, &salt) }
    }

    /// The verifier of nobody: it looks like one and matches no password. `seed` is secret and the same each time that
    /// somebody asks for the same name.
    pub fn of_nobody(seed: &[u8]) -> Self {
        let block = |label: u8| digest(&SHA256, &[seed, &[label]].concat());
        let mut salt = [0; SALT_BYTES];
        salt.copy_from_slice(&block(0).as_ref()[..SALT_BYTES]);
        let value = (1..=12).flat_map(|label| block(label).as_ref().to_vec()).collect();
        Self { salt, value }
    }

    /// Whether `password` is the one this was made of, compared in constant time.
    pub fn matches(&self, pool_id: &PoolId, user_id: &str, password: &str) -> bool {
        verify_slices_are_equal(&self.value, &value(pool_id, user_id, password, &self.salt)).is_ok()
    }
}

/// v = g^x mod N, with x = H(PAD(salt) ‖ H(poolName ‖ userId ‖ ":" ‖ password)).
fn value(pool_id: &PoolId, user_id: &str, password: &str, salt: &[u8; SALT_BYTES]) -> Vec<u8> {
    let identity = digest(&SHA256, format!("{}{user_id}:{password}", pool_id.name_part()).as_bytes());
    let mut salted = padded(salt);
    salted.extend_from_slice(identity.as_ref());
    let x = digest(&SHA256, &salted);
    bytes(&generator::power(x.as_ref().try_into().expect("a SHA-256 digest has 32 bytes")))
}

/// The smallest big-endian form of a positive two's-complement number: a leading zero when the first bit is set.
fn padded(number: &[u8]) -> Vec<u8> {
    let significant = number.iter().position(|byte| *byte != 0).unwrap_or(number.len().saturating_sub(1));
    let number = &number[significant..];
    let mut padded = Vec::with_capacity(number.len() + 1 + 32);
    if number.first().is_some_and(|byte| *byte >= 0x80) {
        padded.push(0);
    }
    padded.extend_from_slice(number);
    padded
}

/// base^exponent mod N in constant time, for exponents of 32 bytes.
fn modexp(base: &U3072, exponent: &[u8]) -> U3072 {
    let mut wide = [0; GROUP_BYTES];
    wide[GROUP_BYTES - exponent.len()..].copy_from_slice(exponent);
    let bits = u32::try_from(exponent.len() * 8).expect("an exponent is 32 bytes");
    FixedMontyForm::new(base, &GROUP).pow_bounded_exp(&U3072::from_be_slice(&wide), bits).retrieve()
}

fn bytes(number: &U3072) -> Vec<u8> {
    number.to_be_bytes().as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::tests::Counting;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn the_verifier_is_the_one_of_the_published_vector() {
        let salt =
            [0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18, 0x29, 0x3a, 0x4b, 0x5c, 0x6d, 0x7e, 0x8f, 0x90];
        let pool_id = PoolId::from("us-east-1_AbCdEf123".to_owned());
        let value = value(&pool_id, "alice", "Passw0rd!", &salt);
        let digits = hex(&value);
        assert_eq!(
            hex(digest(&SHA256, digits.trim_start_matches('0').as_bytes()).as_ref()),
            "2bbc1391e3c68d5ea86bfd678e8eabd2f43995b3f5b196f0249a09d8929df719"
        );
    }

    #[test]
    fn only_the_right_password_of_the_right_user_matches() {
        let pool_id = PoolId::from("us-east-1_AbCdEf123".to_owned());
        let verifier = Verifier::new(&pool_id, "alice", "Passw0rd!", &Counting(0.into()));
        assert!(verifier.matches(&pool_id, "alice", "Passw0rd!"));
        assert!(!verifier.matches(&pool_id, "alice", "Passw0rd?"));
        assert!(!verifier.matches(&pool_id, "bob", "Passw0rd!"));
    }
}

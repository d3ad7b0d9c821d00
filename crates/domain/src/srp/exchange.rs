//! The server's side of an SRP-6a exchange: of a user's password, and of a device's.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use crypto_bigint::modular::FixedMontyForm;
use crypto_bigint::{NonZero, U3072};
use serde::{Deserialize, Serialize};

use super::{GROUP, GROUP_BYTES, MODULUS, Verifier, bytes, generator, modexp, padded};
use crate::random::{self, Random};

/// k = H(PAD(N) ‖ PAD(g)).
const K: U3072 = {
    const K_HEX: &str = "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6";
    let mut wide = [b'0'; 2 * GROUP_BYTES];
    let mut digit = 0;
    while digit < K_HEX.len() {
        wide[2 * GROUP_BYTES - K_HEX.len() + digit] = K_HEX.as_bytes()[digit];
        digit += 1;
    }
    match std::str::from_utf8(&wide) {
        Ok(hex) => U3072::from_be_hex(hex),
        Err(_) => panic!("hexadecimal digits are text"),
    }
};

/// How far a client's clock may be off.
const SKEW: TimeDelta = TimeDelta::minutes(5);

/// Who proves something: the two names that go into every hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Identity<'a> {
    /// The pool's name part, or the group of a device.
    pub group: &'a str,
    /// The username (`USER_ID_FOR_SRP`), or the key of a device.
    pub name: &'a str,
}

/// Why an exchange did not begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SrpError {
    /// `SRP_A` is no number of the group, or zero in it.
    #[error("Invalid SRP_A.")]
    InvalidA,
}

/// An exchange that has begun: what the server keeps until the proof arrives.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    a: Vec<u8>,
    b: Vec<u8>,
    exponent: [u8; 32],
}

impl Exchange {
    /// Answers a client's A, given in hexadecimal, with a B.
    ///
    /// # Errors
    /// [`SrpError::InvalidA`]: A mod N = 0 would let anybody in (RFC 5054, section 2.5.4).
    pub fn begin(verifier: &Verifier, a: &str, random: &dyn Random) -> Result<Self, SrpError> {
        let a = number(a).filter(|a| !bool::from(reduced(a).is_zero())).ok_or(SrpError::InvalidA)?;
        let exponent: [u8; 32] = random::bytes(random);
        let power = FixedMontyForm::new(&generator::power(&exponent), &GROUP);
        let value = FixedMontyForm::new(&reduced(&verifier_value(verifier)), &GROUP);
        let b = (FixedMontyForm::new(&K, &GROUP) * value + power).retrieve();
        Ok(Self { a: bytes(&a), b: bytes(&b), exponent })
    }

    /// `SRP_B`, in hexadecimal.
    pub fn srp_b(&self) -> String {
        let digits: String = self.b.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.trim_start_matches('0').to_owned()
    }

    /// Whether the proof is one that only somebody with the password could make, for this secret block and time. Takes two
    /// modular exponentiations.
    pub fn accepts(
        &self,
        verifier: &Verifier,
        who: Identity<'_>,
        secret_block: &str,
        timestamp: &str,
        signature: &str,
    ) -> bool {
        let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
        let Ok(secret_block) = BASE64_STANDARD.decode(secret_block) else { return false };
        let Some(key) = self.key(verifier) else { return false };
        let mut message = format!("{}{}", who.group, who.name).into_bytes();
        message.extend_from_slice(&secret_block);
        message.extend_from_slice(timestamp.as_bytes());
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        hmac::verify(&key, &message, &signature).is_ok() // in constant time
    }

    /// The key that both sides arrive at: S = (A · v^u)^b, then Cognito's key derivation.
    fn key(&self, verifier: &Verifier) -> Option<[u8; 16]> {
        let u = digest(&SHA256, &[padded(&self.a), padded(&self.b)].concat());
        if u.as_ref().iter().all(|byte| *byte == 0) {
            return None;
        }
        let blinded = modexp(&reduced(&verifier_value(verifier)), u.as_ref());
        let a = FixedMontyForm::new(&reduced(&U3072::from_be_slice(&self.a)), &GROUP);
        let base = (a * FixedMontyForm::new(&blinded, &GROUP)).retrieve();
        let shared = bytes(&modexp(&base, &self.exponent));

        let salt = hmac::Key::new(hmac::HMAC_SHA256, &padded(u.as_ref()));
        let extracted = hmac::sign(&salt, &padded(&shared));
        let expand = hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref());
        let expanded = hmac::sign(&expand, b"Caldera Derived Key\x01");
        expanded.as_ref()[..16].try_into().ok()
    }
}

/// Whether a client's `TIMESTAMP` (`Tue Sep 5 00:09:40 UTC 2023`) is near enough to now.
pub fn is_current(timestamp: &str, now: DateTime<Utc>) -> bool {
    NaiveDateTime::parse_from_str(timestamp, "%a %b %e %H:%M:%S UTC %Y")
        .is_ok_and(|at| (at.and_utc() - now).abs() <= SKEW)
}

fn verifier_value(verifier: &Verifier) -> U3072 {
    let mut wide = [0; GROUP_BYTES];
    let value = &verifier.value[verifier.value.len().saturating_sub(GROUP_BYTES)..];
    wide[GROUP_BYTES - value.len()..].copy_from_slice(value);
    U3072::from_be_slice(&wide)
}

/// A number of at most 3072 bits, in hexadecimal. Clients may put zeros before it.
fn number(hex: &str) -> Option<U3072> {
    let digits = hex.trim_start_matches('0');
    if digits.len() > 2 * GROUP_BYTES || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let wide = format!("{digits:0>width$}", width = 2 * GROUP_BYTES);
    Some(U3072::from_be_hex(&wide.to_ascii_lowercase()))
}

fn reduced(number: &U3072) -> U3072 {
    number.rem_vartime(&NonZero::new(MODULUS).expect("the prime is not zero"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PoolId;

    const SALT: [u8; 16] =
        [0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18, 0x29, 0x3a, 0x4b, 0x5c, 0x6d, 0x7e, 0x8f, 0x90];
    const SECRET_BLOCK: &str = "c2VjcmV0LWJsb2NrLWZvci10ZXN0";
    const TIMESTAMP: &str = "Tue Sep 5 00:09:40 UTC 2023";
    const SIGNATURE: &str = "TXAPftQI8I+zlL8IB14SWUyuaGaKNi4mPGBX4DuTqcY=";

    fn hash(text: &str) -> String {
        hex(digest(&SHA256, text.as_bytes()).as_ref())
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// SHA256(label), four times over, as the published vector takes its exponents.
    fn exponent(label: &str) -> U3072 {
        let once = hash(label);
        number(&once.repeat(4)).unwrap()
    }

    fn power(base: &U3072, exponent: &U3072) -> U3072 {
        FixedMontyForm::new(base, &GROUP).pow(exponent).retrieve()
    }

    fn shown(number: &U3072) -> String {
        hex(&bytes(number)).trim_start_matches('0').to_owned()
    }

    fn verifier() -> Verifier {
        let pool = PoolId::from("us-east-1_AbCdEf123".to_owned());
        Verifier { salt: SALT, value: super::super::value(&pool, "alice", "Passw0rd!", &SALT) }
    }

    /// The exponents of the vector have 1024 bits, ours 256: its B is checked here, its key with ours in the test below.
    #[test]
    fn the_numbers_are_those_of_the_published_vector() {
        let a = power(&U3072::from(2u8), &exponent("client-a"));
        assert_eq!(hash(&shown(&a)), "7ad5e7d1a067f8e1eaccf4408600b8fcda53c2076a6ccad0125bf581b4461c70");
        let value = FixedMontyForm::new(&verifier_value(&verifier()), &GROUP);
        let power = FixedMontyForm::new(&power(&U3072::from(2u8), &exponent("server-b")), &GROUP);
        let b = (FixedMontyForm::new(&K, &GROUP) * value + power).retrieve();
        assert_eq!(hash(&shown(&b)), "5eead5712e6452582ba96eefbab3d76edee7556f0ee784eb0ec4b7b8ec04b46e");
        let u = digest(&SHA256, &[padded(&bytes(&a)), padded(&bytes(&b))].concat());
        assert_eq!(hex(u.as_ref()), "ec1b00f2c219ba566e14419958a06c8ac0a8cd30557a2cd545002b3d6e7ea368");

        // The client's half of the vector: S = (B − k·g^x)^(a + u·x), then the key and the signature.
        let x = number("06ef8b933c5057424d63b891e59608f13a34c72747faafc39e3daa3fdab09e35").unwrap();
        let s = client_secret(&a_exponent(), &b, &x, &number(&hex(u.as_ref())).unwrap());
        assert_eq!(hash(&shown(&s)), "c803fd584916dce486fb0cd0527f87b0c31b20f03660ef5504c66a014b707fa0");
        let key = derived(u.as_ref(), &s);
        assert_eq!(hex(&key), "14c2ac8dfc6d4be0c24cf89f2ec312ad");
        assert_eq!(signed(&key), SIGNATURE);
    }

    fn a_exponent() -> U3072 {
        exponent("client-a")
    }

    fn client_secret(a: &U3072, b: &U3072, x: &U3072, u: &U3072) -> U3072 {
        let kg = FixedMontyForm::new(&K, &GROUP) * FixedMontyForm::new(&power(&U3072::from(2u8), x), &GROUP);
        let base = (FixedMontyForm::new(b, &GROUP) - kg).retrieve();
        power(&base, &a.wrapping_add(&u.wrapping_mul(x)))
    }

    fn derived(u: &[u8], s: &U3072) -> Vec<u8> {
        let salt = hmac::Key::new(hmac::HMAC_SHA256, &padded(u));
        let extracted = hmac::sign(&salt, &padded(&bytes(s)));
        let expand = hmac::Key::new(hmac::HMAC_SHA256, extracted.as_ref());
        hmac::sign(&expand, b"Caldera Derived Key\x01").as_ref()[..16].to_vec()
    }

    fn signed(key: &[u8]) -> String {
        let mut message = b"AbCdEf123alice".to_vec();
        message.extend(BASE64_STANDARD.decode(SECRET_BLOCK).unwrap());
        message.extend(TIMESTAMP.as_bytes());
        BASE64_STANDARD.encode(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), &message))
    }

    #[test]
    fn only_the_password_makes_a_proof_that_is_accepted() {
        let verifier = verifier();
        let a = power(&U3072::from(2u8), &a_exponent());
        let random = crate::random::tests::Counting(5.into());
        let exchange = Exchange::begin(&verifier, &shown(&a), &random).unwrap();
        let b = number(&exchange.srp_b()).unwrap();
        let u = digest(&SHA256, &[padded(&bytes(&a)), padded(&bytes(&b))].concat());
        let who = Identity { group: "AbCdEf123", name: "alice" };
        let proof = |x: &str| {
            let s = client_secret(&a_exponent(), &b, &number(x).unwrap(), &number(&hex(u.as_ref())).unwrap());
            signed(&derived(u.as_ref(), &s))
        };
        let right = proof("06ef8b933c5057424d63b891e59608f13a34c72747faafc39e3daa3fdab09e35");
        assert!(exchange.accepts(&verifier, who, SECRET_BLOCK, TIMESTAMP, &right));
        let wrong = proof("06ef8b933c5057424d63b891e59608f13a34c72747faafc39e3daa3fdab09e36");
        assert!(!exchange.accepts(&verifier, who, SECRET_BLOCK, TIMESTAMP, &wrong));
        assert!(!exchange.accepts(&verifier, who, SECRET_BLOCK, "Tue Sep 5 00:09:41 UTC 2023", &right));
        let other = Identity { name: "bob", ..who };
        assert!(!exchange.accepts(&verifier, other, SECRET_BLOCK, TIMESTAMP, &right));
        let nobody = Verifier::of_nobody(b"seed");
        assert!(!exchange.accepts(&nobody, who, SECRET_BLOCK, TIMESTAMP, &right));
    }

    #[test]
    fn an_a_that_would_open_every_door_is_refused() {
        let multiple = "0".to_owned() + &hex(&bytes(&MODULUS));
        let too_long = "1".repeat(2 * GROUP_BYTES + 1);
        for a in ["", "0", "00", "xyz", "-1", &multiple, &too_long] {
            let begun = Exchange::begin(&verifier(), a, &crate::random::tests::Counting(0.into()));
            assert!(matches!(begun, Err(SrpError::InvalidA)), "{a}");
        }
    }

    #[test]
    fn a_claim_of_long_ago_is_not_current() {
        let now = DateTime::from_timestamp(1_693_872_580, 0).unwrap(); // Tue Sep 5 00:09:40 UTC 2023
        for (timestamp, current) in [
            (TIMESTAMP, true),
            ("Tue Sep 05 00:09:40 UTC 2023", true),
            ("Tue Sep 5 00:14:40 UTC 2023", true),
            ("Tue Sep 5 00:14:41 UTC 2023", false),
            ("Tue Sep 5 00:04:39 UTC 2023", false),
            ("2023-09-05T00:09:40Z", false),
            ("", false),
        ] {
            assert_eq!(is_current(timestamp, now), current, "{timestamp}");
        }
    }
}

//! Encryption at rest: client secrets, provider secrets, private keys and messages are kept sealed, codes as keyed hashes.
//!
//! One 32-byte key, from the environment or a file, seals with AES-256-GCM. What a value is for, and whose it is, is
//! authenticated with it, so that a sealed value moved to another row does not open.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::{constant_time, hkdf, hmac};

use crate::error::StoreError;

/// Seals and opens.
pub struct Sealer {
    key: LessSafeKey,
    mac_key: hmac::Key,
}

/// The key is not 32 bytes.
#[derive(Debug, thiserror::Error)]
#[error("a sealing key is 32 bytes, this one has {0}")]
pub struct SealingKeyError(usize);

impl Sealer {
    /// Bytes of a sealing key.
    pub const KEY_BYTES: usize = 32;

    /// A sealer of this key.
    ///
    /// # Errors
    /// [`SealingKeyError`] when the key has another length.
    pub fn new(key: &[u8]) -> Result<Self, SealingKeyError> {
        if key.len() != Self::KEY_BYTES {
            return Err(SealingKeyError(key.len()));
        }
        let secret = hkdf::Salt::new(hkdf::HKDF_SHA256, b"poolhouse").extract(key);
        let derived = |purpose: &'static str| {
            let mut bytes = [0; Self::KEY_BYTES];
            secret
                .expand(&[purpose.as_bytes()], hkdf::HKDF_SHA256)
                .and_then(|derived| derived.fill(&mut bytes))
                .expect("HKDF-SHA256 yields 32 bytes");
            bytes
        };
        let key = UnboundKey::new(&AES_256_GCM, &derived("seal")).expect("the key has the length of AES-256");
        Ok(Self { key: LessSafeKey::new(key), mac_key: hmac::Key::new(hmac::HMAC_SHA256, &derived("mac")) })
    }

    /// Seals `plain` for one place (`context`: table and row).
    pub fn seal(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        // Nonces are random in tests too: one that repeated would give the key away.
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).expect("the system has randomness");
        let mut sealed = nonce.to_vec();
        let mut text = plain.to_vec();
        self.key
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut text)
            .expect("AES-GCM seals up to 64 GiB");
        sealed.append(&mut text);
        sealed
    }

    /// Opens what [`Sealer::seal`] made for the same place.
    ///
    /// # Errors
    /// [`StoreError::Sealed`] when it was sealed for another place or with another key, or was changed.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(StoreError::Sealed)?;
        let mut text = text.to_vec();
        let plain = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(context), &mut text)
            .map_err(|_| StoreError::Sealed)?;
        Ok(plain.to_vec())
    }

    /// A keyed hash, for codes: too short to be hashed without a key.
    pub fn mac(&self, context: &str, value: &str) -> Vec<u8> {
        hmac::sign(&self.mac_key, format!("{context}\0{value}").as_bytes()).as_ref().to_vec()
    }

    /// Whether `mac` is the keyed hash of `value`, in constant time.
    pub fn is_mac_of(&self, context: &str, value: &str, mac: &[u8]) -> bool {
        constant_time::verify_slices_are_equal(&self.mac(context, value), mac).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_with_its_key_in_its_place_and_unchanged() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let sealed = sealer.seal("a", b"secret");
        assert_eq!(sealer.open("a", &sealed).unwrap(), b"secret");
        assert!(sealer.open("b", &sealed).is_err());
        assert!(Sealer::new(&[8; 32]).unwrap().open("a", &sealed).is_err());
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert!(sealer.open("a", &changed).is_err(), "byte {index}");
        }
        assert!(sealer.open("a", b"short").is_err());
        assert!(Sealer::new(&[7; 31]).is_err());
    }

    #[test]
    fn equal_values_look_different_sealed() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        assert_ne!(sealer.seal("a", b"secret"), sealer.seal("a", b"secret"));
    }
}

//! Private keys of a user pool: for signing requests, and for decrypting assertions.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};

use super::SamlError;

/// An RSA key in PKCS #8. It prints as `***`.
#[derive(Clone)]
pub struct PrivateKey(Vec<u8>);

impl PrivateKey {
    /// The key in these bytes, which are looked at when it is used.
    pub fn from_pkcs8(der: Vec<u8>) -> Self {
        Self(der)
    }

    /// A signature with RSASSA-PKCS1-v1_5 and SHA-256.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SamlError> {
        let pair = RsaKeyPair::from_pkcs8(&self.0).map_err(|_| SamlError::Key)?;
        let mut signature = vec![0; pair.public_modulus_len()];
        // The interface asks for randomness, the scheme uses none.
        pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| SamlError::Key)?;
        Ok(signature)
    }

    pub(super) fn for_decryption(&self) -> Result<OaepPrivateDecryptingKey, SamlError> {
        PrivateDecryptingKey::from_pkcs8(&self.0)
            .map_err(|_| SamlError::Key)
            .and_then(|key| OaepPrivateDecryptingKey::new(key).map_err(|_| SamlError::Key))
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(***)")
    }
}

//! Signing and encrypting SAML documents by saml-rs and the engine below it: the only place of this crate that knows them.
//!
//! Its typed identity provider reads the system's clock, makes ids itself and leaves attributes out, so the documents are
//! templates of ours. Canonicalization, digests, signatures and encryption are the library's.

use saml_rs::constants::{data_encryption_algorithm, key_encryption_algorithm, signature_algorithm};
use saml_rs::crypto::{construct_saml_signature, encrypt_assertion, keys::load_private_key};

use super::keys::ProviderKey;
use crate::error::ApiError;

/// The document with a signature over its root, behind the root's issuer.
///
/// # Errors
/// A fault: documents are ours.
pub(super) fn with_signed_root(xml: &str, key: &ProviderKey) -> Result<String, ApiError> {
    signed(xml, true, key)
}

/// The document with a signature over its assertion alone. Sign this first: the root's signature covers it then.
///
/// # Errors
/// A fault: documents are ours.
pub(super) fn with_signed_assertion(xml: &str, key: &ProviderKey) -> Result<String, ApiError> {
    signed(xml, false, key)
}

fn signed(xml: &str, is_of_root: bool, key: &ProviderKey) -> Result<String, ApiError> {
    let private_key = load_private_key(&key.private_pem()?, None).map_err(ApiError::internal)?;
    let algorithm = signature_algorithm::RSA_SHA256;
    // Without further settings: the enveloped signature, then exclusive canonicalization.
    construct_saml_signature(xml, is_of_root, &private_key, &key.certificate, algorithm, &[], None)
        .map_err(ApiError::internal)
}

/// The document with its assertion encrypted for the owner of this certificate (DER in base64). None when it is not the
/// certificate of an RSA key.
pub(super) fn with_encrypted_assertion(xml: &str, certificate: &str) -> Option<String> {
    let (data, key) = (data_encryption_algorithm::AES_128_GCM, key_encryption_algorithm::RSA_OAEP_MGF1P);
    encrypt_assertion(xml, certificate, data, key, "saml2").ok()
}

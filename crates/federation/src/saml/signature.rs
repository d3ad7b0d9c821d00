//! Whether the signature of a message is right, asked of `saml-rs`. What may be signed and how is said in `shape.rs`.

use super::{Provider, SamlError};

/// Refuses a message unless one of the provider's keys signed `part` of it, or the whole around it.
///
/// The library looks for the first signature, verifies it with the given certificates only, and returns the text that
/// it covers. That this is the very text that is read later shows that its parsers and ours agree.
pub(super) fn verify(xml: &str, part: &str, provider: &Provider) -> Result<(), SamlError> {
    match saml_rs::crypto::verify_signature(xml, &provider.signing_certificates) {
        Ok((true, Some(covered))) if covered == part => Ok(()),
        Ok((true, _)) | Err(saml_rs::SamlError::PotentialWrappingAttack) => Err(SamlError::Wrapping),
        Ok((false, _)) | Err(_) => Err(SamlError::Signature),
    }
}

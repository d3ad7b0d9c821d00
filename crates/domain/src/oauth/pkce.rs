//! Proof Key for Code Exchange (RFC 7636), method S256 alone.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

/// Whether a text can be a challenge: 32 bytes in base64url without padding.
pub(super) fn is_challenge(text: &str) -> bool {
    BASE64_URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Whether `verifier` has the form of section 4.1 and belongs to the challenge.
pub(super) fn verifies(challenge: &str, verifier: &str) -> bool {
    let has_form = (43..=128).contains(&verifier.len())
        && verifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    let hash = BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    has_form && verify_slices_are_equal(hash.as_bytes(), challenge.as_bytes()).is_ok()
}

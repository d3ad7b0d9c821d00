//! Secrets that only their bearers have: found by a hash, and by it what is sealed beside it is bound to its row.
//!
//! Each has 122 random bits at least, so that a plain hash cannot be searched.

use aws_lc_rs::digest::{SHA256, digest};

/// What a secret is found by.
pub(crate) fn hash(secret: &str) -> Vec<u8> {
    digest(&SHA256, secret.as_bytes()).as_ref().to_vec()
}

/// The place of a row that a hash finds in a table, to seal its values for.
pub(crate) fn place(table: &str, hash: &[u8]) -> String {
    hash.iter().fold(format!("{table}/"), |text, byte| format!("{text}{byte:02x}"))
}

//! A key of a pool: named, written to the pool's JWKS, parsed once, and signing.

use aws_lc_rs::digest::{Context, SHA256};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::ids::PoolId;
use domain::tokens::TokenUse;
use serde::Serialize;
use storage::KeptSigningKey;

use super::rs256::{Rs256, public_jwk, public_key};
use crate::error::ApiError;

/// A key that is ready to sign.
pub(crate) struct SigningKey {
    pub(super) token_use: TokenUse,
    key: Rs256,
}

/// What is kept of a new private key.
pub(super) fn kept(
    pool_id: &PoolId,
    token_use: TokenUse,
    private_key: Vec<u8>,
) -> Result<KeptSigningKey, ApiError> {
    let mut hash = Context::new(&SHA256);
    hash.update(&public_key(&private_key)?);
    hash.update(pool_id.as_str().as_bytes());
    hash.update(token_use.as_str().as_bytes());
    let kid = BASE64_STANDARD.encode(hash.finish());
    let jwk = public_jwk(&kid, &private_key)?;
    let public_jwk = serde_json::to_string(&jwk).map_err(ApiError::internal)?;
    Ok(KeptSigningKey { pool_id: pool_id.clone(), token_use, public_jwk, private_key, kid })
}

impl SigningKey {
    pub(super) fn parse(kept: &KeptSigningKey) -> Result<Self, ApiError> {
        Ok(Self { token_use: kept.token_use, key: Rs256::parse(&kept.kid, &kept.private_key)? })
    }

    /// A token that says this. Costs a quarter of a millisecond.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, ApiError> {
        self.key.sign(claims)
    }

    /// Whether this key made the signature.
    pub(super) fn made(&self, signed: &str, signature: &[u8]) -> bool {
        self.key.made(signed, signature)
    }
}

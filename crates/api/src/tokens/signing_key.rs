//! One key: written to a JWKS, parsed once, and signing (JWS compact serialization, RFC 7515; RS256, RFC 7518).

use aws_lc_rs::digest::{Context, SHA256};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD, Engine as _};
use domain::ids::PoolId;
use domain::tokens::TokenUse;
use serde::Serialize;
use storage::KeptSigningKey;

use crate::error::ApiError;

/// A key that is ready to sign.
pub(crate) struct SigningKey {
    pub(super) token_use: TokenUse,
    /// The first part of every token that it signs.
    header: String,
    pair: RsaKeyPair,
}

/// The header as the service writes it: these two members, in this order.
#[derive(Serialize)]
struct Header<'a> {
    kid: &'a str,
    alg: &'static str,
}

/// A public key in a JWKS, members in the service's order.
#[derive(Serialize)]
struct Jwk<'a> {
    alg: &'static str,
    e: String,
    kid: &'a str,
    kty: &'static str,
    n: String,
    r#use: &'static str,
}

/// What is kept of a new private key.
pub(super) fn kept(
    pool_id: &PoolId,
    token_use: TokenUse,
    private_key: Vec<u8>,
) -> Result<KeptSigningKey, ApiError> {
    let pair = RsaKeyPair::from_pkcs8(&private_key).map_err(ApiError::internal)?;
    let public = pair.public_key();
    let mut hash = Context::new(&SHA256);
    hash.update(public.as_ref());
    hash.update(pool_id.as_str().as_bytes());
    hash.update(token_use.as_str().as_bytes());
    let kid = BASE64_STANDARD.encode(hash.finish());
    let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let jwk = Jwk {
        alg: "RS256",
        e: number(public.exponent().big_endian_without_leading_zero()),
        kid: &kid,
        kty: "RSA",
        n: number(public.modulus().big_endian_without_leading_zero()),
        r#use: "sig",
    };
    let public_jwk = serde_json::to_string(&jwk).map_err(ApiError::internal)?;
    Ok(KeptSigningKey { pool_id: pool_id.clone(), token_use, public_jwk, private_key, kid })
}

impl SigningKey {
    pub(super) fn parse(kept: &KeptSigningKey) -> Result<Self, ApiError> {
        let header = Header { kid: &kept.kid, alg: "RS256" };
        let header = serde_json::to_vec(&header).map_err(ApiError::internal)?;
        Ok(Self {
            token_use: kept.token_use,
            header: BASE64_URL_SAFE_NO_PAD.encode(header),
            pair: RsaKeyPair::from_pkcs8(&kept.private_key).map_err(ApiError::internal)?,
        })
    }

    /// A token that says this. Costs a quarter of a millisecond.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, ApiError> {
        let claims = serde_json::to_vec(claims).map_err(ApiError::internal)?;
        let mut token = format!("{}.", self.header);
        BASE64_URL_SAFE_NO_PAD.encode_string(claims, &mut token);
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), token.as_bytes(), &mut signature)
            .map_err(ApiError::internal)?;
        token.push('.');
        BASE64_URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(token)
    }

    /// Whether this key made the signature.
    pub(super) fn made(&self, signed: &str, signature: &[u8]) -> bool {
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, self.pair.public_key().as_ref());
        key.verify(signed.as_bytes(), signature).is_ok()
    }
}

//! RS256 (RFC 7518, section 3.3): a private key that signs JSON as JWS compact serialization (RFC 7515), and its public half in
//! a JWKS (RFC 7517). Whose key it is, others know.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use serde::Serialize;

use crate::error::ApiError;

/// A key that is ready to sign.
pub(crate) struct Rs256 {
    /// The first part of everything that it signs.
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
pub(crate) struct Jwk<'a> {
    alg: &'static str,
    e: String,
    kid: &'a str,
    kty: &'static str,
    n: String,
    r#use: &'static str,
}

impl Rs256 {
    /// The key of this name.
    pub(crate) fn parse(kid: &str, private_key: &[u8]) -> Result<Self, ApiError> {
        let header = serde_json::to_vec(&Header { kid, alg: "RS256" }).map_err(ApiError::internal)?;
        Ok(Self { header: BASE64_URL_SAFE_NO_PAD.encode(header), pair: parse(private_key)? })
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

/// A private key (PKCS#8).
fn parse(private_key: &[u8]) -> Result<RsaKeyPair, ApiError> {
    RsaKeyPair::from_pkcs8(private_key).map_err(ApiError::internal)
}

/// The public half of a private key (PKCS#8) in DER.
pub(crate) fn public_key(private_key: &[u8]) -> Result<Vec<u8>, ApiError> {
    Ok(parse(private_key)?.public_key().as_ref().to_vec())
}

/// The public half of a private key (PKCS#8) under this name.
pub(crate) fn public_jwk<'a>(kid: &'a str, private_key: &[u8]) -> Result<Jwk<'a>, ApiError> {
    let pair = parse(private_key)?;
    let public = pair.public_key();
    let number = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    Ok(Jwk {
        alg: "RS256",
        e: number(public.exponent().big_endian_without_leading_zero()),
        kid,
        kty: "RSA",
        n: number(public.modulus().big_endian_without_leading_zero()),
        r#use: "sig",
    })
}

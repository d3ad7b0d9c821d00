//! ID tokens of OpenID Connect providers: who signed in, if the signature and every claim hold (OpenID Connect Core 1.0,
//! 3.1.3.7). Not here: fetching keys, and what becomes of the claims.

mod claims;
mod keys;

pub use keys::KeySet;
use keys::Kind;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::Algorithm;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How far the clocks of provider and service may differ. The service does not say what it allows.
pub const CLOCK_SKEW: TimeDelta = TimeDelta::minutes(1);
/// The longest token that is read, in characters. Real ones have a few thousand.
pub const LONGEST_TOKEN: usize = 100_000;

/// What a token is held against.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The configured issuer.
    pub issuer: &'a str,
    /// Our client id at the provider.
    pub client_id: &'a str,
    /// The nonce that went with the request, if one did.
    pub nonce: Option<&'a str>,
    /// The present moment.
    pub now: DateTime<Utc>,
}

/// Why a token is not believed. The texts are ours.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenError {
    /// More than 100,000 characters.
    #[error("ID token is too large")]
    TooLarge,
    /// Not three parts of base64 with JSON objects, or a claim of the wrong type.
    #[error("ID token cannot be read")]
    Unreadable,
    /// An algorithm that needs no public key, or that is not supported.
    #[error("Algorithm of the ID token is not supported")]
    Algorithm,
    /// Header parameters that have to be understood, and are not (RFC 7515, 4.1.11).
    #[error("ID token has critical header parameters")]
    Critical,
    /// No key of this name and kind. The provider may have changed its keys since they were fetched.
    #[error("Key of the ID token is not known")]
    UnknownKey,
    /// The token names no key, and more than one would do.
    #[error("ID token does not name its key")]
    AmbiguousKey,
    /// Changed after it was signed, or signed by another key.
    #[error("Signature of the ID token is invalid")]
    Signature,
    /// Written by another provider.
    #[error("Issuer of the ID token is not the identity provider")]
    Issuer,
    /// Written for another client.
    #[error("Audience of the ID token is not the client")]
    Audience,
    /// After its time.
    #[error("ID token is expired")]
    Expired,
    /// Before its time.
    #[error("ID token is not yet valid")]
    NotYetValid,
    /// An answer to another request, or to none.
    #[error("Nonce of the ID token is not that of the request")]
    Nonce,
    /// Nobody is named.
    #[error("ID token has no sub")]
    NoSubject,
}

/// The claims of a token that one of the keys signed and that is meant for this client, now.
///
/// # Errors
/// [`IdTokenError`] for the first thing that is wrong with it. After [`IdTokenError::UnknownKey`] it is worth fetching
/// the keys again.
pub fn read(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<Map<String, Value>, IdTokenError> {
    if token.len() > LONGEST_TOKEN {
        return Err(IdTokenError::TooLarge);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(IdTokenError::Unreadable)?;
    let (header, payload) = signed.split_once('.').ok_or(IdTokenError::Unreadable)?;
    let header: Header = part(header)?;
    if header.crit.is_some() {
        return Err(IdTokenError::Critical);
    }
    let allowed = ALLOWED.iter().find(|allowed| allowed.name == header.alg);
    let allowed = allowed.ok_or(IdTokenError::Algorithm)?;

    let candidates = keys.candidates(allowed, header.kid.as_deref())?;
    let made =
        |key| jsonwebtoken::crypto::verify(signature, signed.as_bytes(), key, allowed.algorithm) == Ok(true);
    if !candidates.into_iter().any(made) {
        return Err(IdTokenError::Signature);
    }
    let claims = part(payload)?;
    claims::check(&claims, expected)?;
    Ok(claims)
}

/// An algorithm that may sign, and the kind of key it takes.
struct Allowed {
    name: &'static str,
    algorithm: Algorithm,
    kind: Kind,
}

/// Signatures by a private key only. With `none` and the HMACs whoever knows the public key could sign.
#[rustfmt::skip]
const ALLOWED: [Allowed; 8] = [
    Allowed { name: "RS256", algorithm: Algorithm::RS256, kind: Kind::Rsa },
    Allowed { name: "RS384", algorithm: Algorithm::RS384, kind: Kind::Rsa },
    Allowed { name: "RS512", algorithm: Algorithm::RS512, kind: Kind::Rsa },
    Allowed { name: "PS256", algorithm: Algorithm::PS256, kind: Kind::Rsa },
    Allowed { name: "PS384", algorithm: Algorithm::PS384, kind: Kind::Rsa },
    Allowed { name: "PS512", algorithm: Algorithm::PS512, kind: Kind::Rsa },
    Allowed { name: "ES256", algorithm: Algorithm::ES256, kind: Kind::P256 },
    Allowed { name: "ES384", algorithm: Algorithm::ES384, kind: Kind::P384 },
];

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, IdTokenError> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| IdTokenError::Unreadable)?;
    serde_json::from_slice(&json).map_err(|_| IdTokenError::Unreadable)
}

#[cfg(test)]
mod tests;

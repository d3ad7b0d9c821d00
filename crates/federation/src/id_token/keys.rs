//! The keys of a provider, as it publishes them at its `jwks_uri` (RFC 7517).

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse};
use serde::Deserialize;
use serde_json::Value;

use super::{Allowed, IdTokenError};
use crate::endpoint::LARGEST_DOCUMENT;

/// The keys that may sign, of a kind that is supported.
#[derive(Debug, Clone)]
pub struct KeySet(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    kind: Kind,
    /// The only algorithm, if the set names one.
    algorithm: Option<KeyAlgorithm>,
    public: DecodingKey,
}

/// What a key can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// RSA, with any of the paddings and digests.
    Rsa,
    /// The curve P-256.
    P256,
    /// The curve P-384.
    P384,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a JWKS. Keys that are not understood are left out, as RFC 7517, section 5, asks for.
    ///
    /// # Errors
    /// [`IdTokenError::Unreadable`] if it is larger than 1 MiB, or no JSON object with `keys`.
    pub fn from_json(json: &[u8]) -> Result<Self, IdTokenError> {
        if json.len() > LARGEST_DOCUMENT {
            return Err(IdTokenError::Unreadable);
        }
        let document: Document = serde_json::from_slice(json).map_err(|_| IdTokenError::Unreadable)?;
        Ok(Self(document.keys.into_iter().filter_map(Key::from_json).collect()))
    }

    /// The keys that may have signed a token with this header.
    pub(super) fn candidates(
        &self,
        allowed: &Allowed,
        id: Option<&str>,
    ) -> Result<Vec<&DecodingKey>, IdTokenError> {
        let named = |key: &&Key| id.is_none() || key.id.as_deref() == id;
        let only = KeyAlgorithm::from(allowed.algorithm);
        let fitting =
            |key: &&Key| key.kind == allowed.kind && key.algorithm.is_none_or(|named| named == only);
        let candidates: Vec<_> = self.0.iter().filter(named).filter(fitting).map(|key| &key.public).collect();
        match (candidates.len(), id) {
            (0, _) => Err(IdTokenError::UnknownKey),
            (1, _) | (_, Some(_)) => Ok(candidates),
            (_, None) => Err(IdTokenError::AmbiguousKey),
        }
    }
}

impl Key {
    fn from_json(json: Value) -> Option<Self> {
        let key: Jwk = serde_json::from_value(json).ok()?;
        #[expect(clippy::wildcard_enum_match_arm, reason = "the kinds of the library may grow")]
        let kind = match &key.algorithm {
            AlgorithmParameters::RSA(_) => Kind::Rsa,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => Kind::P256,
            AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => Kind::P384,
            // HMAC among them: a key that is published signs nothing.
            _ => return None,
        };
        let common = &key.common;
        let signs = common.public_key_use.as_ref().is_none_or(|usage| *usage == PublicKeyUse::Signature)
            && common.key_operations.as_ref().is_none_or(|all| all.contains(&KeyOperations::Verify));
        let public = DecodingKey::from_jwk(&key).ok()?;
        signs.then(|| Self { id: common.key_id.clone(), kind, algorithm: common.key_algorithm, public })
    }
}

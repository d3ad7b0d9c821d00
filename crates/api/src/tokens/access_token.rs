//! Checking access tokens that come back: the key, the signature, the time, the scope. Whether the session still counts is
//! asked elsewhere.

use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use chrono::{DateTime, Utc};
use domain::oauth::has_scope;
use domain::tokens::TokenUse;
use serde::Deserialize;
use storage::Reader;
use uuid::Uuid;
use wire::ErrorCode;

use super::SigningKeys;
use crate::error::ApiError;

/// Why an access token was refused. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AccessTokenError {
    #[error("Invalid Access Token")]
    Invalid,
    #[error("Could not verify signature for Access Token")]
    Signature,
    #[error("Access Token has expired")]
    Expired,
    #[error("Access Token does not have required scopes")]
    Scope,
}

impl From<AccessTokenError> for ApiError {
    fn from(error: AccessTokenError) -> Self {
        Self::new(ErrorCode::NotAuthorizedException, error.to_string())
    }
}

#[derive(Deserialize)]
struct Header {
    kid: String,
    alg: String,
}

/// What is read of an access token; the rest is read from the session that it names.
#[derive(Deserialize)]
struct Claims {
    token_use: String,
    exp: i64,
    scope: String,
    event_id: Uuid,
}

fn part<T: for<'a> Deserialize<'a>>(text: &str) -> Result<T, AccessTokenError> {
    let json = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| AccessTokenError::Invalid)?;
    serde_json::from_slice(&json).map_err(|_| AccessTokenError::Invalid)
}

impl SigningKeys {
    /// The session (`event_id`) of an access token that one of our keys signed, has not ended, and has this scope.
    ///
    /// # Errors
    /// [`AccessTokenError`], as NotAuthorizedException.
    pub(crate) async fn session_of(
        &self,
        reader: &mut Reader,
        token: &str,
        scope: &str,
        now: DateTime<Utc>,
    ) -> Result<Uuid, ApiError> {
        let (signed, signature) = token.rsplit_once('.').ok_or(AccessTokenError::Invalid)?;
        let (header, claims) = signed.split_once('.').ok_or(AccessTokenError::Invalid)?;
        let header: Header = part(header)?;
        if header.alg != "RS256" {
            return Err(AccessTokenError::Invalid.into());
        }
        let key = self.by_kid(reader, &header.kid).await?.ok_or(AccessTokenError::Invalid)?;
        if key.token_use != TokenUse::Access {
            return Err(AccessTokenError::Invalid.into());
        }
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| AccessTokenError::Invalid)?;
        if !key.made(signed, &signature) {
            return Err(AccessTokenError::Signature.into());
        }
        let claims: Claims = part(claims)?;
        if claims.token_use != TokenUse::Access.as_str() {
            return Err(AccessTokenError::Invalid.into());
        }
        if claims.exp <= now.timestamp() {
            return Err(AccessTokenError::Expired.into());
        }
        if !has_scope(&claims.scope, scope) {
            return Err(AccessTokenError::Scope.into());
        }
        Ok(claims.event_id)
    }
}

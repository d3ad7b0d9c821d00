//! New tokens for a refresh token, in the two ways of the API: InitiateAuth, and GetTokensFromRefreshToken, which rotates.

use chrono::TimeDelta;
use domain::user_sessions::UserSession;
use domain::users::User;
use storage::{ClientWithPool, KeptRefreshToken};
use wire::{AuthenticationResultType, ErrorCode};

use super::sign_in::{Attempt, Parameters};
use super::tokens;
use crate::call::Call;
use crate::error::ApiError;

/// Why a refresh token was refused. The texts are the service's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RefreshError {
    #[error("Invalid Refresh Token.")]
    Invalid,
    #[error("Refresh Token has expired")]
    Expired,
    #[error("Refresh Token has been revoked")]
    Revoked,
    #[error("User is disabled.")]
    Disabled,
    #[error("Refresh token reuse detected")]
    Reused,
}

impl From<RefreshError> for ApiError {
    fn from(error: RefreshError) -> Self {
        let code = match error {
            RefreshError::Reused => ErrorCode::RefreshTokenReuseException,
            RefreshError::Invalid
            | RefreshError::Expired
            | RefreshError::Revoked
            | RefreshError::Disabled => ErrorCode::NotAuthorizedException,
        };
        Self::new(code, error.to_string())
    }
}

/// Clients that rotate use GetTokensFromRefreshToken.
pub(crate) fn rotation_not_supported() -> ApiError {
    ApiError::new(
        ErrorCode::UnsupportedOperationException,
        "This API does not support refresh token rotation",
    )
}

/// REFRESH_TOKEN_AUTH: new ID and access tokens, the refresh token stays.
///
/// # Errors
/// NotAuthorizedException, as [`RefreshError`] says, and for a secret hash over another username.
pub(crate) async fn by_initiate_auth(
    attempt: &Attempt<'_>,
    token: &str,
    parameters: &Parameters,
) -> Result<AuthenticationResultType, ApiError> {
    let Attempt { call, client, .. } = *attempt;
    if !client.secrets.is_empty() && parameters.get("SECRET_HASH").is_none() {
        parameters.check_secret_hash(client, "")?; // says that it is missing
    }
    let kept = kept(call, client, token, parameters.get("DEVICE_KEY")).await?;
    check_secret_hash(client, &kept.user, parameters)?;
    refreshed(call, client, &kept).await
}

/// GetTokensFromRefreshToken: new ID and access tokens, and a new refresh token where the client rotates them.
///
/// # Errors
/// NotAuthorizedException, as [`RefreshError`] says; RefreshTokenReuseException for one that was replaced a while ago.
pub(crate) async fn rotated(
    call: &Call,
    client: &ClientWithPool,
    token: &str,
    device_key: Option<&str>,
) -> Result<AuthenticationResultType, ApiError> {
    let kept = kept(call, client, token, device_key).await?;
    if !client.client.settings.rotates_refresh_tokens() {
        return refreshed(call, client, &kept).await;
    }
    check_grace(call, client, &kept)?;
    let issued = tokens::issue_with(call, client, (&kept.user, &kept.groups), &kept.session, None).await?;
    let new_token = tokens::new_refresh_token(call.random());

    let mut tx = call.store.begin().await?;
    if !tx.touch_user_session(&kept.session.event_id, &call.caller.ip, call.now()).await? {
        return Err(RefreshError::Revoked.into());
    }
    if !tx.replace_refresh_token(token, call.now()).await? {
        // Somebody else used it: within the grace period this one counts too.
        let again = tx.refresh_token(token).await?.ok_or(RefreshError::Invalid)?;
        check_grace(call, client, &again)?;
    }
    tx.insert_refresh_token(&kept.session, &new_token, call.now()).await?;
    tx.commit().await?;

    Ok(AuthenticationResultType { refresh_token: Some(new_token), ..issued.into_result() })
}

/// A refresh token that is good for this client, with its session and user.
async fn kept(
    call: &Call,
    client: &ClientWithPool,
    token: &str,
    device_key: Option<&str>,
) -> Result<KeptRefreshToken, ApiError> {
    let mut read = call.store.read_latest().await?;
    let kept = read.refresh_token(token).await?.ok_or(RefreshError::Invalid)?;
    let session = &kept.session;
    if session.client_id != client.client.id {
        return Err(RefreshError::Invalid.into());
    }
    if session.revoked_at.is_some() {
        return Err(RefreshError::Revoked.into());
    }
    if session.expires_at <= call.now() {
        return Err(RefreshError::Expired.into());
    }
    if !kept.user.enabled {
        return Err(RefreshError::Disabled.into());
    }
    if client.pool.settings.tracks_devices() {
        check_device(&mut read, session, device_key).await?;
    }
    Ok(kept)
}

/// Where devices are tracked, only the one that signed in refreshes, once it is confirmed. A session of no device (of the
/// domain's endpoints, or from before they were tracked) is refreshed without a key, or with that of a device of the user.
async fn check_device(
    read: &mut storage::Reader,
    session: &UserSession,
    shown: Option<&str>,
) -> Result<(), ApiError> {
    let key = match (session.device_key.as_deref(), shown) {
        (None, None) => return Ok(()),
        (Some(own), Some(shown)) if own != shown => return Err(RefreshError::Invalid.into()),
        (_, shown) => shown.ok_or(RefreshError::Invalid)?,
    };
    let device = read.device(&session.user_id, key).await?;
    if device.is_some_and(|device| device.is_confirmed()) {
        Ok(())
    } else {
        Err(RefreshError::Invalid.into())
    }
}

fn check_secret_hash(client: &ClientWithPool, user: &User, parameters: &Parameters) -> Result<(), ApiError> {
    // Clients know the user by the username in the ID token, or by the sub.
    match parameters.check_secret_hash(client, &user.username) {
        Ok(()) => Ok(()),
        Err(_) => parameters.check_secret_hash(client, &user.id.to_string()),
    }
}

fn check_grace(call: &Call, client: &ClientWithPool, kept: &KeptRefreshToken) -> Result<(), RefreshError> {
    let Some(replaced_at) = kept.replaced_at else { return Ok(()) };
    let rotation = client.client.settings.refresh_token_rotation.as_ref();
    let grace = rotation.and_then(|rotation| rotation.retry_grace_period_seconds).unwrap_or(0);
    // Of calls that come at once, the one that lost may have begun before the other one replaced the token.
    if grace > 0 && call.now() < replaced_at + TimeDelta::seconds(grace.into()) {
        Ok(())
    } else {
        Err(RefreshError::Reused)
    }
}

async fn refreshed(
    call: &Call,
    client: &ClientWithPool,
    kept: &KeptRefreshToken,
) -> Result<AuthenticationResultType, ApiError> {
    if kept.replaced_at.is_some() {
        check_grace(call, client, kept)?; // a client that stopped rotating
    }
    let issued = tokens::issue_with(call, client, (&kept.user, &kept.groups), &kept.session, None).await?;
    if kept.session.was_idle(call.now()) {
        let mut tx = call.store.begin().await?;
        if !tx.touch_user_session(&kept.session.event_id, &call.caller.ip, call.now()).await? {
            return Err(RefreshError::Revoked.into());
        }
        tx.commit().await?;
    }
    Ok(issued.into_result())
}

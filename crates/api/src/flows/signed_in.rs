//! Who calls, by an access token: checked against its key, its session and its user, each time.

use domain::app_clients::AppClient;
use domain::user_pools::UserPool;
use domain::user_sessions::{USER_ADMIN_SCOPE, UserSession};
use domain::users::User;
use storage::Reader;
use wire::ErrorCode;

use crate::call::Call;
use crate::error::ApiError;

/// A user who showed a good access token.
pub(crate) struct SignedIn {
    /// The user's pool.
    pub pool: UserPool,
    /// The client that the user signed in with.
    pub client: AppClient,
    /// The user.
    pub user: User,
    /// The session that the token belongs to.
    pub session: UserSession,
}

/// The user of an access token that lets users change their own account.
///
/// # Errors
/// NotAuthorizedException for a token that is not ours, ended, or whose session was revoked, and for a disabled or deleted
/// user.
pub(crate) async fn signed_in(
    call: &Call,
    reader: &mut Reader,
    access_token: &str,
) -> Result<SignedIn, ApiError> {
    signed_in_with(call, reader, access_token, USER_ADMIN_SCOPE).await
}

/// The user of an access token that has this scope.
///
/// # Errors
/// As [`signed_in`].
pub(crate) async fn signed_in_with(
    call: &Call,
    reader: &mut Reader,
    access_token: &str,
    scope: &str,
) -> Result<SignedIn, ApiError> {
    let refused = |text: &str| ApiError::new(ErrorCode::NotAuthorizedException, text);
    let event_id = call.keys.session_of(reader, access_token, scope, call.now()).await?;
    // A deleted user's sessions go with the user.
    let Some((session, user)) = reader.user_session(&event_id).await? else {
        return Err(refused("Access Token has been revoked"));
    };
    if session.revoked_at.is_some() {
        return Err(refused("Access Token has been revoked"));
    }
    if !user.enabled {
        return Err(refused("User is disabled."));
    }
    let client = reader.client_with_pool(&session.client_id).await?;
    let client = client.ok_or_else(|| refused("Invalid Access Token"))?;
    Ok(SignedIn { pool: client.pool, client: client.client, user, session })
}

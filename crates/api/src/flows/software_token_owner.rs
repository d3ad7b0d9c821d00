//! Whose authenticator app is set up: the user of an access token, or one in the middle of a sign-in that asks for it.

use domain::sign_in::{Challenge, SignIn, SignInError};
use domain::user_pools::UserPool;
use domain::users::User;
use storage::Tx;
use wire::ErrorCode;

use super::sign_in::new_handle;
use super::signed_in;
use crate::call::Call;
use crate::error::ApiError;

/// A user who sets up an authenticator app.
pub(crate) struct SoftwareTokenOwner {
    pub(crate) pool: UserPool,
    pub(crate) user: User,
    /// The sign-in that goes on afterwards, with the time that it has.
    sign_in: Option<(SignIn, chrono::TimeDelta)>,
}

/// The user of an access token, or of a session at MFA_SETUP, which is used up.
///
/// # Errors
/// NotAuthorizedException for a token or session that is not good, InvalidParameterException without either.
pub(crate) async fn software_token_owner(
    call: &Call,
    tx: &mut Tx,
    access_token: Option<&str>,
    session: Option<&str>,
) -> Result<SoftwareTokenOwner, ApiError> {
    match (access_token, session) {
        (Some(token), _) => {
            let me = signed_in(call, tx, token).await?;
            Ok(SoftwareTokenOwner { pool: me.pool, user: me.user, sign_in: None })
        }
        (None, Some(handle)) => of_sign_in(call, tx, handle).await,
        (None, None) => Err(ApiError::invalid_parameter("Either AccessToken or Session is required")),
    }
}

async fn of_sign_in(call: &Call, tx: &mut Tx, handle: &str) -> Result<SoftwareTokenOwner, ApiError> {
    let kept = tx.sign_in(handle).await?.ok_or(SignInError::NoSession)?;
    if kept.expires_at <= call.now() {
        return Err(SignInError::SessionExpired.into());
    }
    if !matches!(kept.sign_in.challenge, Challenge::SetUpMfa(_)) {
        return Err(SignInError::NoSession.into());
    }
    if !tx.use_sign_in(handle).await? {
        return Err(SignInError::SessionUsed.into());
    }
    let user = tx.user_by_id(&kept.sign_in.user_id.unwrap_or_default()).await?;
    let user = user.ok_or(SignInError::NoSession)?;
    if !user.enabled {
        return Err(SignInError::Disabled.into());
    }
    let client = tx.client_with_pool(&kept.sign_in.client_id).await?;
    let client = client.ok_or_else(|| ApiError::no_app_client(&kept.sign_in.client_id))?;
    let time = client.client.settings.auth_session_lifetime();
    Ok(SoftwareTokenOwner { pool: client.pool, user, sign_in: Some((kept.sign_in, time)) })
}

impl SoftwareTokenOwner {
    /// A new handle for the sign-in, if there is one: the old one is used up.
    pub(crate) async fn handed_on(&self, call: &Call, tx: &mut Tx) -> Result<Option<String>, ApiError> {
        let Some((sign_in, time)) = &self.sign_in else { return Ok(None) };
        let handle = new_handle(call.random());
        tx.insert_sign_in(&handle, sign_in, call.now() + *time).await?;
        Ok(Some(handle))
    }

    /// Counts a wrong code, and refuses who guesses too often.
    pub(crate) async fn count_wrong_code(&self, call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
        let who = self.user.id.to_string();
        if tx.lockout(&self.pool.id, &who).await?.is_locked(call.now()) {
            return Err(ApiError::new(ErrorCode::NotAuthorizedException, SignInError::Locked.to_string()));
        }
        tx.count_failure(&self.pool.id, &who, call.now()).await?;
        Ok(())
    }
}

//! Setting up an authenticator app: by the user of an access token, or by one in the middle of a sign-in that asks for it.

use chrono::TimeDelta;
use domain::sign_in::{Challenge, Factor, SignIn, SignInError};
use domain::software_tokens::SoftwareToken;
use domain::user_pools::UserPool;
use domain::users::{MfaFactor, User};
use storage::Tx;
use wire::ErrorCode;

use super::sign_in::new_handle;
use super::signed_in;
use crate::call::Call;
use crate::error::ApiError;

/// How the user who sets one up is known.
#[derive(Clone, Copy)]
pub(crate) struct OwnerProof<'a> {
    /// An access token.
    pub(crate) access_token: Option<&'a str>,
    /// The session of a sign-in at MFA_SETUP. It is used up when the step succeeds, and another takes its place.
    pub(crate) session: Option<&'a str>,
}

/// Makes a new secret. Returns it, with the session that goes on.
///
/// # Errors
/// NotAuthorizedException for a token or session that is not good, InvalidParameterException without either, and when the
/// pool has no such factor.
pub(crate) async fn associate_software_token(
    call: &Call,
    proof: OwnerProof<'_>,
) -> Result<(SoftwareToken, Option<String>), ApiError> {
    let token = SoftwareToken::generate(call.random());
    let mut tx = call.store.begin().await?;
    let owner = owner(call, &mut tx, proof).await?;
    tx.put_software_token(&owner.user, &token).await?;
    let session = owner.handed_on(call, &mut tx).await?;
    tx.commit().await?;
    Ok((token, session))
}

/// Takes the first code of the app. From then on it is asked for. Returns the session that goes on.
///
/// # Errors
/// As [`associate_software_token`], and for a wrong code, which counts against the user.
pub(crate) async fn verify_software_token(
    call: &Call,
    proof: OwnerProof<'_>,
    code: &str,
    friendly_name: Option<String>,
) -> Result<Option<String>, ApiError> {
    let mut tx = call.store.begin().await?;
    let owner = owner(call, &mut tx, proof).await?;
    owner.check_lock(call, &mut tx).await?;
    let token =
        tx.unverified_software_token(&owner.user.id).await?.ok_or_else(ApiError::no_software_token)?;
    let step = match token.check(code, call.now()) {
        Ok(step) => step,
        Err(_) => {
            owner.count_wrong_code(call, &mut tx).await?;
            tx.commit().await?;
            return Err(wrong_code(proof));
        }
    };
    let token = SoftwareToken { verified: true, friendly_name, last_step: step, ..token };
    tx.clear_failures(&owner.user.id, Factor::SoftwareTokenSetUp).await?;
    tx.delete_unverified_software_token(&owner.user.id).await?;
    tx.put_software_token(&owner.user, &token).await?;
    let mut user = owner.user.clone();
    let stays_preferred = user.mfa.preferred == Some(MfaFactor::SoftwareToken);
    user.mfa.turn(MfaFactor::SoftwareToken, true, stays_preferred);
    tx.save_user(&owner.pool, &User { modified_at: call.now(), ..user }).await??;
    let session = owner.handed_on(call, &mut tx).await?;
    tx.commit().await?;
    Ok(session)
}

fn wrong_code(proof: OwnerProof<'_>) -> ApiError {
    if proof.access_token.is_some() {
        ApiError::new(
            ErrorCode::EnableSoftwareTokenMFAException,
            "Code mismatch and fail enable Software Token MFA",
        )
    } else {
        SignInError::SoftwareTokenMismatch.into()
    }
}

/// A user who sets up an authenticator app.
struct Owner {
    pool: UserPool,
    user: User,
    /// The sign-in that goes on afterwards.
    sign_in: Option<WaitingSignIn>,
}

/// A sign-in at MFA_SETUP.
struct WaitingSignIn {
    handle: String,
    sign_in: SignIn,
    /// How long its next step may take.
    time: TimeDelta,
}

async fn owner(call: &Call, tx: &mut Tx, proof: OwnerProof<'_>) -> Result<Owner, ApiError> {
    let owner = match (proof.access_token, proof.session) {
        (Some(token), _) => {
            let me = signed_in(call, tx, token).await?;
            Owner { pool: me.pool, user: me.user, sign_in: None }
        }
        (None, Some(handle)) => of_sign_in(call, tx, handle).await?,
        (None, None) => {
            return Err(ApiError::invalid_parameter("Either AccessToken or Session is required"));
        }
    };
    if owner.pool.mfa.allows_software_token() {
        Ok(owner)
    } else {
        Err(ApiError::no_software_token_in_pool())
    }
}

async fn of_sign_in(call: &Call, tx: &mut Tx, handle: &str) -> Result<Owner, ApiError> {
    let kept = tx.sign_in(handle).await?.ok_or(SignInError::NoSession)?;
    if kept.used {
        return Err(SignInError::SessionUsed.into());
    }
    if kept.expires_at <= call.now() {
        return Err(SignInError::SessionExpired.into());
    }
    if !matches!(kept.sign_in.challenge, Challenge::SetUpMfa(_)) {
        return Err(SignInError::NoSession.into());
    }
    let user = tx.user_by_id(&kept.sign_in.user_id.unwrap_or_default()).await?;
    let user = user.ok_or(SignInError::NoSession)?;
    if !user.enabled {
        return Err(SignInError::Disabled.into());
    }
    let client = tx.client_with_pool(&kept.sign_in.client_id).await?;
    let client = client.ok_or_else(|| ApiError::no_app_client(&kept.sign_in.client_id))?;
    let time = kept.sign_in.surface.step_lifetime(&client.client);
    let sign_in = WaitingSignIn { handle: handle.to_owned(), sign_in: kept.sign_in, time };
    Ok(Owner { pool: client.pool, user, sign_in: Some(sign_in) })
}

impl Owner {
    /// A new handle for the sign-in, if there is one: the old one is used up.
    async fn handed_on(&self, call: &Call, tx: &mut Tx) -> Result<Option<String>, ApiError> {
        let Some(WaitingSignIn { handle, sign_in, time }) = &self.sign_in else { return Ok(None) };
        if !tx.use_sign_in(handle).await? {
            return Err(SignInError::SessionUsed.into());
        }
        let next = new_handle(call.random());
        tx.insert_sign_in(&next, sign_in, call.now() + *time).await?;
        Ok(Some(next))
    }

    /// Refuses who guessed too often.
    async fn check_lock(&self, call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
        let lockouts = tx.lockouts(&self.user.id).await?;
        if lockouts.are_locked(Factor::SoftwareTokenSetUp, call.now()) {
            return Err(SignInError::Locked.into());
        }
        Ok(())
    }

    /// Counts a wrong code, against the user and against the sign-in.
    async fn count_wrong_code(&self, call: &Call, tx: &mut Tx) -> Result<(), ApiError> {
        if let Some(WaitingSignIn { handle, .. }) = &self.sign_in
            && !tx.count_wrong_answer(handle, call.config.tries_per_code.into()).await?
        {
            return Err(SignInError::SessionUsed.into());
        }
        if !tx.count_failure(&self.user, Factor::SoftwareTokenSetUp, call.now()).await? {
            return Err(SignInError::Locked.into());
        }
        Ok(())
    }
}

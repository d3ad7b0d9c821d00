//! From a sign-up straight to a sign-in: SignUp and ConfirmSignUp hand out a session that USER_AUTH takes in place of a
//! first factor (developer guide, "Signing in users after sign-up"). At the pages of a domain whoever signs up goes on
//! likewise.

use domain::random;
use domain::sign_in::{Challenge, SignIn, SignInError, Surface};
use domain::users::User;
use storage::{ClientWithPool, Tx};
use wire::ExplicitAuthFlowsType;

use super::new_handle;
use crate::call::Call;
use crate::error::ApiError;

/// The session of a sign-up, for clients that can use it. `proved`: the sign-up is confirmed.
pub(crate) async fn begin_after_sign_up(
    call: &Call,
    tx: &mut Tx,
    client: &ClientWithPool,
    user: &User,
    surface: Surface,
    proved: bool,
) -> Result<Option<String>, ApiError> {
    let settings = &client.client.settings;
    let is_of_use = match surface {
        Surface::Api | Surface::AdminApi => settings.allows_auth_flow(ExplicitAuthFlowsType::AllowUserAuth),
        Surface::ManagedLogin => true,
    };
    if !is_of_use {
        return Ok(None);
    }
    let sign_in = SignIn {
        pool_id: client.pool.id.clone(),
        client_id: client.client.id.clone(),
        user_id: Some(user.id),
        unknown_name: None,
        username: user.username.clone(),
        surface,
        is_choice_based: true,
        device_key: None,
        has_plain_password: false,
        event_id: random::uuid(call.random()),
        passed: Vec::new(),
        challenge: if proved { Challenge::SignedUp } else { Challenge::SigningUp },
    };
    let handle = new_handle(call.random());
    tx.insert_sign_in(&handle, &sign_in, call.now() + surface.step_lifetime(&client.client)).await?;
    Ok(Some(handle))
}

/// The session of a sign-up comes back with its code: the same user goes on, in the same client.
///
/// # Errors
/// NotAuthorizedException for a session that is not of this sign-up.
pub(crate) async fn go_on_after_sign_up(
    call: &Call,
    tx: &mut Tx,
    client: &ClientWithPool,
    user: &User,
    surface: Surface,
    session: &str,
) -> Result<Option<String>, ApiError> {
    let kept = tx.sign_in(session).await?.ok_or(SignInError::NoSession)?;
    let is_of_this = kept.sign_in.challenge == Challenge::SigningUp
        && kept.sign_in.surface == surface
        && kept.sign_in.client_id == client.client.id
        && kept.sign_in.user_id == Some(user.id);
    if !is_of_this {
        return Err(SignInError::NoSession.into());
    }
    if kept.expires_at <= call.now() {
        return Err(SignInError::SessionExpired.into());
    }
    if !tx.use_sign_in(session).await? {
        return Err(SignInError::SessionUsed.into());
    }
    begin_after_sign_up(call, tx, client, user, surface, true).await
}

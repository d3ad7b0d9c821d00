//! Registering a passkey, from what the browser is told to what it made, for a user who is signed in.

use chrono::TimeDelta;
use domain::ids::ClientId;
use domain::user_pools::UserPool;
use domain::users::User;
use serde_json::Value;
use storage::{PasskeyRegistration, Tx};
use wire::{AuthFactorType, ErrorCode};

use super::passkeys::{self, PasskeyError};
use crate::call::Call;
use crate::error::ApiError;

/// How long a registration may take.
const PATIENCE: TimeDelta = TimeDelta::minutes(5);

/// Passkeys are of use only where the pool lets users sign in by them.
///
/// # Errors
/// WebAuthnNotEnabledException.
fn check_passkeys_enabled(pool: &UserPool) -> Result<(), ApiError> {
    if pool.settings.allows_first_factor(AuthFactorType::WebAuthn) {
        return Ok(());
    }
    Err(ApiError::new(ErrorCode::WebAuthnNotEnabledException, "WebAuthn is not enabled for this user pool."))
}

/// Begins a registration: `CredentialCreationOptions`.
///
/// # Errors
/// The service's, where passkeys are off and for users who have too many.
pub(crate) async fn start_passkey_registration(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    client_id: &ClientId,
    user: &User,
) -> Result<Value, ApiError> {
    check_passkeys_enabled(pool)?;
    let (options, state) = passkeys::begin_registration(call, tx, pool, user).await?;
    let registration =
        PasskeyRegistration { client_id: client_id.clone(), state, expires_at: call.now() + PATIENCE };
    tx.put_passkey_registration(user, &registration).await?;
    Ok(options)
}

/// Keeps the passkey that a browser made.
///
/// # Errors
/// The service's, for one that was not begun here, or not by this client, and for what the library refuses.
pub(crate) async fn complete_passkey_registration(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    client_id: &ClientId,
    user: &User,
    made: Value,
) -> Result<(), ApiError> {
    check_passkeys_enabled(pool)?;
    let begun = tx.take_passkey_registration(&user.id).await?;
    let begun = begun.filter(|begun| begun.expires_at > call.now()).ok_or(PasskeyError::Challenge)?;
    if begun.client_id != *client_id {
        return Err(ApiError::new(
            ErrorCode::WebAuthnClientMismatchException,
            "The registration was started with another app client.",
        ));
    }
    let passkey = passkeys::finish_registration(call, tx, pool, user, &begun.state, made).await?;
    if !tx.insert_passkey(&passkey).await? {
        return Err(PasskeyError::NotSupported(None).into());
    }
    Ok(())
}

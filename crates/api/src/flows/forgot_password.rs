//! A forgotten password: a code to an address that was verified, and another password for it.
//!
//! Where the client hides who exists, a name that nobody has and a user who cannot have a code get the same answers, limits and
//! work as a user who can (developer guide, "Managing user existence error responses").

use domain::codes::{CodeError, CodePurpose, LimitedAction, check_code};
use domain::messages::MessageKind;
use domain::random;
use domain::sign_in::Factor;
use domain::user_pools::{PasswordChoice, UserPool, check_password};
use domain::users::{RecoveryError, User, expected_recovery_address};
use storage::{ClientWithPool, NotWritten, Tx};
use wire::{CodeDeliveryDetailsType, ErrorCode, EventType};

use super::unknown_names::{made_up_details, pretend_code, pretend_message, unknown_name};
use super::{
    account_event, check_password_history, keep_password_history, new_verifier, no_such_user_of_client,
    send_code,
};
use crate::call::Call;
use crate::error::ApiError;

const PURPOSE: CodePurpose = CodePurpose::ForgotPassword;

/// Sends a code to choose another password with. Returns where it went.
///
/// # Errors
/// The service's, for users who cannot have one, and after too many codes.
pub(crate) async fn forgot_password(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let pool = &client.pool;
    call.count_unsigned()?;
    call.padding.begin();
    let hides = client.client.settings.prevents_user_existence_errors();
    let mut tx = call.store.begin().await?;
    let user = tx.user(pool, username).await?;
    if user.is_none() && !hides {
        return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
    }
    if !count(call, &mut tx, pool, user.as_ref(), username, LimitedAction::ForgotPassword).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let details = match (&user, user.as_ref().map(|user| user.recovery_address(pool))) {
        (Some(user), Some(Ok(address))) => {
            let kind = MessageKind::ForgotPassword;
            let details = send_code(call, &mut tx, pool, user, address, PURPOSE, kind).await?;
            let event = account_event(call, user, Some(&client.client.id), EventType::ForgotPassword);
            tx.insert_auth_event(&event).await?;
            details
        }
        (_, Some(Err(error))) if !hides => return Err(error.into()),
        // Whoever may not know who exists may not know what state they are in.
        (user, _) => pretend_to_send(call, &mut tx, pool, user.as_ref(), username).await?,
    };
    tx.commit().await?;

    Ok(details)
}

/// Counts a try, of a user or of a name that nobody has. False when there were too many.
async fn count(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: Option<&User>,
    username: &str,
    action: LimitedAction,
) -> Result<bool, ApiError> {
    Ok(match user {
        Some(user) => tx.count_attempt(user, action, call.now()).await?,
        None => tx.count_attempt_of_unknown(&unknown_name(call, pool, username), action, call.now()).await?,
    })
}

/// A code that nobody is sent. That of a user is none that somebody could type.
async fn pretend_to_send(
    call: &Call,
    tx: &mut Tx,
    pool: &UserPool,
    user: Option<&User>,
    username: &str,
) -> Result<CodeDeliveryDetailsType, ApiError> {
    let address = expected_recovery_address(pool, username)?;
    match user {
        Some(user) => {
            tx.put_code(user, PURPOSE, &random::alphanumeric(call.random(), 43), call.now()).await?
        }
        None => pretend_code(call, tx, &unknown_name(call, pool, username), PURPOSE).await?,
    }
    pretend_message(call, tx, pool, address, MessageKind::ForgotPassword, username).await?;
    Ok(made_up_details(call, pool, address, username))
}

/// Sets another password, if `code` is the one that was sent last.
///
/// # Errors
/// The service's, for a wrong, old or repeated code, too many tries, and a password that breaks the pool's rules.
pub(crate) async fn confirm_forgot_password(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
    code: &str,
    password: &str,
) -> Result<(), ApiError> {
    let pool = &client.pool;
    check_password(&pool.settings.password_policy(), PasswordChoice::Later, password)?;
    let user = user_with_code(call, client, username, code).await?;
    // Computed for a right code alone: a wrong one takes the same time whoever is meant.
    check_password_history(call, pool, &user, password).await?;
    let verifier = new_verifier(call, pool, &user.username, password).await?;

    let mut tx = call.store.begin().await?;
    if !tx.take_code(&user, PURPOSE, code).await? {
        return Err(CodeError::Expired.into());
    }
    let before = user.clone();
    let user = user.with_permanent_password(verifier, call.now());
    tx.save_user(pool, &user).await?.map_err(|error| match error {
        NotWritten::Changed => CodeError::Expired.into(),
        NotWritten::AliasTaken(_) | NotWritten::UsernameTaken => {
            ApiError::invalid_parameter(ApiError::from(error).message)
        }
    })?;
    keep_password_history(&mut tx, pool, &before, call.now()).await?;
    tx.clear_failures(&user.id, Factor::Password).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::PasswordChange))
        .await?;
    tx.commit().await?;

    Ok(())
}

/// The user who was sent this code. It is not used up yet, and the try counts.
async fn user_with_code(
    call: &Call,
    client: &ClientWithPool,
    username: &str,
    code: &str,
) -> Result<User, ApiError> {
    let pool = &client.pool;
    let hides = client.client.settings.prevents_user_existence_errors();
    call.padding.begin();
    let mut tx = call.store.begin().await?;
    let user = tx.user(pool, username).await?;
    match &user {
        None if !hides => return Err(no_such_user_of_client(ErrorCode::UserNotFoundException)),
        Some(user) if !hides && !user.enabled => return Err(RecoveryError::Disabled.into()),
        Some(user) if !hides && user.password_disabled => return Err(RecoveryError::State.into()),
        Some(_) | None => {}
    }
    let action = LimitedAction::ConfirmForgotPassword;
    if !count(call, &mut tx, pool, user.as_ref(), username, action).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let stored = match &user {
        Some(user) => tx.code(user, PURPOSE, code).await?,
        None => {
            let expires_at = tx.code_of_unknown(&unknown_name(call, pool, username), PURPOSE).await?;
            expires_at.map(|expires_at| (expires_at, false))
        }
    };
    tx.commit().await?; // the try counts
    check_code(stored, call.now())?;
    // Who was disabled since then is told of no more than others.
    user.filter(|user| user.enabled && !user.password_disabled).ok_or_else(|| CodeError::Mismatch.into())
}

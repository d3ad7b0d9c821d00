//! A forgotten password: a code to an address that was verified, and another password for it.

use domain::codes::{CodeError, CodePurpose, LimitedAction, check_code};
use domain::messages::{self, MessageKind};
use domain::user_pools::{PasswordChoice, UserPool, check_password};
use domain::users::RecoveryError;
use storage::{ClientWithPool, NotWritten, Tx};
use wire::{CodeDeliveryDetailsType, ErrorCode, EventType, VerifiedAttributeType};

use super::{
    account_event, check_password_history, keep_password_history, new_verifier, no_such_user_of_client,
    send_code,
};
use crate::call::Call;
use crate::error::ApiError;

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
    let hides = client.client.settings.prevents_user_existence_errors();
    let mut tx = call.store.begin().await?;
    let Some(user) = tx.user(pool, username).await? else {
        if !hides {
            return Err(no_such_user_of_client(ErrorCode::UserNotFoundException));
        }
        pretend_to_send(call, &mut tx, pool, username).await?;
        tx.commit().await?;
        return Ok(pretended(username));
    };
    if !tx.count_attempt(&user, LimitedAction::ForgotPassword, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let address = match user.recovery_address(pool) {
        Ok(address) => address,
        // Whoever may not know who exists may not know what state they are in.
        Err(RecoveryError::Disabled | RecoveryError::NoAddress) if hides => {
            tx.commit().await?;
            return Ok(pretended(username));
        }
        Err(error) => return Err(error.into()),
    };
    let kind = MessageKind::ForgotPassword;
    let details = send_code(call, &mut tx, pool, &user, address, CodePurpose::ForgotPassword, kind).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::ForgotPassword))
        .await?;
    tx.commit().await?;

    Ok(details)
}

/// As much work as a code for somebody: a row that is written, and nothing that is sent.
async fn pretend_to_send(call: &Call, tx: &mut Tx, pool: &UserPool, username: &str) -> Result<(), ApiError> {
    let code = CodePurpose::ForgotPassword.generate(call.random());
    call.store.mac("nobody", &code);
    tx.count_nobody(&pool.id, &pool.name_key(username), call.now()).await?;
    Ok(())
}

fn pretended(username: &str) -> CodeDeliveryDetailsType {
    let first: String = username.chars().take(1).collect();
    messages::delivery_details(VerifiedAttributeType::Email, &format!("{first}@{first}"))
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
    let hides = client.client.settings.prevents_user_existence_errors();
    let user = call.store.read_latest().await?.user(pool, username).await?;
    // Computed for nobody too: both take the same time.
    let name = user.as_ref().map_or(username, |user| &user.username);
    let verifier = new_verifier(call, pool, name, password).await?;
    let user = match user {
        Some(user) if (user.enabled && !user.password_disabled) || !hides => user,
        Some(_) => return Err(CodeError::Mismatch.into()),
        None if hides => return Err(CodeError::Mismatch.into()),
        None => return Err(no_such_user_of_client(ErrorCode::UserNotFoundException)),
    };
    if !user.enabled {
        return Err(RecoveryError::Disabled.into());
    }
    if user.password_disabled {
        return Err(RecoveryError::State.into());
    }
    check_password_history(call, pool, &user, password).await?;

    let mut tx = call.store.begin().await?;
    if !tx.count_attempt(&user, LimitedAction::ConfirmForgotPassword, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let purpose = CodePurpose::ForgotPassword;
    let stored = tx.code(&user, purpose, code).await?;
    if let Err(error) = check_code(stored, call.now()) {
        tx.commit().await?; // the try counts
        return Err(error.into());
    }
    if !tx.take_code(&user, purpose, code).await? {
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
    tx.clear_lockout(&pool.id, &user.id.to_string()).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&client.client.id), EventType::PasswordChange))
        .await?;
    tx.commit().await?;

    Ok(())
}

//! ConfirmForgotPassword: the code came back, with another password.

use domain::codes::{CodeError, CodePurpose, LimitedAction, check_code};
use domain::user_pools::check_password;
use domain::users::RecoveryError;
use storage::NotWritten;
use wire::{ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse, ErrorCode, EventType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{
    account_event, check_password_history, keep_password_history, new_verifier, no_such_user_of_client,
    trusted_client,
};

pub(in crate::operations) async fn confirm_forgot_password(
    call: &Call,
    request: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let pool = &client.pool;
    check_password(&pool.settings.password_policy(), &request.password)?;
    let hides = client.client.settings.prevents_user_existence_errors();
    let user = call.store.read_latest().await?.user(pool, &request.username).await?;
    // Computed for nobody too: both take the same time.
    let username = user.as_ref().map_or(&request.username, |user| &user.username);
    let verifier = new_verifier(call, pool, username, &request.password).await?;
    let user = match user {
        Some(user) if user.enabled || !hides => user,
        Some(_) => return Err(CodeError::Mismatch.into()),
        None if hides => return Err(CodeError::Mismatch.into()),
        None => return Err(no_such_user_of_client(ErrorCode::UserNotFoundException)),
    };
    if !user.enabled {
        return Err(RecoveryError::Disabled.into());
    }
    check_password_history(call, pool, &user, &request.password).await?;

    let mut tx = call.store.begin().await?;
    if !tx.count_attempt(&user, LimitedAction::ConfirmForgotPassword, call.now()).await? {
        tx.commit().await?;
        return Err(CodeError::LimitExceeded.into());
    }
    let purpose = CodePurpose::ForgotPassword;
    let stored = tx.code(&user, purpose, &request.confirmation_code).await?;
    if let Err(error) = check_code(stored, call.now()) {
        tx.commit().await?; // the try counts
        return Err(error.into());
    }
    if !tx.take_code(&user, purpose, &request.confirmation_code).await? {
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

    Ok(ConfirmForgotPasswordResponse {})
}

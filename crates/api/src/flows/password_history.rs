//! Passwords that a user had before, where the pool remembers them (`PasswordHistorySize`).

use chrono::{DateTime, Utc};
use domain::user_pools::{UserPool, is_used_before};
use domain::users::User;
use storage::Tx;
use wire::ErrorCode;

use crate::apart::apart;
use crate::call::Call;
use crate::error::ApiError;

/// Checks that a new password is none that the user has or had. Costs a modular exponentiation for each: call it before a
/// transaction begins.
///
/// # Errors
/// PasswordHistoryPolicyViolationException.
pub(crate) async fn check_password_history(
    call: &Call,
    pool: &UserPool,
    user: &User,
    password: &str,
) -> Result<(), ApiError> {
    let size = pool.settings.password_history_size();
    if size == 0 {
        return Ok(());
    }
    let mut history = call.store.read_latest().await?.password_history(&user.id, size).await?;
    history.extend(user.password.clone());
    let (pool_id, username, password) = (pool.id.clone(), user.username.clone(), password.to_owned());
    if apart(move || is_used_before(&history, &pool_id, &username, &password)).await? {
        return Err(ApiError::new(
            ErrorCode::PasswordHistoryPolicyViolationException,
            "Password has previously been used.",
        ));
    }
    Ok(())
}

/// Remembers the password that a user had until now, where the pool remembers passwords.
pub(crate) async fn keep_password_history(
    tx: &mut Tx,
    pool: &UserPool,
    before: &User,
    now: DateTime<Utc>,
) -> Result<(), ApiError> {
    let size = pool.settings.password_history_size();
    if let (Some(password), true) = (&before.password, size > 0) {
        tx.insert_password_history(before, password, size, now).await?;
    }
    Ok(())
}

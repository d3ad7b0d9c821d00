//! ChangePassword: whoever signed in chooses another password. Sessions go on.

use domain::codes::{CodeError, LimitedAction};
use domain::sign_in::SignInError;
use domain::user_pools::{PasswordChoice, check_password};
use domain::users::User;
use wire::{ChangePasswordRequest, ChangePasswordResponse, EventType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{
    account_event, check_password_history, is_password, keep_password_history, new_verifier, signed_in,
};

pub(in crate::operations) async fn change_password(
    call: &Call,
    request: ChangePasswordRequest,
) -> Result<ChangePasswordResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    drop(read);
    let mut tx = call.store.begin().await?;
    let is_within_limit = tx.count_attempt(&me.user, LimitedAction::ChangePassword, call.now()).await?;
    tx.commit().await?;
    if !is_within_limit {
        return Err(CodeError::LimitExceeded.into());
    }
    let pool = &me.pool;
    let is_right = match (me.user.usable_password(), &request.previous_password) {
        (Some(held), Some(shown)) => is_password(pool, &me.user.username, held, shown).await?,
        (Some(_), None) => false,
        (None, _) => me.user.may_choose_first_password(),
    };
    if !is_right {
        return Err(SignInError::Incorrect.into());
    }
    check_password(&pool.settings.password_policy(), PasswordChoice::Later, &request.proposed_password)?;
    check_password_history(call, pool, &me.user, &request.proposed_password).await?;
    let verifier = new_verifier(call, pool, &me.user.username, &request.proposed_password).await?;
    let user = User {
        password: Some(verifier),
        password_set_at: Some(call.now()),
        modified_at: call.now(),
        ..me.user.clone()
    };

    let mut tx = call.store.begin().await?;
    tx.save_user(pool, &user).await??;
    keep_password_history(&mut tx, pool, &me.user, call.now()).await?;
    tx.insert_auth_event(&account_event(call, &user, Some(&me.client.id), EventType::PasswordChange)).await?;
    tx.commit().await?;

    Ok(ChangePasswordResponse {})
}

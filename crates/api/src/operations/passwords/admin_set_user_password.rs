//! AdminSetUserPassword: a password for a user, temporary or for good. It signs in, also who could not sign in by one before.

use domain::sign_in::Factor;
use domain::user_pools::{PasswordChoice, check_password};
use domain::users::User;
use wire::{AdminSetUserPasswordRequest, AdminSetUserPasswordResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{check_password_history, keep_password_history, new_verifier};
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_set_user_password(
    call: &Call,
    request: AdminSetUserPasswordRequest,
) -> Result<AdminSetUserPasswordResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    drop(read);
    check_password(&pool.settings.password_policy(), PasswordChoice::Later, &request.password)?;
    check_password_history(call, &pool, &user, &request.password).await?;
    let verifier = new_verifier(call, &pool, &user.username, &request.password).await?;
    let before = user.clone();
    let user = if request.permanent.unwrap_or(false) {
        user.with_permanent_password(verifier, call.now())
    } else {
        user.with_temporary_password(verifier, call.now())
    };
    let user = User { password_disabled: false, ..user };

    let mut tx = call.store.begin().await?;
    // The model lists no AliasExistsException here: an alias that is taken stays with who has it.
    tx.save_user(&pool, &user)
        .await?
        .map_err(|error| ApiError::invalid_parameter(ApiError::from(error).message))?;
    keep_password_history(&mut tx, &pool, &before, call.now()).await?;
    tx.clear_failures(&user.id, Factor::Password).await?;
    tx.commit().await?;

    Ok(AdminSetUserPasswordResponse {})
}

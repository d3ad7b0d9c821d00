//! AdminConfirmSignUp: an administrator confirms a user without a code. No address is verified by it.

use wire::{AdminConfirmSignUpRequest, AdminConfirmSignUpResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_confirm_sign_up(
    call: &Call,
    request: AdminConfirmSignUpRequest,
) -> Result<AdminConfirmSignUpResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let user = user.confirmed(call.now())?;
    // The model does not list AliasExistsException here: a preferred username that is taken stays with who has it.
    tx.save_user(&pool, &user)
        .await?
        .map_err(|error| ApiError::invalid_parameter(ApiError::from(error).message))?;
    tx.commit().await?;

    Ok(AdminConfirmSignUpResponse {})
}

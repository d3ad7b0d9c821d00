//! AdminDeleteUser: deletes a user, in whatever state.

use wire::{AdminDeleteUserRequest, AdminDeleteUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_delete_user(
    call: &Call,
    request: AdminDeleteUserRequest,
) -> Result<AdminDeleteUserResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    if !tx.delete_user(&user).await? {
        return Err(ApiError::no_user());
    }
    tx.commit().await?;

    Ok(AdminDeleteUserResponse {})
}

//! AdminEnableUser: a user can sign in again.

use domain::users::User;
use wire::{AdminEnableUserRequest, AdminEnableUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_enable_user(
    call: &Call,
    request: AdminEnableUserRequest,
) -> Result<AdminEnableUserResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let user = User { enabled: true, modified_at: call.now(), ..user };
    tx.save_user(&pool, &user).await??;
    tx.commit().await?;

    Ok(AdminEnableUserResponse {})
}

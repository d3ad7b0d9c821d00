//! AdminDisableUser: a user cannot sign in any more, and every session ends.

use domain::users::User;
use wire::{AdminDisableUserRequest, AdminDisableUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_disable_user(
    call: &Call,
    request: AdminDisableUserRequest,
) -> Result<AdminDisableUserResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let user = User { enabled: false, modified_at: call.now(), ..user };
    tx.save_user(&pool, &user).await??;
    tx.revoke_user_sessions(&user.id, call.now()).await?;
    tx.commit().await?;

    Ok(AdminDisableUserResponse {})
}

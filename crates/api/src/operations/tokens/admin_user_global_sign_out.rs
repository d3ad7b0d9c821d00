//! AdminUserGlobalSignOut: an administrator ends all sessions of a user.

use wire::{AdminUserGlobalSignOutRequest, AdminUserGlobalSignOutResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_user_global_sign_out(
    call: &Call,
    request: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    tx.revoke_user_sessions(&user.id, call.now()).await?;
    tx.commit().await?;

    Ok(AdminUserGlobalSignOutResponse {})
}

//! AdminRevokeUserSession: an administrator ends one session of a user.

use wire::{AdminRevokeUserSessionRequest, AdminRevokeUserSessionResponse};

use super::revoke;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_revoke_user_session(
    call: &Call,
    request: AdminRevokeUserSessionRequest,
) -> Result<AdminRevokeUserSessionResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let named = (request.session_id.as_str(), request.revoke_associated_sessions);
    revoke(call, &mut tx, &user.id, named, None).await?;
    tx.commit().await?;

    Ok(AdminRevokeUserSessionResponse {})
}

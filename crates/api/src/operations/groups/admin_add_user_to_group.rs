//! AdminAddUserToGroup: makes a user a member. A second time changes nothing.

use wire::{AdminAddUserToGroupRequest, AdminAddUserToGroupResponse};

use super::require_group;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;
use crate::operations::require_user;

pub(in crate::operations) async fn admin_add_user_to_group(
    call: &Call,
    request: AdminAddUserToGroupRequest,
) -> Result<AdminAddUserToGroupResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let group = require_group(&mut tx, &pool.id, &request.group_name).await?;
    tx.add_user_to_group(&group, &user.id).await?;
    tx.commit().await?;

    Ok(AdminAddUserToGroupResponse {})
}

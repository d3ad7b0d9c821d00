//! DeleteGroup: the group goes, its members stay.

use wire::{DeleteGroupRequest, DeleteGroupResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_group(
    call: &Call,
    request: DeleteGroupRequest,
) -> Result<DeleteGroupResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    if !tx.delete_group(&pool_id, &request.group_name).await? {
        return Err(ApiError::not_found("Group not found."));
    }
    tx.commit().await?;

    Ok(DeleteGroupResponse {})
}

//! UpdateGroup: what is left out stays as it is.

use domain::groups::Group;
use wire::{UpdateGroupRequest, UpdateGroupResponse};

use super::require_group;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn update_group(
    call: &Call,
    request: UpdateGroupRequest,
) -> Result<UpdateGroupResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let group = require_group(&mut tx, &pool_id, &request.group_name).await?;
    let group = Group {
        description: request.description.or(group.description),
        role_arn: request.role_arn.or(group.role_arn),
        precedence: request.precedence.map(i64::from).or(group.precedence),
        modified_at: call.now(),
        ..group
    };
    if !tx.save_group(&group).await? {
        return Err(ApiError::not_found("Group not found."));
    }
    tx.commit().await?;

    Ok(UpdateGroupResponse { group: Some(group.described()) })
}

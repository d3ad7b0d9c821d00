//! CreateGroup: a new group, without members.

use domain::groups::Group;
use wire::{CreateGroupRequest, CreateGroupResponse, ErrorCode};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn create_group(
    call: &Call,
    request: CreateGroupRequest,
) -> Result<CreateGroupResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let group = Group {
        pool_id,
        name: request.group_name,
        description: request.description,
        role_arn: request.role_arn,
        precedence: request.precedence.map(i64::from),
        created_at: call.now(),
        modified_at: call.now(),
    };
    if !tx.insert_group(&group).await? {
        return Err(ApiError::new(ErrorCode::GroupExistsException, "A group with the name already exists."));
    }
    tx.commit().await?;

    Ok(CreateGroupResponse { group: Some(group.described()) })
}

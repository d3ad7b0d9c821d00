//! GetGroup: one group.

use wire::{GetGroupRequest, GetGroupResponse};

use super::require_group;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn get_group(
    call: &Call,
    request: GetGroupRequest,
) -> Result<GetGroupResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let group = require_group(&mut read, &pool_id, &request.group_name).await?;

    Ok(GetGroupResponse { group: Some(group.described()) })
}

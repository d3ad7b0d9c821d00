//! ListUsersInGroup: pages of the members of a group.

use uuid::Uuid;
use wire::{ListUsersInGroupRequest, ListUsersInGroupResponse};

use super::require_group;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::paging;
use crate::operations::require_pool_id;
use crate::operations::users::described_user;

pub(in crate::operations) async fn list_users_in_group(
    call: &Call,
    request: ListUsersInGroupRequest,
) -> Result<ListUsersInGroupResponse, ApiError> {
    let size = paging::size(request.limit);
    let list = format!("users-in-group/{}/{}", request.user_pool_id, request.group_name);
    let after: Option<Uuid> = paging::position(call, &list, request.next_token.as_deref())?;
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    require_group(&mut read, &pool_id, &request.group_name).await?;
    let users =
        read.users_in_group(&pool_id, &request.group_name, &after.unwrap_or_default(), size + 1).await?;

    let (users, next_token) = paging::cut(call, &list, users, size, |user| user.id);
    Ok(ListUsersInGroupResponse { users: Some(users.iter().map(described_user).collect()), next_token })
}

//! AdminListGroupsForUser: pages of the groups of a user, the highest precedence first.

use domain::groups::Group;
use wire::{AdminListGroupsForUserRequest, AdminListGroupsForUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::paging;
use crate::operations::require_pool;
use crate::operations::require_user;

pub(in crate::operations) async fn admin_list_groups_for_user(
    call: &Call,
    request: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse, ApiError> {
    let size = paging::size(request.limit);
    let list = format!("groups-of-user/{}/{}", request.user_pool_id, request.username);
    let after: usize = paging::position(call, &list, request.next_token.as_deref())?.unwrap_or(0);
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    // A user is in a hundred groups at most: they are read as a whole, since their order is of several columns.
    let groups: Vec<(usize, Group)> =
        read.groups_of_user(&user.id).await?.into_iter().enumerate().skip(after).collect();

    let (groups, next_token) = paging::cut(call, &list, groups, size, |(index, _)| index + 1);
    let groups = groups.iter().map(|(_, group)| group.described()).collect();
    Ok(AdminListGroupsForUserResponse { groups: Some(groups), next_token })
}

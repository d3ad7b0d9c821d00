//! ListGroups: pages of groups, by name.

use domain::groups::Group;
use wire::{ListGroupsRequest, ListGroupsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::paging;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn list_groups(
    call: &Call,
    request: ListGroupsRequest,
) -> Result<ListGroupsResponse, ApiError> {
    let size = paging::size(request.limit);
    let list = format!("groups/{}", request.user_pool_id);
    let after: Option<String> = paging::position(call, &list, request.next_token.as_deref())?;
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let groups = read.groups(&pool_id, after.as_deref().unwrap_or_default(), size + 1).await?;

    let (groups, next_token) = paging::cut(call, &list, groups, size, |group| group.name.clone());
    Ok(ListGroupsResponse { groups: Some(groups.iter().map(Group::described).collect()), next_token })
}

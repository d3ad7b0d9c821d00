//! ListUserPools: the pools of the caller's account and region, the oldest first.

use storage::Position;
use wire::{ListUserPoolsRequest, ListUserPoolsResponse, UserPoolDescriptionType};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::paging;

pub(in crate::operations) async fn list_user_pools(
    call: &Call,
    request: ListUserPoolsRequest,
) -> Result<ListUserPoolsResponse, ApiError> {
    let list = format!("user_pools/{}/{}", call.scope.account, call.scope.region);
    let size = paging::size(Some(request.max_results));
    let after = paging::position(call, &list, request.next_token.as_deref())?.unwrap_or(Position::start());
    let mut read = call.store.read_latest().await?;
    let pools = read.user_pools(&call.scope, &after, size + 1).await?;

    let (pools, next_token) = paging::cut(call, &list, pools, size, |pool| Position {
        created_at: pool.created_at,
        id: pool.id.as_str().to_owned(),
    });
    let pools = pools.into_iter().map(|pool| UserPoolDescriptionType {
        id: Some(pool.id.into()),
        name: Some(pool.name),
        lambda_config: pool.settings.lambda_config,
        last_modified_date: Some(pool.modified_at.into()),
        creation_date: Some(pool.created_at.into()),
        ..UserPoolDescriptionType::default()
    });
    Ok(ListUserPoolsResponse { user_pools: Some(pools.collect()), next_token })
}

//! ListResourceServers: the resource servers of a pool, the oldest first.

use storage::Position;
use wire::{ListResourceServersRequest, ListResourceServersResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{paging, require_pool_id};

/// Most resource servers of a page, which is also the default (API reference).
const MOST: i32 = 50;

pub(in crate::operations) async fn list_resource_servers(
    call: &Call,
    request: ListResourceServersRequest,
) -> Result<ListResourceServersResponse, ApiError> {
    let list = format!("resource_servers/{}", request.user_pool_id);
    let size = paging::size(Some(request.max_results.unwrap_or(MOST)));
    let after = paging::position(call, &list, request.next_token.as_deref())?.unwrap_or(Position::start());
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let servers = read.resource_servers(&pool_id, &after, size + 1).await?;

    let (servers, next_token) = paging::cut(call, &list, servers, size, |server| Position {
        created_at: server.created_at,
        id: server.identifier.clone(),
    });
    let resource_servers = servers.iter().map(domain::resource_servers::ResourceServer::describe).collect();
    Ok(ListResourceServersResponse { resource_servers, next_token })
}

//! ListUserPoolClients: ids and names of a pool's clients, the oldest first.

use storage::Position;
use wire::{
    ClientTypeType, ListUserPoolClientsRequest, ListUserPoolClientsResponse, UserPoolClientDescription,
};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{paging, require_pool_id};

pub(in crate::operations) async fn list_user_pool_clients(
    call: &Call,
    request: ListUserPoolClientsRequest,
) -> Result<ListUserPoolClientsResponse, ApiError> {
    let list = format!("app_clients/{}", request.user_pool_id);
    let size = paging::size(request.max_results);
    let after = paging::position(call, &list, request.next_token.as_deref())?.unwrap_or(Position::start());
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let clients = match request.client_type {
        None | Some(ClientTypeType::Regular) => read.app_clients(&pool_id, &after, size + 1).await?,
        // Clients that register themselves cannot be made here yet, so there are none.
        Some(ClientTypeType::Dcr) => Vec::new(),
    };

    let (clients, next_token) = paging::cut(call, &list, clients, size, |client| Position {
        created_at: client.created_at,
        id: client.id.as_str().to_owned(),
    });
    let clients = clients.into_iter().map(|client| UserPoolClientDescription {
        client_id: Some(client.id.into()),
        user_pool_id: Some(client.pool_id.into()),
        client_name: Some(client.name),
    });
    Ok(ListUserPoolClientsResponse { user_pool_clients: Some(clients.collect()), next_token })
}

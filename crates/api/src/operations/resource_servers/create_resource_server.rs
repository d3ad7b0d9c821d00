//! CreateResourceServer: an API with scopes of its own.

use domain::resource_servers::ResourceServer;
use wire::{CreateResourceServerRequest, CreateResourceServerResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn create_resource_server(
    call: &Call,
    request: CreateResourceServerRequest,
) -> Result<CreateResourceServerResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id.clone()).await?;
    let server = ResourceServer::new(pool_id, &request, call.now())?;
    if !tx.insert_resource_server(&server).await? {
        return Err(server.taken().into());
    }
    tx.commit().await?;
    call.documents.forget(&server.pool_id);

    Ok(CreateResourceServerResponse { resource_server: server.describe() })
}

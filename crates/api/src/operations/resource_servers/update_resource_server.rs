//! UpdateResourceServer: replaces name and scopes. Clients keep the scopes they were given.

use domain::resource_servers::ResourceServerError;
use wire::{UpdateResourceServerRequest, UpdateResourceServerResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn update_resource_server(
    call: &Call,
    request: UpdateResourceServerRequest,
) -> Result<UpdateResourceServerResponse, ApiError> {
    let unknown = || ResourceServerError::Unknown(request.identifier.clone());
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id.clone()).await?;
    let server = tx.resource_server(&pool_id, &request.identifier).await?.ok_or_else(unknown)?;
    let server = server.updated(&request)?;
    if !tx.save_resource_server(&server).await? {
        return Err(unknown().into());
    }
    tx.commit().await?;
    call.documents.forget(&pool_id);

    Ok(UpdateResourceServerResponse { resource_server: server.describe() })
}

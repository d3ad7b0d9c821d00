//! DeleteResourceServer: a resource server with its scopes. Clients keep the scopes they were given.

use domain::resource_servers::ResourceServerError;
use wire::{DeleteResourceServerRequest, DeleteResourceServerResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_resource_server(
    call: &Call,
    request: DeleteResourceServerRequest,
) -> Result<DeleteResourceServerResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    if !tx.delete_resource_server(&pool_id, &request.identifier).await? {
        return Err(ResourceServerError::Unknown(request.identifier).into());
    }
    tx.commit().await?;
    call.documents.forget(&pool_id);

    Ok(DeleteResourceServerResponse {})
}

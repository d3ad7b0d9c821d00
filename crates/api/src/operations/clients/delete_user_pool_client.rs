//! DeleteUserPoolClient: a client, with its secrets.

use domain::ids::ClientId;
use wire::{DeleteUserPoolClientRequest, DeleteUserPoolClientResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_user_pool_client(
    call: &Call,
    request: DeleteUserPoolClientRequest,
) -> Result<DeleteUserPoolClientResponse, ApiError> {
    let id = ClientId::from(request.client_id);
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    if !tx.delete_app_client(&pool_id, &id).await? {
        return Err(ApiError::no_app_client(&id));
    }
    tx.commit().await?;

    Ok(DeleteUserPoolClientResponse {})
}

//! DeleteUserPoolClientSecret: retires one of two secrets. The last one stays.

use domain::app_clients::check_secret_can_be_deleted;
use wire::{DeleteUserPoolClientSecretRequest, DeleteUserPoolClientSecretResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn delete_user_pool_client_secret(
    call: &Call,
    request: DeleteUserPoolClientSecretRequest,
) -> Result<DeleteUserPoolClientSecretResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let client = require_client(&mut tx, &pool_id, request.client_id).await?;
    let active = tx.client_secrets(&client.id).await?;
    let active_ids: Vec<&str> = active.iter().map(|secret| secret.id.as_str()).collect();
    check_secret_can_be_deleted(&client.id, &active_ids, &request.client_secret_id)?;
    // Two that delete at once must not leave none.
    if !tx.touch_app_client(&client).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.delete_client_secret(&client.id, &request.client_secret_id).await?;
    tx.commit().await?;

    Ok(DeleteUserPoolClientSecretResponse {})
}

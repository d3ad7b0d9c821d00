//! DeleteIdentityProvider: a provider and its identifiers. Users who came through it stay.

use wire::{DeleteIdentityProviderRequest, DeleteIdentityProviderResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_identity_provider(
    call: &Call,
    request: DeleteIdentityProviderRequest,
) -> Result<DeleteIdentityProviderResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    if !tx.delete_identity_provider(&pool_id, &request.provider_name).await? {
        return Err(ApiError::no_identity_provider(&request.provider_name));
    }
    tx.commit().await?;

    Ok(DeleteIdentityProviderResponse {})
}

//! UpdateIdentityProvider: replaces the members that the request gives; the provider keeps the others.

use domain::identity_providers::RequestedDetails;
use wire::{UpdateIdentityProviderRequest, UpdateIdentityProviderResponse};

use super::{described, identifier_taken, require_provider};
use crate::call::Call;
use crate::error::ApiError;
use crate::federation::completed;
use crate::operations::require_pool;

pub(in crate::operations) async fn update_identity_provider(
    call: &Call,
    request: UpdateIdentityProviderRequest,
) -> Result<UpdateIdentityProviderResponse, ApiError> {
    let provider = {
        let mut read = call.store.read_latest().await?;
        let pool = require_pool(&mut read, call, request.user_pool_id.clone()).await?;
        require_provider(&mut read, &pool.id, &request.provider_name).await?
    };
    let details = match RequestedDetails::of_update(&provider, &request)? {
        Some(details) => Some(completed(call, &provider.pool_id, details, provider.encryption_key()).await?),
        None => None,
    };

    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let provider = provider.updated(&pool.schema, &request, details, call.now())?;
    if !tx.save_identity_provider(&provider).await.map_err(identifier_taken)? {
        return Err(ApiError::concurrent_modification());
    }
    tx.commit().await?;

    Ok(UpdateIdentityProviderResponse { identity_provider: described(&provider) })
}

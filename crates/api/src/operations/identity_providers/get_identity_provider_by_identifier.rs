//! GetIdentityProviderByIdentifier: the provider that an identifier, mostly an e-mail domain, chooses.

use wire::{GetIdentityProviderByIdentifierRequest, GetIdentityProviderByIdentifierResponse};

use super::described;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn get_identity_provider_by_identifier(
    call: &Call,
    request: GetIdentityProviderByIdentifierRequest,
) -> Result<GetIdentityProviderByIdentifierResponse, ApiError> {
    let identifier = request.idp_identifier;
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let provider = read.identity_provider_by_identifier(&pool_id, &identifier).await?;
    let provider = provider.ok_or_else(|| {
        ApiError::not_found(format!("Identity provider with identifier {identifier} does not exist."))
    })?;

    Ok(GetIdentityProviderByIdentifierResponse { identity_provider: described(&provider) })
}

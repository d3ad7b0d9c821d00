//! DescribeIdentityProvider: a provider with its details, but for private keys.

use wire::{DescribeIdentityProviderRequest, DescribeIdentityProviderResponse};

use super::{described, require_provider};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn describe_identity_provider(
    call: &Call,
    request: DescribeIdentityProviderRequest,
) -> Result<DescribeIdentityProviderResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let provider = require_provider(&mut read, &pool_id, &request.provider_name).await?;

    Ok(DescribeIdentityProviderResponse { identity_provider: described(&provider) })
}

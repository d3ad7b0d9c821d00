//! DescribeManagedLoginBranding: a style, as it was set or with the defaults under it.

use wire::{DescribeManagedLoginBrandingRequest, DescribeManagedLoginBrandingResponse};

use super::require_branding;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn describe_managed_login_branding(
    call: &Call,
    request: DescribeManagedLoginBrandingRequest,
) -> Result<DescribeManagedLoginBrandingResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let branding = require_branding(&mut read, &pool_id, &request.managed_login_branding_id).await?;

    let is_merged = request.return_merged_resources == Some(true);
    let described = if is_merged { branding.describe_merged() } else { branding.describe() };
    Ok(DescribeManagedLoginBrandingResponse { managed_login_branding: Some(described) })
}

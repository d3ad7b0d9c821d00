//! DescribeManagedLoginBrandingByClient: the style of an app client, as it was set or with the defaults under it.

use domain::managed_login_branding::BrandingError;
use wire::{DescribeManagedLoginBrandingByClientRequest, DescribeManagedLoginBrandingByClientResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn describe_managed_login_branding_by_client(
    call: &Call,
    request: DescribeManagedLoginBrandingByClientRequest,
) -> Result<DescribeManagedLoginBrandingByClientResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let client = require_client(&mut read, &pool_id, request.client_id).await?;
    let branding = read.managed_login_branding_of_client(&client.id).await?;
    let branding = branding.ok_or(BrandingError::NoneOfClient(client.id))?;

    let is_merged = request.return_merged_resources == Some(true);
    let described = if is_merged { branding.describe_merged() } else { branding.describe() };
    Ok(DescribeManagedLoginBrandingByClientResponse { managed_login_branding: Some(described) })
}

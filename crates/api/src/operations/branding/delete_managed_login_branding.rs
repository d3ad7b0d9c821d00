//! DeleteManagedLoginBranding: takes the style of an app client away, and with it its managed login pages.

use domain::managed_login_branding::BrandingError;
use uuid::Uuid;
use wire::{DeleteManagedLoginBrandingRequest, DeleteManagedLoginBrandingResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_managed_login_branding(
    call: &Call,
    request: DeleteManagedLoginBrandingRequest,
) -> Result<DeleteManagedLoginBrandingResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let id = Uuid::parse_str(&request.managed_login_branding_id).map_err(|_| BrandingError::Unknown)?;
    if !tx.delete_managed_login_branding(&pool_id, &id).await? {
        return Err(BrandingError::Unknown.into());
    }
    tx.commit().await?;

    Ok(DeleteManagedLoginBrandingResponse {})
}

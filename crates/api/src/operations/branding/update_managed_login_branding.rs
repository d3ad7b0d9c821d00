//! UpdateManagedLoginBranding: other settings, more images, or back to the defaults.

use wire::{UpdateManagedLoginBrandingRequest, UpdateManagedLoginBrandingResponse};

use super::require_branding;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn update_managed_login_branding(
    call: &Call,
    request: UpdateManagedLoginBrandingRequest,
) -> Result<UpdateManagedLoginBrandingResponse, ApiError> {
    let pool_id = named(request.user_pool_id.as_ref(), "userPoolId")?;
    let id = named(request.managed_login_branding_id.as_ref(), "managedLoginBrandingId")?;
    let mut read = call.store.read().await?;
    let pool = require_pool(&mut read, call, pool_id).await?;
    let before = require_branding(&mut read, &pool.id, &id).await?;
    drop(read);
    // Before the transaction begins: images are hashed.
    let branding = before.clone().updated(request, &pool, call.now())?;

    let mut tx = call.store.begin().await?;
    if !tx.save_managed_login_branding(&branding).await? {
        return Err(ApiError::concurrent_modification());
    }
    if branding.assets != before.assets {
        tx.save_managed_login_assets(&branding).await?;
    }
    tx.commit().await?;

    Ok(UpdateManagedLoginBrandingResponse { managed_login_branding: Some(branding.describe()) })
}

/// A member that the operation cannot do without, although the model does not require it.
fn named(member: Option<&String>, name: &str) -> Result<String, ApiError> {
    member.cloned().ok_or_else(|| {
        ApiError::invalid_parameter(format!(
            "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null"
        ))
    })
}

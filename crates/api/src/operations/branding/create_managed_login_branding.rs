//! CreateManagedLoginBranding: gives an app client a style, without which it has no managed login pages.

use domain::managed_login_branding::{BrandingError, ManagedLoginBranding};
use wire::{CreateManagedLoginBrandingRequest, CreateManagedLoginBrandingResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool};

pub(in crate::operations) async fn create_managed_login_branding(
    call: &Call,
    request: CreateManagedLoginBrandingRequest,
) -> Result<CreateManagedLoginBrandingResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id.clone()).await?;
    let client = require_client(&mut read, &pool.id, request.client_id.clone()).await?;
    drop(read);
    // Before the transaction begins: images are hashed.
    let branding = ManagedLoginBranding::new(request, &pool, client.id, call.now(), call.random())?;

    let mut tx = call.store.begin().await?;
    if !tx.insert_managed_login_branding(&branding).await? {
        return Err(BrandingError::Exists(branding.client_id).into());
    }
    tx.commit().await?;

    Ok(CreateManagedLoginBrandingResponse { managed_login_branding: Some(branding.describe()) })
}

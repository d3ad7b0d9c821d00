//! AdminDeleteUserAttributes: an administrator takes attributes of a user away.

use wire::{AdminDeleteUserAttributesRequest, AdminDeleteUserAttributesResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_delete_user_attributes(
    call: &Call,
    request: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let user = user.without_attributes(&pool, &request.user_attribute_names, |_| true, call.now())?;
    tx.save_user(&pool, &user).await??;
    tx.commit().await?;

    Ok(AdminDeleteUserAttributesResponse {})
}

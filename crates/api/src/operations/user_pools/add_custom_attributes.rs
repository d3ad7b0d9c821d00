//! AddCustomAttributes: extends the schema of a pool. Nothing in a schema is ever removed or changed.

use wire::{AddCustomAttributesRequest, AddCustomAttributesResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn add_custom_attributes(
    call: &Call,
    request: AddCustomAttributesRequest,
) -> Result<AddCustomAttributesResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let mut pool = pool.with_custom_attributes(request.custom_attributes)?;
    pool.modified_at = call.now();
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.commit().await?;

    Ok(AddCustomAttributesResponse {})
}

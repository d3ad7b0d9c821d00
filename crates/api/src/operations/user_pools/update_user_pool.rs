//! UpdateUserPool: replaces the settings of a pool; what the request omits goes back to its default.

use domain::user_pools::UserPool;
use wire::{UpdateUserPoolRequest, UpdateUserPoolResponse};

use super::check_tags;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn update_user_pool(
    call: &Call,
    request: UpdateUserPoolRequest,
) -> Result<UpdateUserPoolResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let settings = pool.settings.replaced_by(&request, &call.scope, &pool.mfa)?;
    let tags = request.user_pool_tags.unwrap_or_default();
    check_tags(&tags)?;
    let name = request.pool_name.unwrap_or_else(|| pool.name.clone());
    let pool = UserPool { settings, tags, name, modified_at: call.now(), ..pool };
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::concurrent_modification());
    }
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(UpdateUserPoolResponse {})
}

//! UntagResource: removes tags from a pool. Tags that it does not have are no error.

use wire::{UntagResourceRequest, UntagResourceResponse};

use super::require_pool_of_arn;
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn untag_resource(
    call: &Call,
    request: UntagResourceRequest,
) -> Result<UntagResourceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let mut pool = require_pool_of_arn(&mut tx, call, &request.resource_arn).await?;
    pool.tags.retain(|key, _| !request.tag_keys.contains(key));
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.commit().await?;

    Ok(UntagResourceResponse {})
}

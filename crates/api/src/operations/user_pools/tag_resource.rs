//! TagResource: adds tags to a pool, and gives those that it has new values.

use wire::{TagResourceRequest, TagResourceResponse};

use super::{check_tags, require_pool_of_arn};
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn tag_resource(
    call: &Call,
    request: TagResourceRequest,
) -> Result<TagResourceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let mut pool = require_pool_of_arn(&mut tx, call, &request.resource_arn).await?;
    pool.tags.extend(request.tags);
    // The model does not list UserPoolTaggingException for this operation.
    check_tags(&pool.tags).map_err(|error| ApiError::invalid_parameter(error.message))?;
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::too_many_requests());
    }
    tx.commit().await?;

    Ok(TagResourceResponse {})
}

//! ListTagsForResource: the tags of a pool.

use wire::{ListTagsForResourceRequest, ListTagsForResourceResponse};

use super::require_pool_of_arn;
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn list_tags_for_resource(
    call: &Call,
    request: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool_of_arn(&mut read, call, &request.resource_arn).await?;

    Ok(ListTagsForResourceResponse { tags: Some(pool.tags) })
}

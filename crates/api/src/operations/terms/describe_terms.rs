//! DescribeTerms: the links to a document, by its id.

use wire::{DescribeTermsRequest, DescribeTermsResponse};

use super::require_terms;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn describe_terms(
    call: &Call,
    request: DescribeTermsRequest,
) -> Result<DescribeTermsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let terms = require_terms(&mut read, &pool_id, &request.terms_id).await?;

    Ok(DescribeTermsResponse { terms: Some(terms.describe()) })
}

//! DescribeUserPoolDomain: what a domain is and whose. Of an unknown one the description is empty, which is no error.

use wire::{DescribeUserPoolDomainRequest, DescribeUserPoolDomainResponse};

use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn describe_user_pool_domain(
    call: &Call,
    request: DescribeUserPoolDomainRequest,
) -> Result<DescribeUserPoolDomainResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let domain = read.domain_of_account(&call.scope, &request.domain).await?;

    let description = domain.map(|domain| domain.describe(&call.scope)).unwrap_or_default();
    Ok(DescribeUserPoolDomainResponse { domain_description: Some(description) })
}

//! DescribeTermsByClient: the links to a document, by its client and name.

use domain::terms::TermsError;
use wire::{DescribeTermsByClientRequest, DescribeTermsByClientResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn describe_terms_by_client(
    call: &Call,
    request: DescribeTermsByClientRequest,
) -> Result<DescribeTermsByClientResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool_id = require_pool_id(&mut read, call, request.user_pool_id).await?;
    let client = require_client(&mut read, &pool_id, request.client_id).await?;
    let terms = read.terms_of_client(&client.id).await?;
    let terms = terms.into_iter().find(|terms| terms.name == request.terms_name);
    let terms = terms.ok_or(TermsError::NoneOfClient { name: request.terms_name, client_id: client.id })?;

    Ok(DescribeTermsByClientResponse { terms: Some(terms.describe()) })
}

//! CreateTerms: links to the terms of use or the privacy policy of an app client.

use domain::terms::Terms;
use wire::{CreateTermsRequest, CreateTermsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_client, require_pool_id};

pub(in crate::operations) async fn create_terms(
    call: &Call,
    request: CreateTermsRequest,
) -> Result<CreateTermsResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id.clone()).await?;
    let client = require_client(&mut tx, &pool_id, request.client_id.clone()).await?;
    let terms = Terms::new(request, pool_id, client.id, call.now(), call.random())?;
    if !tx.insert_terms(&terms).await? {
        return Err(terms.taken().into());
    }
    tx.commit().await?;

    Ok(CreateTermsResponse { terms: Some(terms.describe()) })
}

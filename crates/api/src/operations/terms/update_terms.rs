//! UpdateTerms: other links, or another name.

use storage::StoreError;
use wire::{UpdateTermsRequest, UpdateTermsResponse};

use super::require_terms;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn update_terms(
    call: &Call,
    request: UpdateTermsRequest,
) -> Result<UpdateTermsResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id.clone()).await?;
    let terms = require_terms(&mut tx, &pool_id, &request.terms_id).await?;
    let terms = terms.updated(request, call.now())?;
    match tx.save_terms(&terms).await {
        Ok(true) => {}
        Ok(false) => return Err(ApiError::concurrent_modification()),
        Err(StoreError::Conflict) => return Err(terms.taken().into()),
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;

    Ok(UpdateTermsResponse { terms: Some(terms.describe()) })
}

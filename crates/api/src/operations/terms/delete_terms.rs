//! DeleteTerms: takes away the links to a document.

use domain::terms::TermsError;
use uuid::Uuid;
use wire::{DeleteTermsRequest, DeleteTermsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool_id;

pub(in crate::operations) async fn delete_terms(
    call: &Call,
    request: DeleteTermsRequest,
) -> Result<DeleteTermsResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool_id = require_pool_id(&mut tx, call, request.user_pool_id).await?;
    let id = Uuid::parse_str(&request.terms_id).map_err(|_| TermsError::Unknown)?;
    if !tx.delete_terms(&pool_id, &id).await? {
        return Err(TermsError::Unknown.into());
    }
    tx.commit().await?;

    Ok(DeleteTermsResponse {})
}

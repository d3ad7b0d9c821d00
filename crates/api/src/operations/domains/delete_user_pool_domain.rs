//! DeleteUserPoolDomain: the host no longer answers for the pool.

use domain::domains::DomainError;
use wire::{DeleteUserPoolDomainRequest, DeleteUserPoolDomainResponse};

use super::require_domain;
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn delete_user_pool_domain(
    call: &Call,
    request: DeleteUserPoolDomainRequest,
) -> Result<DeleteUserPoolDomainResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let (pool, domain) = require_domain(&mut tx, call, request.user_pool_id, &request.domain).await?;
    if !tx.delete_domain(&pool.id, &domain.domain).await? {
        return Err(DomainError::Unknown.into());
    }
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(DeleteUserPoolDomainResponse {})
}

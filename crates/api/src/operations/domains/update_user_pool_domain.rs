//! UpdateUserPoolDomain: the certificate of a custom domain, the version of the pages, the routing.

use domain::domains::DomainError;
use wire::{UpdateUserPoolDomainRequest, UpdateUserPoolDomainResponse};

use super::require_domain;
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn update_user_pool_domain(
    call: &Call,
    request: UpdateUserPoolDomainRequest,
) -> Result<UpdateUserPoolDomainResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let (pool, domain) = require_domain(&mut tx, call, request.user_pool_id.clone(), &request.domain).await?;
    let domain = domain.updated(&request, &pool, call.now())?;
    if !tx.save_domain(&domain).await? {
        return Err(DomainError::Unknown.into());
    }
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(UpdateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domain.cloud_front_domain().map(str::to_owned),
        routing: domain.routing,
    })
}

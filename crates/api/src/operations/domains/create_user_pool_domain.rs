//! CreateUserPoolDomain: gives a pool a host of its own. It is active at once.

use domain::domains::{Domain, DomainError, DomainKind};
use wire::{CreateUserPoolDomainRequest, CreateUserPoolDomainResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn create_user_pool_domain(
    call: &Call,
    request: CreateUserPoolDomainRequest,
) -> Result<CreateUserPoolDomainResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id.clone()).await?;
    let domain = Domain::new(&request, &pool, call.now(), call.random())?;
    // A prefix is unique in its region, a name of one's own everywhere.
    let is_taken = match domain.kind {
        DomainKind::Prefix => false,
        DomainKind::Custom { .. } => !tx.domains_by_name(&domain.domain).await?.is_empty(),
    };
    if is_taken || !tx.insert_domain(&domain).await? {
        let of_pool = tx.domains_of_pool(&pool.id).await?;
        let has_this_kind = of_pool.iter().any(|other| same_kind(other, &domain));
        return Err(if has_this_kind { DomainError::PoolHasDomain } else { domain.taken() }.into());
    }
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(CreateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domain.cloud_front_domain().map(str::to_owned),
        routing: domain.routing,
    })
}

fn same_kind(one: &Domain, other: &Domain) -> bool {
    std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind)
}

//! User pool domains.

mod create_user_pool_domain;
mod delete_user_pool_domain;
mod describe_user_pool_domain;
mod update_user_pool_domain;

use domain::domains::{Domain, DomainError};
use domain::user_pools::UserPool;
use storage::Reader;

use crate::call::Call;
use crate::error::ApiError;

pub(super) use create_user_pool_domain::create_user_pool_domain;
pub(super) use delete_user_pool_domain::delete_user_pool_domain;
pub(super) use describe_user_pool_domain::describe_user_pool_domain;
pub(super) use update_user_pool_domain::update_user_pool_domain;

/// The pool of this id and its domain of this name. The service has one text for whichever is missing.
async fn require_domain(
    read: &mut Reader,
    call: &Call,
    pool_id: String,
    name: &str,
) -> Result<(UserPool, Domain), ApiError> {
    let pool_id = domain::ids::PoolId::from(pool_id);
    let pool = read.user_pool(&call.scope, &pool_id).await?.ok_or(DomainError::Unknown)?;
    let domain = read.domain(&call.scope.region, name).await?.filter(|domain| domain.pool_id == pool.id);
    Ok((pool, domain.ok_or(DomainError::Unknown)?))
}

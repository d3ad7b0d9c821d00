//! DeleteUserPool: a pool and everything of it, unless a domain or its deletion protection stands in the way.

use domain::user_pools::UserPoolError;
use storage::StoreError;
use wire::{DeleteUserPoolRequest, DeleteUserPoolResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn delete_user_pool(
    call: &Call,
    request: DeleteUserPoolRequest,
) -> Result<DeleteUserPoolResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    pool.check_deletable()?;
    match tx.delete_user_pool(&pool.id).await {
        Err(StoreError::Reference) => return Err(UserPoolError::HasDomain.into()),
        outcome => outcome?,
    };
    tx.commit().await?;
    call.documents.forget(&pool.id);

    Ok(DeleteUserPoolResponse {})
}

//! DescribeUserPool: all settings of a pool, its schema, domains and size.

use domain::ids::PoolId;
use wire::{DescribeUserPoolRequest, DescribeUserPoolResponse};

use super::described;
use crate::call::Call;
use crate::error::ApiError;

pub(in crate::operations) async fn describe_user_pool(
    call: &Call,
    request: DescribeUserPoolRequest,
) -> Result<DescribeUserPoolResponse, ApiError> {
    let id = PoolId::from(request.user_pool_id);
    let mut read = call.store.read_latest().await?;
    let pool =
        read.described_user_pool(&call.scope, &id).await?.ok_or_else(|| ApiError::no_user_pool(&id))?;

    Ok(DescribeUserPoolResponse { user_pool: Some(described(pool)) })
}

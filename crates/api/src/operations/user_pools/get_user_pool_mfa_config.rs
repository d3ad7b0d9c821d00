//! GetUserPoolMfaConfig: the second factors of a pool.

use wire::{GetUserPoolMfaConfigRequest, GetUserPoolMfaConfigResponse};

use super::mfa_config;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn get_user_pool_mfa_config(
    call: &Call,
    request: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;

    Ok(mfa_config(&pool))
}

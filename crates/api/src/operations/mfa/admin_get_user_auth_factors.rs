//! AdminGetUserAuthFactors: the factors that a user has set up, for an administrator.

use wire::{AdminGetUserAuthFactorsRequest, AdminGetUserAuthFactorsResponse};

use super::configured_factors;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_get_user_auth_factors(
    call: &Call,
    request: AdminGetUserAuthFactorsRequest,
) -> Result<AdminGetUserAuthFactorsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    let passkeys = read.passkey_count(&user.id).await?;

    Ok(AdminGetUserAuthFactorsResponse {
        configured_user_auth_factors: Some(configured_factors(&pool, &user, passkeys)),
        preferred_mfa_setting: user.mfa.preferred.map(|factor| factor.as_str().to_owned()),
        user_mfa_setting_list: user.mfa.listed(),
        username: user.username,
    })
}

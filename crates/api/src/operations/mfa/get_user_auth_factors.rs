//! GetUserAuthFactors: the factors that a user has set up.

use wire::{GetUserAuthFactorsRequest, GetUserAuthFactorsResponse};

use super::configured_factors;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn get_user_auth_factors(
    call: &Call,
    request: GetUserAuthFactorsRequest,
) -> Result<GetUserAuthFactorsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    let passkeys = read.passkey_count(&me.user.id).await?;

    Ok(GetUserAuthFactorsResponse {
        configured_user_auth_factors: Some(configured_factors(&me.pool, &me.user, passkeys)),
        preferred_mfa_setting: me.user.mfa.preferred.map(|factor| factor.as_str().to_owned()),
        user_mfa_setting_list: me.user.mfa.listed(),
        username: me.user.username,
    })
}

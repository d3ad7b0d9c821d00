//! AdminGetUser: a user with all attributes.

use wire::{AdminGetUserRequest, AdminGetUserResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_get_user(
    call: &Call,
    request: AdminGetUserRequest,
) -> Result<AdminGetUserResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;

    Ok(AdminGetUserResponse {
        user_attributes: Some(user.listed_attributes()),
        username: user.username,
        user_create_date: Some(user.created_at.into()),
        user_last_modified_date: Some(user.modified_at.into()),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        mfa_options: Some(user.mfa.options.clone()).filter(|options| !options.is_empty()),
        preferred_mfa_setting: user.mfa.preferred.map(|factor| factor.as_str().to_owned()),
        user_mfa_setting_list: user.mfa.listed(),
    })
}

//! AdminSetUserSettings: the older way to turn on codes by text message for a user.

use domain::users::{MfaPreference, User};
use wire::{AdminSetUserSettingsRequest, AdminSetUserSettingsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_set_user_settings(
    call: &Call,
    request: AdminSetUserSettingsRequest,
) -> Result<AdminSetUserSettingsResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let mfa = MfaPreference { options: request.mfa_options, ..user.mfa.clone() };
    let user = User { mfa, modified_at: call.now(), ..user };
    tx.save_user(&pool, &user).await??;
    tx.commit().await?;

    Ok(AdminSetUserSettingsResponse {})
}

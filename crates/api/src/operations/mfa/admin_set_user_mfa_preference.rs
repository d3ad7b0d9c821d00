//! AdminSetUserMFAPreference: an administrator says which second factors of a user are on, and which is asked for.

use domain::users::MfaChange;
use wire::{AdminSetUserMFAPreferenceRequest, AdminSetUserMFAPreferenceResponse};

use super::change_preference;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_set_user_mfa_preference(
    call: &Call,
    request: AdminSetUserMFAPreferenceRequest,
) -> Result<AdminSetUserMFAPreferenceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let change = MfaChange {
        sms: request.sms_mfa_settings,
        software_token: request.software_token_mfa_settings,
        email: request.email_mfa_settings,
        web_authn: request.web_authn_mfa_settings,
    };
    change_preference(call, &mut tx, &pool, user, &change).await?;
    tx.commit().await?;

    Ok(AdminSetUserMFAPreferenceResponse {})
}

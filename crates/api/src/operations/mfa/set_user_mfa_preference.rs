//! SetUserMFAPreference: a user says which second factors are on, and which is asked for.

use domain::users::MfaChange;
use wire::{SetUserMFAPreferenceRequest, SetUserMFAPreferenceResponse};

use super::change_preference;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn set_user_mfa_preference(
    call: &Call,
    request: SetUserMFAPreferenceRequest,
) -> Result<SetUserMFAPreferenceResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let change = MfaChange {
        sms: request.sms_mfa_settings,
        software_token: request.software_token_mfa_settings,
        email: request.email_mfa_settings,
        web_authn: request.web_authn_mfa_settings,
    };
    change_preference(call, &mut tx, &me.pool, me.user, &change).await?;
    tx.commit().await?;

    Ok(SetUserMFAPreferenceResponse {})
}

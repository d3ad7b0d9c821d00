//! SetUserPoolMfaConfig: replaces the second factors of a pool; one that is not named is off.

use domain::user_pools::MfaSettings;
use wire::{SetUserPoolMfaConfigRequest, SetUserPoolMfaConfigResponse, UserPoolMfaType};

use super::mfa_config;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_pool;

pub(in crate::operations) async fn set_user_pool_mfa_config(
    call: &Call,
    request: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse, ApiError> {
    let mfa = MfaSettings::of_request(&request);
    let mut tx = call.store.begin().await?;
    let mut pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    let mode = request.mfa_configuration.unwrap_or(UserPoolMfaType::Off);
    mfa.check(mode, &pool.settings)?;
    pool.settings.mfa_configuration = Some(mode);
    if let Some(sms) = &mfa.sms {
        // Text messages are configured once for all their uses.
        pool.settings.sms_configuration = sms.sms_configuration.clone().or(pool.settings.sms_configuration);
        pool.settings.sms_authentication_message =
            sms.sms_authentication_message.clone().or(pool.settings.sms_authentication_message);
    }
    pool.mfa = mfa;
    pool.modified_at = call.now();
    if !tx.save_user_pool(&pool).await? {
        return Err(ApiError::concurrent_modification());
    }
    tx.commit().await?;

    let shown = mfa_config(&pool);
    Ok(SetUserPoolMfaConfigResponse {
        sms_mfa_configuration: shown.sms_mfa_configuration,
        software_token_mfa_configuration: shown.software_token_mfa_configuration,
        email_mfa_configuration: shown.email_mfa_configuration,
        mfa_configuration: shown.mfa_configuration,
        web_authn_configuration: shown.web_authn_configuration,
    })
}

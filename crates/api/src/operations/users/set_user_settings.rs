//! SetUserSettings: the older way to turn on codes by text message for whoever signed in.

use domain::users::{MfaPreference, User};
use wire::{SetUserSettingsRequest, SetUserSettingsResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn set_user_settings(
    call: &Call,
    request: SetUserSettingsRequest,
) -> Result<SetUserSettingsResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let (pool, user) = (me.pool, me.user);
    let mfa = MfaPreference { options: request.mfa_options, ..user.mfa.clone() };
    let user = User { mfa, modified_at: call.now(), ..user };
    tx.save_user(&pool, &user).await??;
    tx.commit().await?;

    Ok(SetUserSettingsResponse {})
}

//! StartWebAuthnRegistration: what a browser needs to make a passkey.

use chrono::TimeDelta;
use storage::PasskeyRegistration;
use wire::{StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse};

use super::check_enabled;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::passkeys;
use crate::flows::signed_in;

pub(in crate::operations) async fn start_web_authn_registration(
    call: &Call,
    request: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    check_enabled(&me.pool)?;
    let (options, state) = passkeys::begin_registration(call, &mut tx, &me.pool, &me.user).await?;
    let registration = PasskeyRegistration {
        client_id: me.client.id,
        state,
        expires_at: call.now() + TimeDelta::minutes(5),
    };
    tx.put_passkey_registration(&me.user, &registration).await?;
    tx.commit().await?;

    Ok(StartWebAuthnRegistrationResponse { credential_creation_options: options })
}

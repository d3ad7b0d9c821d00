//! StartWebAuthnRegistration: what a browser needs to make a passkey.

use wire::{StartWebAuthnRegistrationRequest, StartWebAuthnRegistrationResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{signed_in, start_passkey_registration};

pub(in crate::operations) async fn start_web_authn_registration(
    call: &Call,
    request: StartWebAuthnRegistrationRequest,
) -> Result<StartWebAuthnRegistrationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let options = start_passkey_registration(call, &mut tx, &me.pool, &me.client.id, &me.user).await?;
    tx.commit().await?;

    Ok(StartWebAuthnRegistrationResponse { credential_creation_options: options })
}

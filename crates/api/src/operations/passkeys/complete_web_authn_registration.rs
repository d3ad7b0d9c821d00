//! CompleteWebAuthnRegistration: keeps the passkey that a browser made.

use wire::{CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{complete_passkey_registration, signed_in};

pub(in crate::operations) async fn complete_web_authn_registration(
    call: &Call,
    request: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    let (pool, client_id) = (&me.pool, &me.client.id);
    complete_passkey_registration(call, &mut tx, pool, client_id, &me.user, request.credential).await?;
    tx.commit().await?;

    Ok(CompleteWebAuthnRegistrationResponse {})
}

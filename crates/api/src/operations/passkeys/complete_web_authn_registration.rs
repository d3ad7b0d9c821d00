//! CompleteWebAuthnRegistration: keeps the passkey that a browser made.

use wire::{CompleteWebAuthnRegistrationRequest, CompleteWebAuthnRegistrationResponse, ErrorCode};

use super::check_enabled;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::passkeys::{self, PasskeyError};
use crate::flows::signed_in;

pub(in crate::operations) async fn complete_web_authn_registration(
    call: &Call,
    request: CompleteWebAuthnRegistrationRequest,
) -> Result<CompleteWebAuthnRegistrationResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    check_enabled(&me.pool)?;
    let begun = tx.take_passkey_registration(&me.user.id).await?;
    let begun = begun.filter(|begun| begun.expires_at > call.now()).ok_or(PasskeyError::Challenge)?;
    if begun.client_id != me.client.id {
        return Err(ApiError::new(
            ErrorCode::WebAuthnClientMismatchException,
            "The registration was started with another app client.",
        ));
    }
    let made = request.credential;
    let passkey =
        passkeys::finish_registration(call, &mut tx, &me.pool, &me.user, &begun.state, made).await?;
    if !tx.insert_passkey(&passkey).await? {
        return Err(PasskeyError::NotSupported(None).into());
    }
    tx.commit().await?;

    Ok(CompleteWebAuthnRegistrationResponse {})
}

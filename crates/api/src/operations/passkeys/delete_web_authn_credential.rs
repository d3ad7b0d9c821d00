//! DeleteWebAuthnCredential: a user deletes one of their passkeys.

use wire::{DeleteWebAuthnCredentialRequest, DeleteWebAuthnCredentialResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn delete_web_authn_credential(
    call: &Call,
    request: DeleteWebAuthnCredentialRequest,
) -> Result<DeleteWebAuthnCredentialResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    if !tx.delete_passkey(&me.user.id, &request.credential_id).await? {
        return Err(ApiError::not_found("WebAuthn credential does not exist."));
    }
    tx.commit().await?;

    Ok(DeleteWebAuthnCredentialResponse {})
}

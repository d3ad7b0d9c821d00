//! ConfirmSignUp: the code came back, so the address is the user's.

use domain::sign_in::Surface;
use wire::{ConfirmSignUpRequest, ConfirmSignUpResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{confirm_by_code, trusted_client};

pub(in crate::operations) async fn confirm_sign_up(
    call: &Call,
    request: ConfirmSignUpRequest,
) -> Result<ConfirmSignUpResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let moves_alias = request.force_alias_creation.unwrap_or(false);
    let shown = (request.username.as_str(), request.confirmation_code.as_str());
    let session = request.session.as_deref();
    let session = confirm_by_code(call, &client, shown, moves_alias, Surface::Api, session).await?;

    Ok(ConfirmSignUpResponse { session })
}

//! ResendConfirmationCode: a new code for a sign-up. The one before no longer counts.

use wire::{ResendConfirmationCodeRequest, ResendConfirmationCodeResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, trusted_client};

pub(in crate::operations) async fn resend_confirmation_code(
    call: &Call,
    request: ResendConfirmationCodeRequest,
) -> Result<ResendConfirmationCodeResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let details = flows::resend_confirmation_code(call, &client, &request.username).await?;

    Ok(ResendConfirmationCodeResponse { code_delivery_details: Some(details) })
}

//! ForgotPassword: a code to choose another password with, to an address that was verified.

use wire::{ForgotPasswordRequest, ForgotPasswordResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, trusted_client};

pub(in crate::operations) async fn forgot_password(
    call: &Call,
    request: ForgotPasswordRequest,
) -> Result<ForgotPasswordResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let details = flows::forgot_password(call, &client, &request.username).await?;

    Ok(ForgotPasswordResponse { code_delivery_details: Some(details) })
}

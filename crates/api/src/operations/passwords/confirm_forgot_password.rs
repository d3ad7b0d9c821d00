//! ConfirmForgotPassword: the code came back, with another password.

use wire::{ConfirmForgotPasswordRequest, ConfirmForgotPasswordResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, trusted_client};

pub(in crate::operations) async fn confirm_forgot_password(
    call: &Call,
    request: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let (code, password) = (&request.confirmation_code, &request.password);
    flows::confirm_forgot_password(call, &client, &request.username, code, password).await?;

    Ok(ConfirmForgotPasswordResponse {})
}

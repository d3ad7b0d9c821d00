//! SignUp: somebody creates an account for themselves, unconfirmed until a code comes back.

use domain::sign_in::Surface;
use wire::{SignUpRequest, SignUpResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{self, trusted_client};

pub(in crate::operations) async fn sign_up(
    call: &Call,
    request: SignUpRequest,
) -> Result<SignUpResponse, ApiError> {
    let client = trusted_client(call, request.client_id, &request.username, request.secret_hash).await?;
    let credentials = (request.username.as_str(), request.password.as_deref());
    let attributes = request.user_attributes.unwrap_or_default();
    flows::sign_up(call, &client, Surface::Api, credentials, &attributes).await
}

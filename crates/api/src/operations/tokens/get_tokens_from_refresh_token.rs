//! GetTokensFromRefreshToken: new tokens, and a new refresh token where the client rotates them.

use wire::{GetTokensFromRefreshTokenRequest, GetTokensFromRefreshTokenResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{client_with_secret, refresh};

pub(in crate::operations) async fn get_tokens_from_refresh_token(
    call: &Call,
    request: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse, ApiError> {
    let client = client_with_secret(call, request.client_id, request.client_secret.as_deref()).await?;
    let tokens =
        refresh::rotated(call, &client, &request.refresh_token, request.device_key.as_deref()).await?;

    Ok(GetTokensFromRefreshTokenResponse { authentication_result: Some(tokens) })
}

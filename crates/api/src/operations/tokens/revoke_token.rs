//! RevokeToken: ends the session of a refresh token, with all tokens of it. Other sign-ins of the user go on, unless those that
//! came from the same browser session are to end too.

use wire::{ErrorCode, RevokeAssociatedSessionsType, RevokeTokenRequest, RevokeTokenResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::{client_of_link, end_linked_sessions, is_signed_token, secret_is_right};

pub(in crate::operations) async fn revoke_token(
    call: &Call,
    request: RevokeTokenRequest,
) -> Result<RevokeTokenResponse, ApiError> {
    let client = client_of_link(call, request.client_id).await?;
    if !secret_is_right(&client, request.client_secret.as_deref()) {
        return Err(ApiError::new(ErrorCode::UnauthorizedException, "Invalid client or secret"));
    }
    if !client.client.settings.can_revoke_tokens() {
        return Err(ApiError::new(
            ErrorCode::UnsupportedOperationException,
            "Token revocation is not enabled for this client.",
        ));
    }
    if is_signed_token(&request.token) {
        return Err(ApiError::new(
            ErrorCode::UnsupportedTokenTypeException,
            "The token is not a refresh token.",
        ));
    }
    let mut tx = call.store.begin().await?;
    // What nobody knows is revoked already (RFC 7009, section 2.2). A token of another client is nothing to this one.
    if let Some(kept) = tx.refresh_token(&request.token).await?
        && kept.session.client_id == client.client.id
    {
        tx.revoke_user_session(&kept.user.id, &kept.session.event_id, call.now()).await?;
        if request.revoke_associated_sessions == Some(RevokeAssociatedSessionsType::Linked)
            && let Some(origin) = &kept.session.origin_session_id
        {
            end_linked_sessions(call, &mut tx, &kept.user.id, origin, None).await?;
        }
    }
    tx.commit().await?;

    Ok(RevokeTokenResponse {})
}

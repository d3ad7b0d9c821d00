//! `POST /oauth2/revoke`: ends the session of a refresh token (RFC 7009).

use std::rc::Rc;

use domain::oauth::OAuthError;

use super::client_authentication::authenticated_client;
use crate::flows::is_signed_token;
use crate::site::{Answer, Failure, SiteRequest};

/// The endpoint.
pub(crate) async fn revoke(request: Rc<SiteRequest>) -> Result<Answer, Failure> {
    if !request.has_form || request.form.has_repeated() {
        return Err(OAuthError::InvalidRequest.into());
    }
    let token = request.form("token").ok_or(OAuthError::InvalidRequest)?;
    let client = authenticated_client(&request, 401).await?.client;
    if !client.client.settings.can_revoke_tokens() {
        return Err(OAuthError::InvalidRequest.into());
    }
    if is_signed_token(token) {
        return Err(OAuthError::UnsupportedTokenType.into());
    }
    let mut tx = request.call.store.begin().await?;
    // What nobody knows is revoked already (section 2.2).
    if let Some(kept) = tx.refresh_token(token).await? {
        if kept.session.client_id != client.client.id {
            return Err(OAuthError::InvalidRequest.into());
        }
        tx.revoke_user_session(&kept.user.id, &kept.session.event_id, request.call.now()).await?;
    }
    tx.commit().await?;

    Ok(Answer::empty())
}

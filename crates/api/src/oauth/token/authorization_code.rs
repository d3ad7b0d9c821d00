//! The grant `authorization_code` (RFC 6749 section 4.1.3). A code counts once, whoever shows it at the same moment.

use domain::ids::ClientId;
use domain::oauth::{AuthorizationCode, OAuthError, reads_all_of};
use domain::user_sessions::UserSession;
use wire::{AuthenticationResultType, OAuthFlowType};

use super::{REFUSED, authenticated_client};
use crate::call::Call;
use crate::flows::sign_in::end_surplus_sessions;
use crate::flows::tokens;
use crate::oauth::grant::user_session;
use crate::site::{Failure, SiteRequest};

pub(super) async fn exchange(request: &SiteRequest) -> Result<AuthenticationResultType, Failure> {
    let code = request.form("code").ok_or(OAuthError::InvalidRequest)?;
    let visit = authenticated_client(request, REFUSED).await?;
    let (call, client) = (&request.call, &visit.client.client);
    if !client.settings.allows_oauth_flow(OAuthFlowType::Code) {
        return Err(OAuthError::UnauthorizedClient.into());
    }
    let found = call.store.read_latest().await?.authorization_code(code).await?;
    let (grant, user) = found.ok_or(OAuthError::InvalidGrant)?;
    if grant.used {
        return Err(shown_again(call, &grant, &client.id).await?.into());
    }
    grant.check(&client.id, request.form("redirect_uri"), request.form("code_verifier"), call.now())?;
    if !user.enabled || !reads_all_of(&grant.scopes, client, &visit.client.pool.schema) {
        return Err(OAuthError::InvalidGrant.into());
    }
    let session = UserSession {
        origin_session_id: grant.origin_session_id.clone(),
        auth_time: grant.auth_time,
        scopes: grant.scopes.clone(),
        resource: grant.resource.clone(),
        expires_at: call.now() + client.settings.refresh_token_lifetime(),
        ..user_session(call, &client.id, &user, grant.event_id)
    };
    let issued = tokens::issue(call, &visit.client, &user, &session, grant.nonce.as_deref()).await?;
    let refresh_token = tokens::new_refresh_token(call.random());

    let mut tx = call.store.begin().await?;
    if !tx.use_authorization_code(code).await? {
        drop(tx);
        return Err(shown_again(call, &grant, &client.id).await?.into());
    }
    tx.insert_user_session(&session).await?;
    tx.insert_refresh_token(&session, &refresh_token, call.now()).await?;
    end_surplus_sessions(call, &mut tx, &visit.client.pool, &session).await?;
    tx.commit().await?;

    Ok(AuthenticationResultType { refresh_token: Some(refresh_token), ..issued.into_result() })
}

/// A code that comes a second time was stolen, one of the two times: what it brought the first time is ended (RFC 6749, 4.1.2:
/// the server must deny the request, and should revoke what it issued for the code). So too in the same moment: who comes second
/// waits for the first one's transaction, and finds its session to end, or, if that failed, is the first. See decision 0023.
async fn shown_again(
    call: &Call,
    grant: &AuthorizationCode,
    client_id: &ClientId,
) -> Result<OAuthError, Failure> {
    if grant.client_id == *client_id {
        let mut tx = call.store.begin().await?;
        tx.revoke_user_session(&grant.user_id, &grant.event_id, call.now()).await?;
        tx.commit().await?;
        tracing::warn!(request_id = %call.request_id, client = %client_id, "an authorization code came twice");
    }
    Ok(OAuthError::InvalidGrant)
}

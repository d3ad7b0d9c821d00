//! Granting what an application asked for: a code that it fetches tokens with, or tokens at once.

use domain::ids::ClientId;
use domain::oauth::{AuthorizationCode, BrowserSession, ResponseType, with_fragment, with_query};
use domain::random;
use domain::user_sessions::UserSession;
use domain::users::User;
use uuid::Uuid;

use super::Authorization;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::sign_in::end_surplus_sessions;
use crate::flows::tokens;

/// Where the browser goes with the grant. `event_id` is that of the sign-in, or a new one where a session is used again.
///
/// # Errors
/// When the user was deleted meanwhile, and for faults.
pub(crate) async fn grant(
    call: &Call,
    authorization: &Authorization,
    session: &BrowserSession,
    event_id: Uuid,
) -> Result<String, ApiError> {
    match authorization.asked.response_type {
        ResponseType::Code => grant_code(call, authorization, session, event_id).await,
        ResponseType::Token => grant_tokens(call, authorization, session, event_id).await,
    }
}

async fn grant_code(
    call: &Call,
    Authorization { visit, asked }: &Authorization,
    session: &BrowserSession,
    event_id: Uuid,
) -> Result<String, ApiError> {
    let code = random::uuid(call.random()).to_string();
    let grant = AuthorizationCode {
        pool_id: session.pool_id.clone(),
        client_id: visit.client.client.id.clone(),
        user_id: session.user_id,
        event_id,
        origin_session_id: Some(session.id.clone()),
        redirect_uri: asked.redirect_uri.clone(),
        redirect_uri_was_given: asked.redirect_uri_was_given,
        scopes: asked.scopes.clone(),
        nonce: asked.nonce.clone(),
        code_challenge: asked.code_challenge.clone(),
        resource: asked.resource.clone(),
        auth_time: session.auth_time,
        expires_at: call.now() + AuthorizationCode::LIFETIME,
        used: false,
    };
    let mut tx = call.store.begin().await?;
    tx.insert_authorization_code(&code, &grant).await?;
    tx.commit().await?;

    let mut parameters = vec![("code", code.as_str())];
    parameters.extend(asked.state.as_deref().map(|state| ("state", state)));
    Ok(with_query(&asked.redirect_uri, &parameters))
}

/// The implicit flow. There is no refresh token, so the session lives as long as the access token.
async fn grant_tokens(
    call: &Call,
    Authorization { visit, asked }: &Authorization,
    session: &BrowserSession,
    event_id: Uuid,
) -> Result<String, ApiError> {
    let user = call.store.read_latest().await?.user_by_id(&session.user_id).await?;
    let user = user.ok_or_else(ApiError::no_user)?;
    let client = &visit.client.client;
    let ends = call.now() + client.settings.access_token_lifetime().max(client.settings.id_token_lifetime());
    let session = UserSession {
        origin_session_id: Some(session.id.clone()),
        auth_time: session.auth_time,
        scopes: asked.scopes.clone(),
        resource: asked.resource.clone(),
        expires_at: ends,
        ..user_session(call, &client.id, &user, event_id)
    };
    let issued = tokens::issue(call, &visit.client, &user, &session, asked.nonce.as_deref()).await?;
    let mut tx = call.store.begin().await?;
    tx.insert_user_session(&session).await?;
    end_surplus_sessions(call, &mut tx, &visit.client.pool, &session).await?;
    tx.commit().await?;

    let expires_in = issued.expires_in.to_string();
    let mut parameters: Vec<(&str, &str)> = Vec::new();
    parameters.extend(issued.id_token.as_deref().map(|token| ("id_token", token)));
    parameters.extend([
        ("access_token", issued.access_token.as_str()),
        ("token_type", "Bearer"),
        ("expires_in", expires_in.as_str()),
    ]);
    parameters.extend(asked.state.as_deref().map(|state| ("state", state)));
    Ok(with_fragment(&asked.redirect_uri, &parameters))
}

/// A family of tokens that begins now, of a user who proved themselves now.
pub(super) fn user_session(call: &Call, client_id: &ClientId, user: &User, event_id: Uuid) -> UserSession {
    let now = call.now();
    UserSession {
        event_id,
        id: UserSession::generate_id(call.random()),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client_id.clone(),
        origin_jti: random::uuid(call.random()),
        scopes: String::new(),
        is_oauth: true,
        resource: None,
        device_key: None,
        origin_session_id: None,
        ip: call.caller.ip.clone(),
        device_type: call.caller.user_agent.clone(),
        auth_time: now,
        last_active_at: now,
        expires_at: now,
        revoked_at: None,
    }
}

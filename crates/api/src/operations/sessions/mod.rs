//! Sessions of users: listed, ended one by one, and how many a pool allows.

mod admin_list_user_sessions;
mod admin_revoke_user_session;
mod get_user_pool_client_session_configuration;
mod get_user_pool_session_configuration;
mod list_user_sessions;
mod revoke_user_session;
mod set_user_pool_client_session_configuration;
mod set_user_pool_session_configuration;

pub(super) use admin_list_user_sessions::admin_list_user_sessions;
pub(super) use admin_revoke_user_session::admin_revoke_user_session;
pub(super) use get_user_pool_client_session_configuration::get_user_pool_client_session_configuration;
pub(super) use get_user_pool_session_configuration::get_user_pool_session_configuration;
pub(super) use list_user_sessions::list_user_sessions;
pub(super) use revoke_user_session::revoke_user_session;
pub(super) use set_user_pool_client_session_configuration::set_user_pool_client_session_configuration;
pub(super) use set_user_pool_session_configuration::set_user_pool_session_configuration;

use chrono::{DateTime, Utc};
use domain::oauth::BrowserSession;
use domain::user_sessions::UserSession;
use storage::{Reader, Tx};
use uuid::Uuid;
use wire::{ErrorCode, RevokeAssociatedSessionsType, SessionDescriptionType, SessionTypeType};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::end_linked_sessions;

/// A session as the API shows it. `current` is the one that the caller's token belongs to.
fn described(session: &UserSession, current: Option<Uuid>) -> SessionDescriptionType {
    SessionDescriptionType {
        session_id: Some(session.id.clone()),
        session_type: Some(SessionTypeType::Token),
        client_id: Some(session.client_id.to_string()),
        create_date: Some(session.auth_time.into()),
        last_active_date: Some(session.last_active_at.into()),
        device_type: Some(session.device_type.clone()).filter(|device| !device.is_empty()),
        last_ip_address: Some(session.ip.clone()).filter(|ip| !ip.is_empty()),
        origin_session_id: session.origin_session_id.clone(),
        is_current_session: current.map(|current| current == session.event_id),
        ..SessionDescriptionType::default()
    }
}

/// A browser session as the API shows it.
fn described_browser(session: &BrowserSession) -> SessionDescriptionType {
    SessionDescriptionType {
        session_id: Some(session.id.clone()),
        session_type: Some(SessionTypeType::Sso),
        client_id: Some(session.client_id.to_string()),
        create_date: Some(session.auth_time.into()),
        last_active_date: Some(session.auth_time.into()),
        ..SessionDescriptionType::default()
    }
}

/// The live sessions of a user, the latest first: families of tokens, and browsers that are signed in.
async fn sessions(
    call: &Call,
    read: &mut Reader,
    user_id: &Uuid,
    current: Option<Uuid>,
) -> Result<Vec<SessionDescriptionType>, ApiError> {
    let tokens = read.user_sessions(user_id, call.now()).await?;
    let browsers = read.browser_sessions(user_id, call.now()).await?;
    let mut sessions: Vec<(DateTime<Utc>, SessionDescriptionType)> = Vec::new();
    sessions.extend(tokens.iter().map(|session| (session.last_active_at, described(session, current))));
    sessions.extend(browsers.iter().map(|session| (session.auth_time, described_browser(session))));
    sessions.sort_by_key(|(active_at, _)| *active_at);
    Ok(sessions.into_iter().rev().take(MOST).map(|(_, session)| session).collect())
}

/// Most sessions of an answer (`SessionsListType`).
const MOST: usize = 125;

/// Ends the session of this name of a user, and with `LINKED` what came from the same browser session. `own` is the session of
/// the user who asks, which goes on.
///
/// # Errors
/// ResourceNotFoundException when the user has no such live session; OperationNotEnabledException for the own one.
async fn revoke(
    call: &Call,
    tx: &mut Tx,
    user_id: &Uuid,
    (id, associated): (&str, Option<RevokeAssociatedSessionsType>),
    own: Option<&Uuid>,
) -> Result<(), ApiError> {
    let origin = if tx.delete_browser_session_of_user(user_id, id).await? {
        Some(id.to_owned())
    } else {
        let sessions = tx.user_sessions(user_id, call.now()).await?;
        let session = sessions.into_iter().find(|session| session.id == id);
        let session = session.ok_or_else(|| {
            ApiError::new(ErrorCode::ResourceNotFoundException, format!("Session {id} does not exist."))
        })?;
        if own == Some(&session.event_id) {
            return Err(not_enabled("The session of the access token in use cannot be revoked."));
        }
        tx.revoke_user_session(user_id, &session.event_id, call.now()).await?;
        session.origin_session_id
    };
    match (associated, origin) {
        (Some(RevokeAssociatedSessionsType::Linked), Some(origin)) => {
            end_linked_sessions(call, tx, user_id, &origin, own).await
        }
        (Some(RevokeAssociatedSessionsType::Linked | RevokeAssociatedSessionsType::None) | None, _) => Ok(()),
    }
}

/// OperationNotEnabledException. The service's texts are not known; these are ours.
fn not_enabled(text: &str) -> ApiError {
    ApiError::new(ErrorCode::OperationNotEnabledException, text)
}

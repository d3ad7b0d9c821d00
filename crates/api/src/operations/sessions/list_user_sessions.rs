//! ListUserSessions: a user's own live sessions, the latest first.

use wire::{ListUserSessionsRequest, ListUserSessionsResponse};

use super::described;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn list_user_sessions(
    call: &Call,
    request: ListUserSessionsRequest,
) -> Result<ListUserSessionsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    let mut sessions = read.user_sessions(&me.user.id, call.now()).await?;

    sessions.reverse();
    sessions.truncate(MOST);
    let sessions = sessions.iter().map(|session| described(session, Some(me.session.event_id))).collect();
    Ok(ListUserSessionsResponse { sessions: Some(sessions), next_token: None })
}

/// Most sessions of an answer (`SessionsListType`).
pub(super) const MOST: usize = 125;

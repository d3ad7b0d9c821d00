//! ListUserSessions: a user's own live sessions, the latest first.

use wire::{ListUserSessionsRequest, ListUserSessionsResponse};

use super::sessions;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn list_user_sessions(
    call: &Call,
    request: ListUserSessionsRequest,
) -> Result<ListUserSessionsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let me = signed_in(call, &mut read, &request.access_token).await?;
    let sessions = sessions(call, &mut read, &me.user.id, Some(me.session.event_id)).await?;

    Ok(ListUserSessionsResponse { sessions: Some(sessions), next_token: None })
}

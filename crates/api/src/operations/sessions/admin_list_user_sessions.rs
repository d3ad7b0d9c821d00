//! AdminListUserSessions: the live sessions of a user, the latest first.

use wire::{AdminListUserSessionsRequest, AdminListUserSessionsResponse};

use super::described;
use super::list_user_sessions::MOST;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_list_user_sessions(
    call: &Call,
    request: AdminListUserSessionsRequest,
) -> Result<AdminListUserSessionsResponse, ApiError> {
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    let mut sessions = read.user_sessions(&user.id, call.now()).await?;

    sessions.reverse();
    sessions.truncate(MOST);
    let sessions = sessions.iter().map(|session| described(session, None)).collect();
    Ok(AdminListUserSessionsResponse { sessions: Some(sessions), next_token: None })
}

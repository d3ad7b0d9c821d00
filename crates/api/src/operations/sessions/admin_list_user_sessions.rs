//! AdminListUserSessions: the live sessions of a user, the latest first.

use wire::{AdminListUserSessionsRequest, AdminListUserSessionsResponse};

use super::sessions;
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
    let sessions = sessions(call, &mut read, &user.id, None).await?;

    Ok(AdminListUserSessionsResponse { sessions: Some(sessions), next_token: None })
}

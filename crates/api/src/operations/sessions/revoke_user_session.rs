//! RevokeUserSession: a user ends one of their sessions.

use wire::{RevokeUserSessionRequest, RevokeUserSessionResponse};

use super::revoke;
use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn revoke_user_session(
    call: &Call,
    request: RevokeUserSessionRequest,
) -> Result<RevokeUserSessionResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    revoke(call, &mut tx, &me.user.id, &request.session_id).await?;
    tx.commit().await?;

    Ok(RevokeUserSessionResponse {})
}

//! RevokeUserSession: a user ends one of their sessions, but not the one that the call is made in.

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
    let named = (request.session_id.as_str(), request.revoke_associated_sessions);
    revoke(call, &mut tx, &me.user.id, named, Some(&me.session.event_id)).await?;
    tx.commit().await?;

    Ok(RevokeUserSessionResponse {})
}

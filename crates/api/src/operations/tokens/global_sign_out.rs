//! GlobalSignOut: a user ends all their sessions.

use wire::{GlobalSignOutRequest, GlobalSignOutResponse};

use crate::call::Call;
use crate::error::ApiError;
use crate::flows::signed_in;

pub(in crate::operations) async fn global_sign_out(
    call: &Call,
    request: GlobalSignOutRequest,
) -> Result<GlobalSignOutResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let me = signed_in(call, &mut tx, &request.access_token).await?;
    tx.revoke_user_sessions(&me.user.id, call.now()).await?;
    tx.commit().await?;

    Ok(GlobalSignOutResponse {})
}

//! UpdateAuthEventFeedback: a user says, by a token of a notification, whether an event was they.

use domain::auth_events::Feedback;
use domain::ids::PoolId;
use uuid::Uuid;
use wire::{ErrorCode, UpdateAuthEventFeedbackRequest, UpdateAuthEventFeedbackResponse};

use super::{check_add_on, no_event};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::require_user;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};

pub(in crate::operations) async fn update_auth_event_feedback(
    call: &Call,
    request: UpdateAuthEventFeedbackRequest,
) -> Result<UpdateAuthEventFeedbackResponse, ApiError> {
    // Anybody may call this: a pool is found by its id alone, and the token is the proof.
    let pool_id = PoolId::from(request.user_pool_id);
    let mut tx = call.store.begin().await?;
    let pool = tx.user_pool_by_id(&pool_id).await?.ok_or_else(|| ApiError::no_user_pool(&pool_id))?;
    check_add_on(&pool)?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let id = Uuid::parse_str(&request.event_id).map_err(|_| no_event(&request.event_id))?;
    if !is_token_of(call, &pool_id, &user.id, &id, &request.feedback_token) {
        return Err(ApiError::new(ErrorCode::NotAuthorizedException, "Invalid feedback token"));
    }
    let feedback = Feedback { value: request.feedback_value, provider: "User".to_owned(), at: call.now() };
    if !tx.save_feedback(&user.id, &id, &feedback).await? {
        return Err(no_event(&request.event_id));
    }
    tx.commit().await?;

    Ok(UpdateAuthEventFeedbackResponse {})
}

/// A feedback token is a keyed hash of what it is for: only a notification of this server holds one.
fn is_token_of(call: &Call, pool_id: &PoolId, user_id: &Uuid, event_id: &Uuid, token: &str) -> bool {
    let mac = call.store.mac("feedback", &format!("{pool_id}/{user_id}/{event_id}"));
    let shown = BASE64_URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
    verify_slices_are_equal(&mac, &shown).is_ok()
}

//! AdminUpdateAuthEventFeedback: an administrator says whether an event was the user.

use domain::auth_events::Feedback;
use uuid::Uuid;
use wire::{AdminUpdateAuthEventFeedbackRequest, AdminUpdateAuthEventFeedbackResponse};

use super::{check_add_on, no_event};
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{require_pool, require_user};

pub(in crate::operations) async fn admin_update_auth_event_feedback(
    call: &Call,
    request: AdminUpdateAuthEventFeedbackRequest,
) -> Result<AdminUpdateAuthEventFeedbackResponse, ApiError> {
    let mut tx = call.store.begin().await?;
    let pool = require_pool(&mut tx, call, request.user_pool_id).await?;
    check_add_on(&pool)?;
    let user = require_user(&mut tx, &pool, &request.username).await?;
    let id = Uuid::parse_str(&request.event_id).map_err(|_| no_event(&request.event_id))?;
    let feedback = Feedback { value: request.feedback_value, provider: "Admin".to_owned(), at: call.now() };
    if !tx.save_feedback(&user.id, &id, &feedback).await? {
        return Err(no_event(&request.event_id));
    }
    tx.commit().await?;

    Ok(AdminUpdateAuthEventFeedbackResponse {})
}

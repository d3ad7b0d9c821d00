//! AdminListUserAuthEvents: pages of what happened to an account, the latest first.

use domain::auth_events::AuthEvent;
use wire::{AdminListUserAuthEventsRequest, AdminListUserAuthEventsResponse};

use super::check_add_on;
use crate::call::Call;
use crate::error::ApiError;
use crate::operations::{paging, require_pool, require_user};

pub(in crate::operations) async fn admin_list_user_auth_events(
    call: &Call,
    request: AdminListUserAuthEventsRequest,
) -> Result<AdminListUserAuthEventsResponse, ApiError> {
    let size = paging::size(request.max_results);
    let list = format!("auth-events/{}/{}", request.user_pool_id, request.username);
    let before = paging::position(call, &list, request.next_token.as_deref())?;
    let mut read = call.store.read_latest().await?;
    let pool = require_pool(&mut read, call, request.user_pool_id).await?;
    check_add_on(&pool)?;
    let user = require_user(&mut read, &pool, &request.username).await?;
    let events = read.auth_events(&user.id, before, size + 1).await?;

    let (events, next_token) = paging::cut(call, &list, events, size, |event| (event.created_at, event.id));
    Ok(AdminListUserAuthEventsResponse {
        auth_events: Some(events.iter().map(AuthEvent::described).collect()),
        next_token,
    })
}

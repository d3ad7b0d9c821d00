//! The record of something that happened to an account beside a sign-in.

use domain::auth_events::AuthEvent;
use domain::ids::ClientId;
use domain::random;
use domain::users::User;
use wire::{EventResponseType, EventType};

use crate::call::Call;

/// An event of a user, which passed.
pub(crate) fn account_event(
    call: &Call,
    user: &User,
    client_id: Option<&ClientId>,
    event_type: EventType,
) -> AuthEvent {
    AuthEvent {
        id: random::uuid(call.random()),
        pool_id: user.pool_id.clone(),
        user_id: user.id,
        client_id: client_id.cloned(),
        event_type,
        response: EventResponseType::Pass,
        challenges: Vec::new(),
        ip: call.caller.ip.clone(),
        device_name: call.caller.user_agent.clone(),
        created_at: call.now(),
        feedback: None,
    }
}

//! What happened to accounts, for the people who look after them.

mod admin_list_user_auth_events;
mod admin_update_auth_event_feedback;
mod update_auth_event_feedback;

pub(super) use admin_list_user_auth_events::admin_list_user_auth_events;
pub(super) use admin_update_auth_event_feedback::admin_update_auth_event_feedback;
pub(super) use update_auth_event_feedback::update_auth_event_feedback;

use domain::user_pools::UserPool;
use wire::{AdvancedSecurityModeType, ErrorCode};

use crate::error::ApiError;

/// Events are always recorded, and shown in pools with threat protection, as the service does.
///
/// # Errors
/// UserPoolAddOnNotEnabledException.
fn check_add_on(pool: &UserPool) -> Result<(), ApiError> {
    let mode = pool.settings.user_pool_add_ons.as_ref().map(|add_ons| add_ons.advanced_security_mode);
    match mode {
        Some(AdvancedSecurityModeType::Audit | AdvancedSecurityModeType::Enforced) => Ok(()),
        Some(AdvancedSecurityModeType::Off) | None => Err(ApiError::new(
            ErrorCode::UserPoolAddOnNotEnabledException,
            format!("Threat protection is not enabled for user pool {}.", pool.id),
        )),
    }
}

fn no_event(id: &str) -> ApiError {
    ApiError::not_found(format!("Event {id} does not exist."))
}

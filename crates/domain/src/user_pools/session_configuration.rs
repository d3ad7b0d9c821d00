//! Whether a pool keeps track of sessions, and how many a user may have.

use serde::{Deserialize, Serialize};
use wire::{UserPoolTokenSessionConfigType, UserSessionTrackingType};

/// Sessions that a user may have when nobody says (API reference, `MaxPerUser`).
const DEFAULT_MOST: i32 = 20;

/// What SetUserPoolSessionConfiguration sets.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SessionConfiguration {
    /// Whether sessions are limited.
    pub user_session_tracking: Option<UserSessionTrackingType>,
    /// The limit.
    pub token_session: Option<UserPoolTokenSessionConfigType>,
}

impl SessionConfiguration {
    /// Whether sessions are limited; they are not before somebody says so.
    pub fn tracking(&self) -> UserSessionTrackingType {
        self.user_session_tracking.unwrap_or(UserSessionTrackingType::Disabled)
    }

    /// Whether the pool keeps track of sessions.
    pub fn is_tracked(&self) -> bool {
        match self.tracking() {
            UserSessionTrackingType::Enabled => true,
            UserSessionTrackingType::Disabled => false,
        }
    }

    /// The limit as it is set, in force or not.
    pub fn max_per_user(&self) -> i32 {
        self.token_session.as_ref().map_or(DEFAULT_MOST, |token| token.max_per_user)
    }

    /// How many sessions a user may have at a time, if that is limited.
    pub fn limit(&self) -> Option<usize> {
        if self.is_tracked() { usize::try_from(self.max_per_user()).ok() } else { None }
    }
}

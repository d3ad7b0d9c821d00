//! Second factors of users.

use domain::users::MfaPreferenceError;
use wire::ErrorCode;

use super::ApiError;

impl From<MfaPreferenceError> for ApiError {
    fn from(error: MfaPreferenceError) -> Self {
        Self::invalid_parameter(error.to_string())
    }
}

impl ApiError {
    /// The pool has no authenticator apps.
    pub(crate) fn no_software_token_in_pool() -> Self {
        Self::new(
            ErrorCode::SoftwareTokenMFANotFoundException,
            "Software Token MFA has not been enabled by the userPool",
        )
    }

    /// The user has no authenticator app.
    pub(crate) fn no_software_token() -> Self {
        Self::new(
            ErrorCode::SoftwareTokenMFANotFoundException,
            "Software Token MFA does not exist for the user.",
        )
    }
}

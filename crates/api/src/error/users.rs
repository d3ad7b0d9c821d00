//! Users: signing up, attributes, states.

use domain::messages::NoDomainForLink;
use domain::user_pools::PasswordError;
use domain::users::{AdminCreateError, AttributeError, NotUnconfirmed, RecoveryError, SignUpError};
use wire::ErrorCode;

use super::ApiError;

/// The code of what is wrong with attributes, wherever they came along.
pub(super) fn attribute_code(error: &AttributeError) -> ErrorCode {
    match error {
        AttributeError::Unauthorized => ErrorCode::NotAuthorizedException,
        AttributeError::Schema(_)
        | AttributeError::Email
        | AttributeError::PhoneNumber
        | AttributeError::NonMutable(_)
        | AttributeError::Immutable(_)
        | AttributeError::Update(_)
        | AttributeError::Deletion(_) => ErrorCode::InvalidParameterException,
    }
}

impl From<AttributeError> for ApiError {
    fn from(error: AttributeError) -> Self {
        Self::new(attribute_code(&error), error.to_string())
    }
}

impl From<SignUpError> for ApiError {
    fn from(error: SignUpError) -> Self {
        let code = match &error {
            SignUpError::NotPermitted => ErrorCode::NotAuthorizedException,
            SignUpError::Password(_) => ErrorCode::InvalidPasswordException,
            SignUpError::Attribute(error) => attribute_code(error),
            SignUpError::Username(_) | SignUpError::NoPassword | SignUpError::PreferredUsername => {
                ErrorCode::InvalidParameterException
            }
        };
        Self::new(code, error.to_string())
    }
}

impl From<NoDomainForLink> for ApiError {
    fn from(error: NoDomainForLink) -> Self {
        Self::invalid_parameter(error.to_string())
    }
}

impl From<NotUnconfirmed> for ApiError {
    fn from(error: NotUnconfirmed) -> Self {
        Self::new(ErrorCode::NotAuthorizedException, error.to_string())
    }
}

impl From<PasswordError> for ApiError {
    fn from(error: PasswordError) -> Self {
        Self::new(ErrorCode::InvalidPasswordException, error.to_string())
    }
}

impl From<AdminCreateError> for ApiError {
    fn from(error: AdminCreateError) -> Self {
        let code = match &error {
            AdminCreateError::Username(_) => ErrorCode::InvalidParameterException,
            AdminCreateError::Attribute(error) => attribute_code(error),
            AdminCreateError::Password(_) => ErrorCode::InvalidPasswordException,
        };
        Self::new(code, error.to_string())
    }
}

impl From<RecoveryError> for ApiError {
    fn from(error: RecoveryError) -> Self {
        let code = match error {
            RecoveryError::State | RecoveryError::AdminOnly | RecoveryError::Disabled => {
                ErrorCode::NotAuthorizedException
            }
            RecoveryError::NoAddress => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}

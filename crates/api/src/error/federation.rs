//! Identities at providers: linked and taken away.

use domain::federation::LinkError;
use wire::ErrorCode;

use super::ApiError;

impl From<LinkError> for ApiError {
    fn from(error: LinkError) -> Self {
        let code = match error {
            LinkError::LinkedToAnother => ErrorCode::AliasExistsException,
            LinkError::TooManyIdentities | LinkError::TooManyAttributes => ErrorCode::LimitExceededException,
            LinkError::Missing(_)
            | LinkError::NativeSource
            | LinkError::NotSubject(_)
            | LinkError::NotMapped(_)
            | LinkError::ValueTooLong
            | LinkError::SignedUp
            | LinkError::AlreadyLinked
            | LinkError::Unknown => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}

//! Signing in.

use domain::sign_in::SignInError;
use wire::ErrorCode;

use super::ApiError;
use super::users::attribute_code;

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        let code = match &error {
            SignInError::Incorrect
            | SignInError::Disabled
            | SignInError::Locked
            | SignInError::TemporaryPasswordExpired
            | SignInError::NoSession
            | SignInError::SessionUsed
            | SignInError::SessionExpired
            | SignInError::AttributeProvided(_) => ErrorCode::NotAuthorizedException,
            SignInError::Attribute(error) => attribute_code(error),
            // Neither operation of a sign-in lists LimitExceededException.
            SignInError::TooManyCodes => ErrorCode::TooManyRequestsException,
            SignInError::NoSuchUser => ErrorCode::UserNotFoundException,
            SignInError::NotConfirmed => ErrorCode::UserNotConfirmedException,
            SignInError::PasswordResetRequired => ErrorCode::PasswordResetRequiredException,
            SignInError::CodeMismatch | SignInError::SoftwareTokenMismatch => {
                ErrorCode::CodeMismatchException
            }
            SignInError::SoftwareTokenUsed => ErrorCode::ExpiredCodeException,
            SignInError::NoSoftwareToken => ErrorCode::SoftwareTokenMFANotFoundException,
            SignInError::NoDevice => ErrorCode::ResourceNotFoundException,
            SignInError::Password(_) => ErrorCode::InvalidPasswordException,
            SignInError::NoMfaMethod
            | SignInError::NotOffered(_)
            | SignInError::SetUpMissing
            | SignInError::AttributeMissing(_)
            | SignInError::Srp(_) => ErrorCode::InvalidParameterException,
        };
        Self::new(code, error.to_string())
    }
}

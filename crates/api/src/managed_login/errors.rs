//! From what the flows refuse to what a page tells. The pages are in many languages, the texts of the API are not.

use domain::codes::CodeError;
use domain::sign_in::SignInError;
use domain::users::{RecoveryError, SignUpError};
use wire::ErrorCode;

use super::view::PageError;
use crate::error::ApiError;
use crate::site::{Failure, SiteRequest};

/// What a page tells of an error. `fields` are the attributes on the page. A wrong password or code is noted with the request.
///
/// # Errors
/// Faults, which a page of their own tells.
pub(super) fn page_error(
    request: &SiteRequest,
    error: ApiError,
    fields: &[String],
) -> Result<PageError, Failure> {
    if error.status >= 500 || error.is_rate_exceeded() {
        return Err(error.into());
    }
    let error = told(error, fields);
    if is_wrong_guess(&error) {
        request.guessed_wrong.set(true);
    }
    Ok(error)
}

/// Whether a password or a code was judged, and was wrong. Who is locked, or comes too late, was not judged.
fn is_wrong_guess(error: &PageError) -> bool {
    matches!(
        error,
        PageError::IncorrectUsernameOrPassword
            | PageError::NoSuchUser
            | PageError::CodeMismatch
            | PageError::SoftwareTokenMismatch
    )
}

fn told(error: ApiError, fields: &[String]) -> PageError {
    let is = |code: ErrorCode| error.code == code.as_str();
    let says = |text: String| error.message == text;
    if says(SignInError::Disabled.to_string()) || says(RecoveryError::Disabled.to_string()) {
        PageError::Disabled
    } else if says(SignInError::Locked.to_string()) {
        PageError::AttemptsExceeded
    } else if says(SignInError::TooManyCodes.to_string()) {
        PageError::TooManyCodes
    } else if says(SignInError::TemporaryPasswordExpired.to_string()) {
        PageError::TemporaryPasswordExpired
    } else if says(SignInError::SoftwareTokenMismatch.to_string()) {
        PageError::SoftwareTokenMismatch
    } else if says(SignInError::SoftwareTokenUsed.to_string()) {
        PageError::SoftwareTokenUsed
    } else if says(SignInError::NoMfaMethod.to_string()) {
        PageError::NoMfaMethod
    } else if says(SignUpError::NotPermitted.to_string()) {
        PageError::SignUpNotAllowed
    } else if says(RecoveryError::NoAddress.to_string()) || says(RecoveryError::AdminOnly.to_string()) {
        PageError::NoContact
    } else if is(ErrorCode::NotAuthorizedException) {
        PageError::IncorrectUsernameOrPassword
    } else if is(ErrorCode::UserNotFoundException) {
        PageError::NoSuchUser
    } else if is(ErrorCode::UserNotConfirmedException) {
        PageError::NotConfirmed
    } else if is(ErrorCode::CodeMismatchException) {
        PageError::CodeMismatch
    } else if is(ErrorCode::ExpiredCodeException) {
        PageError::CodeExpired
    } else if is(ErrorCode::LimitExceededException)
        || is(ErrorCode::TooManyFailedAttemptsException)
        || says(CodeError::LimitExceeded.to_string())
    {
        PageError::TooManyCodes
    } else if is(ErrorCode::InvalidPasswordException) {
        PageError::PasswordPolicy
    } else if is(ErrorCode::PasswordHistoryPolicyViolationException) {
        PageError::PasswordUsedBefore
    } else if is(ErrorCode::UsernameExistsException) {
        PageError::UsernameTaken
    } else if is(ErrorCode::AliasExistsException) {
        PageError::AliasTaken
    } else if is(ErrorCode::CodeDeliveryFailureException) {
        PageError::CodeNotSent
    } else if is(ErrorCode::TooManyRequestsException) || is(ErrorCode::ConcurrentModificationException) {
        PageError::SomethingWentWrong
    } else if error.code.starts_with("WebAuthn") {
        PageError::Passkey
    } else if let Some(field) = told_field(&error.message, fields) {
        PageError::Attribute(field.clone())
    } else {
        PageError::Message(error.message)
    }
}

/// The field that a text of the API names: the longest, since `name` is in `given_name` as well.
fn told_field<'a>(message: &str, fields: &'a [String]) -> Option<&'a String> {
    fields.iter().filter(|field| message.contains(field.as_str())).max_by_key(|field| field.len())
}

//! A failure as JSON (RFC 6749 section 5.2), for the endpoints that programs call.

use domain::oauth::OAuthError;

use crate::body_fault::BodyFault;
use crate::site::{Answer, Body, Failure, several_domains};

/// The answer to a failure.
pub(crate) fn told(failure: &Failure) -> Answer {
    match failure {
        Failure::OAuth(status, error) => Answer::oauth_error(*status, *error),
        Failure::Page(_) | Failure::Csrf | Failure::TooManyGuesses => {
            Answer::oauth_error(400, OAuthError::InvalidRequest)
        }
        Failure::UnknownHost(_) => {
            described(404, OAuthError::InvalidRequest, "There is no such domain here.")
        }
        Failure::SeveralDomains(names) => described(404, OAuthError::InvalidRequest, &several_domains(names)),
        Failure::NoDomain => described(400, OAuthError::InvalidRequest, "The user pool has no domain."),
        Failure::Body(BodyFault::Crowded) => {
            Answer::oauth_error(503, OAuthError::ServerError).with_header("retry-after", "1")
        }
        Failure::Body(fault) => Answer::oauth_error(fault.status(), OAuthError::InvalidRequest),
        Failure::WrongBinding => Answer::oauth_error(400, OAuthError::InvalidRequest),
        Failure::Federation(error) => described(400, OAuthError::InvalidRequest, &error.to_string()),
        Failure::Api(error) if error.is_rate_exceeded() => {
            Answer::oauth_error(429, OAuthError::InvalidRequest)
        }
        Failure::Api(error) if error.status < 500 => Answer::oauth_error(400, OAuthError::InvalidRequest),
        Failure::Api(_) => Answer::oauth_error(500, OAuthError::ServerError),
    }
}

fn described(status: u16, error: OAuthError, description: &str) -> Answer {
    let document = serde_json::json!({ "error": error.code(), "error_description": description });
    Answer { body: Body::Json(document), ..Answer::oauth_error(status, error) }
}

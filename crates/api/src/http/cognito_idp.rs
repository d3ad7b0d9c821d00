//! `POST /`: the JSON 1.1 protocol of cognito-idp. From an HTTP request to an operation, and from its outcome to an answer.

use std::time::Instant;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, web};
use domain::scope::Scope;
use uuid::Uuid;
use wire::Operation;

use super::outages::is_outage;
use super::{Poolhouse, bodies, sigv4};
use crate::body_fault::BodyFault;
use crate::call::Call;
use crate::config::Config;
use crate::error::{ApiError, causes};
use crate::operations;
use crate::panics::caught;

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";
const TARGET_PREFIX: &str = "AWSCognitoIdentityProviderService.";
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const ERROR_MESSAGE: HeaderName = HeaderName::from_static("x-amzn-errormessage");

pub(super) async fn post(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    payload: web::Payload,
) -> HttpResponse {
    let begun = Instant::now();
    let call = poolhouse.call(&request, Scope::default());
    let request_id = call.request_id;
    let operation = operation(request.headers());
    let name = operation.as_ref().map_or("?", |operation| operation.name());
    let outcome = match operation {
        Ok(operation) => caught(run(operation, &request, &poolhouse, call, payload))
            .await
            .unwrap_or_else(|panicked| Err(ApiError::internal(panicked))),
        Err(error) => {
            bodies::skip(&request, payload).await;
            Err(error)
        }
    };
    let took = begun.elapsed();
    match outcome {
        Ok(body) => {
            tracing::debug!(%request_id, operation = name, ?took, "answered");
            HttpResponse::Ok()
                .insert_header((REQUEST_ID, request_id.to_string()))
                .content_type(CONTENT_TYPE)
                .body(body)
        }
        Err(error) => {
            match &error.source {
                Some(cause) if error.status >= 500 && is_outage(&**cause) => {
                    let cause = causes(&**cause);
                    tracing::debug!(%request_id, operation = name, cause, "failed by an outage");
                    poolhouse.outages.note(&poolhouse.store, &cause);
                }
                Some(cause) if error.status >= 500 => {
                    tracing::error!(%request_id, operation = name, cause = %causes(&**cause), "failed inside");
                }
                Some(cause) => {
                    let code = error.code;
                    tracing::warn!(%request_id, operation = name, code, cause = %causes(&**cause), "refused");
                }
                None => tracing::debug!(%request_id, operation = name, code = error.code, ?took, "refused"),
            }
            error_response(error, request_id, &poolhouse.config)
        }
    }
}

/// The operation that the headers name.
pub(super) fn operation(headers: &HeaderMap) -> Result<Operation, ApiError> {
    let unknown = || ApiError::protocol(400, "UnknownOperationException", "");
    let target = headers.get("x-amz-target").ok_or_else(unknown)?;
    let target = target.to_str().map_err(|_| unknown())?;
    target.strip_prefix(TARGET_PREFIX).and_then(Operation::from_name).ok_or_else(unknown)
}

async fn run(
    operation: Operation,
    request: &HttpRequest,
    poolhouse: &Poolhouse,
    mut call: Call,
    payload: web::Payload,
) -> Result<Vec<u8>, ApiError> {
    if let Err(error) = read_scope(operation, request, &mut call) {
        bodies::skip(request, payload).await;
        return Err(error);
    }
    let most = most_bytes(operation, &call.config);
    let body = bodies::read(request, poolhouse, payload, most).await.map_err(no_body)?;
    let outcome = operations::dispatch(operation, &call, &body).await;
    call.padding.wait().await;
    outcome
}

/// Whose resources the call sees. Operations for everybody do not look at credentials that cannot be read.
fn read_scope(operation: Operation, request: &HttpRequest, call: &mut Call) -> Result<(), ApiError> {
    match sigv4::scope(request) {
        Ok(Some(scope)) => call.scope = scope,
        Ok(None) if operation.is_signed() => {
            return Err(ApiError::protocol(
                400,
                "MissingAuthenticationTokenException",
                "Missing Authentication Token",
            ));
        }
        Err(error) if operation.is_signed() => return Err(error),
        Ok(None) | Err(_) => {}
    }
    Ok(())
}

/// Most bytes of the body: more for operations that carry images, stylesheets and SAML metadata, all of which need credentials.
fn most_bytes(operation: Operation, config: &Config) -> usize {
    if matches!(
        operation,
        Operation::SetUICustomization
            | Operation::CreateManagedLoginBranding
            | Operation::UpdateManagedLoginBranding
            | Operation::CreateIdentityProvider
            | Operation::UpdateIdentityProvider
    ) {
        config.max_body_bytes
    } else {
        config.max_json_bytes.min(config.max_body_bytes)
    }
}

/// What a caller is told whose body was not read: codes that SDKs try again, where that helps.
fn no_body(fault: BodyFault) -> ApiError {
    let (code, message) = match fault {
        BodyFault::TooLarge => ("RequestEntityTooLargeException", "The request body is too large."),
        BodyFault::TimedOut => ("RequestTimeoutException", "The request body did not arrive in time."),
        BodyFault::Crowded => ("ServiceUnavailableException", "Too many unfinished requests. Try again."),
        BodyFault::Broken => ("SerializationException", "The request body could not be read."),
    };
    ApiError::protocol(fault.status(), code, message)
}

pub(super) fn error_response(mut error: ApiError, request_id: Uuid, config: &Config) -> HttpResponse {
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    cut(&mut error.message, config.max_error_message_bytes);
    // Header values hold one line of ASCII; the body has the message as it is.
    let mut line: String =
        error.message.chars().map(|c| if c.is_ascii() && !c.is_ascii_control() { c } else { ' ' }).collect();
    cut(&mut line, config.max_error_header_bytes);
    let mut response = HttpResponse::build(status);
    response
        .insert_header((REQUEST_ID, request_id.to_string()))
        .insert_header((ERROR_TYPE, format!("{}:", error.code)));
    if error.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() {
        response.insert_header((RETRY_AFTER, "1"));
    }
    if !error.message.is_empty()
        && let Ok(line) = HeaderValue::from_str(line.trim_end())
    {
        response.insert_header((ERROR_MESSAGE, line));
    }
    let body = if error.message.is_empty() {
        serde_json::json!({ "__type": error.code })
    } else {
        serde_json::json!({ "__type": error.code, "message": error.message })
    };
    response.content_type(CONTENT_TYPE).body(body.to_string())
}

/// Cuts a text to so many bytes, between characters. The dots are ours.
fn cut(text: &mut String, most: usize) {
    const DOTS: &str = "...";
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most.saturating_sub(DOTS.len())));
        text.push_str(DOTS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, most, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abc..."),
            ("ééé", 6, "ééé"),
            ("éééé", 6, "é..."),
            ("abcd", 2, "..."),
        ] {
            let mut text = text.to_owned();
            cut(&mut text, most);
            assert_eq!(text, expected);
        }
    }
}

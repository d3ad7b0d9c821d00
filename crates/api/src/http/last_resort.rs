//! What answers when a handler panics and does not answer itself.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use domain::random;
use serde_json::json;

use super::Poolhouse;
use super::cognito_idp::REQUEST_ID;
use crate::panics::caught;

/// Answers 500 to a request whose handler panicked. It stands around every route: those of the API and of domains catch panics themselves and answer in their own form.
pub(super) async fn answered(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let path = request.path().to_owned();
    let poolhouse = request.app_data::<web::Data<Poolhouse>>().cloned();
    match caught(next.call(request)).await {
        Ok(response) => response,
        Err(panicked) => {
            let request_id = poolhouse.map(|poolhouse| random::uuid(&*poolhouse.random)).unwrap_or_default();
            tracing::error!(%request_id, path, cause = %panicked, "failed inside");
            let answer = HttpResponse::InternalServerError()
                .insert_header((REQUEST_ID, request_id.to_string()))
                .json(json!({ "message": "Something went wrong. Try again." }));
            Err(InternalError::from_response(panicked, answer).into())
        }
    }
}

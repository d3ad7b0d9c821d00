//! Cross-origin requests: browsers may call the JSON API from any page, as they may call the real service.
//!
//! No credentials of the browser are involved: calls carry their own.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";

/// Answers preflight requests for the API, and marks its answers as readable by any page.
pub(super) async fn allow_browsers(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody>>, Error> {
    // What is under /_poolhouse/ shows codes: pages of other origins have no business there. (Endpoints of the built-in provider
    // say for themselves that they are open.)
    let is_api = request.path() == "/" && request.headers().contains_key(header::ORIGIN);
    if is_api && request.method() == Method::OPTIONS {
        let asked = request.headers().get(header::ACCESS_CONTROL_REQUEST_HEADERS).cloned();
        let mut preflight = HttpResponse::Ok();
        preflight
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
            .insert_header((header::ACCESS_CONTROL_ALLOW_METHODS, "POST"))
            .insert_header((header::ACCESS_CONTROL_MAX_AGE, "172800"));
        if let Some(asked) = asked {
            preflight.insert_header((header::ACCESS_CONTROL_ALLOW_HEADERS, asked));
        }
        return Ok(request.into_response(preflight.finish()).map_into_right_body());
    }
    let mut response = next.call(request).await?;
    if is_api {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, header::HeaderValue::from_static(EXPOSED));
    }
    Ok(response.map_into_left_body())
}

//! `GET /confirmUser`: the link of a verification e-mail, for pools that send links in place of codes.

use actix_web::{HttpRequest, HttpResponse, web};
use domain::scope::Scope;
use serde::Deserialize;

use super::Poolhouse;
use super::cognito_idp::causes;
use crate::error::ApiError;
use crate::flows::{client_of_link, confirm_by_code};

#[derive(Deserialize)]
pub(super) struct ConfirmUserQuery {
    client_id: String,
    user_name: String,
    confirmation_code: String,
}

pub(super) async fn get(
    request: HttpRequest,
    poolhouse: web::Data<Poolhouse>,
    query: web::Query<ConfirmUserQuery>,
) -> HttpResponse {
    let text = "text/plain; charset=utf-8";
    match confirm(&request, &poolhouse, query.into_inner()).await {
        Ok(()) => HttpResponse::Ok().content_type(text).body("Your registration has been confirmed!\n"),
        Err(error) => {
            if let Some(cause) = &error.source {
                tracing::error!(cause = %causes(&**cause), "a link could not be followed");
            }
            HttpResponse::BadRequest().content_type(text).body(format!("{}\n", error.message))
        }
    }
}

async fn confirm(
    request: &HttpRequest,
    poolhouse: &Poolhouse,
    query: ConfirmUserQuery,
) -> Result<(), ApiError> {
    let call = poolhouse.call(request, Scope::default());
    let client = client_of_link(&call, query.client_id).await?;
    confirm_by_code(&call, &client, &query.user_name, &query.confirmation_code, false, None).await.map(drop)
}

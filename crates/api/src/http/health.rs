//! Whether the process lives, and whether it can do its work.

use actix_web::{HttpResponse, web};
use serde_json::json;

use super::Poolhouse;

/// `GET /health`: the process answers.
pub(super) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /ready`: the database answers too, and has the schema that this version needs.
pub(super) async fn ready(poolhouse: web::Data<Poolhouse>) -> HttpResponse {
    let unready =
        |reason| HttpResponse::ServiceUnavailable().json(json!({ "status": "unready", "reason": reason }));
    match storage::is_migrated(&poolhouse.store).await {
        Ok(true) => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Ok(false) => unready("the database is not migrated"),
        Err(error) => {
            tracing::warn!(cause = %crate::error::causes(&error), "not ready");
            unready("the database does not answer")
        }
    }
}

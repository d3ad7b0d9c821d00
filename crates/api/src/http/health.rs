//! Whether the process lives, and whether it can do its work.

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use serde_json::json;
use storage::{Schema, Store, StoreError};
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::Poolhouse;
use crate::error::causes;

/// How long the answer may take.
const LIMIT: Duration = Duration::from_secs(1);
/// Whoever asks within this time gets what the one before got.
const SHARED_FOR: Duration = Duration::from_millis(200);

/// What stands between a server and its work.
type Unready = Option<&'static str>;

/// The last look at the database. There is one at a time, however many ask.
#[derive(Clone, Default)]
pub(super) struct Readiness(Arc<Mutex<Option<(Instant, Unready)>>>);

impl Readiness {
    async fn look(&self, store: &Store) -> Unready {
        let mut last = self.0.lock().await;
        if let Some((at, unready)) = *last
            && at.elapsed() < SHARED_FOR
        {
            return unready;
        }
        let unready = unready(store).await.unwrap_or_else(|error| {
            tracing::debug!(cause = %causes(&error), "not ready");
            Some("the database does not answer")
        });
        *last = Some((Instant::now(), unready));
        unready
    }
}

async fn unready(store: &Store) -> Result<Unready, StoreError> {
    Ok(match storage::schema(store).await? {
        Schema::Older => Some("the database is not migrated"),
        Schema::Newer { .. } => Some("a newer version of Poolhouse migrated the database"),
        Schema::Current if !store.can_write().await? => Some("the database is read-only"),
        Schema::Current => None,
    })
}

/// `GET /health`: the process answers.
pub(super) async fn health() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /ready`: the database takes writes, and has the schema that this version needs. Answers within a second.
pub(super) async fn ready(poolhouse: web::Data<Poolhouse>) -> HttpResponse {
    let look = timeout(LIMIT, poolhouse.readiness.look(&poolhouse.store)).await;
    match look.unwrap_or(Some("the database does not answer within a second")) {
        None => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Some(reason) => {
            HttpResponse::ServiceUnavailable().json(json!({ "status": "unready", "reason": reason }))
        }
    }
}

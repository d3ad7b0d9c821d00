//! Outages of the database, which the log tells of when they begin and when they end, and not with every request.

use std::error::Error as StdError;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::header::RETRY_AFTER;
use serde_json::json;
use storage::{Store, StoreError};
use tokio::time::{sleep, timeout};

use super::Poolhouse;
use crate::error::{ApiError, causes};

/// How often somebody looks whether it is over.
const PERIOD: Duration = Duration::from_secs(1);

/// What is known of the database.
#[derive(Clone, Default)]
pub(super) struct Outages(Arc<Mutex<Option<Outage>>>);

struct Outage {
    since: Instant,
    /// Requests that failed by it.
    failed: u64,
}

impl Outages {
    /// Takes note of a request that failed by an outage.
    pub(super) fn note(&self, store: &Store, cause: &str) {
        let mut current = self.lock();
        let Some(outage) = &mut *current else {
            *current = Some(Outage { since: Instant::now(), failed: 1 });
            drop(current);
            tracing::error!(cause, "the database does not serve: requests fail until it does");
            actix_web::rt::spawn(self.clone().follow(store.clone()));
            return;
        };
        outage.failed += 1;
    }

    /// Waits for the end.
    async fn follow(self, store: Store) {
        loop {
            sleep(PERIOD).await;
            if timeout(PERIOD, store.can_write()).await.is_ok_and(|outcome| matches!(outcome, Ok(true))) {
                break;
            }
        }
        if let Some(Outage { since, failed }) = self.lock().take() {
            tracing::warn!(failed, after = ?since.elapsed(), "the database serves again");
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Outage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a fault comes from a database that may serve again in a moment.
pub(super) fn is_outage(fault: &(dyn StdError + Send + Sync + 'static)) -> bool {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(fault);
    while let Some(error) = cause {
        if error.downcast_ref::<StoreError>().is_some_and(StoreError::is_outage) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What is answered to a fault where neither the API nor a page answers. `what` says for the log what was not done.
pub(super) fn fault(poolhouse: &Poolhouse, error: ApiError, what: &'static str) -> HttpResponse {
    let cause = error.source.as_deref().map_or(error.message, |cause| causes(cause));
    if error.source.as_deref().is_some_and(is_outage) {
        poolhouse.outages.note(&poolhouse.store, &cause);
        return HttpResponse::ServiceUnavailable()
            .insert_header((RETRY_AFTER, "1"))
            .json(json!({ "message": "The database does not answer. Try again." }));
    }
    tracing::error!(cause, "{what}");
    HttpResponse::InternalServerError().json(json!({ "message": "Something went wrong." }))
}

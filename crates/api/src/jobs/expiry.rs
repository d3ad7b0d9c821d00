//! Deleting what has ended: codes, sign-ins, sessions, locks, and old messages and events.
//!
//! Nothing depends on it: what has ended counts no longer, deleted or not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use storage::{Store, StoreError};

use super::clock_watch::ClockWatch;
use crate::clock::Clock;
use crate::config::Config;
use crate::panics::caught;

const PERIOD: Duration = Duration::from_secs(60);
/// Rows of one transaction: others want to write too, and SQLite has one writer.
const AT_ONCE: i64 = 500;
/// How long events are kept.
const EVENT_DAYS: i64 = 90;

/// Deletes what has ended.
pub struct Expiry {
    store: Store,
    message_retention: TimeDelta,
}

impl Expiry {
    /// With the retention of the configuration.
    pub fn new(store: Store, config: &Config) -> Self {
        Self { store, message_retention: TimeDelta::hours(config.message_retention_hours.into()) }
    }

    /// Deletes each minute, forever.
    pub async fn run(self, clock: Arc<dyn Clock>) {
        let mut watch = ClockWatch::new(Instant::now(), clock.now());
        loop {
            tokio::time::sleep(PERIOD).await;
            if !watch.trusts(Instant::now(), clock.now()) {
                continue;
            }
            match caught(self.run_once(clock.now())).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => tracing::warn!(%error, "what has ended could not be deleted"),
                // The next round goes on.
                Err(panicked) => tracing::error!(cause = %panicked, "what has ended could not be deleted"),
            }
        }
    }

    /// Deletes all that has ended by now. Returns how many rows.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut all = 0;
        for kind in Ended::ALL {
            all += self.delete(kind, now).await?;
        }
        Ok(all)
    }

    /// Deletes what has ended of one kind, a few rows a transaction.
    async fn delete(&self, kind: Ended, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let mut all = 0;
        loop {
            let mut tx = self.store.begin().await?;
            let deleted = match kind {
                Ended::Codes => tx.delete_expired_codes(now, AT_ONCE).await?,
                Ended::Attempts => tx.delete_old_attempts(now - TimeDelta::hours(1), AT_ONCE).await?,
                Ended::SignIns => tx.delete_ended_sign_ins(now, AT_ONCE).await?,
                Ended::Sessions => tx.delete_ended_sessions(now, AT_ONCE).await?,
                Ended::AuthorizationCodes => tx.delete_ended_authorization_codes(now, AT_ONCE).await?,
                Ended::BrowserSessions => tx.delete_ended_browser_sessions(now, AT_ONCE).await?,
                Ended::FederatedSignIns => tx.delete_ended_federated_sign_ins(now, AT_ONCE).await?,
                Ended::Assertions => tx.delete_ended_assertions(now, AT_ONCE).await?,
                Ended::MockIdpCodes => tx.delete_ended_mock_idp_codes(now, AT_ONCE).await?,
                Ended::FailedTries => tx.delete_old_failures(now, AT_ONCE).await?,
                Ended::Messages => tx.delete_messages_before(now - self.message_retention, AT_ONCE).await?,
                Ended::Events => {
                    tx.delete_auth_events_before(now - TimeDelta::days(EVENT_DAYS), AT_ONCE).await?
                }
            };
            tx.commit().await?;
            all += deleted;
            if deleted < u64::try_from(AT_ONCE).unwrap_or(0) {
                return Ok(all);
            }
        }
    }
}

/// What ends.
#[derive(Clone, Copy)]
enum Ended {
    Codes,
    Attempts,
    SignIns,
    Sessions,
    AuthorizationCodes,
    BrowserSessions,
    FederatedSignIns,
    Assertions,
    MockIdpCodes,
    FailedTries,
    Messages,
    Events,
}

impl Ended {
    const ALL: [Self; 12] = [
        Self::Codes,
        Self::Attempts,
        Self::SignIns,
        Self::Sessions,
        Self::AuthorizationCodes,
        Self::BrowserSessions,
        Self::FederatedSignIns,
        Self::Assertions,
        Self::MockIdpCodes,
        Self::FailedTries,
        Self::Messages,
        Self::Events,
    ];
}

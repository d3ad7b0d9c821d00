//! How connections are opened, and whether one that was kept is still good.
//!
//! Those that were opened before a failure of the network or the server are not handed out again: one that is dead would cost its caller
//! the whole limit of time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool::managed::{self, Metrics, RecycleError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{sleep, timeout};

use super::failures::{late, may_pass};
use super::hosts::Hosts;
use crate::settings::DatabaseSettings;

/// sqlx keeps 100 prepared statements unless told; the product has several hundred.
const STATEMENTS: usize = 1000;
/// A connection that nobody used for so long is looked at before it is handed out.
const FRESH: Duration = Duration::from_secs(1);
/// How long that look may take.
const LOOK: Duration = Duration::from_secs(1);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// Opens connections and says whether one is still good.
pub(super) struct Opener {
    pub(super) hosts: Hosts,
    /// For how long an attempt is made again.
    pub(super) timeout: Duration,
    pub(super) generation: Arc<AtomicU64>,
}

/// A connection that is kept.
pub(super) struct Live {
    pub(super) connection: PgConnection,
    generation: u64,
    /// When it was last used.
    pub(super) used_at: Instant,
    latest: Arc<AtomicU64>,
}

impl Live {
    /// It failed, and others of its time may have as well.
    pub(super) fn mark_failed(&self) {
        let next = self.generation + 1;
        let _ = self.latest.compare_exchange(self.generation, next, Ordering::Relaxed, Ordering::Relaxed);
    }
}

impl managed::Manager for Opener {
    type Type = Live;
    type Error = sqlx::Error;

    async fn create(&self) -> sqlx::Result<Live> {
        let begun = Instant::now();
        loop {
            let generation = self.generation.load(Ordering::Relaxed);
            match self.hosts.connect().await {
                Ok(connection) => {
                    let (used_at, latest) = (Instant::now(), self.generation.clone());
                    return Ok(Live { connection, generation, used_at, latest });
                }
                Err(error) if begun.elapsed() + PAUSE < self.timeout && may_pass(&error) => {
                    sleep(PAUSE).await
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn recycle(&self, live: &mut Live, _: &Metrics) -> managed::RecycleResult<sqlx::Error> {
        if live.generation != self.generation.load(Ordering::Relaxed) {
            return Err(RecycleError::message("it was opened before a failure"));
        }
        if live.used_at.elapsed() < FRESH {
            return Ok(());
        }
        timeout(LOOK, live.connection.ping()).await.unwrap_or_else(|_| Err(late(LOOK)))?;
        live.used_at = Instant::now();
        Ok(())
    }
}

/// How connections are opened.
pub(super) fn configured(
    options: PgConnectOptions,
    settings: &DatabaseSettings,
    is_read_only: bool,
) -> PgConnectOptions {
    if !settings.named_statements {
        // Poolers refuse parameters of sessions, which are not the caller's own.
        return options.statement_cache_capacity(0).extra_float_digits(None);
    }
    let limit = settings.timeout.as_millis().to_string();
    let options = options.statement_cache_capacity(STATEMENTS).options([
        // What the server would go on with although nobody waits any longer.
        ("statement_timeout", limit.as_str()),
        // A replica that hangs or is cut off must not keep its row locks.
        ("idle_in_transaction_session_timeout", limit.as_str()),
    ]);
    // Outside a transaction too.
    if is_read_only { options.options([("default_transaction_read_only", "on")]) } else { options }
}

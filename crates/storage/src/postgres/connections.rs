//! Connections that are kept, for writers and for readers.
//!
//! Those that were opened before a failure of the network or the server are not handed out again: one that is dead would cost its caller
//! the whole limit of time.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{self, Metrics, Pool, PoolError, RecycleError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection as _, PgConnection};
use tokio::time::{sleep, timeout};

use super::hosts::{Hosts, backend, can_write, close};
use super::session::{Session, late};
use crate::settings::DatabaseSettings;

/// sqlx keeps 100 prepared statements unless told; the product has several hundred.
const STATEMENTS: usize = 1000;
/// A connection that nobody used for so long is looked at before it is handed out.
const FRESH: Duration = Duration::from_secs(1);
/// How long that look may take.
const LOOK: Duration = Duration::from_secs(1);
/// Between two looks at who still has a connection.
const CLOSING: Duration = Duration::from_millis(5);
/// Between two attempts to connect.
const PAUSE: Duration = Duration::from_millis(100);

/// A PostgreSQL database.
#[derive(Clone)]
pub(crate) struct Postgres {
    writers: Pool<Opener>,
    readers: Pool<Opener>,
    timeout: Duration,
    named_statements: bool,
}

/// Opens connections and says whether one is still good.
pub(super) struct Opener {
    hosts: Hosts,
    /// For how long an attempt is made again.
    timeout: Duration,
    generation: Arc<AtomicU64>,
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

/// Whether connecting may succeed in a moment. A wrong password stays wrong, and a wrong name of the database as well.
fn may_pass(error: &sqlx::Error) -> bool {
    match code(error) {
        Some(code) => matches!(&*code, "57P03" | "57P01" | "57P02" | "53300"),
        None => matches!(error, sqlx::Error::Io(_)),
    }
}

/// The error's code, if it is the server's.
fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

impl Postgres {
    /// A database whose first connection is opened now.
    ///
    /// # Errors
    /// When the URL cannot be read, and when there is no connection within the limit.
    pub(crate) async fn connect(settings: &DatabaseSettings) -> sqlx::Result<Self> {
        let generation = Arc::new(AtomicU64::new(0));
        let pool = |is_read_only: bool| {
            let hosts = Hosts::parse(&settings.url, |options| configured(options, settings, is_read_only))?;
            let opener = Opener { hosts, timeout: settings.timeout, generation: generation.clone() };
            let size = usize::try_from(settings.connections).unwrap_or(usize::MAX);
            Pool::builder(opener)
                .max_size(size)
                .runtime(Runtime::Tokio1)
                .build()
                .map_err(|error| sqlx::Error::Configuration(Box::new(error)))
        };
        let database = Self {
            writers: pool(false)?,
            readers: pool(true)?,
            timeout: settings.timeout,
            named_statements: settings.named_statements,
        };
        database.session(&database.writers).await?;
        Ok(database)
    }

    /// A transaction that may write.
    pub(crate) async fn begin(&self) -> sqlx::Result<Session> {
        self.begin_on(&self.writers, "BEGIN").await
    }

    /// A transaction that reads one state of the data.
    pub(crate) async fn begin_read(&self) -> sqlx::Result<Session> {
        self.begin_on(&self.readers, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await
    }

    /// A connection for one statement that reads.
    pub(crate) async fn acquire_reader(&self) -> sqlx::Result<Session> {
        if self.named_statements {
            self.session(&self.readers).await
        } else {
            // What is prepared without a name is gone when the pooler takes another connection.
            self.begin_on(&self.readers, "BEGIN READ ONLY").await
        }
    }

    /// Whether writers can write.
    ///
    /// # Errors
    /// When none has a connection.
    pub(crate) async fn can_write(&self) -> sqlx::Result<bool> {
        let mut session = self.session(&self.writers).await?;
        session.run(async |connection, _| can_write(connection).await).await
    }

    /// Whether two connections reach one session of the server: then a pooler gives each transaction the session that is free.
    ///
    /// # Errors
    /// When there are no two connections.
    pub(crate) async fn is_behind_pooler(&self) -> sqlx::Result<bool> {
        let (mut one, mut other) = (self.session(&self.writers).await?, self.session(&self.readers).await?);
        let first = one.run(async |connection, _| backend(connection).await).await?;
        Ok(first == other.run(async |connection, _| backend(connection).await).await?)
    }

    /// Begins. A connection that turns out to be dead is replaced: nothing was asked of it yet.
    async fn begin_on(&self, pool: &Pool<Opener>, begin: &'static str) -> sqlx::Result<Session> {
        let begun = Instant::now();
        loop {
            let mut session = self.session(pool).await?;
            let was_used = session.was_used();
            let limits = self.limits_of_transaction();
            match session.begin(begin, limits.as_deref()).await {
                Err(error) if was_used && is_of_connection(&error) && begun.elapsed() < self.timeout => {}
                outcome => return outcome.map(|()| session),
            }
        }
    }

    /// Behind a pooler, a session has no settings of its own.
    fn limits_of_transaction(&self) -> Option<String> {
        (!self.named_statements).then(|| {
            let limit = self.timeout.as_millis();
            format!("SET LOCAL statement_timeout = {limit}; SET LOCAL idle_in_transaction_session_timeout = {limit}")
        })
    }

    async fn session(&self, pool: &Pool<Opener>) -> sqlx::Result<Session> {
        // Boxed, as statements are.
        match timeout(self.timeout, Box::pin(pool.get())).await {
            Ok(Ok(live)) => Ok(Session::new(live, self.timeout, self.named_statements)),
            Ok(Err(PoolError::Backend(error))) => Err(error),
            Ok(Err(PoolError::Closed)) => Err(sqlx::Error::PoolClosed),
            Ok(Err(PoolError::Timeout(_) | PoolError::NoRuntimeSpecified | PoolError::PostCreateHook(_)))
            | Err(_) => Err(sqlx::Error::PoolTimedOut),
        }
    }

    /// Waits for who has a connection or waits for one, as long as they may take, and closes what is kept.
    pub(crate) async fn close(&self) {
        for pool in [&self.readers, &self.writers] {
            let begun = Instant::now();
            while is_in_use(pool) && begun.elapsed() < self.timeout {
                sleep(CLOSING).await;
            }
            let idle = pool.retain(|_, _| false).removed;
            pool.close();
            for live in idle {
                close(live.connection).await;
            }
        }
    }
}

fn is_in_use(pool: &Pool<Opener>) -> bool {
    let status = pool.status();
    status.size > status.available || status.waiting > 0
}

/// How connections are opened.
fn configured(
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

/// Whether a connection is of no use after this, or the server is not the one that can write.
pub(super) fn is_of_connection(error: &sqlx::Error) -> bool {
    match code(error) {
        // Connection exceptions, shutdowns, a database that became read-only, a pooler that lost a statement.
        Some(code) if code.starts_with("08") => true,
        Some(code) => matches!(&*code, "57P01" | "57P02" | "57P03" | "25006" | "26000" | "42P05"),
        None => matches!(error, sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_)),
    }
}

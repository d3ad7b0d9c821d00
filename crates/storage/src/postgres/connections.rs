//! Connections that are kept, for writers and for readers.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use deadpool::Runtime;
use deadpool::managed::{Pool, PoolError};
use tokio::time::{sleep, timeout};

use super::failures::is_of_connection;
use super::hosts::{Hosts, backend, can_write, close};
use super::opener::{Opener, configured};
use super::session::Session;
use crate::settings::DatabaseSettings;

/// Between two looks at who still has a connection.
const CLOSING: Duration = Duration::from_millis(5);

/// A PostgreSQL database.
#[derive(Clone)]
pub(crate) struct Postgres {
    writers: Pool<Opener>,
    readers: Pool<Opener>,
    timeout: Duration,
    named_statements: bool,
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

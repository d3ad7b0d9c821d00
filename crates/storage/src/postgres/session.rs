//! A connection in use: statements with a limit of time, and a transaction that leaves nothing behind.

use std::time::{Duration, Instant};

use deadpool::managed::Object;
use sqlx::PgConnection;
use tokio::time::timeout;

use super::failures::{is_of_connection, late, lost};
use super::opener::Opener;

/// The server itself gives up a statement at the limit, and says why. Later than that, it is not there.
const GRACE: Duration = Duration::from_millis(500);
/// What has no limit of the configuration ends some time nevertheless.
const LONG: Duration = Duration::from_secs(24 * 3600);
/// How long giving up a transaction may take, before its connection is closed instead.
const ROLLBACK: Duration = Duration::from_secs(2);

/// A connection that one caller has.
pub(crate) struct Session {
    /// None once it was given back or given up.
    live: Option<Object<Opener>>,
    limit: Duration,
    named_statements: bool,
    is_in_transaction: bool,
    /// Whether a statement was begun whose end nobody saw.
    is_busy: bool,
}

impl Session {
    pub(super) fn new(live: Object<Opener>, limit: Duration, named_statements: bool) -> Self {
        Self { live: Some(live), limit, named_statements, is_in_transaction: false, is_busy: false }
    }

    /// Whether somebody had the connection before.
    pub(super) fn was_used(&self) -> bool {
        self.live.as_ref().is_some_and(|live| Object::metrics(live).recycle_count > 0)
    }

    pub(super) async fn begin(&mut self, begin: &'static str, limits: Option<&str>) -> sqlx::Result<()> {
        self.is_in_transaction = true;
        match limits {
            None => self.say(begin.to_owned()).await,
            Some(limits) => self.say(format!("{begin}; {limits}")).await,
        }
    }

    /// Lets the statements of this transaction take as long as they need: a migration of much data.
    pub(crate) async fn take_time(&mut self) -> sqlx::Result<()> {
        self.say("SET LOCAL statement_timeout = 0".to_owned()).await?;
        self.limit = LONG;
        Ok(())
    }

    /// Keeps what was written. An error of the connection leaves open whether it happened; it is never said again.
    pub(crate) async fn commit(mut self) -> sqlx::Result<()> {
        self.say("COMMIT".to_owned()).await?;
        self.is_in_transaction = false;
        Ok(())
    }

    async fn say(&mut self, words: String) -> sqlx::Result<()> {
        let words = sqlx::AssertSqlSafe(words);
        self.run(async move |connection, _| sqlx::raw_sql(words).execute(connection).await.map(drop)).await
    }

    /// Does something with the connection, within the limit. It is told whether statements are prepared by name.
    pub(crate) async fn run<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut PgConnection, bool) -> sqlx::Result<T>,
    ) -> sqlx::Result<T> {
        let Some(live) = &mut self.live else { return Err(lost()) };
        self.is_busy = true;
        let limit = self.limit + GRACE;
        // Boxed, so that callers on SQLite do not carry it on their stacks.
        let outcome = timeout(limit, Box::pin(work(&mut live.connection, self.named_statements))).await;
        let outcome = outcome.unwrap_or_else(|_| Err(late(limit)));
        self.is_busy = false;
        live.used_at = Instant::now();
        if outcome.as_ref().is_err_and(is_of_connection) {
            self.give_up();
        }
        outcome
    }

    /// Closes the socket: it goes back to nobody.
    fn give_up(&mut self) {
        if let Some(live) = self.live.take() {
            live.mark_failed();
            drop(Object::take(live));
        }
    }
}

/// A transaction that was not committed is rolled back in the background, or its connection is closed: the server then does the same.
impl Drop for Session {
    fn drop(&mut self) {
        if !self.is_in_transaction && !self.is_busy {
            return; // the connection goes back by itself
        }
        let Some(mut live) = self.live.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else {
            drop(Object::take(live));
            return;
        };
        let words = if self.is_in_transaction { "ROLLBACK" } else { "" };
        runtime.spawn(async move {
            let rollback = sqlx::raw_sql(words).execute(&mut live.connection);
            if !timeout(ROLLBACK, rollback).await.is_ok_and(|outcome| outcome.is_ok()) {
                drop(Object::take(live));
            }
        });
    }
}

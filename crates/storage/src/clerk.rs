//! SQLite's one writer, shared: who lends it, in which order, and when the work is made durable.
//!
//! It knows savepoints and commits, but no statement of the product; [`crate::sql`] is its only caller.

use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection as _, SqliteConnection, SqlitePool};
use tokio::sync::{Mutex, OwnedMutexGuard, mpsc, oneshot};
use tokio::time::sleep;

use crate::database_file::DatabaseFile;
use crate::error::{Result, StoreError};

/// A batch is committed when nobody waits, at the latest after so many units or so much time, so
/// that the first unit's answer does not wait for an endless queue behind it.
const BATCH_UNITS: usize = 128;
const BATCH_TIME: Duration = Duration::from_millis(5);

/// Switching a new file to WAL fails at once, whatever the busy timeout, while another process does
/// the same.
pub(crate) async fn open_writer(
    options: &SqliteConnectOptions,
    limit: Duration,
) -> sqlx::Result<SqliteConnection> {
    let begun = Instant::now();
    loop {
        match SqliteConnection::connect_with(options).await {
            Err(sqlx::Error::Database(busy))
                if busy.code().as_deref() == Some("5") && begun.elapsed() < limit =>
            {
                sleep(Duration::from_millis(10)).await;
            }
            outcome => return outcome,
        }
    }
}

pub(crate) type Request = oneshot::Sender<Result<Turn>>;
type Answer = oneshot::Sender<Result<()>>;

/// The writer connection, lent to one unit of work. Dropping it is how a unit is given up. The
/// fields are dropped in this order: when the clerk hears of it, the connection is free.
pub(crate) struct Turn {
    pub(crate) conn: OwnedMutexGuard<SqliteConnection>,
    keep: oneshot::Sender<Answer>,
}

impl Turn {
    /// Nothing is awaited before the unit is handed over: cancelled later, it is kept all the same.
    pub(crate) async fn keep(self) -> Result<()> {
        let Self { conn, keep } = self;
        let (answer, durable) = oneshot::channel();
        drop(conn);
        keep.send(answer).map_err(|_| sqlx::Error::WorkerCrashed)?;
        durable.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

/// Lends SQLite's writer to whoever asks, first come, first served, and commits in batches.
///
/// A batch is one transaction, each unit of work in it a savepoint. Only the clerk speaks BEGIN,
/// SAVEPOINT, RELEASE, ROLLBACK and COMMIT, so no cancelled caller can leave one half said; sqlx runs
/// a connection's statements in order, so what a cancelled caller still had under way comes first.
///
/// A unit sees what earlier units of its batch wrote, although that is not durable yet. That is
/// right: they commit together or fail together, so no answer to a commit rests on something lost.
/// Only a unit that looks and then gives up can answer from what a crash takes back; it has written
/// nothing, and "this name is taken" is true enough to try again. Answers to questions use `read`.
pub(crate) struct Clerk {
    options: SqliteConnectOptions,
    /// How long opening the writer again may take.
    limit: Duration,
    file: Arc<DatabaseFile>,
    writer: Arc<Mutex<SqliteConnection>>,
    queue: mpsc::UnboundedReceiver<Request>,
}

impl Clerk {
    pub(crate) fn new(
        options: SqliteConnectOptions,
        limit: Duration,
        file: Arc<DatabaseFile>,
        writer: SqliteConnection,
        queue: mpsc::UnboundedReceiver<Request>,
    ) -> Self {
        Self { options, limit, file, writer: Arc::new(Mutex::new(writer)), queue }
    }

    pub(crate) async fn run(mut self, readers: SqlitePool) {
        while let Some(first) = tokio::select! {
            biased;
            request = self.queue.recv() => request,
            () = readers.close_event() => None,
        } {
            let mut kept = Vec::new();
            let outcome = self.batch(first, &mut kept).await;
            if outcome.as_ref().is_err_and(|error| !matches!(error, StoreError::FileLost(_)))
                && let Ok(fresh) = open_writer(&self.options, self.limit).await
                && self.file.check().is_ok()
            // otherwise it may be another file
            {
                // Closing a connection rolls back whatever state the failure left it in.
                *self.writer.lock().await = fresh;
            }
            for answer in kept {
                let _ = answer.send(outcome.clone()); // nobody there: the caller was cancelled
            }
        }
        // The last connection folds the log into the file, and that must be one that may write.
        readers.close().await;
        if let Some(writer) = Arc::into_inner(self.writer) {
            let mut writer = writer.into_inner();
            let _ = sqlx::query("PRAGMA optimize").execute(&mut writer).await;
            let _ = writer.close().await;
        }
    }

    /// One step is said per unit: it ends that unit and begins the next or commits, so that a unit
    /// costs one exchange with SQLite beside its own statements.
    async fn batch(&mut self, first: Request, kept: &mut Vec<Answer>) -> Result<()> {
        let begun = Instant::now();
        if let Err(error) = self.file.check() {
            let _ = first.send(Err(error.clone()));
            return Err(error);
        }
        let mut step = "BEGIN IMMEDIATE; SAVEPOINT unit";
        let mut next = Some(first);
        let mut conn = self.writer.clone().lock_owned().await;
        while let Some(request) = next {
            if let Err(error) = sqlx::query(step).execute(&mut *conn).await {
                let error = self.file.noted(error);
                let _ = request.send(Err(error.clone()));
                return Err(error);
            }
            let (keep, verdict) = oneshot::channel();
            let _ = request.send(Ok(Turn { conn, keep })); // nobody there: the turn drops itself
            let verdict = verdict.await;
            conn = self.writer.clone().lock_owned().await;

            let full = kept.len() + 1 >= BATCH_UNITS || begun.elapsed() >= BATCH_TIME;
            let mut waiting = std::iter::from_fn(|| self.queue.try_recv().ok());
            next = if full { None } else { waiting.find(|request| !request.is_closed()) };
            step = match (&verdict, &next) {
                (Ok(_), Some(_)) => "RELEASE unit; SAVEPOINT unit",
                (Err(_), Some(_)) => "ROLLBACK TO unit", // leaves it open: the next unit takes it
                (Ok(_), None) => "COMMIT",               // releases it too
                (Err(_), None) => "ROLLBACK TO unit; COMMIT",
            };
            kept.extend(verdict);
        }
        sqlx::query(step).execute(&mut *conn).await.map_err(|error| self.file.noted(error))?;
        // Of a file that is gone by now, nothing would be left.
        self.file.check()
    }
}

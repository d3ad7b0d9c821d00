//! Opening a SQLite database: one writer, who is shared, and readers.

use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions as _, SqlitePool};
use tokio::sync::mpsc;

use crate::clerk::{Clerk, Request, open_writer};
use crate::database_file::{DatabaseFile, check_what_was_left_open, opening};
use crate::error::Result;
use crate::settings::DatabaseSettings;

/// sqlx keeps 100 prepared statements unless told; the product has several hundred.
const STATEMENTS: usize = 1000;

/// An open database.
pub(crate) struct Sqlite {
    /// Where writers ask for their turn.
    pub(crate) turns: mpsc::UnboundedSender<Request>,
    pub(crate) readers: SqlitePool,
    pub(crate) file: Arc<DatabaseFile>,
}

/// Opens a file, which is made when it is missing. After an unclean end it is looked at first.
///
/// # Errors
/// [`crate::StoreError::Damaged`]; [`crate::StoreError::Database`] when it cannot be opened.
pub(crate) async fn open(settings: &DatabaseSettings) -> Result<Sqlite> {
    let options = settings
        .url
        .parse::<SqliteConnectOptions>()?
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        // What a savepoint would undo goes to a file otherwise, made and deleted for each larger transaction.
        .pragma("temp_store", "MEMORY")
        // The log grows while somebody reads for long, and is cut afterwards.
        .pragma("journal_size_limit", "67108864")
        .busy_timeout(settings.timeout)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    check_what_was_left_open(&options).await?;
    let writer = open_writer(&options, settings.timeout).await.map_err(opening)?;
    let file = Arc::new(DatabaseFile::opened(&options));
    let readers = SqlitePoolOptions::new()
        .max_connections(settings.connections)
        .acquire_timeout(settings.timeout)
        .test_before_acquire(false) // a file does not hang up
        .connect_with(options.clone().read_only(true))
        .await?;
    let (turns, queue) = mpsc::unbounded_channel();
    // Opened again, it must be there: a new file would not be the database.
    let options = options.create_if_missing(false);
    let clerk = Clerk::new(options, settings.timeout, file.clone(), writer, queue);
    tokio::spawn(clerk.run(readers.clone()));
    Ok(Sqlite { turns, readers, file })
}

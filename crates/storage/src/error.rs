//! Why storage fails: what a caller can act on has a variant, the rest is the database's.

use std::path::PathBuf;
use std::sync::Arc;

use sqlx::error::DatabaseError;

/// A result of this crate.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why a statement or a transaction failed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// A unique key is taken.
    #[error("a row with this key exists already")]
    Conflict,
    /// A foreign key does not hold: what a row belongs to is gone, or what is deleted is still needed.
    #[error("a row that this one refers to does not exist, or another row refers to this one")]
    Reference,
    /// A document in this column is not what this version writes.
    #[error("the document in column {0} cannot be read")]
    Unreadable(String),
    /// A secret does not open: the sealing key is another one, or the row was changed.
    #[error("a sealed value does not open with this key")]
    Sealed,
    /// A pooler stands before PostgreSQL which gives each transaction another connection.
    #[error(
        "a pooler such as pgbouncer stands before PostgreSQL that keeps no sessions (transaction mode) or takes no settings of \
         theirs: set postgres_named_statements = false"
    )]
    Pooler,
    /// A file of the SQLite database is not the one that was opened.
    #[error(
        "{} was deleted or replaced while the server has it open: nothing more is read or written, since it would be lost. Put the \
         file back where it was, or restart the server to begin with what is there", .0.display()
    )]
    FileLost(PathBuf),
    /// SQLite found its file damaged.
    #[error(
        "the SQLite database is damaged ({0}): stop the server, copy the file with its -wal, and restore a backup, or save what can be \
         read with sqlite3's .recover"
    )]
    Damaged(String),
    /// Shared, because a failed COMMIT is the failure of every unit in its batch.
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => Self::Conflict,
            Some(cause) if cause.is_foreign_key_violation() => Self::Reference,
            Some(cause) if is_of_pooler(cause) => Self::Pooler,
            _ => Self::Database(Arc::new(error)),
        }
    }
}

/// A statement that was prepared on another connection, or parameters at the start of a session that the pooler does not know.
fn is_of_pooler(error: &dyn DatabaseError) -> bool {
    match error.code().as_deref() {
        Some("42P05" | "26000") => true,
        Some("08P01") => error.message().starts_with("unsupported startup parameter"),
        _ => false,
    }
}

impl StoreError {
    /// Whether the database cannot serve now, and may in a moment: it is away, overloaded, locked or read-only, or its disk is full.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Conflict | Self::Reference | Self::Unreadable(_) | Self::Sealed | Self::Pooler => false,
            Self::FileLost(_) | Self::Damaged(_) => true,
            Self::Database(error) => is_outage(error),
        }
    }
}

impl StoreError {
    /// Whether a statement named a table that is not there: the database was never migrated so far.
    pub(crate) fn is_missing_table(&self) -> bool {
        let Self::Database(error) = self else { return false };
        let Some(error) = error.as_database_error() else { return false };
        match error.code().as_deref() {
            Some("42P01") => true,
            Some("1") => error.message().starts_with("no such table"),
            _ => false,
        }
    }
}

fn is_outage(error: &sqlx::Error) -> bool {
    if let Some(error) = error.as_database_error() {
        let code = error.code().unwrap_or_default();
        return match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
            Some(_) => code.parse().is_ok_and(is_outage_of_sqlite),
            None => is_outage_of_postgres(&code),
        };
    }
    matches!(
        error,
        sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed
    )
}

/// <https://www.postgresql.org/docs/current/errcodes-appendix.html>
fn is_outage_of_postgres(code: &str) -> bool {
    // Connection exceptions, insufficient resources, operator intervention, system errors; then a password that was changed, a
    // database that became read-only, a lock that is not to be had, a pooler that lost a statement.
    ["08", "53", "57", "58", "28"].iter().any(|class| code.starts_with(class))
        || matches!(code, "25006" | "55P03")
}

/// Result codes, of which extended ones hold a primary one in their last byte: <https://www.sqlite.org/rescode.html>
fn is_outage_of_sqlite(code: u32) -> bool {
    const BUSY: u32 = 5;
    const READONLY: u32 = 8;
    const IOERR: u32 = 10;
    const CORRUPT: u32 = 11;
    const FULL: u32 = 13;
    const CANTOPEN: u32 = 14;
    const NOTADB: u32 = 26;
    matches!(code & 0xff, BUSY | READONLY | IOERR | CORRUPT | FULL | CANTOPEN | NOTADB)
}

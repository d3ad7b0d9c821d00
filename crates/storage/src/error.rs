//! Why storage fails: what a caller can act on has a variant, the rest is the database's.

use std::sync::Arc;

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
    /// Shared, because a failed COMMIT is the failure of every unit in its batch.
    #[error("the database failed")]
    Database(#[source] Arc<sqlx::Error>),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(cause) if cause.is_unique_violation() => Self::Conflict,
            Some(cause) if cause.is_foreign_key_violation() => Self::Reference,
            _ => Self::Database(Arc::new(error)),
        }
    }
}

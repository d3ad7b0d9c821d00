//! What failures of PostgreSQL mean for a connection.

use std::borrow::Cow;
use std::time::Duration;

/// The server did not answer.
pub(super) fn late(limit: Duration) -> sqlx::Error {
    let message = format!("the database did not answer within {limit:?}");
    sqlx::Error::Io(std::io::Error::new(std::io::ErrorKind::TimedOut, message))
}

/// The connection was given up before.
pub(super) fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::NotConnected,
        "the connection to the database was lost",
    ))
}

/// Whether connecting may succeed in a moment. A wrong password stays wrong, and a wrong name of the database as well.
pub(super) fn may_pass(error: &sqlx::Error) -> bool {
    match code(error) {
        Some(code) => matches!(&*code, "57P03" | "57P01" | "57P02" | "53300"),
        None => matches!(error, sqlx::Error::Io(_)),
    }
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

/// The error's code, if it is the server's.
fn code(error: &sqlx::Error) -> Option<Cow<'_, str>> {
    error.as_database_error()?.code()
}

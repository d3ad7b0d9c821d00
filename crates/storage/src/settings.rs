//! What a database is reached by, and how long anybody waits for it.

use std::time::Duration;

/// A database and its limits.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// `sqlite:PATH`, or `postgres://…` with one host or several, with commas between as libpq has it.
    pub url: String,
    /// How long a connection, a statement and a COMMIT may take each.
    pub timeout: Duration,
    /// Connections that writers may have, and as many that readers may have.
    pub connections: u32,
    /// Whether statements are prepared by name, once for each connection of PostgreSQL. A pooler in transaction mode cannot have that.
    pub named_statements: bool,
}

impl DatabaseSettings {
    /// This database with the usual limits: ten seconds and ten connections.
    pub fn of(url: impl Into<String>) -> Self {
        Self { url: url.into(), timeout: Duration::from_secs(10), connections: 10, named_statements: true }
    }
}

//! File handles: a connection is one, and the database, its files and outgoing requests need some as well.

use crate::config::Config;

/// Connections where nothing else limits them.
const MOST_CONNECTIONS: usize = 20_000;
/// Handles for everything else, of those that a process may have: a quarter, up to this; and at least so many beside the database's.
const LEAST_RESERVE: usize = 20;
const MOST_RESERVE: usize = 256;

/// Asks the system for as many handles as it lets a process have.
#[cfg(unix)]
pub(crate) fn raise_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if limit.current != limit.maximum {
        limit.current = limit.maximum;
        if let Err(error) = setrlimit(Resource::Nofile, limit) {
            tracing::debug!(%error, "the number of file handles stays as it is");
        }
    }
}

/// Asks the system for as many handles as it lets a process have.
#[cfg(not(unix))]
pub(crate) fn raise_limit() {}

/// Handles that this process may have, if there is a limit.
#[cfg(unix)]
fn limit() -> Option<usize> {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    limit.current.map(|handles| usize::try_from(handles).unwrap_or(usize::MAX))
}

#[cfg(not(unix))]
fn limit() -> Option<usize> {
    None
}

/// How many connections there may be at once, beside those to the database.
pub(super) fn connections(config: &Config) -> usize {
    let database = usize::try_from(config.database_connections).unwrap_or(usize::MAX).saturating_mul(2);
    limit().map_or(MOST_CONNECTIONS, |handles| of_handles(handles, database))
}

/// How many connections there may be with so many handles, of which the database needs some.
fn of_handles(handles: usize, database: usize) -> usize {
    let least = LEAST_RESERVE.saturating_add(database);
    let reserve = (handles / 4).min(MOST_RESERVE).max(least);
    handles.saturating_sub(reserve).clamp(1, MOST_CONNECTIONS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_handles_are_left_for_the_database() {
        for (handles, connections) in [
            (0, 1),
            (20, 1),
            (64, 24),
            (200, 150),
            (1024, 768),
            (65_536, MOST_CONNECTIONS),
            (usize::MAX, MOST_CONNECTIONS),
        ] {
            assert_eq!(of_handles(handles, 20), connections, "{handles}");
        }
        assert_eq!(of_handles(200, 150), 30);
    }
}

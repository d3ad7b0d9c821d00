//! The hosts of a database URL, and which of them can write.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection, Row as _};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::failures::late;

/// How long one attempt to connect may take. It is made again until the caller's own limit: TCP itself waits longer and longer.
const ATTEMPT: Duration = Duration::from_secs(2);

/// Where the database may be. All of them hold the same data, and one of them can write.
pub(super) struct Hosts {
    all: Vec<PgConnectOptions>,
    /// The one that could write the last time.
    current: AtomicUsize,
}

impl Hosts {
    /// The hosts of a URL: `postgres://user:password@a:5432,b:5432/database?options`, as libpq has it.
    ///
    /// # Errors
    /// When the URL cannot be read.
    pub(super) fn parse(
        url: &str,
        with: impl Fn(PgConnectOptions) -> PgConnectOptions,
    ) -> sqlx::Result<Self> {
        let all = urls(url)
            .iter()
            .map(|url| Ok(with(url.parse::<PgConnectOptions>()?).disable_statement_logging()))
            .collect::<sqlx::Result<Vec<_>>>()?;
        Ok(Self { all, current: AtomicUsize::new(0) })
    }

    /// A connection to the host that can write. One attempt, which takes a few seconds at most.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn connect(&self) -> sqlx::Result<PgConnection> {
        let current = self.current.load(Ordering::Relaxed) % self.all.len();
        let outcome = attempt(self.all[current].clone(), self.all.len() > 1).await;
        if outcome.is_ok() || self.all.len() == 1 {
            return outcome;
        }
        // All at once, so that one which does not answer holds up none that does.
        let mut attempts = JoinSet::new();
        for (index, options) in self.all.iter().enumerate() {
            let options = options.clone();
            attempts.spawn(async move { (index, attempt(options, true).await) });
        }
        while let Some(outcome) = attempts.join_next().await {
            if let Ok((index, Ok(connection))) = outcome {
                if index != current {
                    tracing::warn!(
                        host = self.all[index].get_host(),
                        "the database has moved to another host"
                    );
                }
                self.current.store(index, Ordering::Relaxed);
                return Ok(connection);
            }
        }
        outcome
    }
}

/// Connects; to no standby, if there is a choice.
async fn attempt(options: PgConnectOptions, has_choice: bool) -> sqlx::Result<PgConnection> {
    let connect = async {
        let mut connection = options.connect().await?;
        if has_choice && is_standby(&mut connection).await? {
            return Err(sqlx::Error::Io(std::io::Error::other("the host cannot write: it is a standby")));
        }
        Ok(connection)
    };
    timeout(ATTEMPT, connect).await.unwrap_or_else(|_| Err(late(ATTEMPT)))
}

/// Whether this is a standby, which follows another host.
async fn is_standby(connection: &mut PgConnection) -> sqlx::Result<bool> {
    Ok(told(connection, "SELECT CASE WHEN pg_is_in_recovery() THEN 'yes' ELSE 'no' END").await? == "yes")
}

/// Whether a transaction that begins now may write.
pub(super) async fn can_write(connection: &mut PgConnection) -> sqlx::Result<bool> {
    Ok(told(connection, "SELECT current_setting('transaction_read_only')").await? == "off")
}

/// The process of the server that answers on this connection.
pub(super) async fn backend(connection: &mut PgConnection) -> sqlx::Result<String> {
    told(connection, "SELECT pg_backend_pid()").await
}

/// One value, by the simple protocol: it is a text, and nothing is prepared.
async fn told(connection: &mut PgConnection, question: &'static str) -> sqlx::Result<String> {
    let row = sqlx::raw_sql(question).fetch_one(&mut *connection).await?;
    row.try_get_unchecked(0)
}

/// Says goodbye, if there is somebody to hear it.
pub(super) async fn close(connection: PgConnection) {
    let _ = timeout(Duration::from_secs(1), connection.close()).await;
}

/// A URL for each host of one that may have several.
fn urls(url: &str) -> Vec<String> {
    let Some((scheme, rest)) = url.split_once("://") else { return vec![url.to_owned()] };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let (user, hosts) =
        authority.rsplit_once('@').map_or((None, authority), |(user, hosts)| (Some(user), hosts));
    let user = user.map(|user| format!("{user}@")).unwrap_or_default();
    hosts.split(',').map(|host| format!("{scheme}://{user}{host}{tail}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_one_host_or_several() {
        for (url, hosts) in [
            ("postgres://a/db", vec!["postgres://a/db"]),
            (
                "postgres://u:p@a:5432,b:5433/db?sslmode=disable",
                vec!["postgres://u:p@a:5432/db?sslmode=disable", "postgres://u:p@b:5433/db?sslmode=disable"],
            ),
            (
                "postgresql://u@[::1]:1,[::2],c?x=a,b",
                vec!["postgresql://u@[::1]:1?x=a,b", "postgresql://u@[::2]?x=a,b", "postgresql://u@c?x=a,b"],
            ),
            ("postgres://u:p,q@a/db", vec!["postgres://u:p,q@a/db"]),
        ] {
            assert_eq!(urls(url), hosts, "{url}");
        }
        let hosts = Hosts::parse("postgres://u:p@a:5432,b:5433/db", |options| options).unwrap();
        let named: Vec<(&str, u16)> =
            hosts.all.iter().map(|host| (host.get_host(), host.get_port())).collect();
        assert_eq!(named, [("a", 5432), ("b", 5433)]);
    }
}

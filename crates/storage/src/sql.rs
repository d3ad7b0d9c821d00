//! One SQL text, two databases.
//!
//! The only module that knows which database is behind a transaction: everything else writes one
//! statement in the dialect that SQLite and PostgreSQL share. It holds no statement of the product
//! and knows nothing of tables.
//!
//! Operations write `store.begin()` … `tx.commit()`. On PostgreSQL that is an ordinary transaction.
//! SQLite has one writer, and an fsync costs more than ten statements, so there transactions take
//! turns on one connection and share their COMMIT (see [`crate::clerk`]).

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{
    Arguments as _, AssertSqlSafe, Decode, PgConnection, Postgres as PostgresDialect, Row as _,
    Sqlite as SqliteDialect, SqliteConnection, SqlitePool, Transaction, Type,
};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::bindable::Bindable;
use crate::clerk::{Request, Turn};
use crate::database_file::DatabaseFile;
use crate::error::{Result, StoreError};
use crate::postgres::{Postgres, Session};
use crate::sealing::Sealer;
use crate::settings::DatabaseSettings;
use crate::sqlite::{self, Sqlite};

/// A database, and the key that its secrets are sealed with.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    sealer: Arc<Sealer>,
}

/// Readers and writers never share a pool: tasks that hold a reader while they wait for a writer
/// could otherwise use up the connections that all of them wait for.
#[derive(Clone)]
enum Pools {
    Sqlite {
        turns: mpsc::UnboundedSender<Request>,
        readers: SqlitePool,
        timeout: Duration,
        file: Arc<DatabaseFile>,
    },
    Postgres(Postgres),
}

impl Store {
    /// Opens `sqlite:PATH` (made when missing) or `postgres://…` with the usual limits. The SQLite writer lives on the runtime that
    /// this is called on: call it on the one that lasts.
    ///
    /// # Errors
    /// [`crate::StoreError::Database`] when the database cannot be opened.
    pub async fn connect(url: &str, sealer: Sealer) -> Result<Self> {
        Self::connect_with(&DatabaseSettings::of(url), sealer).await
    }

    /// As [`Store::connect`], with limits of one's own.
    ///
    /// # Errors
    /// [`crate::StoreError::Database`] when the database cannot be opened.
    pub async fn connect_with(settings: &DatabaseSettings, sealer: Sealer) -> Result<Self> {
        let sealer = Arc::new(sealer);
        if settings.url.starts_with("postgres") {
            let postgres = Postgres::connect(settings).await?;
            if settings.named_statements && postgres.is_behind_pooler().await? {
                return Err(StoreError::Pooler);
            }
            return Ok(Self { pools: Pools::Postgres(postgres), sealer });
        }
        let Sqlite { turns, readers, file } = sqlite::open(settings).await?;
        Ok(Self { pools: Pools::Sqlite { turns, readers, timeout: settings.timeout, file }, sealer })
    }

    /// What seals values that leave the database and come back: page tokens.
    pub(crate) fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// A keyed hash of a value, which nobody without the sealing key can make: the same each time, on every replica.
    pub fn mac(&self, context: &str, value: &str) -> Vec<u8> {
        self.sealer.mac(context, value)
    }

    /// Begins a write transaction, which may read too. Take no [`Store::read`] while holding one:
    /// the other order is safe, this one can wait for itself (and then fails at the limit of time).
    pub async fn begin(&self) -> Result<Tx> {
        let conn = match &self.pools {
            Pools::Postgres(postgres) => Conn::Postgres(Box::pin(postgres.begin()).await?),
            Pools::Sqlite { turns, timeout: limit, .. } => {
                let (request, turn) = oneshot::channel();
                turns.send(request).map_err(|_| sqlx::Error::PoolClosed)?;
                let turn = timeout(*limit, turn).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
                Conn::Turn(turn.map_err(|_| sqlx::Error::WorkerCrashed)??)
            }
        };
        Ok(Tx(self.reader(conn)))
    }

    /// Begins a write transaction that no other process runs beside: for migrations, which may take longer than other statements.
    pub async fn begin_exclusive(&self) -> Result<Tx> {
        const LOCK: i64 = i64::from_be_bytes(*b"poolhous");
        let mut tx = self.begin().await?; // on SQLite that is exclusive already
        if let Conn::Postgres(session) = &mut tx.conn {
            Box::pin(session.take_time()).await?;
            tx.query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute().await?;
        }
        Ok(tx)
    }

    /// One consistent state of committed data, as of its first statement, while writers go on.
    pub async fn read(&self) -> Result<Reader> {
        let conn = match &self.pools {
            Pools::Sqlite { readers, file, .. } => {
                file.check()?;
                Conn::Snapshot(readers.begin().await.map_err(|error| file.noted(error))?)
            }
            Pools::Postgres(postgres) => Conn::Postgres(Box::pin(postgres.begin_read()).await?),
        };
        Ok(self.reader(conn))
    }

    /// Committed data, each statement as of its own start. A statement is a consistent state by itself, so for one of them
    /// this is what [`Store::read`] gives, without the two exchanges with the database that a transaction costs.
    pub async fn read_latest(&self) -> Result<Reader> {
        let conn = match &self.pools {
            Pools::Sqlite { readers, file, .. } => {
                file.check()?;
                Conn::SqliteOnce(readers.acquire().await.map_err(|error| file.noted(error))?)
            }
            Pools::Postgres(postgres) => Conn::Postgres(Box::pin(postgres.acquire_reader()).await?),
        };
        Ok(self.reader(conn))
    }

    /// Whether somebody can write now. On SQLite that is tried, down to the disk.
    ///
    /// # Errors
    /// Why not, if that is an error.
    pub async fn can_write(&self) -> Result<bool> {
        match &self.pools {
            Pools::Postgres(postgres) => Ok(postgres.can_write().await?),
            Pools::Sqlite { .. } => {
                let mut tx = self.begin().await?;
                tx.query("PRAGMA user_version = 0").execute().await?; // a page of the file, which nobody else writes
                tx.commit().await?;
                Ok(true)
            }
        }
    }

    fn reader(&self, conn: Conn) -> Reader {
        let file = match &self.pools {
            Pools::Sqlite { file, .. } => Some(file.clone()),
            Pools::Postgres(_) => None,
        };
        Reader { conn, sound: true, sealer: self.sealer.clone(), file }
    }

    /// Serves who waits already, then closes. SQLite folds its write-ahead log into the file when
    /// its last connection goes, and that must be the writer: a reader may not.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { turns, readers, .. } => {
                readers.close().await;
                turns.closed().await;
            }
            Pools::Postgres(postgres) => postgres.close().await,
        }
    }
}

/// A read-only transaction. It ends when it is dropped.
pub struct Reader {
    conn: Conn,
    /// False from a statement's start until its success. See [`only_if_sound`].
    sound: bool,
    sealer: Arc<Sealer>,
    /// On SQLite.
    file: Option<Arc<DatabaseFile>>,
}

/// A write transaction. Dropped without [`Tx::commit`], by an error, a cancelled future or a panic,
/// it leaves nothing behind. It reads as a [`Reader`] does, so statements are written once, on that.
pub struct Tx(Reader);

enum Conn {
    Turn(Turn),
    Snapshot(Transaction<'static, SqliteDialect>),
    SqliteOnce(PoolConnection<SqliteDialect>),
    Postgres(Session),
}

impl Deref for Tx {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Reader {
        &mut self.0
    }
}

impl Tx {
    /// Returns when the transaction is durable. An error in the connection or in the COMMIT itself
    /// leaves open, as everywhere, whether it happened.
    pub async fn commit(self) -> Result<()> {
        if !self.sound {
            // PostgreSQL would answer this COMMIT with a ROLLBACK, and sqlx would call that success.
            return Err(failed_before().into());
        }
        match self.0.conn {
            Conn::Turn(turn) => turn.keep().await,
            Conn::Postgres(session) => Ok(Box::pin(session.commit()).await?),
            Conn::Snapshot(_) | Conn::SqliteOnce(_) => Ok(()), // of readers, which wrote nothing
        }
    }

    /// Runs a whole script of statements that is not a literal: a migration.
    pub async fn script(&mut self, sql: &str) -> Result<()> {
        let Reader { conn, sound, file, .. } = &mut self.0;
        only_if_sound(sound, file.as_ref(), async {
            let script = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
            match conn {
                Conn::Turn(turn) => script.execute(&mut *turn.conn).await.map(drop),
                Conn::Snapshot(tx) => script.execute(&mut **tx).await.map(drop),
                Conn::SqliteOnce(conn) => script.execute(&mut **conn).await.map(drop),
                Conn::Postgres(session) => {
                    Box::pin(session.run(async move |conn, _| script.execute(conn).await.map(drop))).await
                }
            }
        })
        .await
    }
}

impl Reader {
    /// What opens the secrets of rows.
    pub(crate) fn sealer(&self) -> Arc<Sealer> {
        self.sealer.clone()
    }

    /// Begins a statement. `$1` is the first value.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        let on = match &mut self.conn {
            Conn::Turn(turn) => On::Sqlite(&mut turn.conn, SqliteArguments::default()),
            Conn::Snapshot(tx) => On::Sqlite(tx, SqliteArguments::default()),
            Conn::SqliteOnce(conn) => On::Sqlite(conn, SqliteArguments::default()),
            Conn::Postgres(session) => On::Postgres(session, PgArguments::default()),
        };
        Query { sql, on, sound: &mut self.sound, file: self.file.as_ref() }
    }
}

/// A transaction is over with its first error, or with a statement that nobody waited for the end
/// of. PostgreSQL insists on the former. On SQLite a full disk rolls back everything, after which a
/// further statement would commit by itself; and what works on one must not fail on the other.
async fn only_if_sound<T>(
    sound: &mut bool,
    file: Option<&Arc<DatabaseFile>>,
    statement: impl Future<Output = sqlx::Result<T>>,
) -> Result<T> {
    if !std::mem::replace(sound, false) {
        return Err(failed_before().into());
    }
    let outcome = statement.await.map_err(StoreError::from);
    match &outcome {
        Ok(_) => *sound = true,
        Err(error) => {
            if let Some(file) = file {
                file.note(error);
            }
        }
    }
    outcome
}

fn failed_before() -> sqlx::Error {
    sqlx::Error::Protocol("a statement of this transaction failed or was cancelled".into())
}

/// A statement and its values, `$1` first.
#[must_use = "a query does nothing until it is run"]
pub struct Query<'t> {
    sql: &'static str,
    on: On<'t>,
    sound: &'t mut bool,
    file: Option<&'t Arc<DatabaseFile>>,
}

enum On<'t> {
    Sqlite(&'t mut SqliteConnection, SqliteArguments),
    Postgres(&'t mut Session, PgArguments),
}

impl Query<'_> {
    /// Takes `&str`, `String`, `bool`, `i64`, `Uuid`, `DateTime<Utc>` (whole microseconds: PostgreSQL
    /// keeps no more), `Vec<u8>`, and `Option`s of them. The character U+0000, which PostgreSQL cannot keep, becomes U+FFFD in
    /// a text.
    pub fn bind<'v, V: Bindable<'v>>(mut self, value: V) -> Self {
        let value = value.bindable();
        match &mut self.on {
            On::Sqlite(_, values) => values.add(value),
            On::Postgres(_, values) => values.add(value),
        }
        .expect("encoding fails only for values beyond 2 GiB");
        self
    }

    /// The number of rows that an INSERT, UPDATE or DELETE changed. (After anything else SQLite repeats
    /// the number before.)
    pub async fn execute(self) -> Result<u64> {
        let Self { sql, on, sound, file } = self;
        only_if_sound(sound, file, async {
            Ok(match on {
                On::Sqlite(conn, values) => {
                    sqlx::query_with(sql, values).execute(conn).await?.rows_affected()
                }
                On::Postgres(session, values) => {
                    let statement = async move |conn: &mut PgConnection, is_named| {
                        sqlx::query_with(sql, values).persistent(is_named).execute(conn).await
                    };
                    Box::pin(session.run(statement)).await?.rows_affected()
                }
            })
        })
        .await
    }

    /// Every row that it finds.
    pub async fn all(self) -> Result<Vec<Row>> {
        let Self { sql, on, sound, file } = self;
        only_if_sound(sound, file, async {
            Ok(match on {
                On::Sqlite(conn, values) => {
                    let rows = sqlx::query_with(sql, values).fetch_all(conn).await?;
                    rows.into_iter().map(|row| Row(Found::Sqlite(row))).collect()
                }
                On::Postgres(session, values) => {
                    let statement = async move |conn: &mut PgConnection, is_named| {
                        sqlx::query_with(sql, values).persistent(is_named).fetch_all(conn).await
                    };
                    let rows = Box::pin(session.run(statement)).await?;
                    rows.into_iter().map(|row| Row(Found::Postgres(row))).collect()
                }
            })
        })
        .await
    }

    /// For statements that find one row or none, by a unique key or an aggregate.
    pub async fn optional(self) -> Result<Option<Row>> {
        let mut rows = self.all().await?;
        debug_assert!(rows.len() <= 1, "asked for one row, found {}", rows.len());
        Ok(rows.pop())
    }

    /// For statements that always find a row.
    pub async fn one(self) -> Result<Row> {
        Ok(self.optional().await?.ok_or(sqlx::Error::RowNotFound)?)
    }
}

/// A row that a statement found.
pub struct Row(Found);

enum Found {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    /// The value of a column, by name.
    pub fn get<'r, T>(&'r self, column: &str) -> Result<T>
    where
        T: Decode<'r, SqliteDialect>
            + Type<SqliteDialect>
            + Decode<'r, PostgresDialect>
            + Type<PostgresDialect>,
    {
        Ok(match &self.0 {
            Found::Sqlite(row) => row.try_get(column)?,
            Found::Postgres(row) => row.try_get(column)?,
        })
    }
}

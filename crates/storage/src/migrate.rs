//! Brings a database of either kind to the newest schema: refinery's runner over our own transactions,
//! so that no second database driver is in the tree.
//!
//! Everything happens in one transaction that no other process runs beside. Replicas that start at
//! once therefore wait for the first and find nothing left to do, and a migration that fails leaves
//! the old schema whole. A migration may hold only what runs inside a transaction on both databases
//! (no `VACUUM`, no `CREATE INDEX CONCURRENTLY`; `PRAGMA foreign_keys` is ignored there), no
//! `DEFERRABLE` constraint and no `ON CONFLICT ROLLBACK`: those would fail a batch of other people's work.

use std::cmp::Ordering;

use crate::error::{Result, StoreError};
use crate::sql::{Store, Tx};
use refinery_core::Migration;
use refinery_core::traits::r#async::{AsyncMigrate, AsyncQuery, AsyncTransaction};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

mod embedded {
    // The macro reads the folder while compiling, which Cargo does not notice. The crate's build.rs must say
    // `println!("cargo:rerun-if-changed=../../migrations");` with this same path, relative to its Cargo.toml, or a
    // new file is left out of the next build without a word.
    refinery::embed_migrations!("../../migrations");
}

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A newer Poolhouse migrated the database.
    #[error(
        "the database has schema {database}, which a newer version of Poolhouse made: this version knows schemas up to {known}. Start \
         the newer one, or restore a backup from before the update"
    )]
    Newer {
        /// The database's.
        database: i32,
        /// The newest one that this binary knows.
        known: i32,
    },
    /// A migration failed, or an applied one is not the one in this binary.
    #[error("a migration could not be applied")]
    Migration(#[from] refinery_core::Error),
}

/// Applies what is missing. Returns how many migrations that were.
///
/// # Errors
/// [`MigrateError`]; then the old schema is untouched.
pub async fn migrate(store: &Store) -> Result<usize, MigrateError> {
    if let Schema::Newer { database, known } = schema(store).await? {
        return Err(MigrateError::Newer { database, known });
    }
    let mut tx = store.begin_exclusive().await?;
    let report = embedded::migrations::runner().run_async(&mut Target(&mut tx)).await?;
    tx.commit().await?;
    Ok(report.applied_migrations().len())
}

/// A database's schema, as this binary sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schema {
    /// It is to be migrated, or was never made.
    Older,
    /// It is the one that this binary knows.
    Current,
    /// A newer Poolhouse made it: what its tables hold is not known here.
    Newer {
        /// The database's.
        database: i32,
        /// The newest one that this binary knows.
        known: i32,
    },
}

/// The schema of a database.
///
/// # Errors
/// [`StoreError`] when the database does not answer.
pub async fn schema(store: &Store) -> Result<Schema> {
    let newest =
        embedded::migrations::runner().get_migrations().iter().map(Migration::version).max().unwrap_or(0);
    let known = i32::from_ne_bytes(newest.to_ne_bytes());
    let mut read = store.read_latest().await?;
    let row = match read.query("SELECT MAX(version) AS version FROM refinery_schema_history").one().await {
        Ok(row) => row,
        Err(error) if error.is_missing_table() => return Ok(Schema::Older),
        Err(error) => return Err(error),
    };
    let database = row.get::<Option<i32>>("version")?.unwrap_or(0);
    Ok(match database.cmp(&known) {
        Ordering::Less => Schema::Older,
        Ordering::Equal => Schema::Current,
        Ordering::Greater => Schema::Newer { database, known },
    })
}

/// refinery's traits are not ours, and neither may be its types: the orphan rule wants a type between.
struct Target<'tx>(&'tx mut Tx);

impl AsyncTransaction for Target<'_> {
    type Error = StoreError;

    async fn execute<'a, T: Iterator<Item = &'a str> + Send + 'a>(&'a mut self, scripts: T) -> Result<usize> {
        let mut count = 0;
        for script in scripts {
            self.0.script(script).await?;
            count += 1;
        }
        Ok(count)
    }
}

impl AsyncQuery<Vec<Migration>> for Target<'_> {
    async fn query<'a>(&'a mut self, sql: &'a str) -> Result<Vec<Migration>> {
        // refinery builds its two statements at run time. Leaked once per start, they are as good as literals.
        let rows = self.0.query(String::leak(sql.to_owned())).all().await?;
        rows.iter()
            .map(|row| {
                let applied_on: String = row.get("applied_on")?;
                let checksum: String = row.get("checksum")?;
                Ok(Migration::applied(
                    row.get::<i32>("version")?,
                    row.get("name")?,
                    OffsetDateTime::parse(&applied_on, &Rfc3339).map_err(unreadable)?,
                    checksum.parse().map_err(unreadable)?,
                ))
            })
            .collect()
    }
}

impl AsyncMigrate for Target<'_> {}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    sqlx::Error::Decode(Box::new(error)).into()
}

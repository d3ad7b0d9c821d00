//! The file of a SQLite database, as the operating system sees it: whether it is still the one that was opened, and whether SQLite found
//! it damaged.
//!
//! SQLite goes on writing to a file that was deleted or replaced, and all of it is gone when the process ends.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Row as _, SqliteConnection};

use crate::error::{Result, StoreError};

/// Problems that a report repeats.
const REPORTED: usize = 5;

/// A database file that is open.
pub(crate) struct DatabaseFile {
    options: SqliteConnectOptions,
    path: PathBuf,
    log_path: PathBuf,
    identity: Option<Identity>,
    /// Of the write-ahead log, which is there from the first transaction on.
    log_identity: OnceLock<Identity>,
    damage: Mutex<Option<String>>,
}

/// What a file is, whatever it is called.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(path: &Path) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|file| (file.dev(), file.ino()))
}

/// Other systems do not delete a file that is open.
#[cfg(not(unix))]
fn identity(path: &Path) -> Option<Identity> {
    path.exists().then_some((0, 0))
}

impl DatabaseFile {
    /// The file that was opened with these options just now.
    pub(crate) fn opened(options: &SqliteConnectOptions) -> Self {
        let path = options.get_filename().to_owned();
        let log_path = log_path(&path);
        Self {
            options: options.clone(),
            identity: identity(&path),
            path,
            log_path,
            log_identity: OnceLock::new(),
            damage: Mutex::default(),
        }
    }

    /// Costs two looks at names of files, a few microseconds.
    ///
    /// # Errors
    /// [`StoreError::FileLost`] while the file, or its write-ahead log, is another one or none; [`StoreError::Damaged`].
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(damage) = &*self.damage() {
            return Err(StoreError::Damaged(damage.clone()));
        }
        if identity(&self.path) != self.identity {
            return Err(StoreError::FileLost(self.path.clone()));
        }
        let log = identity(&self.log_path);
        match (self.log_identity.get(), log) {
            (None, None) => Ok(()),
            (None, Some(log)) => {
                let _ = self.log_identity.set(log); // somebody else was first
                Ok(())
            }
            (Some(known), log) if log == Some(*known) => Ok(()),
            (Some(_), _) => Err(StoreError::FileLost(self.log_path.clone())),
        }
    }

    /// Takes note of an error. If it tells of damage, nothing more is read or written, and the whole file is looked at once.
    pub(crate) fn note(self: &Arc<Self>, error: &StoreError) {
        let StoreError::Database(cause) = error else { return };
        if !tells_of_damage(cause) || self.damage().is_some() {
            return;
        }
        *self.damage() = Some(cause.to_string());
        let file = self.clone();
        tokio::spawn(async move {
            let outcome = async {
                let mut connection = file.options.clone().read_only(true).connect().await?;
                quick_check(&mut connection).await
            };
            let damage = match outcome.await {
                Ok(damage) => damage,
                Err(error) => Some(error.to_string()),
            };
            if let Some(damage) = &damage {
                tracing::error!(damage, "{}", StoreError::Damaged(damage.clone()));
            }
            *file.damage() = damage;
        });
    }

    fn damage(&self) -> MutexGuard<'_, Option<String>> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where SQLite keeps the write-ahead log of a database.
fn log_path(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Whether a database was not closed the last time, or another process has it open: whoever closes it last removes the log.
pub(crate) fn was_left_open(options: &SqliteConnectOptions) -> bool {
    std::fs::metadata(log_path(options.get_filename())).is_ok_and(|log| log.len() > 0)
}

/// What SQLite finds wrong with a database, if anything. Reads all of it: a second for some hundred megabytes.
pub(crate) async fn quick_check(connection: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
    let rows = sqlx::query("PRAGMA quick_check").fetch_all(&mut *connection).await?;
    let problems: Vec<String> =
        rows.iter().take(REPORTED).map(|row| row.try_get(0)).collect::<sqlx::Result<_>>()?;
    Ok(if problems == ["ok"] { None } else { Some(problems.join("; ")) })
}

/// What an error means of a file that is opened.
pub(crate) fn opening(error: sqlx::Error) -> StoreError {
    if tells_of_damage(&error) { StoreError::Damaged(error.to_string()) } else { error.into() }
}

/// SQLITE_CORRUPT and SQLITE_NOTADB: <https://www.sqlite.org/rescode.html>
fn tells_of_damage(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
}

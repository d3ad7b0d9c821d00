//! The file of a SQLite database, as the operating system sees it: whether it is still the one that was opened, and whether SQLite found
//! it damaged.
//!
//! SQLite goes on writing to a file that was deleted or replaced, and all of it is gone when the process ends.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, Connection as _, Row as _, SqliteConnection};

use crate::error::{Result, StoreError};

/// Problems that a report repeats.
const REPORTED: usize = 5;

/// A database file that is open.
pub(crate) struct DatabaseFile {
    options: SqliteConnectOptions,
    path: PathBuf,
    identity: Option<Identity>,
    /// Its write-ahead log and the memory that processes share, which are there from the first transaction on.
    companions: [Companion; 2],
    damage: Mutex<Option<String>>,
}

struct Companion {
    path: PathBuf,
    identity: OnceLock<Identity>,
}

impl Companion {
    fn of(path: &Path, suffix: &str) -> Self {
        Self { path: with_suffix(path, suffix), identity: OnceLock::new() }
    }

    /// Whether it is still the one that was there first.
    fn is_same(&self) -> bool {
        let now = identity(&self.path);
        match (self.identity.get(), now) {
            (None, None) => true,
            (None, Some(now)) => *self.identity.get_or_init(|| now) == now,
            (Some(first), now) => now == Some(*first),
        }
    }
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
        Self {
            options: options.clone(),
            identity: identity(&path),
            companions: [WAL, "-shm"].map(|suffix| Companion::of(&path, suffix)),
            path,
            damage: Mutex::default(),
        }
    }

    /// Costs three looks at names of files, a few microseconds.
    ///
    /// # Errors
    /// [`StoreError::FileLost`] while the file, or one of its companions, is another one or none; [`StoreError::Damaged`].
    pub(crate) fn check(&self) -> Result<()> {
        if let Some(damage) = &*self.damage() {
            return Err(StoreError::Damaged(damage.clone()));
        }
        if identity(&self.path) != self.identity {
            return Err(StoreError::FileLost(self.path.clone()));
        }
        match self.companions.iter().find(|companion| !companion.is_same()) {
            None => Ok(()),
            Some(lost) => Err(StoreError::FileLost(lost.path.clone())),
        }
    }

    /// As [`Self::note`], of an error that goes on to the caller.
    pub(crate) fn noted(self: &Arc<Self>, error: sqlx::Error) -> StoreError {
        let error = error.into();
        self.note(&error);
        error
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
            match &damage {
                Some(damage) => tracing::error!(damage, "{}", StoreError::Damaged(damage.clone())),
                None => tracing::warn!("SQLite told of damage and finds none: reads and writes go on"),
            }
            *file.damage() = damage;
        });
    }

    fn damage(&self) -> MutexGuard<'_, Option<String>> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the write-ahead log is called beside the database.
const WAL: &str = "-wal";

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// Looks at a database that was not closed the last time, or that another process has open: whoever closes it last removes the log. The
/// look leaves everything as it is, for who wants to save what can be read.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(crate) async fn check_what_was_left_open(options: &SqliteConnectOptions) -> Result<()> {
    let log = std::fs::metadata(with_suffix(options.get_filename(), WAL));
    if !log.is_ok_and(|log| log.len() > 0) {
        return Ok(());
    }
    // Who may not write does not fold the log into the file either.
    let mut looking = options.clone().read_only(true).connect().await.map_err(opening)?;
    let damage = quick_check(&mut looking).await.map_err(opening);
    let _ = looking.close().await; // what is wrong is known by now
    match damage? {
        None => Ok(()),
        Some(damage) => Err(StoreError::Damaged(damage)),
    }
}

/// What SQLite finds wrong with a database, if anything. Reads all of it: a second for some hundred megabytes.
async fn quick_check(connection: &mut SqliteConnection) -> sqlx::Result<Option<String>> {
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

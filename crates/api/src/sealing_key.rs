//! The sealing key of a server: from its configuration or from a file, which is made for a new database alone.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use domain::random;
use storage::Sealer;

use crate::config::Config;
use crate::randomness::SystemRandom;

/// Why there is no key, in words for who started the server.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// What there is of a key.
pub(crate) enum Key {
    /// The one to seal with.
    Known(Box<Sealer>),
    /// None: its file is not there.
    Missing(PathBuf),
}

/// The key of the configuration, or of the key file.
///
/// # Errors
/// When it is no key, or its file cannot be read.
pub(crate) fn read(config: &Config) -> Result<Key, Fault> {
    if let Some(key) = &config.sealing_key {
        return Ok(Key::Known(Box::new(
            parse(key.reveal()).map_err(|problem| format!("sealing_key: {problem}"))?,
        )));
    }
    let path = file(config);
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            warn_of_readers(&path);
            let named = |problem| format!("the sealing key file {}: {problem}", path.display());
            Ok(Key::Known(Box::new(parse(text.trim()).map_err(named)?)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Key::Missing(path)),
        Err(error) => Err(format!("cannot read the sealing key file {}: {error}", path.display()).into()),
    }
}

fn parse(text: &str) -> Result<Sealer, String> {
    if text.is_empty() {
        return Err("it is empty; put the key back from a backup".to_owned());
    }
    let key = BASE64_STANDARD.decode(text).map_err(|_| "it does not hold a key in base64".to_owned())?;
    Sealer::new(&key).map_err(|error| error.to_string())
}

/// A key that nothing is sealed with: for a look at what there is.
pub(crate) fn of_nothing() -> Sealer {
    Sealer::new(&random_key()).expect("it has the length of a key")
}

fn random_key() -> [u8; Sealer::KEY_BYTES] {
    random::bytes(&SystemRandom::new())
}

/// `poolhouse.key` beside `poolhouse.db`; in the working directory for PostgreSQL.
fn file(config: &Config) -> PathBuf {
    if let Some(path) = &config.sealing_key_file {
        return path.clone();
    }
    match config.database_url.strip_prefix("sqlite:") {
        Some(path) => {
            let path = path.trim_start_matches("//");
            Path::new(path.split('?').next().unwrap_or(path)).with_extension("key")
        }
        None => PathBuf::from("poolhouse.key"),
    }
}

#[cfg(unix)]
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let others = std::fs::metadata(path).map_or(0, |file| file.permissions().mode() & 0o077);
    if others != 0 {
        let path = path.display();
        tracing::warn!("others than its owner may read the sealing key file {path}: chmod 600 {path}");
    }
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path) {}

/// Makes the key file of a new database. Two processes that start at once on one folder end with one key: who comes second reads the
/// file.
///
/// # Errors
/// When it cannot be written.
pub(crate) fn make(path: &Path) -> Result<Sealer, Fault> {
    let key = BASE64_STANDARD.encode(random_key());
    let cannot =
        |error: std::io::Error| format!("cannot write the sealing key to {}: {error}", path.display());
    // Written under another name first, so that nobody reads half a key.
    let draft = path.with_extension(format!("key.{}", random::lower_alphanumeric(&SystemRandom::new(), 12)));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft).map_err(cannot)?;
    let written = file.write_all(key.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| std::fs::hard_link(&draft, path));
    std::fs::remove_file(&draft).map_err(cannot)?;
    let key = match linked {
        Ok(()) => key,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => std::fs::read_to_string(path)?,
        Err(error) => return Err(cannot(error).into()),
    };
    Ok(parse(key.trim())?)
}

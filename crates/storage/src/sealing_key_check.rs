//! The one row of `sealing_key_check`: whether this process has the key that the database's secrets are sealed with.

use crate::error::{Result, StoreError};
use crate::sql::Store;

const CONTEXT: &str = "sealing_key_check";
const TEXT: &[u8] = b"poolhouse";

/// Compares the store's key with that of the database; a new database takes it.
///
/// # Errors
/// [`StoreError::Sealed`] when the database was begun with another key.
pub async fn check_sealing_key(store: &Store) -> Result<()> {
    let mut tx = store.begin().await?;
    let sealer = tx.sealer();
    tx.query("INSERT INTO sealing_key_check (id, sealed_text) VALUES (1, $1) ON CONFLICT (id) DO NOTHING")
        .bind(sealer.seal(CONTEXT, TEXT))
        .execute()
        .await?;
    let row = tx.query("SELECT sealed_text FROM sealing_key_check WHERE id = 1").one().await?;
    let text = sealer.open(CONTEXT, &row.get::<Vec<u8>>("sealed_text")?)?;
    tx.commit().await?;
    if text == TEXT { Ok(()) } else { Err(StoreError::Sealed) }
}

/// Whether the database was begun with a sealing key. It need not be migrated.
///
/// # Errors
/// When the database does not answer.
pub async fn has_sealing_key(store: &Store) -> Result<bool> {
    let mut read = store.read_latest().await?;
    match read.query("SELECT id FROM sealing_key_check WHERE id = 1").optional().await {
        Ok(row) => Ok(row.is_some()),
        Err(error) if error.is_missing_table() => Ok(false),
        Err(error) => Err(error),
    }
}

//! Rows of `sign_ins`: what a sign-in waits for, sealed, found by the handle that only the client has.

use chrono::{DateTime, Utc};
use domain::sign_in::SignIn;

use crate::columns::json;
use crate::error::{Result, StoreError};
use crate::hashed::{hash, place};
use crate::sql::{Reader, Tx};

/// A sign-in as it is kept.
#[derive(Clone, PartialEq)]
pub struct KeptSignIn {
    /// What it waits for.
    pub sign_in: SignIn,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// Whether its challenge was answered before.
    pub used: bool,
}

impl Reader {
    /// The sign-in that this handle finds, used or not.
    pub async fn sign_in(&mut self, handle: &str) -> Result<Option<KeptSignIn>> {
        let hash = hash(handle);
        let sealer = self.sealer();
        let Some(row) = self
            .query("SELECT sealed_state, expires_at, used FROM sign_ins WHERE handle_hash = $1")
            .bind(hash.clone())
            .optional()
            .await?
        else {
            return Ok(None);
        };
        let state = sealer.open(&place("sign_ins", &hash), &row.get::<Vec<u8>>("sealed_state")?)?;
        Ok(Some(KeptSignIn {
            sign_in: serde_json::from_slice(&state).map_err(|_| StoreError::Sealed)?,
            expires_at: row.get("expires_at")?,
            used: row.get("used")?,
        }))
    }
}

impl Tx {
    /// Keeps a sign-in under its handle.
    pub async fn insert_sign_in(
        &mut self,
        handle: &str,
        sign_in: &SignIn,
        expires_at: DateTime<Utc>,
    ) -> Result<()> {
        let hash = hash(handle);
        let sealed = self.sealer().seal(&place("sign_ins", &hash), json(sign_in).as_bytes());
        self.query(
            "INSERT INTO sign_ins (handle_hash, pool_id, user_id, sealed_state, expires_at, used)
             VALUES ($1, $2, $3, $4, $5, FALSE)",
        )
        .bind(hash)
        .bind(sign_in.pool_id.as_str())
        .bind(sign_in.user_id)
        .bind(sealed)
        .bind(expires_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Uses a sign-in up. False when somebody else did so first, on whichever replica.
    pub async fn use_sign_in(&mut self, handle: &str) -> Result<bool> {
        let used = self
            .query("UPDATE sign_ins SET used = TRUE WHERE handle_hash = $1 AND used = FALSE")
            .bind(hash(handle))
            .execute()
            .await?;
        Ok(used == 1)
    }

    /// Counts a wrong answer. The sign-in is over with the last of so many. False when it was used already.
    pub async fn count_wrong_answer(&mut self, handle: &str, most: i64) -> Result<bool> {
        let counted = self
            .query(
                "UPDATE sign_ins SET failures = failures + 1, used = (failures + 1 >= $2)
                  WHERE handle_hash = $1 AND used = FALSE",
            )
            .bind(hash(handle))
            .bind(most)
            .execute()
            .await?;
        Ok(counted == 1)
    }

    /// Deletes sign-ins that have ended, at most so many.
    pub async fn delete_ended_sign_ins(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM sign_ins WHERE handle_hash IN
                 (SELECT handle_hash FROM sign_ins WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}

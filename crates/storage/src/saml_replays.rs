//! Rows of `saml_replays`: SAML assertions that were taken, so that none counts twice.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;

use crate::error::Result;
use crate::hashed::hash;
use crate::sql::Tx;

impl Tx {
    /// Takes an assertion. False when it was taken before, on whichever replica.
    pub async fn take_assertion(
        &mut self,
        pool_id: &PoolId,
        key: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<bool> {
        let taken = self
            .query(
                "INSERT INTO saml_replays (pool_id, key_hash, expires_at) VALUES ($1, $2, $3)
                 ON CONFLICT DO NOTHING",
            )
            .bind(pool_id.as_str())
            .bind(hash(key))
            .bind(expires_at)
            .execute()
            .await?;
        Ok(taken == 1)
    }

    /// Forgets assertions that are too old to be taken at all, at most so many.
    pub async fn delete_ended_assertions(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM saml_replays WHERE (pool_id, key_hash) IN
                 (SELECT pool_id, key_hash FROM saml_replays WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}

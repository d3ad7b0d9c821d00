//! Rows of `lockouts`: failed tries to sign in, by a hash of who was meant.

use chrono::{DateTime, TimeDelta, Utc};
use domain::ids::PoolId;
use domain::sign_in::Lockout;

use crate::error::Result;
use crate::sql::{Reader, Tx};

/// What a row is found by: a name that nobody has is locked as one that somebody has.
fn subject(reader: &Reader, pool_id: &PoolId, who: &str) -> Vec<u8> {
    reader.sealer().mac(&format!("lockouts/{pool_id}"), who)
}

impl Reader {
    /// The failed tries of somebody: a user's id, or a name that nobody has.
    pub async fn lockout(&mut self, pool_id: &PoolId, who: &str) -> Result<Lockout> {
        let subject = subject(self, pool_id, who);
        let row = self
            .query("SELECT failures, last_failed_at FROM lockouts WHERE pool_id = $1 AND subject = $2")
            .bind(pool_id.as_str())
            .bind(subject)
            .optional()
            .await?;
        Ok(match row {
            Some(row) => {
                Lockout { failures: row.get("failures")?, last_failed_at: Some(row.get("last_failed_at")?) }
            }
            None => Lockout::default(),
        })
    }
}

impl Tx {
    /// Counts a failed try. A count that is too old begins again.
    pub async fn count_failure(&mut self, pool_id: &PoolId, who: &str, now: DateTime<Utc>) -> Result<()> {
        let subject = subject(self, pool_id, who);
        self.query(
            "INSERT INTO lockouts (pool_id, subject, failures, last_failed_at) VALUES ($1, $2, 1, $3)
             ON CONFLICT (pool_id, subject) DO UPDATE
                SET failures = CASE WHEN lockouts.last_failed_at < $4 THEN 1 ELSE lockouts.failures + 1 END,
                    last_failed_at = excluded.last_failed_at",
        )
        .bind(pool_id.as_str())
        .bind(subject)
        .bind(now)
        .bind(now - Lockout::MEMORY)
        .execute()
        .await?;
        Ok(())
    }

    /// Writes as much for a name that nobody has as a code for somebody takes. It locks nobody: it counts apart from tries to
    /// sign in.
    pub async fn count_nobody(&mut self, pool_id: &PoolId, name: &str, now: DateTime<Utc>) -> Result<()> {
        self.count_failure(pool_id, &format!("forgot/{name}"), now).await
    }

    /// Forgets the failed tries of somebody who succeeded.
    pub async fn clear_lockout(&mut self, pool_id: &PoolId, who: &str) -> Result<()> {
        let subject = subject(self, pool_id, who);
        self.query("DELETE FROM lockouts WHERE pool_id = $1 AND subject = $2")
            .bind(pool_id.as_str())
            .bind(subject)
            .execute()
            .await?;
        Ok(())
    }

    /// Deletes counts that no longer count, at most so many.
    pub async fn delete_old_lockouts(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM lockouts WHERE (pool_id, subject) IN
                 (SELECT pool_id, subject FROM lockouts WHERE last_failed_at < $1 ORDER BY last_failed_at LIMIT $2)",
        )
        .bind(now - Lockout::MEMORY - TimeDelta::minutes(1))
        .bind(limit)
        .execute()
        .await
    }
}

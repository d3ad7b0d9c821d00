//! Rows of `failed_tries`: wrong guesses of users, by factor. Names that nobody has are counted in `unknown_names.rs`.

use chrono::{DateTime, TimeDelta, Utc};
use domain::sign_in::{Factor, Lockout, Lockouts};
use domain::users::User;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

/// A row's count.
pub(crate) fn lockout(row: &Row) -> Result<Lockout> {
    Ok(Lockout { failures: row.get("failures")?, last_failed_at: Some(row.get("last_failed_at")?) })
}

/// The counts of rows with their factors. Tries at the same moment may have begun two rows for a name that nobody has: the higher
/// count holds.
pub(crate) fn lockouts(rows: &[Row]) -> Result<Lockouts> {
    let mut counts = Lockouts::default();
    for row in rows {
        let factor = Factor::from_name(&row.get::<String>("factor")?);
        let factor = factor.ok_or_else(|| StoreError::Unreadable("factor".to_owned()))?;
        let (count, before) = (lockout(row)?, counts.0.get(&factor).map_or(0, |before| before.failures));
        if count.failures >= before {
            counts.0.insert(factor, count);
        }
    }
    Ok(counts)
}

impl Reader {
    /// The failed tries of a user.
    pub async fn lockouts(&mut self, user_id: &Uuid) -> Result<Lockouts> {
        let rows = self
            .query("SELECT factor, failures, last_failed_at FROM failed_tries WHERE user_id = $1")
            .bind(*user_id)
            .all()
            .await?;
        lockouts(&rows)
    }
}

impl Tx {
    /// Counts a failed try. False when the factor is locked: then the try is none.
    pub async fn count_failure(&mut self, user: &User, factor: Factor, now: DateTime<Utc>) -> Result<bool> {
        // Makes the row or locks it before its count is looked at: tries at once are counted one after the other.
        let row = self
            .query(
                "INSERT INTO failed_tries (pool_id, user_id, factor, failures, last_failed_at) VALUES ($1, $2, $3, 0, $4)
                 ON CONFLICT (user_id, factor) DO UPDATE SET failures = failed_tries.failures
                 RETURNING failures, last_failed_at",
            )
            .bind(user.pool_id.as_str())
            .bind(user.id)
            .bind(factor.as_str())
            .bind(now)
            .one()
            .await?;
        let before = lockout(&row)?;
        if before.is_locked(now) {
            return Ok(false);
        }
        self.query(
            "UPDATE failed_tries SET failures = $3, last_failed_at = $4 WHERE user_id = $1 AND factor = $2",
        )
        .bind(user.id)
        .bind(factor.as_str())
        .bind(before.after_failure(now).failures)
        .bind(now)
        .execute()
        .await?;
        Ok(true)
    }

    /// Forgets the failed tries of a factor, which was proved.
    pub async fn clear_failures(&mut self, user_id: &Uuid, factor: Factor) -> Result<()> {
        self.query("DELETE FROM failed_tries WHERE user_id = $1 AND factor = $2")
            .bind(*user_id)
            .bind(factor.as_str())
            .execute()
            .await?;
        Ok(())
    }

    /// Deletes counts that no longer count, at most so many.
    pub async fn delete_old_failures(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM failed_tries WHERE (user_id, factor) IN
                 (SELECT user_id, factor FROM failed_tries WHERE last_failed_at < $1 ORDER BY last_failed_at LIMIT $2)",
        )
        .bind(now - Lockout::MEMORY - TimeDelta::minutes(1))
        .bind(limit)
        .execute()
        .await
    }
}

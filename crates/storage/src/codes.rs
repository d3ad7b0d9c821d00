//! Rows of `codes`, kept as keyed hashes, and of `attempts`.

use chrono::{DateTime, Utc};
use domain::codes::{CodePurpose, LimitedAction};
use domain::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::Tx;

fn context(user: &User, purpose: CodePurpose) -> String {
    format!("codes/{}/{}", user.id, purpose.as_str())
}

impl Tx {
    /// Keeps a code that is about to be sent. The one before no longer counts.
    pub async fn put_code(
        &mut self,
        user: &User,
        purpose: CodePurpose,
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let mac = self.sealer().mac(&context(user, purpose), code);
        self.query(
            "INSERT INTO codes (pool_id, user_id, purpose, code_mac, expires_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id, purpose) DO UPDATE
                SET code_mac = excluded.code_mac, expires_at = excluded.expires_at",
        )
        .bind(user.pool_id.as_str())
        .bind(user.id)
        .bind(purpose.as_str())
        .bind(mac)
        .bind(now + purpose.lifetime())
        .execute()
        .await?;
        Ok(())
    }

    /// When the kept code ends, and whether it is the one shown.
    pub async fn code(
        &mut self,
        user: &User,
        purpose: CodePurpose,
        shown: &str,
    ) -> Result<Option<(DateTime<Utc>, bool)>> {
        let sealer = self.sealer();
        let Some(row) = self
            .query("SELECT code_mac, expires_at FROM codes WHERE user_id = $1 AND purpose = $2")
            .bind(user.id)
            .bind(purpose.as_str())
            .optional()
            .await?
        else {
            return Ok(None);
        };
        let mac: Vec<u8> = row.get("code_mac")?;
        Ok(Some((row.get("expires_at")?, sealer.is_mac_of(&context(user, purpose), shown, &mac))))
    }

    /// Uses a code up. False when somebody else did so first, on whichever replica, or a newer code was sent meanwhile.
    pub async fn take_code(&mut self, user: &User, purpose: CodePurpose, shown: &str) -> Result<bool> {
        let mac = self.sealer().mac(&context(user, purpose), shown);
        let taken = self
            .query("DELETE FROM codes WHERE user_id = $1 AND purpose = $2 AND code_mac = $3")
            .bind(user.id)
            .bind(purpose.as_str())
            .bind(mac)
            .execute()
            .await?;
        Ok(taken == 1)
    }

    /// Counts a try and says whether it is within the hour's limit.
    pub async fn count_attempt(
        &mut self,
        user: &User,
        action: LimitedAction,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.count_attempt_within(user, action, now, action.limit()).await
    }

    /// As [`Self::count_attempt`], with a limit of the configuration.
    pub async fn count_attempt_within(
        &mut self,
        user: &User,
        action: LimitedAction,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<bool> {
        // Makes the row or locks it before its window is looked at: tries at once are counted one after the other.
        let row = self
            .query(
                "INSERT INTO attempts (pool_id, user_id, action, window_start, tries) VALUES ($1, $2, $3, $4, 0)
                 ON CONFLICT (user_id, action) DO UPDATE SET tries = attempts.tries
                 RETURNING window_start, tries",
            )
            .bind(user.pool_id.as_str())
            .bind(user.id)
            .bind(action.as_str())
            .bind(now)
            .one()
            .await?;
        let (window, tries) = action.counted(row.get("window_start")?, row.get("tries")?, now);
        self.query("UPDATE attempts SET window_start = $3, tries = $4 WHERE user_id = $1 AND action = $2")
            .bind(user.id)
            .bind(action.as_str())
            .bind(window)
            .bind(tries)
            .execute()
            .await?;
        Ok(tries <= limit)
    }

    /// Forgets how often a user tried something.
    pub async fn clear_attempts(&mut self, user_id: &Uuid, action: LimitedAction) -> Result<()> {
        self.query("DELETE FROM attempts WHERE user_id = $1 AND action = $2")
            .bind(*user_id)
            .bind(action.as_str())
            .execute()
            .await?;
        Ok(())
    }

    /// Deletes codes that have ended, at most so many.
    pub async fn delete_expired_codes(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM codes WHERE (user_id, purpose) IN
                 (SELECT user_id, purpose FROM codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }

    /// Deletes counts of hours that began before a moment, at most so many.
    pub async fn delete_old_attempts(&mut self, moment: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM attempts WHERE (user_id, action) IN
                 (SELECT user_id, action FROM attempts WHERE window_start < $1 ORDER BY window_start LIMIT $2)",
        )
        .bind(moment)
        .bind(limit)
        .execute()
        .await
    }
}

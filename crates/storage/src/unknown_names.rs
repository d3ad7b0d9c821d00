//! Rows of `unknown_name_…`: tries with names that nobody has, counted as those of users are, in tables that do not grow.

use chrono::{DateTime, Utc};
use domain::codes::{CodePurpose, LimitedAction};
use domain::ids::PoolId;
use domain::messages::Message;
use domain::sign_in::{Factor, Lockouts};
use uuid::Uuid;

use crate::error::Result;
use crate::lockouts::{lockout, lockouts};
use crate::messages::sealed_content;
use crate::sealing::Sealer;
use crate::sql::{Reader, Tx};

/// Rows of each table, for each thing that is counted.
const SLOTS: u64 = 65_536;
/// Rows of `stand_ins`.
const STAND_INS: u64 = 4_096;
/// Bytes of an event, more or less.
const ROW_BYTES: usize = 200;

/// A name that nobody has in a pool, as it is kept: by keyed hashes alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// Which row is its own.
    slot: i64,
    /// Tells it from others with the same row.
    subject: Vec<u8>,
}

impl UnknownName {
    pub(crate) fn new(sealer: &Sealer, pool_id: &PoolId, name: &str) -> Self {
        let mac = sealer.mac(&format!("unknown_names/{pool_id}"), name);
        let (slot, subject) = mac.split_at(8);
        let number = slot.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte));
        let slot = i64::try_from(number % SLOTS).unwrap_or_default();
        Self { slot, subject: subject[..16].to_vec() }
    }

    /// Which row is its own: it shares it with other names.
    pub fn slot(&self) -> i64 {
        self.slot
    }
}

impl Reader {
    /// The failed tries with a name.
    pub async fn lockouts_of_unknown(&mut self, name: &UnknownName) -> Result<Lockouts> {
        let rows = self
            .query(
                "SELECT factor, failures, last_failed_at FROM unknown_name_failed_tries
                  WHERE slot = $1 AND subject = $2",
            )
            .bind(name.slot)
            .bind(name.subject.clone())
            .all()
            .await?;
        lockouts(&rows)
    }

    /// Until when there would be a code that was asked for with a name.
    pub async fn code_of_unknown(
        &mut self,
        name: &UnknownName,
        purpose: CodePurpose,
    ) -> Result<Option<DateTime<Utc>>> {
        self.query(
            "SELECT expires_at FROM unknown_name_codes WHERE slot = $1 AND purpose = $2 AND subject = $3",
        )
        .bind(name.slot)
        .bind(purpose.as_str())
        .bind(name.subject.clone())
        .optional()
        .await?
        .map(|row| row.get("expires_at"))
        .transpose()
    }
}

impl Tx {
    /// Counts a failed try with a name. False when the factor is locked: then the try is none.
    pub async fn count_failure_of_unknown(
        &mut self,
        name: &UnknownName,
        factor: Factor,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let row = self
            .query(
                "INSERT INTO unknown_name_failed_tries (slot, factor, subject, failures, last_failed_at)
                 VALUES ($1, $2, $3, 0, $4)
                 ON CONFLICT (slot, factor) DO UPDATE
                    SET failures = CASE WHEN unknown_name_failed_tries.subject = excluded.subject
                                        THEN unknown_name_failed_tries.failures ELSE 0 END,
                        last_failed_at = CASE WHEN unknown_name_failed_tries.subject = excluded.subject
                                              THEN unknown_name_failed_tries.last_failed_at
                                              ELSE excluded.last_failed_at END,
                        subject = excluded.subject
                 RETURNING failures, last_failed_at",
            )
            .bind(name.slot)
            .bind(factor.as_str())
            .bind(name.subject.clone())
            .bind(now)
            .one()
            .await?;
        let before = lockout(&row)?;
        if before.is_locked(now) {
            return Ok(false);
        }
        self.query(
            "UPDATE unknown_name_failed_tries SET failures = $3, last_failed_at = $4 WHERE slot = $1 AND factor = $2",
        )
        .bind(name.slot)
        .bind(factor.as_str())
        .bind(before.after_failure(now).failures)
        .bind(now)
        .execute()
        .await?;
        Ok(true)
    }

    /// Counts a try with a name and says whether it is within the hour's limit.
    pub async fn count_attempt_of_unknown(
        &mut self,
        name: &UnknownName,
        action: LimitedAction,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        self.count_attempt_of_unknown_within(name, action, now, action.limit()).await
    }

    /// As [`Self::count_attempt_of_unknown`], with a limit of the configuration.
    pub async fn count_attempt_of_unknown_within(
        &mut self,
        name: &UnknownName,
        action: LimitedAction,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<bool> {
        let row = self
            .query(
                "INSERT INTO unknown_name_attempts (slot, action, subject, window_start, tries) VALUES ($1, $2, $3, $4, 0)
                 ON CONFLICT (slot, action) DO UPDATE
                    SET tries = CASE WHEN unknown_name_attempts.subject = excluded.subject
                                     THEN unknown_name_attempts.tries ELSE 0 END,
                        window_start = CASE WHEN unknown_name_attempts.subject = excluded.subject
                                            THEN unknown_name_attempts.window_start ELSE excluded.window_start END,
                        subject = excluded.subject
                 RETURNING window_start, tries",
            )
            .bind(name.slot)
            .bind(action.as_str())
            .bind(name.subject.clone())
            .bind(now)
            .one()
            .await?;
        let (window, tries) = action.counted(row.get("window_start")?, row.get("tries")?, now);
        self.query(
            "UPDATE unknown_name_attempts SET window_start = $3, tries = $4 WHERE slot = $1 AND action = $2",
        )
        .bind(name.slot)
        .bind(action.as_str())
        .bind(window)
        .bind(tries)
        .execute()
        .await?;
        Ok(tries <= limit)
    }

    /// Keeps that a code was asked for with a name.
    pub async fn put_code_of_unknown(
        &mut self,
        name: &UnknownName,
        purpose: CodePurpose,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.query(
            "INSERT INTO unknown_name_codes (slot, purpose, subject, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (slot, purpose) DO UPDATE
                SET subject = excluded.subject, expires_at = excluded.expires_at",
        )
        .bind(name.slot)
        .bind(purpose.as_str())
        .bind(name.subject.clone())
        .bind(now + purpose.lifetime())
        .execute()
        .await?;
        Ok(())
    }

    /// Writes as much as a message takes: nobody gets it, and nobody can read it.
    pub async fn pretend_message(&mut self, message: &Message) -> Result<()> {
        let filling = sealed_content(&self.sealer(), message);
        self.put_stand_in(&message.id, filling, message.sent_at).await
    }

    /// Writes as much as the delivery of a message or an event takes.
    pub async fn pretend_row(&mut self, id: &Uuid, now: DateTime<Utc>) -> Result<()> {
        self.put_stand_in(id, vec![0; ROW_BYTES], now).await
    }

    async fn put_stand_in(&mut self, id: &Uuid, filling: Vec<u8>, now: DateTime<Utc>) -> Result<()> {
        let (number, _) = id.as_u64_pair();
        self.query(
            "INSERT INTO stand_ins (slot, owner, filling, written_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (slot) DO UPDATE
                SET owner = excluded.owner, filling = excluded.filling, written_at = excluded.written_at",
        )
        .bind(i64::try_from(number % STAND_INS).unwrap_or_default())
        .bind(id.as_bytes().to_vec())
        .bind(filling)
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_rows_within_the_table_and_are_told_apart() {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        let pool = |name: &str| PoolId::from(name.to_owned());
        let names: Vec<_> = (0..2_000)
            .map(|number| UnknownName::new(&sealer, &pool("us-east-1_A"), &format!("name{number}")))
            .collect();
        assert!(names.iter().all(|name| (0..65_536).contains(&name.slot) && name.subject.len() == 16));
        let slots: std::collections::BTreeSet<_> = names.iter().map(|name| name.slot).collect();
        assert!(slots.len() > 1_900, "{}", slots.len());
        let again = UnknownName::new(&sealer, &pool("us-east-1_A"), "name0");
        assert_eq!(names[0], again);
        assert_ne!(again, UnknownName::new(&sealer, &pool("us-east-1_B"), "name0"));
    }
}

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
use crate::sql::{Query, Reader, Row, Store, Tx};

/// Rows of each table, for each thing that is counted.
const SLOTS: i64 = 65_536;
/// Rows of `stand_ins`.
const STAND_INS: u64 = 4_096;
/// Bytes of an event, more or less.
const ROW_BYTES: usize = 200;

/// Rows of a table that a name may have one of: a name loses its count only when others have all of them.
const CHOICES: usize = 4;

/// A name that nobody has in a pool, as it is kept: by keyed hashes alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownName {
    /// Which rows may be its own.
    slots: [i64; CHOICES],
    /// Tells it from others with the same row.
    subject: Vec<u8>,
}

impl UnknownName {
    pub(crate) fn new(sealer: &Sealer, pool_id: &PoolId, name: &str) -> Self {
        let mac = sealer.mac(&format!("unknown_names/{pool_id}"), name);
        let (choices, subject) = mac.split_at(16);
        let mut slots = [0; CHOICES];
        for (slot, bytes) in slots.iter_mut().zip(choices.chunks(4)) {
            let number = bytes.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte));
            *slot = number % SLOTS;
        }
        Self { slots, subject: subject.to_vec() }
    }

    /// Which rows may be its own: it shares them with other names.
    pub fn slots(&self) -> [i64; CHOICES] {
        self.slots
    }

    /// The row to write: its own, else one that nobody has, else the one that was written longest ago.
    fn own_slot(&self, taken: &[Taken]) -> i64 {
        let own = taken.iter().find(|row| row.subject == self.subject).map(|row| row.slot);
        let is_free = |slot: &&i64| taken.iter().all(|row| row.slot != **slot);
        let oldest = || taken.iter().min_by_key(|row| row.written_at).map(|row| row.slot);
        own.or_else(|| self.slots.iter().find(is_free).copied()).or_else(oldest).unwrap_or(self.slots[0])
    }
}

/// A row that may be a name's.
struct Taken {
    slot: i64,
    subject: Vec<u8>,
    written_at: DateTime<Utc>,
}

fn taken(row: &Row) -> Result<Taken> {
    Ok(Taken { slot: row.get("slot")?, subject: row.get("subject")?, written_at: row.get("written_at")? })
}

impl Store {
    /// A name that nobody has in a pool, as its tries are counted.
    pub fn unknown_name(&self, pool_id: &PoolId, name: &str) -> UnknownName {
        UnknownName::new(self.sealer(), pool_id, name)
    }
}

impl Reader {
    /// The failed tries with a name.
    pub async fn lockouts_of_unknown(&mut self, name: &UnknownName) -> Result<Lockouts> {
        let rows = self
            .query(
                "SELECT factor, failures, last_failed_at FROM unknown_name_failed_tries
                  WHERE slot IN ($1, $2, $3, $4) AND subject = $5",
            )
            .bind_slots(name)
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
        let rows = self
            .query(
                "SELECT expires_at FROM unknown_name_codes
                  WHERE slot IN ($1, $2, $3, $4) AND subject = $5 AND purpose = $6",
            )
            .bind_slots(name)
            .bind(name.subject.clone())
            .bind(purpose.as_str())
            .all()
            .await?;
        // Requests at the same moment may have begun two rows: the later one holds.
        let ends: Vec<DateTime<Utc>> = rows.iter().map(|row| row.get("expires_at")).collect::<Result<_>>()?;
        Ok(ends.into_iter().max())
    }
}

impl Query<'_> {
    /// Binds the rows that may be a name's, as `$1` to `$4`.
    fn bind_slots(self, name: &UnknownName) -> Self {
        name.slots.into_iter().fold(self, Self::bind)
    }
}

impl Reader {
    /// The row of a table that counts something of this kind with a name.
    async fn own_slot(&mut self, sql: &'static str, name: &UnknownName, kind: &str) -> Result<i64> {
        let rows = self.query(sql).bind_slots(name).bind(kind).all().await?;
        Ok(name.own_slot(&rows.iter().map(taken).collect::<Result<Vec<_>>>()?))
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
        let rows = "SELECT slot, subject, last_failed_at AS written_at FROM unknown_name_failed_tries
                     WHERE slot IN ($1, $2, $3, $4) AND factor = $5";
        let slot = self.own_slot(rows, name, factor.as_str()).await?;
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
            .bind(slot)
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
        .bind(slot)
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
        let rows = "SELECT slot, subject, window_start AS written_at FROM unknown_name_attempts
                     WHERE slot IN ($1, $2, $3, $4) AND action = $5";
        let slot = self.own_slot(rows, name, action.as_str()).await?;
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
            .bind(slot)
            .bind(action.as_str())
            .bind(name.subject.clone())
            .bind(now)
            .one()
            .await?;
        let (window, tries) = action.counted(row.get("window_start")?, row.get("tries")?, now);
        self.query(
            "UPDATE unknown_name_attempts SET window_start = $3, tries = $4 WHERE slot = $1 AND action = $2",
        )
        .bind(slot)
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
        let rows = "SELECT slot, subject, expires_at AS written_at FROM unknown_name_codes
                     WHERE slot IN ($1, $2, $3, $4) AND purpose = $5";
        let slot = self.own_slot(rows, name, purpose.as_str()).await?;
        self.query(
            "INSERT INTO unknown_name_codes (slot, purpose, subject, expires_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (slot, purpose) DO UPDATE
                SET subject = excluded.subject, expires_at = excluded.expires_at",
        )
        .bind(slot)
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

    fn unknown(name: &str) -> UnknownName {
        let sealer = Sealer::new(&[7; 32]).unwrap();
        UnknownName::new(&sealer, &PoolId::from("us-east-1_A".to_owned()), name)
    }

    #[test]
    fn names_have_rows_within_the_table_and_are_told_apart() {
        let names: Vec<_> = (0..2_000).map(|number| unknown(&format!("name{number}"))).collect();
        let all = || names.iter().flat_map(|name| name.slots);
        assert!(all().all(|slot| (0..SLOTS).contains(&slot)));
        assert!(names.iter().all(|name| name.subject.len() == 16));
        let different: std::collections::BTreeSet<_> = all().collect();
        assert!(different.len() > 7_000, "{}", different.len());
        assert_eq!(names[0], unknown("name0"));
        let sealer = Sealer::new(&[7; 32]).unwrap();
        assert_ne!(names[0], UnknownName::new(&sealer, &PoolId::from("us-east-1_B".to_owned()), "name0"));
    }

    #[test]
    fn a_name_has_its_own_row_then_a_free_one_then_the_oldest() {
        let name = unknown("name");
        let row = |choice: usize, subject: &UnknownName, second: i64| Taken {
            slot: name.slots[choice],
            subject: subject.subject.clone(),
            written_at: DateTime::from_timestamp(second, 0).unwrap(),
        };
        let other = unknown("other");
        assert_eq!(name.own_slot(&[]), name.slots[0]);
        assert_eq!(name.own_slot(&[row(0, &other, 5)]), name.slots[1]);
        assert_eq!(name.own_slot(&[row(0, &other, 5), row(2, &name, 9)]), name.slots[2]);
        let full = [row(0, &other, 5), row(1, &other, 3), row(2, &other, 9), row(3, &other, 7)];
        assert_eq!(name.own_slot(&full), name.slots[1]);
    }
}

//! Rows of `deliveries`, messages of the outbox that still have to be handed on, and of `delivery_counts`.

use chrono::{DateTime, Utc};
use domain::clock_skew::CLOCK_SKEW;
use domain::ids::PoolId;
use domain::messages::{Channel, Message};
use uuid::Uuid;

use crate::error::Result;
use crate::sql::{Reader, Tx};

/// A message that has to be handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message_id: Uuid,
    /// How it travels.
    pub channel: Channel,
    /// How often that was tried.
    pub attempts: i64,
    /// When it is to be tried.
    pub due_at: DateTime<Utc>,
}

/// A pool with messages whose time has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DuePool {
    /// The account that the pool is of.
    pub account: String,
    /// The pool.
    pub pool_id: PoolId,
    /// When the first of them was to be handed on.
    pub due_at: DateTime<Utc>,
}

impl Reader {
    /// Pools with messages whose time has come, but those of which `most` deliveries were begun since `window_start`. Costs as
    /// much as there are pools that wait, however many messages they have.
    pub async fn due_pools(
        &mut self,
        channel: Channel,
        now: DateTime<Utc>,
        (window_start, most): (DateTime<Utc>, i64),
    ) -> Result<Vec<DuePool>> {
        let rows = self
            .query(
                "WITH RECURSIVE waiting (pool_id) AS (
                     SELECT MIN(pool_id) FROM deliveries WHERE channel = $1
                     UNION ALL
                     SELECT (SELECT MIN(others.pool_id) FROM deliveries AS others
                              WHERE others.channel = $1 AND others.pool_id > waiting.pool_id)
                       FROM waiting WHERE waiting.pool_id IS NOT NULL
                 )
                 SELECT user_pools.id, user_pools.account,
                        (SELECT MIN(due_at) FROM deliveries
                          WHERE channel = $1 AND deliveries.pool_id = user_pools.id) AS due_at
                   FROM waiting JOIN user_pools ON user_pools.id = waiting.pool_id
                  WHERE NOT EXISTS (SELECT 1 FROM delivery_counts AS counts
                                     WHERE counts.pool_id = user_pools.id AND window_start >= $2 AND begun >= $3
                                       AND window_start <= $4)",
            )
            .bind(channel.as_str())
            .bind(window_start)
            .bind(most)
            .bind(window_start + CLOCK_SKEW)
            .all()
            .await?;
        let mut pools = Vec::new();
        for row in &rows {
            // Somebody else may have handed on the last one meanwhile.
            let Some(due_at) = row.get::<Option<DateTime<Utc>>>("due_at")?.filter(|due_at| *due_at <= now)
            else {
                continue;
            };
            let pool_id = PoolId::from(row.get::<String>("id")?);
            pools.push(DuePool { account: row.get("account")?, pool_id, due_at });
        }
        Ok(pools)
    }

    /// Deliveries of a pool whose time has come, the oldest first.
    pub async fn due_deliveries(
        &mut self,
        channel: Channel,
        pool_id: &PoolId,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        self.query(
            "SELECT message_id, attempts, due_at FROM deliveries
              WHERE channel = $1 AND pool_id = $2 AND due_at <= $3 ORDER BY due_at, message_id LIMIT $4",
        )
        .bind(channel.as_str())
        .bind(pool_id.as_str())
        .bind(now)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(|row| {
            Ok(Delivery {
                message_id: row.get("message_id")?,
                channel,
                attempts: row.get("attempts")?,
                due_at: row.get("due_at")?,
            })
        })
        .collect()
    }
}

impl Tx {
    /// Has a message handed on.
    pub async fn insert_delivery(
        &mut self,
        message: &Message,
        channel: Channel,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.query(
            "INSERT INTO deliveries (message_id, channel, pool_id, attempts, due_at) VALUES ($1, $2, $3, 0, $4)",
        )
        .bind(message.id)
        .bind(channel.as_str())
        .bind(message.pool_id.as_str())
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }

    /// Takes a delivery, to be tried again at `again_at` unless it is done by then. False when somebody else took it, on
    /// whichever replica.
    pub async fn take_delivery(&mut self, delivery: &Delivery, again_at: DateTime<Utc>) -> Result<bool> {
        let taken = self
            .query(
                "UPDATE deliveries SET due_at = $4, attempts = attempts + 1
                  WHERE message_id = $1 AND channel = $2 AND due_at = $3",
            )
            .bind(delivery.message_id)
            .bind(delivery.channel.as_str())
            .bind(delivery.due_at)
            .bind(again_at)
            .execute()
            .await?;
        Ok(taken == 1)
    }

    /// Counts a delivery that is begun, and returns how many of the pool were begun since `window_start`.
    pub async fn count_delivery(&mut self, pool_id: &PoolId, window_start: DateTime<Utc>) -> Result<i64> {
        // A server whose clock is a little behind counts into the window of the others. A window that lies further ahead, because a
        // clock was wrong, is none.
        let row = self
            .query(
                "INSERT INTO delivery_counts (pool_id, window_start, begun) VALUES ($1, $2, 1)
                 ON CONFLICT (pool_id) DO UPDATE
                    SET begun = CASE WHEN delivery_counts.window_start < excluded.window_start
                                       OR delivery_counts.window_start > $3
                                     THEN 1 ELSE delivery_counts.begun + 1 END,
                        window_start = CASE WHEN delivery_counts.window_start < excluded.window_start
                                              OR delivery_counts.window_start > $3
                                            THEN excluded.window_start ELSE delivery_counts.window_start END
                 RETURNING begun",
            )
            .bind(pool_id.as_str())
            .bind(window_start)
            .bind(window_start + CLOCK_SKEW)
            .one()
            .await?;
        row.get("begun")
    }

    /// A delivery is done, or given up.
    pub async fn delete_delivery(&mut self, delivery: &Delivery) -> Result<()> {
        self.query("DELETE FROM deliveries WHERE message_id = $1 AND channel = $2")
            .bind(delivery.message_id)
            .bind(delivery.channel.as_str())
            .execute()
            .await?;
        Ok(())
    }
}

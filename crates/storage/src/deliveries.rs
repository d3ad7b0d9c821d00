//! Rows of `deliveries`: messages of the outbox that still have to be handed on.

use chrono::{DateTime, Utc};
use domain::messages::{Channel, Message};
use uuid::Uuid;

use crate::error::{Result, StoreError};
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

impl Reader {
    /// Deliveries whose time has come.
    pub async fn due_deliveries(&mut self, now: DateTime<Utc>, limit: i64) -> Result<Vec<Delivery>> {
        self.query(
            "SELECT message_id, channel, attempts, due_at FROM deliveries
              WHERE due_at <= $1 ORDER BY due_at, message_id LIMIT $2",
        )
        .bind(now)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(|row| {
            let channel = Channel::from_name(&row.get::<String>("channel")?);
            Ok(Delivery {
                message_id: row.get("message_id")?,
                channel: channel.ok_or_else(|| StoreError::Unreadable("channel".to_owned()))?,
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

//! The way of one channel out of the outbox: several messages at a time, each for a limited time, by one server at a time.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, DurationRound as _, TimeDelta, Utc};
use domain::messages::Channel;
use storage::{Delivery, DuePool, Store, StoreError};
use tokio::task::JoinSet;

use super::email::Smtp;
use super::slots::Slots;
use super::webhook::Webhook;
use super::{Failure, Limits};

/// Deliveries that are looked at when one of a pool is to be taken: other servers may take the first of them.
const LOOKED_AT: i64 = 8;
/// Tries, the last of them some hours after the first.
const MOST_ATTEMPTS: i64 = 16;

/// Who takes messages.
pub(super) enum Receiver {
    /// A mail server.
    Smtp(Box<Smtp>),
    /// A URL.
    Webhook(Webhook),
}

impl Receiver {
    fn channel(&self) -> Channel {
        match self {
            Self::Smtp(_) => Channel::Smtp,
            Self::Webhook(_) => Channel::Webhook,
        }
    }
}

/// One channel with its slots. Whether a message went is what its task returns.
pub(super) struct Lane {
    desk: Arc<Desk>,
    slots: Slots,
    under_way: JoinSet<bool>,
}

struct Desk {
    store: Store,
    receiver: Receiver,
    limits: Limits,
}

impl Lane {
    pub(super) fn new(store: Store, receiver: Receiver, limits: Limits) -> Self {
        let slots = Slots::new(limits.concurrency);
        Self { desk: Arc::new(Desk { store, receiver, limits }), slots, under_way: JoinSet::new() }
    }

    /// Begins as many deliveries as there are slots and turns.
    pub(super) async fn begin_due(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        if self.slots.are_taken() {
            return Ok(());
        }
        let mut waiting = self.desk.due_pools(now).await?;
        self.slots.forget_all_but(&waiting);
        while let Some(index) = self.slots.next(&waiting) {
            let Some(delivery) = self.desk.take(&waiting[index], now).await? else {
                waiting.swap_remove(index);
                continue;
            };
            let desk = self.desk.clone();
            let task = self.under_way.spawn(async move { desk.hand_on(&delivery).await });
            self.slots.begin(task.id(), &waiting[index]);
        }
        Ok(())
    }

    /// Waits until a delivery ends. Whether its message went; none: nothing is under way.
    pub(super) async fn ended(&mut self) -> Option<bool> {
        match self.under_way.join_next_with_id().await? {
            Ok((task, went)) => {
                self.slots.end(task);
                Some(went)
            }
            Err(error) => {
                self.slots.end(error.id());
                tracing::error!(%error, "a delivery ended in a panic");
                Some(false)
            }
        }
    }

    /// Waits until a delivery ends or time has passed, whichever is first.
    pub(super) async fn ended_within(&mut self, period: Duration) {
        if tokio::time::timeout(period, self.ended()).await == Ok(None) {
            tokio::time::sleep(period).await;
        }
    }
}

impl Desk {
    fn minute(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now)
    }

    async fn due_pools(&self, now: DateTime<Utc>) -> Result<Vec<DuePool>, StoreError> {
        let begun = (self.minute(now), self.limits.per_pool_and_minute);
        self.store.read_latest().await?.due_pools(self.receiver.channel(), now, begun).await
    }

    /// Takes a delivery of a pool. None when others took all, or the pool has had its deliveries of this minute.
    async fn take(&self, pool: &DuePool, now: DateTime<Utc>) -> Result<Option<Delivery>, StoreError> {
        let mut read = self.store.read_latest().await?;
        let due = read.due_deliveries(self.receiver.channel(), &pool.pool_id, now, LOOKED_AT).await?;
        drop(read);
        for delivery in due {
            let mut tx = self.store.begin().await?;
            let again_at = now + backoff(delivery.attempts, self.limits.timeout);
            if !tx.take_delivery(&delivery, again_at).await? {
                continue;
            }
            if tx.count_delivery(&pool.pool_id, self.minute(now)).await? > self.limits.per_pool_and_minute {
                return Ok(None);
            }
            tx.commit().await?;
            return Ok(Some(delivery));
        }
        Ok(None)
    }

    /// Hands a delivery on that was taken. Whether it went; if not, it is tried again later.
    async fn hand_on(&self, delivery: &Delivery) -> bool {
        let outcome = tokio::time::timeout(self.limits.timeout, self.deliver(delivery)).await;
        let outcome = outcome.unwrap_or_else(|_| Err("nobody answered in time".into()));
        let (id, attempts) = (delivery.message_id, delivery.attempts + 1);
        if let Err(cause) = &outcome {
            tracing::warn!(message = %id, channel = delivery.channel.as_str(), attempts, %cause, "not delivered");
        }
        if (outcome.is_ok() || attempts >= MOST_ATTEMPTS)
            && let Err(error) = self.delete(delivery).await
        {
            tracing::warn!(message = %id, %error, "a delivery that is done is still kept");
        }
        outcome.is_ok()
    }

    async fn delete(&self, delivery: &Delivery) -> Result<(), StoreError> {
        let mut tx = self.store.begin().await?;
        tx.delete_delivery(delivery).await?;
        tx.commit().await
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), Failure> {
        let mut read = self.store.read_latest().await?;
        let Some(message) = read.message(&delivery.message_id).await? else { return Ok(()) };
        let pool = read.user_pool_by_id(&message.pool_id).await?;
        drop(read);
        match (&self.receiver, pool) {
            (Receiver::Smtp(smtp), Some(pool)) => smtp.send(&pool, &message).await,
            (Receiver::Webhook(webhook), Some(_)) => webhook.post(&message).await,
            // The pool is gone, and its messages are about to.
            (Receiver::Smtp(_) | Receiver::Webhook(_), None) => Ok(()),
        }
    }
}

/// Longer than a delivery may take, and twice as long after each failure, up to half an hour or so.
fn backoff(attempts: i64, timeout: Duration) -> TimeDelta {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(7);
    let first = i64::try_from(timeout.as_secs()).unwrap_or(0) + 5;
    TimeDelta::seconds(first << doublings)
}

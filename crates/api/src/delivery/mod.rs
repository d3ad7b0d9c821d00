//! Handing messages on: e-mails by SMTP, all messages to a webhook, as far as they are configured.
//!
//! The outbox in the database comes first: a message is delivered at least once, however often a server stops, and by one
//! replica at a time.

mod email;
mod plain_text;
mod webhook;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use domain::messages::Channel;
use storage::{Delivery, Store, StoreError};

use crate::clock::Clock;
use crate::config::Config;
use email::Smtp;
use webhook::Webhook;

/// How often somebody looks whether there is something to hand on.
const PERIOD: Duration = Duration::from_millis(500);
/// Deliveries of one look.
const AT_ONCE: i64 = 20;
/// Patience for one delivery. Nobody else tries before.
const PATIENCE: Duration = Duration::from_secs(10);
/// Tries, the last of them some hours after the first.
const MOST_ATTEMPTS: i64 = 16;

/// Why a message was not handed on, this time.
pub(crate) type Failure = Box<dyn StdError + Send + Sync>;

/// What messages are handed on to.
pub struct Deliverer {
    store: Store,
    smtp: Option<Smtp>,
    webhook: Option<Webhook>,
}

impl Deliverer {
    /// What the configuration asks for. None: messages stay in the outbox.
    ///
    /// # Errors
    /// When `smtp_url` or `email_from` cannot be used.
    pub fn new(store: Store, config: &Config) -> Result<Option<Self>, Failure> {
        let smtp = config.smtp_url.as_ref().map(|url| Smtp::new(url, &config.email_from)).transpose()?;
        let webhook = config.webhook_url.as_ref().map(Webhook::new);
        if smtp.is_none() && webhook.is_none() {
            return Ok(None);
        }
        Ok(Some(Self { store, smtp, webhook }))
    }

    /// Hands on what is due, forever.
    pub async fn run(self, clock: Arc<dyn Clock>) {
        loop {
            if let Err(error) = self.run_once(clock.now()).await {
                tracing::warn!(%error, "the outbox cannot be read");
            }
            tokio::time::sleep(PERIOD).await;
        }
    }

    /// Hands on what is due now. Returns how many messages went.
    ///
    /// # Errors
    /// When the database does not answer. A delivery that fails is tried again later.
    pub async fn run_once(&self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let due = self.store.read_latest().await?.due_deliveries(now, AT_ONCE).await?;
        let mut delivered = 0;
        for delivery in &due {
            let mut tx = self.store.begin().await?;
            if !tx.take_delivery(delivery, now + backoff(delivery.attempts)).await? {
                continue;
            }
            tx.commit().await?;
            let outcome = tokio::time::timeout(PATIENCE, self.deliver(delivery)).await;
            let outcome = outcome.unwrap_or_else(|_| Err("nobody answered in time".into()));
            if let Err(cause) = &outcome {
                let (id, attempts) = (delivery.message_id, delivery.attempts + 1);
                tracing::warn!(message = %id, channel = delivery.channel.as_str(), attempts, %cause, "not delivered");
            }
            if outcome.is_ok() || delivery.attempts + 1 >= MOST_ATTEMPTS {
                let mut tx = self.store.begin().await?;
                tx.delete_delivery(delivery).await?;
                tx.commit().await?;
            }
            delivered += usize::from(outcome.is_ok());
        }
        Ok(delivered)
    }

    async fn deliver(&self, delivery: &Delivery) -> Result<(), Failure> {
        let mut read = self.store.read_latest().await?;
        let Some(message) = read.message(&delivery.message_id).await? else { return Ok(()) };
        let pool = read.user_pool_by_id(&message.pool_id).await?;
        drop(read);
        match (delivery.channel, &self.smtp, &self.webhook, pool) {
            (Channel::Smtp, Some(smtp), _, Some(pool)) => smtp.send(&pool, &message).await,
            (Channel::Webhook, _, Some(webhook), _) => webhook.post(&message).await,
            // Another replica is configured for it, or the pool is gone.
            (Channel::Smtp | Channel::Webhook, ..) => Err("this server is not configured for it".into()),
        }
    }
}

/// Longer than [`PATIENCE`], and twice as long after each failure, up to half an hour.
fn backoff(attempts: i64) -> TimeDelta {
    let doublings = u32::try_from(attempts).unwrap_or(0).min(7);
    TimeDelta::seconds(15 << doublings)
}

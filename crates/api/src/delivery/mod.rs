//! Handing messages on: e-mails by SMTP, all messages to a webhook, as far as they are configured.
//!
//! The outbox in the database comes first: a message is delivered at least once, however often a server stops, and by one
//! replica at a time. Several are under way at once, fair over accounts and pools, and what hangs is given up.

mod email;
mod lane;
mod plain_text;
mod slots;
mod webhook;

use std::error::Error as StdError;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use storage::{Store, StoreError};

use crate::clock::Clock;
use crate::config::Config;
use email::Smtp;
use lane::{Lane, Receiver};
use webhook::Webhook;

/// How often somebody looks whether there is something to hand on.
const PERIOD: Duration = Duration::from_millis(500);

/// Why a message was not handed on, this time.
pub(crate) type Failure = Box<dyn StdError + Send + Sync>;

/// What deliveries may cost.
#[derive(Clone, Copy)]
struct Limits {
    /// Deliveries at once, of each channel.
    concurrency: usize,
    /// Patience for one delivery.
    timeout: Duration,
    /// Deliveries of a pool in a minute, by all servers together.
    per_pool_and_minute: i64,
}

/// What messages are handed on to.
pub struct Deliverer {
    lanes: Vec<Lane>,
}

impl Deliverer {
    /// What the configuration asks for. None: messages stay in the outbox.
    ///
    /// # Errors
    /// When `smtp_url` or `email_from` cannot be used.
    pub fn new(store: Store, config: &Config) -> Result<Option<Self>, Failure> {
        let limits = Limits {
            concurrency: config.delivery_concurrency,
            timeout: Duration::from_secs(config.delivery_timeout_seconds.into()),
            per_pool_and_minute: config.messages_per_pool_per_minute.into(),
        };
        let smtp = config.smtp_url.as_ref().map(|url| Smtp::new(url, config)).transpose()?;
        let webhook = config.webhook_url.as_ref().map(Webhook::new);
        let receivers =
            smtp.map(|smtp| Receiver::Smtp(Box::new(smtp))).into_iter().chain(webhook.map(Receiver::Webhook));
        let lanes: Vec<Lane> =
            receivers.map(move |receiver| Lane::new(store.clone(), receiver, limits)).collect();
        Ok(if lanes.is_empty() { None } else { Some(Self { lanes }) })
    }

    /// Hands on what is due, forever.
    pub async fn run(self, clock: Arc<dyn Clock>) {
        let mut lanes = tokio::task::JoinSet::new();
        for mut lane in self.lanes {
            let clock = clock.clone();
            lanes.spawn(async move {
                loop {
                    if let Err(error) = lane.begin_due(clock.now()).await {
                        tracing::warn!(%error, "the outbox cannot be read");
                        tokio::time::sleep(PERIOD).await;
                    }
                    lane.ended_within(PERIOD).await;
                }
            });
        }
        lanes.join_all().await;
    }

    /// Hands on what is due now, to the end. Returns how many messages went.
    ///
    /// # Errors
    /// When the database does not answer. A delivery that fails is tried again later.
    pub async fn run_once(&mut self, now: DateTime<Utc>) -> Result<usize, StoreError> {
        let mut delivered = 0;
        for lane in &mut self.lanes {
            lane.begin_due(now).await?;
            while let Some(went) = lane.ended().await {
                delivered += usize::from(went);
                lane.begin_due(now).await?;
            }
        }
        Ok(delivered)
    }
}

//! Rows of `messages`: the outbox. Subject, text and code are sealed.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use domain::messages::{Message, MessageKind};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::DeliveryMediumType;

use crate::columns::json;
use crate::error::{Result, StoreError};
use crate::sealing::Sealer;
use crate::sql::{Reader, Row, Tx};

/// Which messages somebody wants to see. Nothing given: all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Of this pool.
    pub pool: Option<String>,
    /// To this user.
    pub user: Option<String>,
    /// To this address.
    pub to: Option<String>,
    /// Sent after this moment.
    pub after: Option<DateTime<Utc>>,
}

#[derive(Serialize, Deserialize)]
struct Content {
    subject: Option<String>,
    body: String,
    code: Option<String>,
}

fn context(id: &Uuid) -> String {
    format!("messages/{id}")
}

/// What a message says, sealed.
pub(crate) fn sealed_content(sealer: &Sealer, message: &Message) -> Vec<u8> {
    let content =
        Content { subject: message.subject.clone(), body: message.body.clone(), code: message.code.clone() };
    sealer.seal(&context(&message.id), json(&content).as_bytes())
}

fn message(row: &Row, sealer: &Sealer) -> Result<Message> {
    let unreadable = |column: &str| StoreError::Unreadable(column.to_owned());
    let id: Uuid = row.get("id")?;
    let content = sealer.open(&context(&id), &row.get::<Vec<u8>>("sealed_content")?)?;
    let Content { subject, body, code } = serde_json::from_slice(&content).map_err(|_| StoreError::Sealed)?;
    let medium = row.get::<String>("medium")?;
    Ok(Message {
        id,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        username: row.get("username")?,
        to: row.get("recipient")?,
        medium: DeliveryMediumType::ALL
            .iter()
            .copied()
            .find(|known| known.as_str() == medium)
            .ok_or_else(|| unreadable("medium"))?,
        kind: MessageKind::from_name(&row.get::<String>("kind")?).ok_or_else(|| unreadable("kind"))?,
        subject,
        body,
        code,
        sent_at: row.get("sent_at")?,
    })
}

impl Reader {
    /// A message, if it was not deleted yet.
    pub async fn message(&mut self, id: &Uuid) -> Result<Option<Message>> {
        let sealer = self.sealer();
        self.query("SELECT * FROM messages WHERE id = $1")
            .bind(*id)
            .optional()
            .await?
            .map(|row| message(&row, &sealer))
            .transpose()
    }

    /// Messages, the newest first.
    pub async fn messages(&mut self, filter: &MessageFilter, limit: i64) -> Result<Vec<Message>> {
        let sealer = self.sealer();
        // One statement for each index: an address or a pool is found without reading the rest.
        let sql = if filter.to.is_some() {
            "SELECT * FROM messages
              WHERE recipient = $3 AND sent_at > $5
                AND ($1 IS NULL OR pool_id = $1) AND ($2 IS NULL OR username = $2)
              ORDER BY sent_at DESC, id DESC LIMIT $4"
        } else if filter.pool.is_some() {
            "SELECT * FROM messages
              WHERE pool_id = $1 AND sent_at > $5 AND ($2 IS NULL OR username = $2) AND $3 IS NULL
              ORDER BY sent_at DESC, id DESC LIMIT $4"
        } else {
            "SELECT * FROM messages
              WHERE sent_at > $5 AND $1 IS NULL AND ($2 IS NULL OR username = $2) AND $3 IS NULL
              ORDER BY sent_at DESC, id DESC LIMIT $4"
        };
        self.query(sql)
            .bind(filter.pool.clone())
            .bind(filter.user.clone())
            .bind(filter.to.clone())
            .bind(limit)
            .bind(filter.after.unwrap_or(DateTime::UNIX_EPOCH))
            .all()
            .await?
            .iter()
            .map(|row| message(row, &sealer))
            .collect()
    }
}

impl Tx {
    /// Puts a message into the outbox.
    pub async fn insert_message(&mut self, message: &Message) -> Result<()> {
        let sealed_content = sealed_content(&self.sealer(), message);
        self.query(
            "INSERT INTO messages (id, pool_id, username, recipient, medium, kind, sealed_content, sent_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(message.id)
        .bind(message.pool_id.as_str())
        .bind(message.username.as_str())
        .bind(message.to.as_str())
        .bind(message.medium.as_str())
        .bind(message.kind.as_str())
        .bind(sealed_content)
        .bind(message.sent_at)
        .execute()
        .await?;
        Ok(())
    }
    /// Deletes messages of before a moment, at most so many.
    pub async fn delete_messages_before(&mut self, moment: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM messages WHERE id IN
                 (SELECT id FROM messages WHERE sent_at < $1 ORDER BY sent_at, id LIMIT $2)",
        )
        .bind(moment)
        .bind(limit)
        .execute()
        .await
    }
}

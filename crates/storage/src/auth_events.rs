//! Rows of `auth_events`.

use chrono::{DateTime, Utc};
use domain::auth_events::{AuthEvent, Feedback};
use domain::ids::{ClientId, PoolId};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::columns::{from_json, json};
use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

/// Reads a column that holds the name of a variant.
fn named<T: DeserializeOwned>(text: String, column: &str) -> Result<T> {
    serde_json::from_value(text.into()).map_err(|_| StoreError::Unreadable(column.to_owned()))
}

fn auth_event(row: &Row) -> Result<AuthEvent> {
    let feedback = match row.get::<Option<String>>("feedback")? {
        Some(value) => Some(Feedback {
            value: named(value, "feedback")?,
            provider: row.get("feedback_by")?,
            at: row.get("feedback_at")?,
        }),
        None => None,
    };
    Ok(AuthEvent {
        id: row.get("id")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        user_id: row.get("user_id")?,
        client_id: row.get::<Option<String>>("client_id")?.map(ClientId::from),
        event_type: named(row.get("event_type")?, "event_type")?,
        response: named(row.get("response")?, "response")?,
        challenges: from_json(row, "challenges")?,
        ip: row.get("ip")?,
        device_name: row.get("device_name")?,
        created_at: row.get("created_at")?,
        feedback,
    })
}

impl Reader {
    /// The events of a user before a moment and id, the latest first.
    pub async fn auth_events(
        &mut self,
        user_id: &Uuid,
        before: Option<(DateTime<Utc>, Uuid)>,
        limit: i64,
    ) -> Result<Vec<AuthEvent>> {
        let (created_at, id) = before.unwrap_or((DateTime::<Utc>::MAX_UTC, Uuid::max()));
        // PostgreSQL keeps no later moment than the year 294276.
        let created_at = created_at.min(DateTime::from_timestamp(253_402_300_799, 0).unwrap_or_default());
        self.query(
            "SELECT * FROM auth_events WHERE user_id = $1 AND (created_at, id) < ($2, $3)
              ORDER BY created_at DESC, id DESC LIMIT $4",
        )
        .bind(*user_id)
        .bind(created_at)
        .bind(id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(auth_event)
        .collect()
    }
}

impl Tx {
    /// Records an event. One that was in progress is replaced by what came of it.
    pub async fn insert_auth_event(&mut self, event: &AuthEvent) -> Result<()> {
        self.query(
            "INSERT INTO auth_events (id, pool_id, user_id, client_id, event_type, response, challenges, ip, device_name,
                                      created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (id) DO UPDATE SET response = excluded.response, challenges = excluded.challenges",
        )
        .bind(event.id)
        .bind(event.pool_id.as_str())
        .bind(event.user_id)
        .bind(event.client_id.as_ref().map(ToString::to_string))
        .bind(event.event_type.as_str())
        .bind(event.response.as_str())
        .bind(json(&event.challenges))
        .bind(event.ip.as_str())
        .bind(event.device_name.as_str())
        .bind(event.created_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps what somebody says of an event of a user. False when the user has no such event.
    pub async fn save_feedback(&mut self, user_id: &Uuid, id: &Uuid, feedback: &Feedback) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE auth_events SET feedback = $3, feedback_by = $4, feedback_at = $5
                  WHERE id = $2 AND user_id = $1",
            )
            .bind(*user_id)
            .bind(*id)
            .bind(feedback.value.as_str())
            .bind(feedback.provider.as_str())
            .bind(feedback.at)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes events of before a moment, at most so many.
    pub async fn delete_auth_events_before(&mut self, moment: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM auth_events WHERE id IN
                 (SELECT id FROM auth_events WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
        )
        .bind(moment)
        .bind(limit)
        .execute()
        .await
    }
}

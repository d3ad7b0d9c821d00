//! Rows of `browser_sessions`: browsers that are signed in at a domain, found by the hash of their cookie.

use chrono::{DateTime, Utc};
use domain::federation::SamlSubject;
use domain::ids::{ClientId, PoolId};
use domain::oauth::BrowserSession;
use domain::users::User;
use uuid::Uuid;

use crate::columns::json;
use crate::error::{Result, StoreError};
use crate::hashed::{hash, place};
use crate::sql::{Reader, Row, Tx};
use crate::users::user;

fn browser_session(row: &Row, id_column: &str) -> Result<BrowserSession> {
    Ok(BrowserSession {
        id: row.get(id_column)?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        user_id: row.get("user_id")?,
        client_id: ClientId::from(row.get::<String>("client_id")?),
        event_id: row.get("event_id")?,
        provider_name: row.get("provider_name")?,
        auth_time: row.get("auth_time")?,
        expires_at: row.get("expires_at")?,
    })
}

impl Reader {
    /// The session of a cookie, ended or not, with its user.
    pub async fn browser_session(&mut self, cookie: &str) -> Result<Option<(BrowserSession, User)>> {
        self.query(
            "SELECT users.*, session.id AS session_id, session.user_id, session.client_id, session.event_id,
                    session.provider_name, session.auth_time, session.expires_at
               FROM browser_sessions AS session JOIN users ON users.id = session.user_id
              WHERE session.cookie_hash = $1",
        )
        .bind(hash(cookie))
        .optional()
        .await?
        .map(|row| Ok((browser_session(&row, "session_id")?, user(&row)?)))
        .transpose()
    }

    /// The SAML provider that signed this browser in, if one did, and how it calls the user.
    pub async fn saml_session(
        &mut self,
        pool_id: &PoolId,
        cookie: &str,
    ) -> Result<Option<(String, SamlSubject)>> {
        let hash = hash(cookie);
        let sealer = self.sealer();
        let row = self
            .query(
                "SELECT provider_name, sealed_saml_subject FROM browser_sessions
                  WHERE cookie_hash = $1 AND pool_id = $2 AND sealed_saml_subject IS NOT NULL",
            )
            .bind(hash.clone())
            .bind(pool_id.as_str())
            .optional()
            .await?;
        let Some(row) = row else { return Ok(None) };
        let opened =
            sealer.open(&place("browser_sessions", &hash), &row.get::<Vec<u8>>("sealed_saml_subject")?)?;
        let subject = serde_json::from_slice(&opened).map_err(|_| StoreError::Sealed)?;
        Ok(Some((row.get("provider_name")?, subject)))
    }

    /// The live sessions of a user, the oldest first.
    pub async fn browser_sessions(
        &mut self,
        user_id: &Uuid,
        now: DateTime<Utc>,
    ) -> Result<Vec<BrowserSession>> {
        self.query(
            "SELECT * FROM browser_sessions WHERE user_id = $1 AND expires_at > $2 ORDER BY auth_time, id",
        )
        .bind(*user_id)
        .bind(now)
        .all()
        .await?
        .iter()
        .map(|row| browser_session(row, "id"))
        .collect()
    }
}

impl Tx {
    /// Keeps a session under its cookie.
    pub async fn insert_browser_session(&mut self, cookie: &str, session: &BrowserSession) -> Result<()> {
        self.query(
            "INSERT INTO browser_sessions (cookie_hash, id, pool_id, user_id, client_id, event_id, provider_name,
                                            auth_time, expires_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(hash(cookie))
        .bind(session.id.as_str())
        .bind(session.pool_id.as_str())
        .bind(session.user_id)
        .bind(session.client_id.as_str())
        .bind(session.event_id)
        .bind(session.provider_name.clone())
        .bind(session.auth_time)
        .bind(session.expires_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps how the SAML provider that signed this browser in calls its user.
    pub async fn put_saml_subject(&mut self, cookie: &str, subject: &SamlSubject) -> Result<()> {
        let hash = hash(cookie);
        let sealed = self.sealer().seal(&place("browser_sessions", &hash), json(subject).as_bytes());
        self.query("UPDATE browser_sessions SET sealed_saml_subject = $2 WHERE cookie_hash = $1")
            .bind(hash)
            .bind(sealed)
            .execute()
            .await?;
        Ok(())
    }

    /// Ends the session of a cookie of this pool. False when there is none.
    pub async fn delete_browser_session(&mut self, pool_id: &PoolId, cookie: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM browser_sessions WHERE cookie_hash = $1 AND pool_id = $2")
            .bind(hash(cookie))
            .bind(pool_id.as_str())
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Ends a session of a user by its name. False when there is none.
    pub async fn delete_browser_session_of_user(&mut self, user_id: &Uuid, id: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM browser_sessions WHERE id = $1 AND user_id = $2")
            .bind(id)
            .bind(*user_id)
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Deletes sessions that have ended, at most so many.
    pub async fn delete_ended_browser_sessions(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM browser_sessions WHERE cookie_hash IN
                 (SELECT cookie_hash FROM browser_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}

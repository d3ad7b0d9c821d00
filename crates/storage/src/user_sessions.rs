//! Rows of `user_sessions` and of their `refresh_tokens`, which are kept as hashes.

use chrono::{DateTime, Utc};
use domain::groups::Group;
use domain::ids::{ClientId, PoolId};
use domain::user_sessions::UserSession;
use domain::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::groups::{joined_group, ranked};
use crate::hashed::hash;
use crate::sql::{Reader, Row, Tx};
use crate::users::user;

/// A refresh token as it is kept, with all that it stands for.
#[derive(Clone, PartialEq)]
pub struct KeptRefreshToken {
    /// The session that it belongs to.
    pub session: UserSession,
    /// The user of that session.
    pub user: User,
    /// The user's groups, the highest precedence first.
    pub groups: Vec<Group>,
    /// When it was handed out.
    pub issued_at: DateTime<Utc>,
    /// When another took its place.
    pub replaced_at: Option<DateTime<Utc>>,
}

fn user_session(row: &Row, id_column: &str) -> Result<UserSession> {
    Ok(UserSession {
        event_id: row.get("event_id")?,
        id: row.get(id_column)?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        user_id: row.get("user_id")?,
        client_id: ClientId::from(row.get::<String>("client_id")?),
        origin_jti: row.get("origin_jti")?,
        scopes: row.get("scopes")?,
        is_oauth: row.get("is_oauth")?,
        resource: row.get("resource")?,
        device_key: row.get("device_key")?,
        origin_session_id: row.get("origin_session_id")?,
        ip: row.get("ip")?,
        device_type: row.get("device_type")?,
        auth_time: row.get("auth_time")?,
        last_active_at: row.get("last_active_at")?,
        expires_at: row.get("expires_at")?,
        revoked_at: row.get("revoked_at")?,
    })
}

impl Reader {
    /// A session, live or revoked, with its user.
    pub async fn user_session(&mut self, event_id: &Uuid) -> Result<Option<(UserSession, User)>> {
        self.query(
            "SELECT users.*, session.event_id, session.id AS session_id, session.user_id, session.client_id,
                    session.origin_jti, session.scopes, session.is_oauth, session.resource, session.device_key,
                    session.origin_session_id, session.ip, session.device_type, session.auth_time, session.last_active_at, session.expires_at,
                    session.revoked_at
               FROM user_sessions AS session JOIN users ON users.id = session.user_id
              WHERE session.event_id = $1",
        )
        .bind(*event_id)
        .optional()
        .await?
        .map(|row| Ok((user_session(&row, "session_id")?, user(&row)?)))
        .transpose()
    }

    /// The refresh token that somebody shows, with its session, its user and their groups.
    pub async fn refresh_token(&mut self, token: &str) -> Result<Option<KeptRefreshToken>> {
        let rows = self
            .query(
                "SELECT users.*, session.event_id, session.id AS session_id, session.user_id, session.client_id,
                        session.origin_jti, session.scopes, session.is_oauth, session.resource, session.device_key,
                        session.origin_session_id, session.ip, session.device_type, session.auth_time, session.last_active_at,
                        session.expires_at, session.revoked_at, token.issued_at, token.replaced_at,
                        user_groups.name AS group_name, user_groups.description AS group_description,
                        user_groups.role_arn AS group_role_arn, user_groups.precedence AS group_precedence,
                        user_groups.created_at AS group_created_at, user_groups.modified_at AS group_modified_at
                   FROM refresh_tokens AS token
                   JOIN user_sessions AS session ON session.event_id = token.event_id
                   JOIN users ON users.id = session.user_id
                   LEFT JOIN group_members AS member ON member.user_id = users.id
                   LEFT JOIN user_groups
                     ON user_groups.pool_id = member.pool_id AND user_groups.name_key = member.name_key
                  WHERE token.token_hash = $1",
            )
            .bind(hash(token))
            .all()
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let user = user(row)?;
        let mut groups = Vec::new();
        for row in &rows {
            groups.extend(joined_group(row, &user.pool_id)?);
        }
        Ok(Some(KeptRefreshToken {
            session: user_session(row, "session_id")?,
            groups: ranked(groups),
            user,
            issued_at: row.get("issued_at")?,
            replaced_at: row.get("replaced_at")?,
        }))
    }

    /// The live sessions of a user, the least recently used first.
    pub async fn user_sessions(&mut self, user_id: &Uuid, now: DateTime<Utc>) -> Result<Vec<UserSession>> {
        self.query(
            "SELECT * FROM user_sessions
              WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > $2
              ORDER BY last_active_at, event_id",
        )
        .bind(*user_id)
        .bind(now)
        .all()
        .await?
        .iter()
        .map(|row| user_session(row, "id"))
        .collect()
    }
}

impl Tx {
    /// Adds a session.
    pub async fn insert_user_session(&mut self, session: &UserSession) -> Result<()> {
        self.query(
            "INSERT INTO user_sessions (event_id, id, pool_id, user_id, client_id, origin_jti, scopes, is_oauth, resource,
                                        device_key, origin_session_id, ip, device_type, auth_time, last_active_at,
                                        expires_at, revoked_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        )
        .bind(session.event_id)
        .bind(session.id.as_str())
        .bind(session.pool_id.as_str())
        .bind(session.user_id)
        .bind(session.client_id.as_str())
        .bind(session.origin_jti)
        .bind(session.scopes.as_str())
        .bind(session.is_oauth)
        .bind(session.resource.clone())
        .bind(session.device_key.clone())
        .bind(session.origin_session_id.clone())
        .bind(session.ip.as_str())
        .bind(session.device_type.as_str())
        .bind(session.auth_time)
        .bind(session.last_active_at)
        .bind(session.expires_at)
        .bind(session.revoked_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Keeps a refresh token's hash.
    pub async fn insert_refresh_token(
        &mut self,
        session: &UserSession,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.query(
            "INSERT INTO refresh_tokens (token_hash, pool_id, event_id, issued_at, replaced_at)
             VALUES ($1, $2, $3, $4, NULL)",
        )
        .bind(hash(token))
        .bind(session.pool_id.as_str())
        .bind(session.event_id)
        .bind(now)
        .execute()
        .await?;
        Ok(())
    }

    /// Marks a refresh token as replaced. False when it was before.
    pub async fn replace_refresh_token(&mut self, token: &str, now: DateTime<Utc>) -> Result<bool> {
        let replaced = self
            .query("UPDATE refresh_tokens SET replaced_at = $2 WHERE token_hash = $1 AND replaced_at IS NULL")
            .bind(hash(token))
            .bind(now)
            .execute()
            .await?;
        Ok(replaced == 1)
    }

    /// Notes that tokens were issued in a session. False when it was revoked or deleted meanwhile.
    pub async fn touch_user_session(
        &mut self,
        event_id: &Uuid,
        ip: &str,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let touched = self
            .query(
                "UPDATE user_sessions SET last_active_at = $2, ip = $3
                  WHERE event_id = $1 AND revoked_at IS NULL",
            )
            .bind(*event_id)
            .bind(now)
            .bind(ip)
            .execute()
            .await?;
        Ok(touched == 1)
    }

    /// Ends a session of a user. False when there is none that is live.
    pub async fn revoke_user_session(
        &mut self,
        user_id: &Uuid,
        event_id: &Uuid,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let revoked = self
            .query(
                "UPDATE user_sessions SET revoked_at = $3
                  WHERE event_id = $2 AND user_id = $1 AND revoked_at IS NULL",
            )
            .bind(*user_id)
            .bind(*event_id)
            .bind(now)
            .execute()
            .await?;
        Ok(revoked == 1)
    }

    /// Ends all sessions of a user, also those that would begin with a code that waits for its application.
    pub async fn revoke_user_sessions(&mut self, user_id: &Uuid, now: DateTime<Utc>) -> Result<()> {
        self.delete_authorization_codes_of_user(user_id).await?;
        self.query("UPDATE user_sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL")
            .bind(*user_id)
            .bind(now)
            .execute()
            .await?;
        Ok(())
    }

    /// Deletes sessions whose refresh token has ended, at most so many. An access token that outlives its refresh token does
    /// not exist: its lifetime may not be longer.
    pub async fn delete_ended_sessions(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM user_sessions WHERE event_id IN
                 (SELECT event_id FROM user_sessions WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}

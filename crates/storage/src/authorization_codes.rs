//! Rows of `authorization_codes`: grants that wait for their application, found by the hash of the code.

use chrono::{DateTime, Utc};
use domain::ids::{ClientId, PoolId};
use domain::oauth::AuthorizationCode;
use domain::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::hashed::hash;
use crate::sql::{Reader, Tx};
use crate::users::user;

impl Reader {
    /// What a code stands for, used or not, with the user who signed in.
    pub async fn authorization_code(&mut self, code: &str) -> Result<Option<(AuthorizationCode, User)>> {
        self.query(
            "SELECT users.*, code.client_id, code.user_id, code.event_id, code.origin_session_id,
                    code.redirect_uri, code.redirect_uri_was_given, code.scopes, code.nonce, code.code_challenge, code.resource,
                    code.auth_time, code.expires_at, code.used
               FROM authorization_codes AS code JOIN users ON users.id = code.user_id
              WHERE code.code_hash = $1",
        )
        .bind(hash(code))
        .optional()
        .await?
        .map(|row| {
            let code = AuthorizationCode {
                pool_id: PoolId::from(row.get::<String>("pool_id")?),
                client_id: ClientId::from(row.get::<String>("client_id")?),
                user_id: row.get("user_id")?,
                event_id: row.get("event_id")?,
                origin_session_id: row.get("origin_session_id")?,
                redirect_uri: row.get("redirect_uri")?,
                redirect_uri_was_given: row.get("redirect_uri_was_given")?,
                scopes: row.get("scopes")?,
                nonce: row.get("nonce")?,
                code_challenge: row.get("code_challenge")?,
                resource: row.get("resource")?,
                auth_time: row.get("auth_time")?,
                expires_at: row.get("expires_at")?,
                used: row.get("used")?,
            };
            Ok((code, user(&row)?))
        })
        .transpose()
    }
}

impl Tx {
    /// Keeps a grant under its code.
    pub async fn insert_authorization_code(&mut self, code: &str, grant: &AuthorizationCode) -> Result<()> {
        self.query(
            "INSERT INTO authorization_codes (code_hash, pool_id, client_id, user_id, event_id, origin_session_id,
                                              redirect_uri, redirect_uri_was_given, scopes, nonce, code_challenge, resource,
                                              auth_time, expires_at, used)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        )
        .bind(hash(code))
        .bind(grant.pool_id.as_str())
        .bind(grant.client_id.as_str())
        .bind(grant.user_id)
        .bind(grant.event_id)
        .bind(grant.origin_session_id.clone())
        .bind(grant.redirect_uri.as_str())
        .bind(grant.redirect_uri_was_given)
        .bind(grant.scopes.as_str())
        .bind(grant.nonce.clone())
        .bind(grant.code_challenge.clone())
        .bind(grant.resource.clone())
        .bind(grant.auth_time)
        .bind(grant.expires_at)
        .bind(grant.used)
        .execute()
        .await?;
        Ok(())
    }

    /// Uses a code up. False when somebody else did so first, on whichever replica.
    pub async fn use_authorization_code(&mut self, code: &str) -> Result<bool> {
        let used = self
            .query("UPDATE authorization_codes SET used = TRUE WHERE code_hash = $1 AND used = FALSE")
            .bind(hash(code))
            .execute()
            .await?;
        Ok(used == 1)
    }

    /// Takes back the codes that a browser session of a user granted and that wait for their application.
    pub async fn delete_authorization_codes_of_session(
        &mut self,
        user_id: &Uuid,
        origin_session_id: &str,
    ) -> Result<()> {
        self.query(
            "DELETE FROM authorization_codes WHERE user_id = $1 AND origin_session_id = $2 AND used = FALSE",
        )
        .bind(*user_id)
        .bind(origin_session_id)
        .execute()
        .await?;
        Ok(())
    }

    /// Takes back all codes of a user that wait for their application.
    pub async fn delete_authorization_codes_of_user(&mut self, user_id: &Uuid) -> Result<()> {
        self.query("DELETE FROM authorization_codes WHERE user_id = $1 AND used = FALSE")
            .bind(*user_id)
            .execute()
            .await?;
        Ok(())
    }

    /// Deletes codes that have ended, at most so many.
    pub async fn delete_ended_authorization_codes(&mut self, now: DateTime<Utc>, limit: i64) -> Result<u64> {
        self.query(
            "DELETE FROM authorization_codes WHERE code_hash IN
                 (SELECT code_hash FROM authorization_codes WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)",
        )
        .bind(now)
        .bind(limit)
        .execute()
        .await
    }
}

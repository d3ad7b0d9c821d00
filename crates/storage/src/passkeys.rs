//! Rows of `passkeys` and of `passkey_registrations`.

use chrono::{DateTime, Utc};
use domain::ids::{ClientId, PoolId};
use domain::passkeys::Passkey;
use domain::users::User;
use uuid::Uuid;

use crate::columns::{Position, from_json, json};
use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

/// A registration that has begun.
#[derive(Clone, PartialEq)]
pub struct PasskeyRegistration {
    /// The client that began it.
    pub client_id: ClientId,
    /// The ceremony, as the library keeps it.
    pub state: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

fn context(user_id: &Uuid) -> String {
    format!("passkey_registrations/{user_id}")
}

fn passkey(row: &Row) -> Result<Passkey> {
    Ok(Passkey {
        credential_id: row.get("credential_id")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        user_id: row.get("user_id")?,
        rp_id: row.get("rp_id")?,
        friendly_name: row.get("friendly_name")?,
        attachment: row.get("attachment")?,
        transports: from_json(row, "transports")?,
        credential: row.get("credential")?,
        created_at: row.get("created_at")?,
    })
}

impl Reader {
    /// How many passkeys a user has.
    pub async fn passkey_count(&mut self, user_id: &Uuid) -> Result<i64> {
        self.query("SELECT CAST(COUNT(*) AS BIGINT) AS passkeys FROM passkeys WHERE user_id = $1")
            .bind(*user_id)
            .one()
            .await?
            .get("passkeys")
    }

    /// The passkeys of a user behind a position, the oldest first.
    pub async fn passkeys(&mut self, user_id: &Uuid, after: &Position, limit: i64) -> Result<Vec<Passkey>> {
        self.query(
            "SELECT * FROM passkeys
              WHERE user_id = $1 AND (created_at > $2 OR (created_at = $2 AND credential_id > $3))
              ORDER BY created_at, credential_id LIMIT $4",
        )
        .bind(*user_id)
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(passkey)
        .collect()
    }
}

impl Tx {
    /// Adds a passkey. False when the credential is registered already.
    pub async fn insert_passkey(&mut self, passkey: &Passkey) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO passkeys (credential_id, pool_id, user_id, rp_id, friendly_name, attachment, transports,
                                       credential, created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                 ON CONFLICT (credential_id) DO NOTHING",
            )
            .bind(passkey.credential_id.as_str())
            .bind(passkey.pool_id.as_str())
            .bind(passkey.user_id)
            .bind(passkey.rp_id.as_str())
            .bind(passkey.friendly_name.as_str())
            .bind(passkey.attachment.clone())
            .bind(json(&passkey.transports))
            .bind(passkey.credential.as_str())
            .bind(passkey.created_at)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Keeps what a use of a passkey changed: its counter. False when the passkey is gone.
    pub async fn save_passkey(&mut self, passkey: &Passkey) -> Result<bool> {
        let saved = self
            .query("UPDATE passkeys SET credential = $2 WHERE credential_id = $1")
            .bind(passkey.credential_id.as_str())
            .bind(passkey.credential.as_str())
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes a passkey of a user. False when there is none.
    pub async fn delete_passkey(&mut self, user_id: &Uuid, credential_id: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM passkeys WHERE credential_id = $1 AND user_id = $2")
            .bind(credential_id)
            .bind(*user_id)
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Keeps a registration that begins, in place of the one before.
    pub async fn put_passkey_registration(
        &mut self,
        user: &User,
        registration: &PasskeyRegistration,
    ) -> Result<()> {
        let sealed = self.sealer().seal(&context(&user.id), registration.state.as_bytes());
        self.query(
            "INSERT INTO passkey_registrations (user_id, pool_id, client_id, sealed_state, expires_at)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (user_id) DO UPDATE
                SET client_id = excluded.client_id, sealed_state = excluded.sealed_state,
                    expires_at = excluded.expires_at",
        )
        .bind(user.id)
        .bind(user.pool_id.as_str())
        .bind(registration.client_id.as_str())
        .bind(sealed)
        .bind(registration.expires_at)
        .execute()
        .await?;
        Ok(())
    }

    /// Takes the registration that a user began: it can be completed once.
    pub async fn take_passkey_registration(&mut self, user_id: &Uuid) -> Result<Option<PasskeyRegistration>> {
        let sealer = self.sealer();
        let Some(row) = self
            .query(
                "DELETE FROM passkey_registrations WHERE user_id = $1
                 RETURNING client_id, sealed_state, expires_at",
            )
            .bind(*user_id)
            .optional()
            .await?
        else {
            return Ok(None);
        };
        let state = sealer.open(&context(user_id), &row.get::<Vec<u8>>("sealed_state")?)?;
        Ok(Some(PasskeyRegistration {
            client_id: ClientId::from(row.get::<String>("client_id")?),
            state: String::from_utf8(state).map_err(|_| StoreError::Sealed)?,
            expires_at: row.get("expires_at")?,
        }))
    }
}

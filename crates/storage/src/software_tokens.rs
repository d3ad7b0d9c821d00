//! Rows of `software_tokens`: the sealed secrets of authenticator apps.

use domain::software_tokens::SoftwareToken;
use domain::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::{Reader, Tx};

fn context(user_id: &Uuid) -> String {
    format!("software_tokens/{user_id}")
}

impl Reader {
    /// The authenticator app of a user, verified or not.
    pub async fn software_token(&mut self, user_id: &Uuid) -> Result<Option<SoftwareToken>> {
        let sealer = self.sealer();
        let Some(row) = self
            .query(
                "SELECT sealed_secret, verified, friendly_name, last_step FROM software_tokens WHERE user_id = $1",
            )
            .bind(*user_id)
            .optional()
            .await?
        else {
            return Ok(None);
        };
        Ok(Some(SoftwareToken {
            secret: sealer.open(&context(user_id), &row.get::<Vec<u8>>("sealed_secret")?)?,
            verified: row.get("verified")?,
            friendly_name: row.get("friendly_name")?,
            last_step: row.get("last_step")?,
        }))
    }
}

impl Tx {
    /// Keeps a user's authenticator app, in place of the one before.
    pub async fn put_software_token(&mut self, user: &User, token: &SoftwareToken) -> Result<()> {
        let sealed = self.sealer().seal(&context(&user.id), &token.secret);
        self.query(
            "INSERT INTO software_tokens (user_id, pool_id, sealed_secret, verified, friendly_name, last_step)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (user_id) DO UPDATE
                SET sealed_secret = excluded.sealed_secret, verified = excluded.verified,
                    friendly_name = excluded.friendly_name, last_step = excluded.last_step",
        )
        .bind(user.id)
        .bind(user.pool_id.as_str())
        .bind(sealed)
        .bind(token.verified)
        .bind(token.friendly_name.clone())
        .bind(token.last_step)
        .execute()
        .await?;
        Ok(())
    }

    /// Uses up the code of a period, and all before it. False when that was done already, on whichever replica.
    pub async fn take_software_token_step(&mut self, user_id: &Uuid, step: i64) -> Result<bool> {
        let taken = self
            .query("UPDATE software_tokens SET last_step = $2 WHERE user_id = $1 AND last_step < $2")
            .bind(*user_id)
            .bind(step)
            .execute()
            .await?;
        Ok(taken == 1)
    }

    /// Takes a user's authenticator app away. False when there is none.
    pub async fn delete_software_token(&mut self, user_id: &Uuid) -> Result<bool> {
        let deleted =
            self.query("DELETE FROM software_tokens WHERE user_id = $1").bind(*user_id).execute().await?;
        Ok(deleted == 1)
    }
}

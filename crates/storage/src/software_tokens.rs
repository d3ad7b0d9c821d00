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
    /// The authenticator app of a user.
    pub async fn software_token(&mut self, user_id: &Uuid) -> Result<Option<SoftwareToken>> {
        self.one_software_token(user_id, true).await
    }

    /// The authenticator app that a user is setting up.
    pub async fn unverified_software_token(&mut self, user_id: &Uuid) -> Result<Option<SoftwareToken>> {
        self.one_software_token(user_id, false).await
    }

    async fn one_software_token(&mut self, user_id: &Uuid, verified: bool) -> Result<Option<SoftwareToken>> {
        let sealer = self.sealer();
        let Some(row) = self
            .query(
                "SELECT sealed_secret, verified, friendly_name, last_step FROM software_tokens
                  WHERE user_id = $1 AND verified = $2",
            )
            .bind(*user_id)
            .bind(verified)
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
    /// Keeps a user's authenticator app, in place of the one before. One that is being set up leaves the verified one alone.
    pub async fn put_software_token(&mut self, user: &User, token: &SoftwareToken) -> Result<()> {
        let sealed = self.sealer().seal(&context(&user.id), &token.secret);
        self.query(
            "INSERT INTO software_tokens (user_id, pool_id, sealed_secret, verified, friendly_name, last_step)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (user_id, verified) DO UPDATE
                SET sealed_secret = excluded.sealed_secret, friendly_name = excluded.friendly_name, last_step = excluded.last_step",
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
            .query("UPDATE software_tokens SET last_step = $2 WHERE user_id = $1 AND verified AND last_step < $2")
            .bind(*user_id)
            .bind(step)
            .execute()
            .await?;
        Ok(taken == 1)
    }

    /// Forgets the authenticator app that a user was setting up: it is verified now. False when there was none.
    pub async fn delete_unverified_software_token(&mut self, user_id: &Uuid) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM software_tokens WHERE user_id = $1 AND verified = FALSE")
            .bind(*user_id)
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Takes a user's authenticator app away, and one that is being set up. False when there is none.
    pub async fn delete_software_token(&mut self, user_id: &Uuid) -> Result<bool> {
        let deleted =
            self.query("DELETE FROM software_tokens WHERE user_id = $1").bind(*user_id).execute().await?;
        Ok(deleted > 0)
    }
}

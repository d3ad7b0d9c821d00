//! Rows of `password_history`.

use chrono::{DateTime, Utc};
use domain::srp::Verifier;
use domain::users::User;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::sql::{Reader, Tx};

impl Reader {
    /// The last so many passwords of a user, the latest first.
    pub async fn password_history(&mut self, user_id: &Uuid, limit: i64) -> Result<Vec<Verifier>> {
        self.query(
            "SELECT srp_salt, srp_verifier FROM password_history
              WHERE user_id = $1 ORDER BY set_at DESC LIMIT $2",
        )
        .bind(*user_id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(|row| {
            let salt = row.get::<Vec<u8>>("srp_salt")?.try_into();
            let salt = salt.map_err(|_| StoreError::Unreadable("srp_salt".to_owned()))?;
            Ok(Verifier { salt, value: row.get("srp_verifier")? })
        })
        .collect()
    }
}

impl Tx {
    /// Remembers a password and forgets those before the last `most`.
    pub async fn insert_password_history(
        &mut self,
        user: &User,
        password: &Verifier,
        most: i64,
        now: DateTime<Utc>,
    ) -> Result<()> {
        self.query(
            "INSERT INTO password_history (pool_id, user_id, srp_salt, srp_verifier, set_at)
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(user.pool_id.as_str())
        .bind(user.id)
        .bind(password.salt.to_vec())
        .bind(password.value.clone())
        .bind(now)
        .execute()
        .await?;
        self.query(
            "DELETE FROM password_history
              WHERE user_id = $1
                AND set_at < (SELECT MIN(set_at) FROM (SELECT set_at FROM password_history
                                                        WHERE user_id = $1 ORDER BY set_at DESC LIMIT $2) AS latest)",
        )
        .bind(user.id)
        .bind(most)
        .execute()
        .await?;
        Ok(())
    }
}

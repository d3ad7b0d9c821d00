//! Rows of `user_identities`: which user an identity at a provider stands for.
//!
//! What administrators and applications see of them is the user's attribute `identities`, which is kept with the user.

use chrono::{DateTime, Utc};
use domain::federation::IdentityKey;
use domain::ids::PoolId;
use domain::users::User;

use crate::error::{Result, StoreError};
use crate::sql::{Reader, Tx};
use crate::users::user;

/// The user that an identity stands for.
#[derive(Clone, PartialEq)]
pub struct IdentifiedUser {
    /// The user.
    pub user: User,
    /// Whether the user was made for this identity. Otherwise it was linked to them.
    pub is_primary: bool,
}

impl Reader {
    /// The user that an identity stands for.
    pub async fn user_by_identity(
        &mut self,
        pool_id: &PoolId,
        key: &IdentityKey,
    ) -> Result<Option<IdentifiedUser>> {
        self.query(
            "SELECT users.*, known.is_primary
               FROM user_identities AS known JOIN users ON users.id = known.user_id
              WHERE known.pool_id = $1 AND known.provider_name = $2 AND known.attribute_name = $3
                AND known.value_key = $4",
        )
        .bind(pool_id.as_str())
        .bind(key.provider_name.as_str())
        .bind(key.attribute_name.as_bytes())
        .bind(key.value.as_bytes())
        .optional()
        .await?
        .map(|row| Ok(IdentifiedUser { user: user(&row)?, is_primary: row.get("is_primary")? }))
        .transpose()
    }

    /// The names of attributes by which identities at a provider are found, in order. However many identities there are,
    /// each name costs one look.
    pub async fn identity_attribute_names(
        &mut self,
        pool_id: &PoolId,
        provider_name: &str,
    ) -> Result<Vec<String>> {
        let mut names: Vec<String> = Vec::new();
        loop {
            let found = self
                .query(
                    "SELECT attribute_name FROM user_identities
                      WHERE pool_id = $1 AND provider_name = $2 AND attribute_name > $3
                      ORDER BY attribute_name LIMIT 1",
                )
                .bind(pool_id.as_str())
                .bind(provider_name)
                .bind(names.last().map_or(&b""[..], |name| name.as_bytes()))
                .optional()
                .await?;
            let Some(row) = found else { return Ok(names) };
            let name = String::from_utf8(row.get("attribute_name")?);
            names.push(name.map_err(|_| StoreError::Unreadable("attribute_name".to_owned()))?);
        }
    }
}

impl Tx {
    /// Adds an identity of a user. False when it stands for somebody already.
    pub async fn insert_user_identity(
        &mut self,
        user: &User,
        key: &IdentityKey,
        is_primary: bool,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO user_identities (pool_id, provider_name, attribute_name, value_key, user_id, is_primary,
                                              created_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (pool_id, provider_name, attribute_name, value_key) DO NOTHING",
            )
            .bind(user.pool_id.as_str())
            .bind(key.provider_name.as_str())
            .bind(key.attribute_name.as_bytes())
            .bind(key.value.as_bytes())
            .bind(user.id)
            .bind(is_primary)
            .bind(now)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Takes an identity away from a user. False when they do not have it.
    pub async fn delete_user_identity(&mut self, user: &User, key: &IdentityKey) -> Result<bool> {
        let deleted = self
            .query(
                "DELETE FROM user_identities
                  WHERE pool_id = $1 AND provider_name = $2 AND attribute_name = $3 AND value_key = $4
                    AND user_id = $5",
            )
            .bind(user.pool_id.as_str())
            .bind(key.provider_name.as_str())
            .bind(key.attribute_name.as_bytes())
            .bind(key.value.as_bytes())
            .bind(user.id)
            .execute()
            .await?;
        Ok(deleted == 1)
    }
}

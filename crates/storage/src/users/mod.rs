//! Rows of `users`, with what finds them: search keys and aliases.
//!
//! Lists of users are in `users/list.rs`.

mod list;

use std::collections::BTreeMap;
use std::hint::black_box;

use chrono::DateTime;
use domain::ids::PoolId;
use domain::srp::Verifier;
use domain::user_pools::UserPool;
use domain::users::{Alias, User, username_lookups};
use uuid::Uuid;
use wire::UserStatusType;

use crate::columns::{from_json, json};
use crate::error::{Result, StoreError};
use crate::sql::{Reader, Row, Tx};

pub use list::UserPosition;

/// Why a user could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotWritten {
    /// Another user of the pool has the username.
    UsernameTaken,
    /// Another user of the pool has this alias.
    AliasTaken(Alias),
    /// The user was saved or deleted by somebody else since it was read.
    Changed,
}

pub(crate) fn user(row: &Row) -> Result<User> {
    let unreadable = |column: &str| StoreError::Unreadable(column.to_owned());
    let status = row.get::<String>("status")?;
    let password =
        match (row.get::<Option<Vec<u8>>>("srp_salt")?, row.get::<Option<Vec<u8>>>("srp_verifier")?) {
            (Some(salt), Some(value)) => {
                Some(Verifier { salt: salt.try_into().map_err(|_| unreadable("srp_salt"))?, value })
            }
            _ => None,
        };
    Ok(User {
        id: row.get("id")?,
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        username: row.get("username")?,
        status: serde_json::from_value(status.into()).map_err(|_| unreadable("status"))?,
        enabled: row.get("enabled")?,
        attributes: from_json(row, "attributes")?,
        password,
        password_set_at: row.get("password_set_at")?,
        password_disabled: row.get("password_disabled")?,
        mfa: from_json(row, "mfa")?,
        unverified: from_json(row, "unverified")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
    })
}

/// Parses as much as the row of a user has, for a name that nobody has.
fn pretend_to_read() {
    let attributes = r#"{"email":"nobody@example.com","email_verified":"true","name":"Nobody"}"#;
    for document in [attributes, "{}", "{}"] {
        black_box(serde_json::from_str::<BTreeMap<String, String>>(document).ok());
    }
    for moment in ["2026-01-02T03:04:05.678901+00:00"; 3] {
        black_box(DateTime::parse_from_rfc3339(moment).ok());
    }
    black_box(serde_json::from_value::<UserStatusType>("CONFIRMED".into()).ok());
}

impl Reader {
    /// The user that a name finds: by username first, then by the aliases that the pool has.
    pub async fn user(&mut self, pool: &UserPool, name: &str) -> Result<Option<User>> {
        let (username_key, aliases) = username_lookups(pool, name);
        let found = self
            .query("SELECT * FROM users WHERE pool_id = $1 AND username_key = $2")
            .bind(pool.id.as_str())
            .bind(username_key.into_bytes())
            .optional()
            .await?;
        let mut found = found.map(|row| user(&row)).transpose()?;
        // All are looked for, so that a name that nobody has takes as long as one that somebody has.
        for alias in aliases {
            let by_alias = self.user_by_alias(&pool.id, &alias).await?;
            found = found.or(by_alias);
        }
        if found.is_none() {
            pretend_to_read();
        }
        Ok(found)
    }

    /// The user of this id.
    pub async fn user_by_id(&mut self, id: &Uuid) -> Result<Option<User>> {
        self.query("SELECT * FROM users WHERE id = $1")
            .bind(*id)
            .optional()
            .await?
            .map(|row| user(&row))
            .transpose()
    }

    /// The user who has this alias.
    pub async fn user_by_alias(&mut self, pool_id: &PoolId, alias: &Alias) -> Result<Option<User>> {
        self.query(
            "SELECT users.* FROM user_aliases AS alias JOIN users ON users.id = alias.user_id
              WHERE alias.pool_id = $1 AND alias.name = $2 AND alias.alias_key = $3",
        )
        .bind(pool_id.as_str())
        .bind(alias.attribute)
        .bind(alias.key.as_bytes())
        .optional()
        .await?
        .map(|row| user(&row))
        .transpose()
    }
}

impl Tx {
    /// Adds a user. When a name is taken the transaction holds half a user: drop it. Taken is also the `sub` of another user
    /// of the pool, since administrators' operations find users by it.
    pub async fn insert_user(&mut self, pool: &UserPool, user: &User) -> Result<Result<(), NotWritten>> {
        if let Ok(sub) = Uuid::parse_str(&user.username)
            && sub != user.id
            && self.user_by_id(&sub).await?.is_some_and(|other| other.pool_id == pool.id)
        {
            return Ok(Err(NotWritten::UsernameTaken));
        }
        let inserted = self
            .query(
                "INSERT INTO users (id, pool_id, username, username_key, status, enabled, attributes, srp_salt,
                                    srp_verifier, password_set_at, password_disabled, mfa, unverified, created_at,
                                    modified_at, version)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
                 ON CONFLICT (pool_id, username_key) DO NOTHING",
            )
            .bind(user.id)
            .bind(user.pool_id.as_str())
            .bind(user.username.as_str())
            .bind(pool.name_key(&user.username).into_bytes())
            .bind(user.status.as_str())
            .bind(user.enabled)
            .bind(json(&user.attributes))
            .bind(user.password.as_ref().map(|password| password.salt.to_vec()))
            .bind(user.password.as_ref().map(|password| password.value.clone()))
            .bind(user.password_set_at)
            .bind(user.password_disabled)
            .bind(json(&user.mfa))
            .bind(json(&user.unverified))
            .bind(user.created_at)
            .bind(user.modified_at)
            .bind(user.version)
            .execute()
            .await?;
        if inserted == 0 {
            return Ok(Err(NotWritten::UsernameTaken));
        }
        self.count_users(&user.pool_id, &user.id, 1).await?;
        self.insert_names(pool, user).await
    }

    /// Saves a user that was read before. When it is not written the transaction may hold half of it: drop it.
    pub async fn save_user(&mut self, pool: &UserPool, user: &User) -> Result<Result<(), NotWritten>> {
        let saved = self
            .query(
                "UPDATE users
                    SET status = $2, enabled = $3, attributes = $4, srp_salt = $5, srp_verifier = $6,
                        password_set_at = $7, password_disabled = $8, mfa = $9, unverified = $10,
                        modified_at = $11, version = version + 1
                  WHERE id = $1 AND version = $12",
            )
            .bind(user.id)
            .bind(user.status.as_str())
            .bind(user.enabled)
            .bind(json(&user.attributes))
            .bind(user.password.as_ref().map(|password| password.salt.to_vec()))
            .bind(user.password.as_ref().map(|password| password.value.clone()))
            .bind(user.password_set_at)
            .bind(user.password_disabled)
            .bind(json(&user.mfa))
            .bind(json(&user.unverified))
            .bind(user.modified_at)
            .bind(user.version)
            .execute()
            .await?;
        if saved == 0 {
            return Ok(Err(NotWritten::Changed));
        }
        self.query("DELETE FROM user_search WHERE user_id = $1").bind(user.id).execute().await?;
        self.query("DELETE FROM user_aliases WHERE user_id = $1").bind(user.id).execute().await?;
        self.insert_names(pool, user).await
    }

    /// Deletes a user and everything of it. False when it is gone already.
    pub async fn delete_user(&mut self, user: &User) -> Result<bool> {
        let deleted = self.query("DELETE FROM users WHERE id = $1").bind(user.id).execute().await?;
        if deleted == 1 {
            self.count_users(&user.pool_id, &user.id, -1).await?;
        }
        Ok(deleted == 1)
    }

    async fn insert_names(&mut self, pool: &UserPool, user: &User) -> Result<Result<(), NotWritten>> {
        for (name, key) in user.search_keys() {
            self.query("INSERT INTO user_search (pool_id, name, value_key, user_id) VALUES ($1, $2, $3, $4)")
                .bind(user.pool_id.as_str())
                .bind(name)
                .bind(key.into_bytes())
                .bind(user.id)
                .execute()
                .await?;
        }
        for alias in user.aliases(pool) {
            let inserted = self
                .query(
                    "INSERT INTO user_aliases (pool_id, name, alias_key, user_id) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (pool_id, name, alias_key) DO NOTHING",
                )
                .bind(user.pool_id.as_str())
                .bind(alias.attribute)
                .bind(alias.key.as_bytes())
                .bind(user.id)
                .execute()
                .await?;
            if inserted == 0 {
                return Ok(Err(NotWritten::AliasTaken(alias)));
            }
        }
        Ok(Ok(()))
    }
}

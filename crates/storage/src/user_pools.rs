//! Rows of `user_pools`, and how many users each has.

use domain::ids::PoolId;
use domain::scope::Scope;
use domain::user_pools::{SessionConfiguration, UserPool};

use crate::columns::{Position, from_json, json};
use crate::error::Result;
use crate::sql::{Reader, Row, Tx};

/// A pool with what DescribeUserPool shows beside its settings.
#[derive(Clone, Debug, PartialEq)]
pub struct DescribedPool {
    /// The pool.
    pub pool: UserPool,
    /// Its prefix domain.
    pub prefix_domain: Option<String>,
    /// Its custom domain.
    pub custom_domain: Option<String>,
    /// How many users it has.
    pub users: i64,
}

/// A pool's users are counted in so many rows.
const SHARDS: i64 = 16;

pub(crate) fn user_pool(row: &Row) -> Result<UserPool> {
    Ok(UserPool {
        id: PoolId::from(row.get::<String>("id")?),
        scope: Scope { account: row.get("account")?, region: row.get("region")? },
        name: row.get("name")?,
        settings: from_json(row, "settings")?,
        schema: from_json(row, "schema_attributes")?,
        mfa: from_json(row, "mfa")?,
        session_configuration: from_json(row, "session_configuration")?,
        tags: from_json(row, "tags")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
        version: row.get("version")?,
    })
}

impl Reader {
    /// A pool of this account and region.
    pub async fn user_pool(&mut self, scope: &Scope, id: &PoolId) -> Result<Option<UserPool>> {
        self.query("SELECT * FROM user_pools WHERE id = $1 AND account = $2 AND region = $3")
            .bind(id.as_str())
            .bind(scope.account.as_str())
            .bind(scope.region.as_str())
            .optional()
            .await?
            .map(|row| user_pool(&row))
            .transpose()
    }

    /// The pool of this id, whose ever it is: for what anybody may ask.
    pub async fn user_pool_by_id(&mut self, id: &PoolId) -> Result<Option<UserPool>> {
        self.query("SELECT * FROM user_pools WHERE id = $1")
            .bind(id.as_str())
            .optional()
            .await?
            .map(|row| user_pool(&row))
            .transpose()
    }

    /// Whether this is a pool of this account and region.
    pub async fn has_user_pool(&mut self, scope: &Scope, id: &PoolId) -> Result<bool> {
        let row = self
            .query("SELECT id FROM user_pools WHERE id = $1 AND account = $2 AND region = $3")
            .bind(id.as_str())
            .bind(scope.account.as_str())
            .bind(scope.region.as_str())
            .optional()
            .await?;
        Ok(row.is_some())
    }

    /// A pool of this account and region, with its domains and size.
    pub async fn described_user_pool(&mut self, scope: &Scope, id: &PoolId) -> Result<Option<DescribedPool>> {
        self.query(
            "SELECT pool.*,
                    (SELECT domain FROM domains WHERE pool_id = pool.id AND kind = 'prefix') AS prefix_domain,
                    (SELECT domain FROM domains WHERE pool_id = pool.id AND kind = 'custom') AS custom_domain,
                    (SELECT CAST(COALESCE(SUM(users), 0) AS BIGINT)
                       FROM user_pool_sizes WHERE pool_id = pool.id) AS users
               FROM user_pools AS pool
              WHERE pool.id = $1 AND pool.account = $2 AND pool.region = $3",
        )
        .bind(id.as_str())
        .bind(scope.account.as_str())
        .bind(scope.region.as_str())
        .optional()
        .await?
        .map(|row| {
            Ok(DescribedPool {
                pool: user_pool(&row)?,
                prefix_domain: row.get("prefix_domain")?,
                custom_domain: row.get("custom_domain")?,
                users: row.get("users")?,
            })
        })
        .transpose()
    }

    /// The pools of an account and region behind a position, the oldest first.
    pub async fn user_pools(&mut self, scope: &Scope, after: &Position, limit: i64) -> Result<Vec<UserPool>> {
        self.query(
            "SELECT * FROM user_pools
              WHERE account = $1 AND region = $2 AND (created_at > $3 OR (created_at = $3 AND id > $4))
              ORDER BY created_at, id LIMIT $5",
        )
        .bind(scope.account.as_str())
        .bind(scope.region.as_str())
        .bind(after.created_at)
        .bind(after.id.as_str())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user_pool)
        .collect()
    }
}

impl Tx {
    /// Adds a pool.
    pub async fn insert_user_pool(&mut self, pool: &UserPool) -> Result<()> {
        self.query(
            "INSERT INTO user_pools (id, account, region, name, settings, schema_attributes, mfa, tags,
                                     created_at, modified_at, version)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        )
        .bind(pool.id.as_str())
        .bind(pool.scope.account.as_str())
        .bind(pool.scope.region.as_str())
        .bind(pool.name.as_str())
        .bind(json(&pool.settings))
        .bind(json(&pool.schema))
        .bind(json(&pool.mfa))
        .bind(json(&pool.tags))
        .bind(pool.created_at)
        .bind(pool.modified_at)
        .bind(pool.version)
        .execute()
        .await?;
        Ok(())
    }

    /// Saves a pool that was read before. False when it was saved or deleted by somebody else since.
    pub async fn save_user_pool(&mut self, pool: &UserPool) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE user_pools
                    SET name = $2, settings = $3, schema_attributes = $4, mfa = $5, tags = $6, modified_at = $7,
                        version = version + 1
                  WHERE id = $1 AND version = $8",
            )
            .bind(pool.id.as_str())
            .bind(pool.name.as_str())
            .bind(json(&pool.settings))
            .bind(json(&pool.schema))
            .bind(json(&pool.mfa))
            .bind(json(&pool.tags))
            .bind(pool.modified_at)
            .bind(pool.version)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Keeps how many sessions the users of a pool may have. False when the pool was deleted.
    pub async fn save_session_configuration(
        &mut self,
        id: &PoolId,
        configuration: &SessionConfiguration,
    ) -> Result<bool> {
        let saved = self
            .query("UPDATE user_pools SET session_configuration = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(json(configuration))
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes a pool and everything of it. False when there is none.
    ///
    /// # Errors
    /// [`crate::StoreError::Reference`] when a domain still belongs to it.
    pub async fn delete_user_pool(&mut self, id: &PoolId) -> Result<bool> {
        Ok(self.query("DELETE FROM user_pools WHERE id = $1").bind(id.as_str()).execute().await? == 1)
    }

    /// Counts users that came (1) or went (-1). Which of the rows counts is decided by the user's id.
    pub(crate) async fn count_users(
        &mut self,
        pool_id: &PoolId,
        user: &uuid::Uuid,
        change: i64,
    ) -> Result<()> {
        self.query(
            "INSERT INTO user_pool_sizes (pool_id, shard, users) VALUES ($1, $2, $3)
             ON CONFLICT (pool_id, shard) DO UPDATE SET users = user_pool_sizes.users + excluded.users",
        )
        .bind(pool_id.as_str())
        .bind(i64::from(user.as_bytes()[0]) % SHARDS)
        .bind(change)
        .execute()
        .await?;
        Ok(())
    }
}

//! Rows of `user_groups` and `group_members`.

use domain::groups::Group;
use domain::ids::PoolId;
use domain::users::User;
use uuid::Uuid;

use crate::error::Result;
use crate::sql::{Reader, Row, Tx};
use crate::users::user;

fn group(row: &Row) -> Result<Group> {
    Ok(Group {
        pool_id: PoolId::from(row.get::<String>("pool_id")?),
        name: row.get("name")?,
        description: row.get("description")?,
        role_arn: row.get("role_arn")?,
        precedence: row.get("precedence")?,
        created_at: row.get("created_at")?,
        modified_at: row.get("modified_at")?,
    })
}

/// A group in a row that joins a user to each of theirs; none where there is no group.
pub(crate) fn joined_group(row: &Row, pool_id: &PoolId) -> Result<Option<Group>> {
    let Some(name) = row.get::<Option<String>>("group_name")? else { return Ok(None) };
    Ok(Some(Group {
        pool_id: pool_id.clone(),
        name,
        description: row.get("group_description")?,
        role_arn: row.get("group_role_arn")?,
        precedence: row.get("group_precedence")?,
        created_at: row.get("group_created_at")?,
        modified_at: row.get("group_modified_at")?,
    }))
}

/// By precedence, those without one last, then by name.
pub(crate) fn ranked(mut groups: Vec<Group>) -> Vec<Group> {
    groups.sort_by(|one, other| {
        let rank = |group: &Group| group.precedence.unwrap_or(i64::MAX);
        rank(one).cmp(&rank(other)).then_with(|| one.name.cmp(&other.name))
    });
    groups
}

impl Reader {
    /// A group of a pool.
    pub async fn group(&mut self, pool_id: &PoolId, name: &str) -> Result<Option<Group>> {
        self.query("SELECT * FROM user_groups WHERE pool_id = $1 AND name_key = $2")
            .bind(pool_id.as_str())
            .bind(name.as_bytes())
            .optional()
            .await?
            .map(|row| group(&row))
            .transpose()
    }

    /// The groups of a pool behind a name, by name.
    pub async fn groups(&mut self, pool_id: &PoolId, after: &str, limit: i64) -> Result<Vec<Group>> {
        self.query(
            "SELECT * FROM user_groups WHERE pool_id = $1 AND name_key > $2 ORDER BY name_key LIMIT $3",
        )
        .bind(pool_id.as_str())
        .bind(after.as_bytes())
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(group)
        .collect()
    }

    /// All groups of a user: by precedence, those without one last, then by name.
    pub async fn groups_of_user(&mut self, user_id: &Uuid) -> Result<Vec<Group>> {
        let groups: Result<Vec<Group>> = self
            .query(
                "SELECT user_groups.* FROM group_members AS member
                   JOIN user_groups ON user_groups.pool_id = member.pool_id AND user_groups.name_key = member.name_key
                  WHERE member.user_id = $1",
            )
            .bind(*user_id)
            .all()
            .await?
            .iter()
            .map(group)
            .collect();
        groups.map(ranked)
    }

    /// The members of a group behind a user, by id.
    pub async fn users_in_group(
        &mut self,
        pool_id: &PoolId,
        name: &str,
        after: &Uuid,
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT users.* FROM group_members AS member JOIN users ON users.id = member.user_id
              WHERE member.pool_id = $1 AND member.name_key = $2 AND member.user_id > $3
              ORDER BY member.user_id LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(name.as_bytes())
        .bind(*after)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }
}

impl Tx {
    /// Adds a group. False when the pool has one of this name.
    pub async fn insert_group(&mut self, group: &Group) -> Result<bool> {
        let inserted = self
            .query(
                "INSERT INTO user_groups (pool_id, name_key, name, description, role_arn, precedence, created_at,
                                          modified_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (pool_id, name_key) DO NOTHING",
            )
            .bind(group.pool_id.as_str())
            .bind(group.name.as_bytes())
            .bind(group.name.as_str())
            .bind(group.description.clone())
            .bind(group.role_arn.clone())
            .bind(group.precedence)
            .bind(group.created_at)
            .bind(group.modified_at)
            .execute()
            .await?;
        Ok(inserted == 1)
    }

    /// Saves a group. False when it was deleted meanwhile.
    pub async fn save_group(&mut self, group: &Group) -> Result<bool> {
        let saved = self
            .query(
                "UPDATE user_groups SET description = $3, role_arn = $4, precedence = $5, modified_at = $6
                  WHERE pool_id = $1 AND name_key = $2",
            )
            .bind(group.pool_id.as_str())
            .bind(group.name.as_bytes())
            .bind(group.description.clone())
            .bind(group.role_arn.clone())
            .bind(group.precedence)
            .bind(group.modified_at)
            .execute()
            .await?;
        Ok(saved == 1)
    }

    /// Deletes a group; its members stay. False when there is none.
    pub async fn delete_group(&mut self, pool_id: &PoolId, name: &str) -> Result<bool> {
        let deleted = self
            .query("DELETE FROM user_groups WHERE pool_id = $1 AND name_key = $2")
            .bind(pool_id.as_str())
            .bind(name.as_bytes())
            .execute()
            .await?;
        Ok(deleted == 1)
    }

    /// Makes a user a member of a group, if they are not.
    pub async fn add_user_to_group(&mut self, group: &Group, user_id: &Uuid) -> Result<()> {
        self.query(
            "INSERT INTO group_members (pool_id, name_key, user_id) VALUES ($1, $2, $3)
             ON CONFLICT (user_id, name_key) DO NOTHING",
        )
        .bind(group.pool_id.as_str())
        .bind(group.name.as_bytes())
        .bind(*user_id)
        .execute()
        .await?;
        Ok(())
    }

    /// Takes a user out of a group.
    pub async fn remove_user_from_group(&mut self, group: &Group, user_id: &Uuid) -> Result<()> {
        self.query("DELETE FROM group_members WHERE user_id = $1 AND name_key = $2")
            .bind(*user_id)
            .bind(group.name.as_bytes())
            .execute()
            .await?;
        Ok(())
    }
}

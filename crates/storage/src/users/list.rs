//! ListUsers: pages of users, all of a pool or those that a filter finds.
//!
//! Every list walks an index from where its page begins, so a page costs the same however many users a pool has and
//! however many of them share a time or a value.

use chrono::{DateTime, Utc};
use domain::ids::PoolId;
use domain::user_filter::{FilterAttribute, UserFilter};
use domain::user_pools::UserPool;
use domain::users::User;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use wire::UserStatusType;

use super::user;
use crate::error::Result;
use crate::sql::Reader;

/// Where a page of users ended. Which one a list has follows from its filter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum UserPosition {
    /// In a list by age.
    Age(DateTime<Utc>, Uuid),
    /// In a list by the value that is searched.
    Key(Vec<u8>, Uuid),
}

/// Keys from `from` (included) up to `to` (excluded).
struct KeyRange {
    from: Vec<u8>,
    to: Vec<u8>,
}

impl KeyRange {
    fn of(filter: &UserFilter, value: &str) -> Self {
        let from = value.as_bytes().to_vec();
        let mut to = from.clone();
        match to.last_mut() {
            // UTF-8 has no byte 0xff, so adding one stays within a byte.
            Some(last) if filter.is_prefix => *last += 1,
            None if filter.is_prefix => to.push(0xff),
            Some(_) | None => to.push(0),
        }
        Self { from, to }
    }
}

impl Reader {
    /// Users of a pool behind a position, at most `limit`.
    pub async fn users(
        &mut self,
        pool_id: &PoolId,
        filter: Option<&UserFilter>,
        after: Option<&UserPosition>,
        limit: i64,
    ) -> Result<Vec<User>> {
        let (after_age, after_key) = match after {
            Some(UserPosition::Age(at, id)) => ((*at, *id), (Vec::new(), Uuid::nil())),
            Some(UserPosition::Key(key, id)) => ((DateTime::UNIX_EPOCH, Uuid::nil()), (key.clone(), *id)),
            None => ((DateTime::UNIX_EPOCH, Uuid::nil()), (Vec::new(), Uuid::nil())),
        };
        let Some(filter) = filter else { return self.users_by_age(pool_id, after_age, limit).await };
        match filter.attribute {
            FilterAttribute::Username => {
                self.users_by_username(pool_id, KeyRange::of(filter, &filter.value), after_key, limit).await
            }
            FilterAttribute::Attribute(name) => {
                let range = KeyRange::of(filter, &filter.value.to_lowercase());
                self.users_by_attribute(pool_id, name, range, after_key, limit).await
            }
            FilterAttribute::Sub => match sub_range(filter) {
                Some(range) => self.users_by_sub(pool_id, range, after_key.1, limit).await,
                None => Ok(Vec::new()),
            },
            FilterAttribute::Status => {
                let mut users = Vec::new();
                for enabled in [true, false] {
                    if finds(filter, if enabled { "Enabled" } else { "Disabled" }) {
                        users.extend(self.users_by_enabled(pool_id, enabled, after_age, limit).await?);
                    }
                }
                Ok(oldest(users, limit))
            }
            FilterAttribute::UserStatus => {
                let folded = UserFilter { value: filter.value.to_uppercase(), ..filter.clone() };
                let mut users = Vec::new();
                for status in UserStatusType::ALL.iter().filter(|status| finds(&folded, status.as_str())) {
                    users.extend(self.users_by_status(pool_id, *status, after_age, limit).await?);
                }
                Ok(oldest(users, limit))
            }
        }
    }

    async fn users_by_age(
        &mut self,
        pool_id: &PoolId,
        (at, id): (DateTime<Utc>, Uuid),
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT * FROM users
              WHERE pool_id = $1 AND (created_at, id) > ($2, $3)
              ORDER BY created_at, id LIMIT $4",
        )
        .bind(pool_id.as_str())
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }

    async fn users_by_status(
        &mut self,
        pool_id: &PoolId,
        status: UserStatusType,
        (at, id): (DateTime<Utc>, Uuid),
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT * FROM users
              WHERE pool_id = $1 AND status = $2 AND (created_at, id) > ($3, $4)
              ORDER BY created_at, id LIMIT $5",
        )
        .bind(pool_id.as_str())
        .bind(status.as_str())
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }

    async fn users_by_enabled(
        &mut self,
        pool_id: &PoolId,
        enabled: bool,
        (at, id): (DateTime<Utc>, Uuid),
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT * FROM users
              WHERE pool_id = $1 AND enabled = $2 AND (created_at, id) > ($3, $4)
              ORDER BY created_at, id LIMIT $5",
        )
        .bind(pool_id.as_str())
        .bind(enabled)
        .bind(at)
        .bind(id)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }

    async fn users_by_username(
        &mut self,
        pool_id: &PoolId,
        range: KeyRange,
        (after, _): (Vec<u8>, Uuid),
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT * FROM users
              WHERE pool_id = $1 AND username_key >= $2 AND username_key < $3 AND username_key > $4
              ORDER BY username_key LIMIT $5",
        )
        .bind(pool_id.as_str())
        .bind(range.from)
        .bind(range.to)
        .bind(after)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }

    async fn users_by_sub(
        &mut self,
        pool_id: &PoolId,
        (from, to): (Uuid, Uuid),
        after: Uuid,
        limit: i64,
    ) -> Result<Vec<User>> {
        self.query(
            "SELECT * FROM users WHERE pool_id = $1 AND id >= $2 AND id <= $3 AND id > $4 ORDER BY id LIMIT $5",
        )
        .bind(pool_id.as_str())
        .bind(from)
        .bind(to)
        .bind(after)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }

    async fn users_by_attribute(
        &mut self,
        pool_id: &PoolId,
        name: &'static str,
        range: KeyRange,
        after: (Vec<u8>, Uuid),
        limit: i64,
    ) -> Result<Vec<User>> {
        let (after_key, after_id) = after.max((range.from, Uuid::nil()));
        self.query(
            "SELECT users.* FROM user_search AS search JOIN users ON users.id = search.user_id
              WHERE search.pool_id = $1 AND search.name = $2 AND (search.value_key, search.user_id) > ($3, $4)
                AND search.value_key < $5
              ORDER BY search.value_key, search.user_id LIMIT $6",
        )
        .bind(pool_id.as_str())
        .bind(name)
        .bind(after_key)
        .bind(after_id)
        .bind(range.to)
        .bind(limit)
        .all()
        .await?
        .iter()
        .map(user)
        .collect()
    }
}

fn finds(filter: &UserFilter, value: &str) -> bool {
    if filter.is_prefix { value.starts_with(&filter.value) } else { value == filter.value }
}

fn oldest(mut users: Vec<User>, limit: i64) -> Vec<User> {
    users.sort_by_key(|user| (user.created_at, user.id));
    users.truncate(usize::try_from(limit).unwrap_or(0));
    users
}

/// The ids that begin with the hexadecimal digits asked for; none when they cannot be an id's.
fn sub_range(filter: &UserFilter) -> Option<(Uuid, Uuid)> {
    if !filter.is_prefix {
        return Uuid::parse_str(&filter.value).ok().map(|id| (id, id));
    }
    let digits = filter.value.replace('-', "");
    if digits.len() > 32 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let filled = |digit: &str| Uuid::parse_str(&format!("{digits}{}", digit.repeat(32 - digits.len()))).ok();
    Some((filled("0")?, filled("f")?))
}

impl UserPosition {
    /// Behind `user` in the list that `filter` makes.
    pub fn behind(pool: &UserPool, filter: Option<&UserFilter>, user: &User) -> Self {
        let by_age = Self::Age(user.created_at, user.id);
        let by_key = |key: String| Self::Key(key.into_bytes(), user.id);
        match filter.map(|filter| filter.attribute) {
            None | Some(FilterAttribute::Status | FilterAttribute::UserStatus) => by_age,
            Some(FilterAttribute::Username) => by_key(pool.name_key(&user.username)),
            Some(FilterAttribute::Sub) => by_key(String::new()),
            Some(FilterAttribute::Attribute(name)) => {
                by_key(user.attribute(name).unwrap_or_default().to_lowercase())
            }
        }
    }
}

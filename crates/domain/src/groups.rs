//! Groups of users, and the roles that tokens name because of them.

use chrono::{DateTime, Utc};
use wire::GroupType;

use crate::ids::PoolId;

/// A group.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The pool.
    pub pool_id: PoolId,
    /// Its name, unique in the pool.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The role that its members may take.
    pub role_arn: Option<String>,
    /// Its rank: the lowest number goes first, none goes last.
    pub precedence: Option<i64>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
}

impl Group {
    /// The group as the API shows it.
    pub fn described(&self) -> GroupType {
        GroupType {
            group_name: Some(self.name.clone()),
            user_pool_id: Some(self.pool_id.to_string()),
            description: self.description.clone(),
            role_arn: self.role_arn.clone(),
            precedence: self.precedence.and_then(|precedence| i32::try_from(precedence).ok()),
            last_modified_date: Some(self.modified_at.into()),
            creation_date: Some(self.created_at.into()),
        }
    }
}

/// The roles of a user's groups, each once, in the order of the groups (claim `cognito:roles`).
pub fn roles(groups: &[Group]) -> Vec<&str> {
    let mut roles = Vec::new();
    for role in groups.iter().filter_map(|group| group.role_arn.as_deref()) {
        if !roles.contains(&role) {
            roles.push(role);
        }
    }
    roles
}

/// The role of the group that goes first (claim `cognito:preferred_role`). None when several go first with different roles.
pub fn preferred_role(groups: &[Group]) -> Option<&str> {
    let first = groups.iter().filter_map(|group| group.precedence).min()?;
    let mut roles =
        groups.iter().filter(|group| group.precedence == Some(first)).map(|group| &group.role_arn);
    let role = roles.next()?;
    if roles.all(|other| other == role) { role.as_deref() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, precedence: Option<i64>, role: Option<&str>) -> Group {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        Group {
            pool_id: PoolId::from("us-east-1_AbCdEf123".to_owned()),
            name: name.to_owned(),
            description: None,
            role_arn: role.map(str::to_owned),
            precedence,
            created_at: now,
            modified_at: now,
        }
    }

    #[test]
    fn the_lowest_precedence_decides_over_the_preferred_role() {
        let (a, b) = (Some("arn:a"), Some("arn:b"));
        for (groups, preferred) in [
            (vec![], None),
            (vec![group("x", None, a)], None),
            (vec![group("x", Some(1), a), group("y", Some(2), b)], a),
            (vec![group("x", Some(0), b), group("y", None, a)], b),
            (vec![group("x", Some(1), a), group("y", Some(1), a)], a),
            (vec![group("x", Some(1), a), group("y", Some(1), b)], None),
            (vec![group("x", Some(1), None), group("y", Some(2), b)], None),
        ] {
            assert_eq!(preferred_role(&groups), preferred, "{groups:?}");
        }
    }

    #[test]
    fn a_role_is_named_once() {
        let groups = [
            group("x", Some(1), Some("arn:a")),
            group("y", Some(2), None),
            group("z", None, Some("arn:a")),
            group("zz", None, Some("arn:b")),
        ];
        assert_eq!(roles(&groups), ["arn:a", "arn:b"]);
    }
}

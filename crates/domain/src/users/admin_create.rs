//! AdminCreateUser: an administrator makes a user, who gets a temporary password.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use wire::{AttributeType, PasswordPolicyType, UserStatusType};

use super::attributes::{self, AttributeError};
use super::names::{self, NewName, UsernameError};
use super::update::folded;
use super::{MfaPreference, User};
use crate::random::{self, Random};
use crate::srp::Verifier;
use crate::user_pools::{PasswordChoice, PasswordError, UserPool, check_password};

/// A user that keeps all rules; only whether the name is free is not known yet.
#[derive(Clone, PartialEq)]
pub struct AdminCreate {
    /// The user, without a password.
    pub user: User,
    /// The temporary password. None where users sign in without one.
    pub temporary_password: Option<String>,
}

/// Why a user was not made before anybody looked whether the name is free.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdminCreateError {
    /// The name has the wrong form.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// An attribute has the wrong form, or is missing.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// The password does not keep the policy.
    #[error(transparent)]
    Password(#[from] PasswordError),
}

impl AdminCreate {
    /// Checks what an administrator asks for. Required attributes may be missing: the user gives them with the new
    /// password.
    ///
    /// # Errors
    /// [`AdminCreateError`] for the first rule that is broken.
    pub fn new(
        pool: &UserPool,
        name: &str,
        given: &[AttributeType],
        temporary_password: Option<String>,
        now: DateTime<Utc>,
        random: &dyn Random,
    ) -> Result<Self, AdminCreateError> {
        let new_name = names::new_name(pool, name)?;
        let mut attributes: BTreeMap<String, String> = attributes::check_given_by_admin(&pool.schema, given)?
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.clone(), folded(pool, &name, value)))
            .collect();
        let id = random::uuid(random);
        let username = match new_name {
            NewName::Username(username) => username,
            NewName::Attribute(attribute, value) => {
                attributes.insert(attribute.to_owned(), value);
                id.to_string()
            }
        };
        attributes::check_form(&attributes)?;
        let policy = pool.settings.password_policy();
        let temporary_password = match temporary_password {
            Some(password) => {
                check_password(&policy, PasswordChoice::AdminCreateUser, &password)?;
                Some(password)
            }
            None if pool.settings.signs_in_without_password() => None,
            None => Some(self::temporary_password(&policy, random)),
        };
        let status = match temporary_password {
            Some(_) => UserStatusType::ForceChangePassword,
            None => UserStatusType::Confirmed,
        };
        let user = User {
            id,
            pool_id: pool.id.clone(),
            username,
            status,
            enabled: true,
            attributes,
            password: None,
            password_set_at: None,
            password_disabled: false,
            mfa: MfaPreference::default(),
            unverified: BTreeMap::new(),
            created_at: now,
            modified_at: now,
            version: 1,
        };
        Ok(Self { user, temporary_password })
    }
}

impl User {
    /// The user with a temporary password, to be replaced at the next sign-in.
    #[must_use]
    pub fn with_temporary_password(self, password: Verifier, now: DateTime<Utc>) -> Self {
        Self {
            status: UserStatusType::ForceChangePassword,
            password: Some(password),
            password_set_at: Some(now),
            modified_at: now,
            ..self
        }
    }
}

/// A password with a character of each kind, which every policy takes at this length.
pub fn temporary_password(policy: &PasswordPolicyType, random: &dyn Random) -> String {
    let length = policy.minimum_length.and_then(|length| usize::try_from(length).ok()).unwrap_or(8).max(8);
    let upper = random::lower_letters(random, 1).to_uppercase();
    let lower = random::lower_letters(random, 1);
    // The hyphen needs no escaping in any mail.
    format!("{upper}{lower}{}-{}", random::digits(random, 1), random::alphanumeric(random, length - 4))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::tests::Counting;

    #[test]
    fn a_temporary_password_keeps_the_policy() {
        let strict = PasswordPolicyType {
            minimum_length: Some(12),
            require_uppercase: Some(true),
            require_lowercase: Some(true),
            require_numbers: Some(true),
            require_symbols: Some(true),
            ..PasswordPolicyType::default()
        };
        for start in 0..50 {
            let password = temporary_password(&strict, &Counting(start.into()));
            assert_eq!(
                check_password(&strict, PasswordChoice::AdminCreateUser, &password),
                Ok(()),
                "{password}"
            );
        }
    }
}

//! SignUp: from what somebody typed to a user who is not confirmed yet.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{AliasAttributeType, AttributeType, UserStatusType};

use super::addresses::with_flags;
use super::attributes::{self, AttributeError};
use super::names::{self, NewName, UsernameError};
use super::{MfaPreference, User};
use crate::random::{self, Random};
use crate::srp::Verifier;
use crate::user_pools::{PasswordChoice, PasswordError, UserPool, check_password};

/// A sign-up that keeps all rules; only whether the name is free is not known yet.
#[derive(Clone, PartialEq)]
pub struct SignUp {
    /// The future `sub`.
    pub id: Uuid,
    /// The future username.
    pub username: String,
    /// The attributes, the name among them where it is one.
    pub attributes: BTreeMap<String, String>,
}

/// Why a sign-up was refused before anybody looked whether the name is free.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignUpError {
    /// Only administrators create users here.
    #[error("SignUp is not permitted for this user pool")]
    NotPermitted,
    /// The name has the wrong form.
    #[error(transparent)]
    Username(#[from] UsernameError),
    /// An attribute has the wrong form, or is missing.
    #[error(transparent)]
    Attribute(#[from] AttributeError),
    /// The password does not keep the policy.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// There is no password, and the pool has no other way to sign in.
    #[error("Password is required.")]
    NoPassword,
    /// A preferred username that is an alias can be set by confirmed users only.
    #[error("User cannot set preferred_username alias until confirmed.")]
    PreferredUsername,
}

impl SignUp {
    /// Checks what somebody signs up with. `may_write` says which attributes the app client may write.
    ///
    /// # Errors
    /// [`SignUpError`] for the first rule that is broken.
    pub fn new(
        pool: &UserPool,
        name: &str,
        password: Option<&str>,
        given: &[AttributeType],
        may_write: impl Fn(&str) -> bool,
        random: &dyn Random,
    ) -> Result<Self, SignUpError> {
        if pool.settings.allows_admin_create_user_only() {
            return Err(SignUpError::NotPermitted);
        }
        let new_name = names::new_name(pool, name)?;
        let mut attributes = attributes::check_new(&pool.schema, given)?;
        if given.iter().any(|attribute| !may_write(&attribute.name)) {
            return Err(AttributeError::Unauthorized.into());
        }
        if attributes.contains_key("preferred_username")
            && pool.settings.has_alias(AliasAttributeType::PreferredUsername)
        {
            return Err(SignUpError::PreferredUsername);
        }
        for folded in ["email", "preferred_username"] {
            if let Some(value) = attributes.get_mut(folded) {
                *value = pool.name_key(value);
            }
        }

        let id = random::uuid(random);
        let username = match new_name {
            NewName::Username(username) => username,
            NewName::Attribute(attribute, value) => {
                attributes.insert(attribute.to_owned(), value);
                id.to_string()
            }
        };
        attributes::check_complete(&pool.schema, &attributes)?;
        match password {
            Some(password) => {
                check_password(&pool.settings.password_policy(), PasswordChoice::SignUp, password)?
            }
            None if pool.settings.signs_in_without_password() => {}
            None => return Err(SignUpError::NoPassword),
        }
        Ok(Self { id, username, attributes })
    }

    /// The user, with what is kept of the password. Addresses are not verified.
    pub fn into_user(self, pool: &UserPool, password: Option<Verifier>, now: DateTime<Utc>) -> User {
        User {
            id: self.id,
            pool_id: pool.id.clone(),
            username: self.username,
            status: UserStatusType::Unconfirmed,
            enabled: true,
            attributes: with_flags(self.attributes),
            password_set_at: password.is_some().then_some(now),
            password,
            password_disabled: false,
            mfa: MfaPreference::default(),
            unverified: BTreeMap::new(),
            created_at: now,
            modified_at: now,
            version: 1,
        }
    }
}

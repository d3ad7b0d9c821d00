//! NEW_PASSWORD_REQUIRED: a user who was made by an administrator chooses a password and fills in what is missing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use wire::{AttributeType, UserStatusType};

use super::{Rules, SignInError};
use crate::srp::Verifier;
use crate::user_pools::{PasswordChoice, UserPool, check_password};
use crate::users::{AttributeError, User, address_of};

/// Prefix of attributes in challenge responses, and in `requiredAttributes`.
const PREFIX: &str = "userAttributes.";

/// The attributes that the user must give beside the password (`requiredAttributes`).
pub fn required_attributes(pool: &UserPool, user: &User) -> Vec<String> {
    missing(pool, user).map(|name| format!("{PREFIX}{name}")).collect()
}

fn missing<'a>(pool: &'a UserPool, user: &'a User) -> impl Iterator<Item = &'a str> {
    pool.schema.required().filter(|name| user.attribute(name).is_none_or(str::is_empty))
}

/// The attributes among challenge responses.
pub fn given_attributes(responses: &BTreeMap<String, String>) -> Vec<AttributeType> {
    responses
        .iter()
        .filter_map(|(key, value)| {
            let name = key.strip_prefix(PREFIX)?;
            Some(AttributeType { name: name.to_owned(), value: Some(value.clone()) })
        })
        .collect()
}

/// The user, confirmed, with the attributes given. The password is checked here; `verifier` is made of it by the caller,
/// who knows where randomness comes from.
///
/// # Errors
/// [`SignInError`] for a password or attributes that the pool's rules refuse.
pub fn with_new_password(
    rules: &Rules<'_>,
    user: User,
    password: &str,
    given: &[AttributeType],
) -> Result<User, SignInError> {
    check_password(&rules.pool.settings.password_policy(), PasswordChoice::Later, password)?;
    for attribute in given {
        // Clients that send back what the challenge listed leave this out, or are refused, whatever the value.
        if address_of(&attribute.name).is_some() {
            return Err(AttributeError::NonMutable(attribute.name.clone()).into());
        }
        // Clients send back what the challenge listed: the same value changes nothing.
        if user.attribute(&attribute.name).is_some_and(|held| Some(held) != attribute.value.as_deref()) {
            return Err(SignInError::AttributeProvided(attribute.name.clone()));
        }
    }
    let given: Vec<AttributeType> =
        given.iter().filter(|attribute| user.attribute(&attribute.name).is_none()).cloned().collect();
    // One that never changes is set here only where the pool cannot do without it.
    let is_optional = |name: &str| rules.pool.schema.required().all(|required| required != name);
    let (required, optional): (Vec<AttributeType>, Vec<AttributeType>) =
        given.into_iter().partition(|attribute| !is_optional(&attribute.name));
    let may_write = |name: &str| rules.client.settings.can_write(name, &rules.pool.schema);
    let user = user.with_attributes(rules.pool, &required, may_write, rules.now)?;
    let user = user.with_own_attributes(rules.pool, &optional, may_write, rules.now)?;
    if let Some(name) = missing(rules.pool, &user).next() {
        return Err(SignInError::AttributeMissing(name.to_owned()));
    }
    Ok(user)
}

impl User {
    /// The user with a password of their own: confirmed.
    #[must_use]
    pub fn with_permanent_password(self, password: Verifier, now: DateTime<Utc>) -> Self {
        Self {
            status: UserStatusType::Confirmed,
            password: Some(password),
            password_set_at: Some(now),
            modified_at: now,
            ..self
        }
    }
}

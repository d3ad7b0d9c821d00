//! New values for the attributes of a user who exists.
//!
//! Source: UpdateUserAttributes, AdminUpdateUserAttributes, DeleteUserAttributes; developer guide, "Verifying contact
//! information at sign-up" and "Updating verified attributes".

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use wire::{AttributeType, VerifiedAttributeType};

use super::User;
use super::addresses::{ADDRESSES, flag_of};
use super::attributes::{self, AttributeError};
use crate::user_pools::UserPool;

impl User {
    /// The user with new values for attributes, as the user or an app client gives them. An address that must be verified
    /// before it counts waits in `unverified`.
    ///
    /// # Errors
    /// [`AttributeError`]; then nothing is changed.
    pub fn with_attributes(
        self,
        pool: &UserPool,
        given: &[AttributeType],
        may_write: impl Fn(&str) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Self, AttributeError> {
        let mut values = attributes::check_update(&pool.schema, given)?;
        if given.iter().any(|attribute| !may_write(&attribute.name)) {
            return Err(AttributeError::Unauthorized);
        }
        let mut user = self;
        for address in ADDRESSES {
            if !pool.settings.verifies_before_update(address) {
                continue;
            }
            if let Some(value) = values.remove(address.as_str()) {
                user.wait_for(pool, address, value)?;
            }
        }
        user.updated(pool, &values, now)
    }

    /// As [`Self::with_attributes`], by the user's own token: it sets no immutable attribute, also not one that has no value yet.
    /// Sign-up, administrators and providers can.
    ///
    /// # Errors
    /// [`AttributeError`]; then nothing is changed.
    pub fn with_own_attributes(
        self,
        pool: &UserPool,
        given: &[AttributeType],
        may_write: impl Fn(&str) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Self, AttributeError> {
        let is_immutable =
            |name: &str| pool.schema.attribute(name).is_some_and(|known| known.mutable == Some(false));
        let is_set =
            |attribute: &AttributeType| attribute.value.as_ref().is_some_and(|value| !value.is_empty());
        let begun = given
            .iter()
            .find(|new| is_set(new) && is_immutable(&new.name) && self.attribute(&new.name).is_none())
            .map(|new| AttributeError::Immutable(new.name.clone()));
        let user = self.with_attributes(pool, given, may_write, now)?;
        begun.map_or(Ok(user), Err)
    }

    /// The user with new values for attributes, as an administrator gives them: also whether an address is verified.
    ///
    /// # Errors
    /// [`AttributeError`]; then nothing is changed.
    pub fn with_attributes_by_admin(
        self,
        pool: &UserPool,
        given: &[AttributeType],
        now: DateTime<Utc>,
    ) -> Result<Self, AttributeError> {
        let mut values = attributes::check_update_by_admin(&pool.schema, given)?;
        let mut user = self;
        for address in ADDRESSES {
            let flag = values.get(&flag_of(address.as_str()));
            let is_verified = flag.and_then(|value| attributes::boolean(value)) == Some(true);
            if is_verified || !pool.settings.verifies_before_update(address) {
                continue;
            }
            if let Some(value) = values.remove(address.as_str()) {
                user.wait_for(pool, address, value)?;
            }
        }
        user.updated(pool, &values, now)
    }

    /// The user without these attributes.
    ///
    /// # Errors
    /// [`AttributeError`] for one that the schema requires, cannot change or does not have.
    pub fn without_attributes(
        mut self,
        pool: &UserPool,
        names: &[String],
        may_write: impl Fn(&str) -> bool,
        now: DateTime<Utc>,
    ) -> Result<Self, AttributeError> {
        let mut unknown = names.iter().filter(|name| pool.schema.attribute(name).is_none()).peekable();
        if unknown.peek().is_some() {
            return Err(AttributeError::not_to_delete(unknown.map(String::as_str)));
        }
        for name in names {
            let Some(known) = pool.schema.attribute(name) else { continue };
            if !may_write(name) {
                return Err(AttributeError::Unauthorized);
            }
            if name == "identities" {
                return Err(AttributeError::NonMutable(name.clone()));
            }
            if known.required == Some(true) || self.is_only_name(pool, name) {
                return Err(AttributeError::deleted(name));
            }
            if known.mutable == Some(false) {
                return Err(AttributeError::Immutable(name.clone()));
            }
            self.attributes.remove(name);
            self.unverified.remove(name);
            self.attributes.remove(&flag_of(name));
        }
        self.modified_at = now;
        Ok(self)
    }

    /// The user after the code that was sent to an address came back: a value that waited counts now.
    #[must_use]
    pub fn with_verified_address(mut self, attribute: VerifiedAttributeType, now: DateTime<Utc>) -> Self {
        if let Some(value) = self.unverified.remove(attribute.as_str()) {
            self.attributes.insert(attribute.as_str().to_owned(), value);
        }
        self.modified_at = now;
        self.with_verified(attribute)
    }

    /// The value that a code for this attribute is sent to: the one that waits, if there is one.
    pub fn to_be_verified(&self, attribute: VerifiedAttributeType) -> Option<&str> {
        let waiting = self.unverified.get(attribute.as_str()).map(String::as_str);
        waiting.or_else(|| self.attribute(attribute.as_str())).filter(|value| !value.is_empty())
    }

    fn wait_for(
        &mut self,
        pool: &UserPool,
        address: VerifiedAttributeType,
        value: String,
    ) -> Result<(), AttributeError> {
        let name = address.as_str();
        self.check_mutable(pool, name, &value)?;
        let value = folded(pool, name, value);
        if self.attribute(name) == Some(&value) {
            self.unverified.remove(name);
            return Ok(());
        }
        attributes::check_form(&BTreeMap::from([(name.to_owned(), value.clone())]))?;
        self.unverified.insert(name.to_owned(), value);
        Ok(())
    }

    fn check_mutable(&self, pool: &UserPool, name: &str, value: &str) -> Result<(), AttributeError> {
        let is_fixed = pool.schema.attribute(name).is_some_and(|known| known.mutable == Some(false));
        if is_fixed && self.attribute(name).is_some_and(|held| held != value) {
            return Err(AttributeError::Immutable(name.to_owned()));
        }
        Ok(())
    }

    /// An empty value takes an attribute away (UpdateUserAttributes).
    pub(crate) fn updated(
        mut self,
        pool: &UserPool,
        values: &BTreeMap<String, String>,
        now: DateTime<Utc>,
    ) -> Result<Self, AttributeError> {
        for (name, value) in values.clone() {
            self.check_mutable(pool, &name, &value)?;
            let value = folded(pool, &name, value);
            let flag = flag_of(&name);
            let is_address = ADDRESSES.iter().any(|address| address.as_str() == name);
            if is_address && self.attribute(&name) != Some(&value) && !values.contains_key(&flag) {
                self.unverified.remove(&name);
                self = self.without_verified(&name);
            }
            if value.is_empty() {
                let is_required = pool.schema.required().any(|required| required == name);
                if is_required || self.is_only_name(pool, &name) {
                    return Err(AttributeError::blank(&name));
                }
                self.attributes.remove(&name);
                if is_address {
                    self.attributes.remove(&flag_of(&name));
                }
            } else {
                self.attributes.insert(name, value);
            }
        }
        attributes::check_form(&self.attributes)?;
        self.modified_at = now;
        Ok(self)
    }

    /// Where users sign in by an attribute, the last of them cannot go.
    fn is_only_name(&self, pool: &UserPool, name: &str) -> bool {
        let names = pool.settings.username_attributes.as_deref().unwrap_or_default();
        let is_name = |of: &str| names.iter().any(|attribute| attribute.as_str() == of);
        is_name(name)
            && !ADDRESSES.iter().any(|other| {
                other.as_str() != name && is_name(other.as_str()) && self.attribute(other.as_str()).is_some()
            })
    }
}

/// Addresses and preferred usernames are kept as they are compared.
pub(crate) fn folded(pool: &UserPool, name: &str, value: String) -> String {
    if matches!(name, "email" | "preferred_username") { pool.name_key(&value) } else { value }
}

//! The profile of somebody who signs in at a provider: made at the first time, kept up to date at each later one.

use std::collections::BTreeMap;

use uuid::Uuid;
use wire::{AttributeType, UserStatusType, VerifiedAttributeType};

use super::identities::{Identities, Identity};
use super::{FederatedSignIn, FederationError, IdentityKey};
use crate::users::{ADDRESSES, AttributeError, MfaPreference, User, check_given_by_provider, flag_of};

/// The longest username, in characters.
const LONGEST_USERNAME: usize = 128;
/// Characters of a username that is too long, in the text that says so.
const LONGEST_TOLD: usize = 300;
/// The longest subject that is kept, in bytes: what is longer does not fit an index.
pub(super) const LONGEST_VALUE: usize = 2048;

impl FederatedSignIn<'_> {
    /// The username of a user who is made for this identity.
    pub fn username(&self) -> String {
        self.pool.name_key(&format!("{}_{}", self.provider.name, self.identity.subject))
    }

    /// The user who is made when somebody signs in with this identity for the first time.
    ///
    /// # Errors
    /// [`FederationError`] when the provider's word does not make a user of this pool.
    pub fn new_user(&self, id: Uuid) -> Result<User, FederationError> {
        let username = self.username();
        self.check_username(&username)?;
        let mut given = self.given()?;
        given.retain(|_, value| !value.is_empty());
        self.check_values(&given)?;
        let user = User {
            id,
            pool_id: self.pool.id.clone(),
            username,
            status: UserStatusType::ExternalProvider,
            enabled: true,
            attributes: BTreeMap::new(),
            password: None,
            password_set_at: None,
            password_disabled: false,
            mfa: MfaPreference::default(),
            unverified: BTreeMap::new(),
            created_at: self.now,
            modified_at: self.now,
            version: 1,
        };
        let user = self.with_given(user, &given)?;
        let provider = (self.provider.name.as_str(), self.identity.provider_type);
        let issuer = self.identity.issuer.clone();
        let identity = Identity::new(provider, issuer, &self.identity.subject, true, self.now);
        Ok(Identities::default().with(identity).of_user(user))
    }

    /// The user whom `key` found, with what the provider says now. None when that changes nothing.
    ///
    /// # Errors
    /// [`FederationError`] when the user may not sign in, or cannot be what the provider says.
    pub fn refreshed(&self, user: &User, key: &IdentityKey) -> Result<Option<User>, FederationError> {
        if !user.enabled {
            return Err(FederationError::Disabled);
        }
        let given = self.given()?;
        self.check_values(&given)?;
        self.check_mutable(user, &given)?;
        self.check_stays(&given)?;
        let refreshed = self.with_given(user.clone(), &given)?;
        let (subject, issuer) = (&self.identity.subject, self.identity.issuer.as_deref());
        let identities = Identities::of(user).used(&key.provider_name, &key.value, subject, issuer);
        let refreshed = identities.of_user(refreshed);
        let is_changed = refreshed.attributes != user.attributes || refreshed.unverified != user.unverified;
        Ok(is_changed.then_some(refreshed))
    }

    pub(super) fn check_subject(&self) -> Result<(), FederationError> {
        self.check_characters("username", &self.identity.subject)?;
        if self.identity.subject.len() > LONGEST_VALUE {
            Err(self.too_long(&self.username()))
        } else {
            Ok(())
        }
    }

    fn check_username(&self, username: &str) -> Result<(), FederationError> {
        if username.chars().count() > LONGEST_USERNAME {
            return Err(self.too_long(username));
        }
        if username.chars().any(|c| c.is_whitespace() || c.is_control()) {
            let provider_type = self.identity.provider_type;
            let username = username.to_owned();
            return Err(FederationError::UsernameCharacters { provider_type, username });
        }
        Ok(())
    }

    /// The text names the username, as far as an address has room for it.
    fn too_long(&self, username: &str) -> FederationError {
        let username = username.chars().take(LONGEST_TOLD).collect();
        FederationError::UsernameTooLong { provider_type: self.identity.provider_type, username }
    }

    /// Types, lengths and ranges of the schema. What is cleared needs none.
    fn check_values(&self, given: &BTreeMap<String, String>) -> Result<(), FederationError> {
        let values: Vec<AttributeType> = given
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| AttributeType { name: name.clone(), value: Some(value.clone()) })
            .collect();
        check_given_by_provider(&self.pool.schema, &values).map_err(|error| self.refused(error))
    }

    /// An attribute that never changes is not written again, be it with the same value.
    fn check_mutable(&self, user: &User, given: &BTreeMap<String, String>) -> Result<(), FederationError> {
        let is_fixed = |name: &str| {
            self.pool.schema.attribute(name).is_some_and(|attribute| attribute.mutable == Some(false))
        };
        let is_written = |name: &str, value: &str| !value.is_empty() || user.attribute(name).is_some();
        match given.iter().find(|(name, value)| is_fixed(name) && is_written(name, value)) {
            Some((name, _)) => Err(FederationError::Immutable(name.clone())),
            None => Ok(()),
        }
    }

    /// What the pool requires is not cleared.
    fn check_stays(&self, given: &BTreeMap<String, String>) -> Result<(), FederationError> {
        let is_blank = |name: &&str| given.get(*name).is_some_and(String::is_empty);
        let names: Vec<String> = self.pool.schema.required().filter(is_blank).map(str::to_owned).collect();
        if names.is_empty() { Ok(()) } else { Err(FederationError::Blank(names)) }
    }

    /// Addresses of which the provider does not say whether they are verified are not, whatever was so before; where the
    /// mapping names that and the provider is silent, it stays as it was (seen in five reports).
    fn with_flags(&self, mut user: User) -> User {
        for address in ADDRESSES.map(VerifiedAttributeType::as_str) {
            let flag = flag_of(address);
            let is_held = user.attribute(address).is_some_and(|value| !value.is_empty());
            let is_said = self.provider.attribute_mapping.contains_key(&flag) || !self.may_write(&flag);
            if is_held && (!is_said || user.attribute(&flag).is_none()) {
                user = user.without_verified(address);
            }
        }
        user
    }

    /// With the values given, none of which the schema refuses, and nothing missing that the pool requires.
    fn with_given(&self, user: User, given: &BTreeMap<String, String>) -> Result<User, FederationError> {
        let is_kept = |name: &str| match given.get(name) {
            Some(value) => !value.is_empty(),
            None => user.attribute(name).is_some_and(|value| !value.is_empty()),
        };
        let missing = self.pool.schema.required().filter(|name| !is_kept(name));
        let names: Vec<String> = missing.map(str::to_owned).collect();
        if !names.is_empty() {
            let provider_type = self.identity.provider_type;
            return Err(FederationError::Required { provider_type, names });
        }
        let user = user.updated(self.pool, given, self.now).map_err(|error| self.refused(error))?;
        Ok(self.with_flags(user))
    }

    fn refused(&self, error: AttributeError) -> FederationError {
        let provider_type = self.identity.provider_type;
        match error {
            AttributeError::Immutable(name) => FederationError::Immutable(name),
            AttributeError::Schema(complaints) | AttributeError::Update(complaints) => {
                let complaints = complaints.trim_end().to_owned();
                FederationError::Attributes { provider_type, complaints }
            }
            AttributeError::Email
            | AttributeError::PhoneNumber
            | AttributeError::Unauthorized
            | AttributeError::NonMutable(_)
            | AttributeError::Deletion(_) => {
                FederationError::Attributes { provider_type, complaints: error.to_string() }
            }
        }
    }
}

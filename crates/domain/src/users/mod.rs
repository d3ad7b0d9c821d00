//! Users: who they are, what is known of them, and how a sign-up becomes a confirmed user.

mod addresses;
mod admin_create;
mod attributes;
mod expected;
mod mfa_preference;
mod names;
mod recovery;
mod sign_up;
#[cfg(test)]
mod tests;
mod update;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;
use wire::{AttributeType, UserStatusType, VerifiedAttributeType};

use crate::ids::PoolId;
use crate::srp::Verifier;
use crate::user_pools::UserPool;

pub use addresses::address_of;
pub use admin_create::{AdminCreate, AdminCreateError, temporary_password};
pub use attributes::{AttributeError, boolean, is_email, is_phone_number};
pub use expected::{expected_addresses, made_up_address};
pub use mfa_preference::{MfaChange, MfaFactor, MfaPreference, MfaPreferenceError};
pub use names::{Alias, UsernameError, username_lookups};
pub use recovery::{RecoveryError, expected_recovery_address};
pub use sign_up::{SignUp, SignUpError};

pub(crate) use addresses::{ADDRESSES, flag_of};
pub(crate) use attributes::{MUST_STAY, check_given_by_provider};
pub(crate) use update::folded;

/// A user of a pool.
#[derive(Clone, PartialEq)]
pub struct User {
    /// `sub`, which never changes.
    pub id: Uuid,
    /// The pool.
    pub pool_id: PoolId,
    /// The username, which never changes; the `sub` itself where users sign in by an attribute.
    pub username: String,
    /// Where the user stands between sign-up and deletion.
    pub status: UserStatusType,
    /// False when an administrator has disabled the user.
    pub enabled: bool,
    /// Attributes by full name, without `sub`.
    pub attributes: BTreeMap<String, String>,
    /// What is kept of the password; none for users without one.
    pub password: Option<Verifier>,
    /// When the password was set: a temporary one ends some days later.
    pub password_set_at: Option<DateTime<Utc>>,
    /// Whether an administrator has cut the user off from signing in by password (AdminDisableProviderForUser).
    pub password_disabled: bool,
    /// Second factors.
    pub mfa: MfaPreference,
    /// New values of attributes that count once they are verified, by name (AttributesRequireVerificationBeforeUpdate).
    pub unverified: BTreeMap<String, String>,
    /// When the user was created.
    pub created_at: DateTime<Utc>,
    /// When the user was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// Why a user could not be confirmed. The text is the service's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("User cannot be confirmed. Current status is {}", .0.as_str())]
pub struct NotUnconfirmed(pub UserStatusType);

/// Attributes that ListUsers can filter by and that are not columns of their own.
const SEARCHABLE: [&str; 6] =
    ["email", "phone_number", "name", "given_name", "family_name", "preferred_username"];

impl User {
    /// The user, confirmed. Any state but UNCONFIRMED is refused.
    ///
    /// # Errors
    /// [`NotUnconfirmed`] with the state that the user is in.
    pub fn confirmed(mut self, now: DateTime<Utc>) -> Result<Self, NotUnconfirmed> {
        if self.status != UserStatusType::Unconfirmed {
            return Err(NotUnconfirmed(self.status));
        }
        self.status = UserStatusType::Confirmed;
        self.modified_at = now;
        Ok(self)
    }

    /// The user after a code sent to an address came back in a sign-in: the address is verified, and a sign-up confirmed.
    /// None when nothing changes.
    #[must_use]
    pub fn proved_to_read(self, attribute: VerifiedAttributeType, now: DateTime<Utc>) -> Option<Self> {
        let is_unconfirmed = self.status == UserStatusType::Unconfirmed;
        if self.is_verified(attribute.as_str()) && !is_unconfirmed {
            return None;
        }
        let status = if is_unconfirmed { UserStatusType::Confirmed } else { self.status };
        Some(Self { status, modified_at: now, ..self.with_verified(attribute) })
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// The attributes as administrators see them, `sub` first: those that were written.
    pub fn listed_attributes(&self) -> Vec<AttributeType> {
        self.listed(&self.attributes)
    }

    /// The attributes as the user sees them, `sub` first.
    pub fn own_attributes(&self) -> Vec<AttributeType> {
        self.listed(&self.shown_attributes())
    }

    fn listed(&self, attributes: &BTreeMap<String, String>) -> Vec<AttributeType> {
        let listed =
            |name: &str, value: &str| AttributeType { name: name.to_owned(), value: Some(value.to_owned()) };
        std::iter::once(listed("sub", &self.id.to_string()))
            .chain(attributes.iter().map(|(name, value)| listed(name, value)))
            .collect()
    }

    /// Whether the user is the pool's own, and does not sign in at a provider only.
    pub fn is_local(&self) -> bool {
        self.status != UserStatusType::ExternalProvider
    }

    /// The password that signs the user in, if one does.
    pub fn usable_password(&self) -> Option<&Verifier> {
        self.password.as_ref().filter(|_| !self.password_disabled)
    }

    /// Whether a user who has no password may choose one: not who signs in at a provider, or was cut off from passwords.
    pub fn may_choose_first_password(&self) -> bool {
        self.is_local() && !self.password_disabled
    }

    /// The names beside the username that find this user. No other user of the pool may have one of them.
    pub fn aliases(&self, pool: &UserPool) -> Vec<Alias> {
        names::aliases(self, pool)
    }

    /// The values that ListUsers can filter by, folded to lower case, with their attribute's name.
    pub fn search_keys(&self) -> impl Iterator<Item = (&'static str, String)> {
        SEARCHABLE.iter().filter_map(|name| Some((*name, self.attribute(name)?.to_lowercase())))
    }
}

//! User pools: their settings, their schema, and the rules both must keep.
//!
//! What is stored is always complete: defaults are filled in when settings arrive, not when they are read.

mod mfa;
mod password_policy;
mod schema;
mod session_configuration;
mod setting_rules;
mod settings;
mod templates;
#[cfg(test)]
mod tests;
mod tiers;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use wire::{DeletionProtectionType, SchemaAttributeType};

use crate::ids::PoolId;
use crate::scope::Scope;

pub use mfa::MfaSettings;
pub use password_policy::{PasswordChoice, PasswordError, check_password, is_used_before};
pub use schema::{Schema, SchemaError};
pub use session_configuration::SessionConfiguration;
pub use settings::PoolSettings;
pub use templates::link_marks;
pub use tiers::Feature;

/// A user pool.
#[derive(Clone, Debug, PartialEq)]
pub struct UserPool {
    /// Its id, which never changes.
    pub id: PoolId,
    /// The account and region it belongs to.
    pub scope: Scope,
    /// Its name, which need not be unique.
    pub name: String,
    /// What CreateUserPool and UpdateUserPool set.
    pub settings: PoolSettings,
    /// The attributes its users can have.
    pub schema: Schema,
    /// What SetUserPoolMfaConfig sets beside `MfaConfiguration`.
    pub mfa: MfaSettings,
    /// How many sessions a user may have.
    pub session_configuration: SessionConfiguration,
    /// Tags, key to value.
    pub tags: BTreeMap<String, String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// Why settings of a pool were refused. Texts are the service's where they are known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserPoolError {
    /// A setting breaks a rule; the text says which.
    #[error("{0}")]
    Setting(String),
    /// The schema breaks a rule.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The pool's tier does not include a feature that an operation sets. FeatureUnavailableInTierException.
    #[error("The following feature is not available for the {tier} pricing tier configured: {feature}")]
    Tier {
        /// `LITE` or `ESSENTIALS`.
        tier: &'static str,
        /// The feature's name.
        feature: &'static str,
    },
    /// The pool's tier does not include what the pool uses. FeatureUnavailableInTierException, of CreateUserPool and
    /// UpdateUserPool.
    #[error("The following features need to be disabled for the {tier} pricing tier configured: {features}")]
    AboveTier {
        /// `LITE` or `ESSENTIALS`.
        tier: &'static str,
        /// The names of the features.
        features: String,
    },
    /// DeletionProtection is ACTIVE.
    #[error(
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be \
         inactivated first."
    )]
    DeletionProtected,
    /// A domain still answers for the pool.
    #[error("User pool cannot be deleted. It has a domain configured that should be deleted first.")]
    HasDomain,
}

impl UserPoolError {
    fn setting(text: impl Into<String>) -> Self {
        Self::Setting(text.into())
    }
}

impl UserPool {
    /// The pool's ARN.
    pub fn arn(&self) -> String {
        self.id.arn(&self.scope)
    }

    /// Whether usernames and aliases that differ in case only are different (API default: yes).
    pub fn is_case_sensitive(&self) -> bool {
        self.settings.username_configuration.as_ref().is_none_or(|configuration| configuration.case_sensitive)
    }

    /// A name as it is compared with others: as it is, or folded to lower case in case-insensitive pools.
    pub fn name_key(&self, name: &str) -> String {
        if self.is_case_sensitive() { name.to_owned() } else { name.to_lowercase() }
    }

    /// Whether the pool may be deleted as far as its own settings say.
    ///
    /// # Errors
    /// [`UserPoolError::DeletionProtected`].
    pub fn check_deletable(&self) -> Result<(), UserPoolError> {
        match self.settings.deletion_protection {
            Some(DeletionProtectionType::Active) => Err(UserPoolError::DeletionProtected),
            Some(DeletionProtectionType::Inactive) | None => Ok(()),
        }
    }

    /// The pool with more custom attributes (AddCustomAttributes).
    ///
    /// # Errors
    /// [`SchemaError`] when one exists already or breaks a rule; then none is added.
    pub fn with_custom_attributes(
        mut self,
        attributes: Vec<SchemaAttributeType>,
    ) -> Result<Self, SchemaError> {
        self.schema = self.schema.with_custom_attributes(attributes)?;
        Ok(self)
    }
}

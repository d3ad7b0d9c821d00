//! The user behind a federated sign-in: who an identity at a provider stands for, and what is written into their profile.
//!
//! Whether the provider's word is to be believed was decided before; nothing here reads its documents.
//!
//! Source: developer guide, "User pool sign-in with third party identity providers", "Mapping IdP attributes", "Linking
//! federated users to an existing user profile".

mod attribute_mapping;
mod error;
mod identities;
mod linking;
mod profile;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use wire::IdentityProviderTypeType;

use crate::app_clients::AppClient;
use crate::groups::Group;
use crate::identity_providers::IdentityProvider;
use crate::ids::PoolId;
use crate::user_pools::UserPool;
use crate::users::folded;

pub use error::FederationError;
pub use identities::{Identities, Identity};
pub use linking::{
    LinkError, destination_key, identity_key, is_native, link, source_key, source_provider, unlink,
};

/// The name in the API of what a provider itself calls its user.
pub const SUBJECT: &str = "Cognito_Subject";
/// Where attributes are mapped: always the subject, whatever the mapping says.
const USERNAME: &str = "username";

/// Who signed in at a provider, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExternalIdentity {
    /// The provider's name in the pool.
    pub provider_name: String,
    /// Its protocol or brand.
    pub provider_type: IdentityProviderTypeType,
    /// How the provider calls itself: the entity id of SAML, the issuer of OpenID Connect.
    pub issuer: Option<String>,
    /// What the provider calls its user: SAML's `NameID`, `sub`, `id` or `user_id` of the others. Its case counts.
    pub subject: String,
    /// What it says of them, by the provider's own names. A claim may have several values; one without is blank. The
    /// provider's tokens are claims too: `access_token`, `id_token`, `refresh_token`.
    pub claims: BTreeMap<String, Vec<String>>,
}

/// How a SAML provider calls a user in a session there: what it has to hear when they sign out here (SAML Core, 3.7.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamlSubject {
    /// `NameID`.
    pub name_id: String,
    /// Its `Format`.
    pub format: Option<String>,
    /// Its `NameQualifier`.
    pub name_qualifier: Option<String>,
    /// Its `SPNameQualifier`.
    pub sp_name_qualifier: Option<String>,
    /// `SessionIndex`.
    pub session_index: Option<String>,
}

/// What an identity is found by, unique in its pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityKey {
    /// The provider's name.
    pub provider_name: String,
    /// [`SUBJECT`], or an attribute of the pool to which the provider's claims are mapped.
    pub attribute_name: String,
    /// Its value, as it is compared.
    pub value: String,
}

impl IdentityKey {
    /// The key of an identity whose attribute has this value: compared as the pool keeps it, a subject exactly.
    fn new(pool: &UserPool, provider_name: &str, attribute_name: &str, value: String) -> Self {
        Self {
            provider_name: provider_name.to_owned(),
            attribute_name: attribute_name.to_owned(),
            value: folded(pool, attribute_name, value),
        }
    }

    /// Whether it is the provider's own name for its user.
    pub fn is_subject(&self) -> bool {
        self.attribute_name == SUBJECT
    }
}

/// A sign-in at a provider, held against pool and client.
#[derive(Clone, Copy, Debug)]
pub struct FederatedSignIn<'a> {
    /// The pool.
    pub pool: &'a UserPool,
    /// The client, which limits what is written.
    pub client: &'a AppClient,
    /// The provider.
    pub provider: &'a IdentityProvider,
    /// Who it says it was.
    pub identity: &'a ExternalIdentity,
    /// Now.
    pub now: DateTime<Utc>,
}

impl FederatedSignIn<'_> {
    /// What finds the user who signed in with this identity before, or was linked to its subject.
    ///
    /// # Errors
    /// [`FederationError`] for a subject that no user can have.
    pub fn subject_key(&self) -> Result<IdentityKey, FederationError> {
        self.check_subject()?;
        Ok(IdentityKey::new(self.pool, &self.provider.name, SUBJECT, self.identity.subject.clone()))
    }

    /// What finds a user who was linked by this attribute. None when the provider does not say what it is.
    pub fn key_by(&self, attribute_name: &str) -> Option<IdentityKey> {
        let value = self.value_of(attribute_name)?;
        Some(IdentityKey::new(self.pool, &self.provider.name, attribute_name, value))
    }
}

/// The group of the users who came by a provider.
pub fn provider_group(pool_id: &PoolId, provider_name: &str, now: DateTime<Utc>) -> Group {
    Group {
        pool_id: pool_id.clone(),
        name: format!("{pool_id}_{provider_name}"),
        description: Some(format!("Autogenerated group for users who sign in using {provider_name}")),
        role_arn: None,
        precedence: None,
        created_at: now,
        modified_at: now,
    }
}

//! Identity providers: the outside parties (SAML, OpenID Connect, social) whose word a pool takes.
//!
//! Here are the rules for configuring them. Reading their documents, fetching and signing in are elsewhere.

mod attribute_mapping;
mod details;
mod names;
mod oidc;
mod requested;
mod saml;
mod social;
#[cfg(test)]
mod tests;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, Utc};
use wire::{CreateIdentityProviderRequest, IdentityProviderTypeType, UpdateIdentityProviderRequest};

use crate::ids::PoolId;
use crate::user_pools::Schema;

pub use details::{CompleteDetails, secret_keys};
pub use oidc::{OidcDetails, OidcEndpoints};
pub use requested::RequestedDetails;
pub use saml::{EncryptionKey, MetadataSource, SamlDetails, SamlFacts};
pub use social::{SocialDetails, is_host_of};

/// An identity provider of a pool.
#[derive(Clone, PartialEq)]
pub struct IdentityProvider {
    /// The pool it belongs to.
    pub pool_id: PoolId,
    /// Its name, unique in the pool, which never changes.
    pub name: String,
    /// Its protocol or brand, which never changes.
    pub kind: IdentityProviderTypeType,
    /// `ProviderDetails`, complete: what was requested, what was filled in, and secrets that are not shown
    /// ([`secret_keys`] names those that are kept sealed).
    pub details: BTreeMap<String, String>,
    /// User pool attribute to the provider's claim.
    pub attribute_mapping: BTreeMap<String, String>,
    /// Other names that choose this provider, mostly e-mail domains; unique in the pool.
    pub identifiers: Vec<String>,
    /// `Level1` to `Level4` to the provider's authentication context.
    pub acr_mapping: Option<BTreeMap<String, String>>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it was changed last.
    pub modified_at: DateTime<Utc>,
    /// Counts saves.
    pub version: i64,
}

/// Why the configuration of an identity provider was refused: InvalidParameterException, but for
/// [`IdentityProviderError::NoEncryptionKey`]. A text is the service's unless its variant says otherwise.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityProviderError {
    /// A social provider is named as its type, and no other provider is named as a social type.
    #[error("Provider {name} cannot be of type {kind}.")]
    NameOfOtherType {
        /// The name in the request.
        name: String,
        /// The type in the request.
        kind: IdentityProviderTypeType,
    },
    /// `COGNITO` means the pool itself. The text is ours.
    #[error("Provider name {0} is reserved.")]
    ReservedName(String),
    /// A key that this type does not have. The text is known for SAML.
    #[error("{key} is not a valid key for {kind} identity provider details.")]
    UnknownKey {
        /// The key in the request.
        key: String,
        /// The type of the provider.
        kind: IdentityProviderTypeType,
    },
    /// Facebook, Google and Login with Amazon need these.
    #[error("clientId, clientSecret and authorizeScopes are all required idp details.")]
    SocialKeysMissing,
    /// Sign in with Apple needs these.
    #[error("clientId, privateKey, teamId, and keyId are all required idp details.")]
    AppleKeysMissing,
    /// OpenID Connect needs these.
    #[error(
        "clientId, authorizeScopes, oidcIssuer and attributesRequestMethod are all required idp details."
    )]
    OidcKeysMissing,
    /// An address of OpenID Connect is not HTTPS, nor plain HTTP on a host of this machine or its network.
    #[error("OIDC endpoint must start with https://")]
    NotHttps,
    /// Neither the request nor discovery gives every endpoint.
    #[error("Unable to contact well-known endpoint")]
    OidcEndpointsMissing,
    /// A request method other than `GET` and `POST`.
    #[error(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy \
         enum value set: [POST, GET]"
    )]
    RequestMethod {
        /// The value in the request.
        value: String,
        /// The path of the member, as the service has it.
        member: &'static str,
    },
    /// A switch that is neither `true` nor `false`. The text is ours.
    #[error("{key} must be true or false.")]
    NotTrueOrFalse {
        /// The key.
        key: &'static str,
    },
    /// A version of Facebook's API that is not like `v17.0`. The text is ours.
    #[error("{0} is not a valid api_version.")]
    ApiVersion(String),
    /// No metadata was given.
    #[error("At least one of the MetadataURL or MetadataFile should be provided.")]
    MetadataMissing,
    /// Metadata was given twice.
    #[error("Only one of the MetadataURL or MetadataFile should be provided.")]
    MetadataTwice,
    /// The address of metadata is not HTTP or HTTPS. The text is ours.
    #[error("MetadataURL {0} is not a valid http or https URL.")]
    MetadataUrl(String),
    /// A way of signing requests other than `rsa-sha256`. The text is ours.
    #[error("{0} is not a valid RequestSigningAlgorithm.")]
    RequestSigningAlgorithm(String),
    /// An address of a social provider is at another host than the provider's. The text is ours.
    #[error(
        "{key} of {kind} must be at a host of the provider, or at one that provider_urls of this server names."
    )]
    OtherHost {
        /// The key.
        key: &'static str,
        /// The type of the provider.
        kind: IdentityProviderTypeType,
    },
    /// Attributes that the pool does not have are mapped.
    #[error("AttributeMapping contains invalid mapping: [{}]", .0.join(", "))]
    UnknownAttributes(Vec<String>),
    /// An identifier is given twice in one request. The text is ours.
    #[error("Duplicate identifier {0} in IdpIdentifiers.")]
    RepeatedIdentifier(String),
    /// Responses are to be encrypted, and the caller of these rules made no key: a fault of ours, not of the request.
    #[error("no key was made for encrypted responses")]
    NoEncryptionKey,
}

impl IdentityProvider {
    /// A new provider, as a request and its completed details say.
    ///
    /// # Errors
    /// [`IdentityProviderError`] if the name, the attribute mapping or the identifiers break a rule.
    pub fn new(
        pool_id: PoolId,
        schema: &Schema,
        request: &CreateIdentityProviderRequest,
        details: CompleteDetails,
        now: DateTime<Utc>,
    ) -> Result<Self, IdentityProviderError> {
        names::check(&request.provider_name, request.provider_type)?;
        let mapping = request.attribute_mapping.clone().unwrap_or_default();
        Ok(Self {
            pool_id,
            name: request.provider_name.clone(),
            kind: request.provider_type,
            details: details.into_map(),
            attribute_mapping: attribute_mapping::complete(mapping, request.provider_type, schema)?,
            identifiers: distinct(request.idp_identifiers.clone().unwrap_or_default())?,
            acr_mapping: request.acr_mapping.clone(),
            created_at: now,
            modified_at: now,
            version: 1,
        })
    }

    /// The provider after an update: a member left out of the request stays, a map or list given replaces the old one
    /// as a whole. That includes the details: a `client_secret` that an update of them leaves out is gone, or an error
    /// where it is required, and what the service fills in is filled in anew. `details` is what
    /// [`RequestedDetails::of_update`] gave, completed. Whoever saves it counts the version.
    ///
    /// # Errors
    /// [`IdentityProviderError`] if the attribute mapping or the identifiers break a rule.
    pub fn updated(
        mut self,
        schema: &Schema,
        request: &UpdateIdentityProviderRequest,
        details: Option<CompleteDetails>,
        now: DateTime<Utc>,
    ) -> Result<Self, IdentityProviderError> {
        if let Some(details) = details {
            self.details = details.into_map();
        }
        if let Some(mapping) = request.attribute_mapping.clone() {
            self.attribute_mapping = attribute_mapping::complete(mapping, self.kind, schema)?;
        }
        if let Some(identifiers) = request.idp_identifiers.clone() {
            self.identifiers = distinct(identifiers)?;
        }
        if let Some(acr_mapping) = request.acr_mapping.clone() {
            self.acr_mapping = Some(acr_mapping);
        }
        self.modified_at = now;
        Ok(self)
    }

    /// The details as the API shows them: without the private keys. `client_secret` is shown.
    pub fn shown_details(&self) -> BTreeMap<String, String> {
        let hidden = details::hidden_keys(self.kind);
        let mut shown = self.details.clone();
        shown.retain(|key, _| !hidden.contains(&key.as_str()));
        shown
    }

    /// The key pair with which responses are decrypted. An update should pass it on, so that the identity provider
    /// need not learn a new certificate.
    pub fn encryption_key(&self) -> Option<EncryptionKey> {
        EncryptionKey::of_details(&self.details)
    }
}

impl fmt::Debug for IdentityProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProvider")
            .field("pool_id", &self.pool_id)
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("details", &details::Masked(&self.details))
            .field("attribute_mapping", &self.attribute_mapping)
            .field("identifiers", &self.identifiers)
            .field("acr_mapping", &self.acr_mapping)
            .field("created_at", &self.created_at)
            .field("modified_at", &self.modified_at)
            .field("version", &self.version)
            .finish()
    }
}

fn distinct(identifiers: Vec<String>) -> Result<Vec<String>, IdentityProviderError> {
    let mut seen = BTreeSet::new();
    match identifiers.iter().find(|identifier| !seen.insert(identifier.as_str())) {
        Some(repeated) => Err(IdentityProviderError::RepeatedIdentifier(repeated.clone())),
        None => Ok(identifiers),
    }
}
